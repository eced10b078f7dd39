/**
 * Formats an entry for a model: people plainly, scheduled messages with their time, other sessions quoted with their
 * sender (MB9), Reef's own words in frames.
 */
import type { Entry } from "@reef/protocol/entry";
import { assertNever } from "@reef/protocol/error";
import type { Sender } from "@reef/protocol/message";
import { oneLine } from "./defuse.ts";
import { frameKey, frameNotice, frameSchedule, frameSummary, quoteText } from "./quote.ts";

/** Returns the text of an entry for a model. Tool results that carry other sessions' text are quoted by their tool. */
export function presentEntry(entry: Entry): string {
  const known = presented.get(entry);
  if (known !== undefined) return known;
  const text = present(entry);
  presented.set(entry, text);
  return text;
}

/** A window is measured and built again for each call, and its entries stay the same. */
const presented = new WeakMap<Entry, string>();

function present(entry: Entry): string {
  switch (entry.kind) {
    case "person":
      return entry.from?.kind === "schedule" ? `${dueLine(entry, entry.from)}\n${entry.text}` : entry.text;
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
  const { from, text } = entry;
  const key = frameKey(entry.id);
  if (from?.kind === "schedule")
    return `${dueLine(entry, from)}\n${quoteText(text, { from: "your earlier self" }, key)}`;
  if (from?.kind !== "session") return quoteText(text, { from: "session" }, key);
  const source = { from: from.botName, title: from.title, session: from.sessionId };
  return quoteText(text, entry.messageId === null ? source : { ...source, id: entry.messageId }, key);
}

/** SC4: a bot's own earlier words are no person's. */
function dueLine(
  { id }: Pick<Entry, "id">,
  { name, by, dueAt, missed }: Extract<Sender, { kind: "schedule" }>,
): string {
  const whose = by === "person" ? "" : " that you made yourself";
  const late = missed === 0 ? "" : `; ${missed} earlier times were missed`;
  return frameSchedule(`A schedule${whose} is due: “${oneLine(name)}”, planned for ${dueAt}${late}.`, frameKey(id));
}

function presentNotice(entry: Entry): string {
  const key = frameKey(entry.id);
  return entry.notice?.type === "compaction" ? frameSummary(entry.text, key) : frameNotice(entry.text, key);
}
