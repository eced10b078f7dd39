/** Collects what a bot said in a turn: its answer, and what it said before its tool calls, as one text. */
import type { Queries } from "@reef/engine/port/queries";
import type { Ask } from "@reef/protocol/ask";
import type { Entry } from "@reef/protocol/entry";
import { EntryId, type TurnId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";

/** Between two texts of one answer. */
export const betweenTexts = "\n\n";

/** A turn's entries are looked for among this many. */
const entriesRead = 1_000;

export interface TurnPart {
  readonly session: Session;
  readonly turnId: TurnId;
  /** What answered the message, once it is known: the turn's last entry, or a message. */
  readonly answeredBy: Message["answeredBy"];
}

/** Returns the turn's entries in order, as far as they are among the newest, or near its last one. */
export async function entriesOfTurn(
  read: Queries,
  { session, turnId, answeredBy }: TurnPart,
): Promise<readonly Entry[]> {
  const id = EntryId.safeParse(answeredBy);
  const last = id.success ? await read.entry(id.data) : null;
  const range = last === null ? { limit: entriesRead } : { before: last.seq + 1, limit: entriesRead };
  const entries = await read.entries(session.id, range);
  return entries.filter((entry) => entry.turnId === turnId);
}

/** Returns the bot's texts that come after the message, or after the answer to the ask. */
export function textsAfter(
  entries: readonly Entry[],
  { message, ask }: { readonly message: Message | null; readonly ask: Ask | null },
): readonly Entry[] {
  const isStart = ({ messageId, at, tool }: Entry) =>
    message === null ? tool?.callId === ask?.callId && at >= (ask?.settledAt ?? "") : messageId === message.id;
  const start = entries.findIndex(isStart);
  const after =
    start < 0 && message === null ? entries.filter(({ at }) => at >= (ask?.settledAt ?? "")) : entries.slice(start + 1);
  return after.filter(({ kind, text }) => kind === "bot" && text !== "");
}
