/** How an entry reads to a model: people plainly, what was planned with its time, other sessions quoted with their sender (MB9), notices in brackets. */
import type { Entry } from "@reef/protocol/entry";
import { assertNever } from "@reef/protocol/error";
import type { Sender } from "@reef/protocol/message";
import { defuse, quoteText } from "./quote.ts";

/** The text of an entry as a model is to see it. Tool results that carry other sessions' text are quoted by their tool. */
export function presentEntry(entry: Entry): string {
  switch (entry.kind) {
    case "person":
      return entry.from?.kind === "schedule" ? `${dueLine(entry.from)}\n${entry.text}` : entry.text;
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
  if (from?.kind === "schedule") return `${dueLine(from)}\n${quoteText(entry.text, { from: "your earlier self" })}`;
  if (from?.kind !== "session") return quoteText(entry.text, { from: "session" });
  return quoteText(entry.text, {
    from: from.botName,
    title: from.title,
    session: from.sessionId,
    ...(entry.messageId === null ? {} : { id: entry.messageId }),
  });
}

/** SC4: a bot's own words from before are no person's. */
function dueLine({ name, by, dueAt, missed }: Extract<Sender, { kind: "schedule" }>): string {
  const whose = by === "person" ? "" : " that you made yourself";
  const late = missed === 0 ? "" : `; ${missed} earlier times were missed`;
  return `[A schedule${whose} is due: “${defuse(name)}”, planned for ${dueAt}${late}.]`;
}

function presentNotice(entry: Entry): string {
  if (entry.notice?.type === "compaction") return `[Summary of the earlier conversation]\n${entry.text}`;
  // A system message may repeat another session's words.
  return `[Notice from Reef: ${defuse(entry.text)}]`;
}
