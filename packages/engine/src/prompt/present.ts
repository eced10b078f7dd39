/** How an entry reads to a model: people plainly, other sessions quoted with their sender (MB9), notices in brackets. */
import type { Entry } from "@reef/protocol/entry";
import { assertNever } from "@reef/protocol/error";
import { defuse, quoteText } from "./quote.ts";

/** The text of an entry as a model is to see it. Tool results that carry other sessions' text are quoted by their tool. */
export function presentEntry(entry: Entry): string {
  switch (entry.kind) {
    case "person":
    case "bot":
    case "tool_call":
    case "tool_result":
      return entry.text;
    case "session":
      return presentSessionMessage(entry);
    case "notice":
      return presentNotice(entry);
    default:
      return assertNever(entry.kind);
  }
}

function presentSessionMessage(entry: Entry): string {
  const { from } = entry;
  if (from?.kind !== "session") return quoteText(entry.text, { from: "session" });
  return quoteText(entry.text, {
    from: from.botName,
    title: from.title,
    session: from.sessionId,
    ...(entry.messageId === null ? {} : { id: entry.messageId }),
  });
}

function presentNotice(entry: Entry): string {
  if (entry.notice?.type === "compaction") return `[Summary of the earlier conversation]\n${entry.text}`;
  // A system message may repeat another session's words.
  return `[Notice from Reef: ${defuse(entry.text)}]`;
}
