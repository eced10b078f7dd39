/**
 * Builds what a turn says to an agent of a gateway: people's words plainly, with the names of the files that came with
 * them, other sessions' words quoted with their sender (MB9), and beside them, as part of the system prompt, what Reef
 * gives its bots: instructions, blocks and recalled memory (ME5).
 */
import { textWithFiles } from "@reef/engine/file/say-files";
import { senderToEntryKind } from "@reef/engine/mailbox/entry-kind";
import type { TurnContext } from "@reef/engine/port/runtime";
import { presentEntry } from "@reef/engine/prompt/present";
import { frameKey, frameNotice } from "@reef/engine/prompt/quote";
import type { Entry } from "@reef/protocol/entry";

/** Longest text of one run, in UTF-16 units: a longer one does not fit a model either. */
const maxChars = 2_000_000;

/** Returns the words of the turn's messages, in the order they were accepted. A retried one is under its first turn. */
export function wordsOf({ turn, entries, messages }: TurnContext): string {
  const taken = new Set<string>(messages.map(({ id }) => id));
  return entries
    .filter((entry) => isInput(entry) && (entry.turnId === turn.id || taken.has(entry.messageId ?? "")))
    .map((entry) => textWithFiles({ ...entry, text: presentEntry(entry) }))
    .join("\n\n")
    .slice(0, maxChars);
}

function isInput({ kind, messageId }: Entry): boolean {
  return messageId !== null && (kind === "person" || kind === "session" || kind === "notice");
}

/** For a run that takes over from one that broke off, whose open calls the gateway closes as failed. */
const goOnText =
  "Your last turn was cut off by a stop of the gateway or by a failure. What you did so far stands above. A call without a result may or may not have taken effect: look before you do it again. Go on from there and finish what you were asked.";

export function goOnWords({ turn }: TurnContext): string {
  return frameNotice(goOnText, frameKey(turn.id));
}

/** For a message that is already in the transcript, whose model failed before it said anything. */
const answerNowText = "The model failed before it answered the last message. It stands above: answer it now.";

export function answerNowWords({ turn }: TurnContext): string {
  return frameNotice(answerNowText, frameKey(turn.id));
}

/** Compares two texts without the keys of their frames, which differ each time. */
export function isSameWords(a: string, b: string): boolean {
  return withoutKeys(a) === withoutKeys(b);
}

function withoutKeys(text: string): string {
  return text.replace(/ k="\w+">/g, ">").trim();
}

/** Joins instructions, blocks and recalled memory, as an addition to the agent's own system prompt. */
export function extraSystemPrompt({ instructions, recalled }: TurnContext): string {
  return recalled === null ? instructions : `${instructions}\n\n${recalled}`;
}

/** For words of Reef itself. */
export const ownProvenance = { kind: "internal_system", sourceTool: "reef" };

/** Names the sender to the gateway when another session alone began the turn; people need no mark. */
export function provenanceOf({ messages }: TurnContext): Record<string, unknown> | null {
  const [first] = messages;
  if (first === undefined || messages.some(({ from }) => senderToEntryKind(from) === "person")) return null;
  if (first.from.kind !== "session") return ownProvenance;
  return { kind: "inter_session", sourceSessionKey: `reef:${first.from.sessionId}`, sourceTool: "reef" };
}
