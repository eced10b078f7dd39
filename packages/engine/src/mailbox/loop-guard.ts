/**
 * MB10: finds that bots only keep each other busy. Within one chain it counts near-identical texts between the same two
 * sessions, messages between one pair, and all messages: a ring of any length, and a storm of one sender, meet one of
 * these. Pure.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { type IsoTime, isoToMs } from "@reef/protocol/time";
import type { GuardLimits } from "../deps.ts";

export interface NextMessage {
  readonly from: SessionId;
  readonly to: SessionId;
  readonly text: string;
  readonly at: IsoTime;
}

type Earlier = Pick<Message, "sessionId" | "from" | "text" | "purpose" | "receipts">;

/** Tasks and results are bounded with the spawns (BO1). */
const guarded: readonly Message["purpose"][] = ["text", "request"];

export function isGuarded(purpose: Message["purpose"]): boolean {
  return guarded.includes(purpose);
}

/**
 * Returns why the next message must be held, in words; null if it need not. `times` is how often a person let the chain
 * go on: each time allows as much again. `earlier` are the chain's messages.
 */
export function findGuard(
  earlier: readonly Earlier[],
  next: NextMessage,
  { limits, times }: { readonly limits: GuardLimits; readonly times: number },
): string | null {
  const all = earlier.filter(({ from, purpose }) => from.kind === "session" && isGuarded(purpose));
  const pair = all.filter(({ sessionId, from }) =>
    isPair(next, from.kind === "session" ? from.sessionId : null, sessionId),
  );
  const allowed = 1 + times;
  const echoes = pair.filter(({ text }) => isNearlySame(text, next.text)).length + 1;
  if (echoes >= limits.echoes * allowed) return `${echoes} messages between two sessions say nearly the same`;
  const sinceMs = isoToMs(next.at) - 60_000;
  const recent = pair.filter(({ receipts }) => isoToMs(receipts.acceptedAt) > sinceMs).length + 1;
  if (recent > limits.pairPerMinute * allowed) return `two sessions sent each other ${recent} messages within a minute`;
  const count = all.length + 1;
  if (count > limits.messages * allowed) return `bots sent ${count} messages that began with a single one`;
  return null;
}

function isPair({ from, to }: NextMessage, sender: SessionId | null, receiver: SessionId): boolean {
  return (sender === from && receiver === to) || (sender === to && receiver === from);
}

/** Longer texts are compared by their beginning. */
const comparedLength = 2_000;
/** Texts with fewer words are the same only word for word. */
const leastWords = 8;
const nearly = 0.9;

/**
 * Letter case, marks and spaces do not matter; of longer texts, neither does one word in twenty. Texts of marks alone,
 * as emoji, are the same only mark for mark.
 */
export function isNearlySame(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  if (a.length + b.length === 0) return one.trim() === other.trim();
  if (a.join(" ") === b.join(" ")) return true;
  if (Math.min(a.length, b.length) < leastWords) return false;
  const [left, right] = [new Set(a), new Set(b)];
  const shared = [...left].filter((word) => right.has(word)).length;
  return (2 * shared) / (left.size + right.size) >= nearly;
}

function wordsOf(text: string): readonly string[] {
  return (
    text
      .slice(0, comparedLength)
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
