/**
 * ME5: decides whose words a bot's line holds. What a tool or another session said does not become the bot's word by
 * being repeated: in its turn, later in the session, or from a memory that no person has approved. Every store decides
 * by this when it captures a line. Pure.
 */
import type { MemoryTrust } from "@reef/protocol/memory";
import type { Message } from "@reef/protocol/message";
import { bornShare, isTelling, sharedWith } from "./born-of.ts";
import { higherTrust } from "./trust.ts";

/** How far back in its session, in entries, a line is compared. */
export const earlierEntries = 400;
/** How many of the results and messages there are compared, the newest first. */
export const mostEarlier = 40;
/** How much of each of those is compared, in characters: a store does this between two writes. */
export const earlierLength = 4_000;

export interface LineOrigin {
  readonly text: string;
  /** Results of tools in its turn; for a row without a turn, those before it. */
  readonly results: readonly string[];
  /** What other sessions said in its turn. */
  readonly heard: readonly { readonly text: string; readonly purpose: Message["purpose"] | null }[];
  /** Results and other sessions' words earlier in the session. */
  readonly earlier: readonly { readonly text: string; readonly kind: "tool_result" | "session" }[];
  /** What was recalled for the turn and waits for a person's approval. */
  readonly recalled: readonly { readonly text: string; readonly trust: MemoryTrust }[];
}

export function trustOfBotLine({ text, results, heard, earlier, recalled }: LineOrigin): MemoryTrust {
  const isFrom = (texts: readonly string[]) => sharedWith(text, texts) >= bornShare;
  if (isFrom(results)) return "tool";
  // A few words such as “done” are found in many an earlier result.
  const before = isTelling(text) ? earlier : [];
  const textsOf = (kind: "tool_result" | "session") =>
    before.flatMap((entry) => (entry.kind === kind ? [entry.text] : []));
  if (isFrom(textsOf("tool_result"))) return "tool";
  const repeated = recalled
    .filter((memory) => isFrom([memory.text]))
    .reduce<MemoryTrust>((lowest, { trust }) => (higherTrust(trust, lowest) === lowest ? trust : lowest), "bot");
  if (repeated === "tool") return "tool";
  // What another session asked for is answered in other words, too. A result that a bot's own child sends back belongs
  // to the work of whom the bot answers.
  const isAsked = heard.some(({ purpose }) => purpose !== "result");
  const isHeard = isAsked || isFrom(heard.map((said) => said.text)) || isFrom(textsOf("session"));
  return isHeard || repeated === "session" ? "session" : "bot";
}
