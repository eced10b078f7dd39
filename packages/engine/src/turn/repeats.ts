/**
 * Counts how often a turn made the same call and got the same result (BO1), from its transcript, so that the count
 * survives a restart. Other results in between do not reduce it; a result that differs from before is news, and so are
 * a person's words: both restart the count. Pure, apart from what it keeps of the entries it has read.
 */
import type { Entry } from "@reef/protocol/entry";
import type { TurnId } from "@reef/protocol/ids";
import { boundRefusal } from "../mailbox/chain-bounds.ts";
import type { ToolCallRequest } from "../port/runtime.ts";

/** From this repetition on, the result says how often it came. */
const tellFrom = 3;
/** At this repetition, a person is asked. */
const askFrom = 5;
/** After this many consecutive answers whose calls are all unreadable, more of them will not do better. */
const maxUnreadable = 3;

/** The result of a call whose arguments are no JSON. The same for each, however much of them there was. */
export const unreadableText =
  "the input is invalid: the arguments are not a complete JSON object. The answer may have been cut off: write less in one call.";

const doesNotFit = "the input is invalid";

export interface Repeat {
  readonly name: string;
  readonly input: unknown;
  readonly text: string;
  readonly isError: boolean;
  /** How often in a row this call gave the same result. */
  readonly times: number;
  /** How many of these came after the latest news of any call. */
  readonly sinceNews: number;
  /** The latest answer that made the call. */
  readonly answer: number;
}

export interface Repeats {
  readonly turnId: TurnId;
  readonly callById: Map<string, Pick<ToolCallRequest, "name" | "input">>;
  /** By the call whose result it is. */
  readonly byCall: Map<string, Repeat>;
  /** Entries up to here are counted. */
  through: number;
  lastKind: Entry["kind"] | null;
  /** Answers with calls so far. Calls of one answer know nothing of each other's results, so equal ones count once. */
  answers: number;
  unreadableAnswers: number;
}

export function createRepeats(turnId: TurnId): Repeats {
  return {
    turnId,
    callById: new Map(),
    byCall: new Map(),
    through: 0,
    lastKind: null,
    answers: 0,
    unreadableAnswers: 0,
  };
}

/** Counts the entries since the last call. */
export function countRepeats(repeats: Repeats, entries: readonly Entry[]): void {
  const { through } = repeats;
  for (const entry of entries) {
    if (entry.seq <= through || entry.turnId !== repeats.turnId) continue;
    repeats.through = Math.max(repeats.through, entry.seq);
    countEntry(repeats, entry);
    repeats.lastKind = entry.kind;
  }
}

/** Returns the result for the model: from the third time on, it says that it is the same again. */
export function tellRepeat(
  repeats: Repeats,
  call: ToolCallRequest,
  result: { text: string; isError: boolean },
): string {
  const before = repeats.byCall.get(keyOf(call, result));
  const isAgain = isSame(before, result) && before?.answer !== repeats.answers;
  const times = isAgain ? (before?.times ?? 0) + 1 : 1;
  if (times < tellFrom) return result.text;
  const ordinal = ordinals[times - tellFrom] ?? `${times}${endings[rules.select(times)]}`;
  return `${result.text}\n\n[This is the ${ordinal} time you made this exact call with this exact result. Calling it again will not change anything. Try something else, or say what is blocking you.]`;
}

/** Returns the call that a person is to be asked about. */
export function findLoop(repeats: Repeats): Repeat | null {
  return [...repeats.byCall.values()].find(({ sinceNews }) => sinceNews >= askFrom) ?? null;
}

export function isUnreadableAgain(repeats: Repeats): boolean {
  return repeats.unreadableAnswers >= maxUnreadable;
}

const ordinals = ["third", "fourth", "fifth"];
const rules = new Intl.PluralRules("en", { type: "ordinal" });
const endings = { zero: "th", one: "st", two: "nd", few: "rd", many: "th", other: "th" };
const told =
  /\n\n\[This is the \w+ time you made this exact call with this exact result\. Calling it again will not change anything\.[^\]]*\]$/;

function countEntry(repeats: Repeats, { kind, tool, notice, text: shown }: Entry): void {
  if (kind === "person" || kind === "session" || notice?.type === "loop") {
    repeats.byCall.clear();
    repeats.unreadableAnswers = 0;
  }
  if (tool === null) return;
  if (kind === "tool_call") {
    if (repeats.lastKind !== "tool_call") repeats.answers += 1;
    repeats.callById.set(tool.callId, { name: tool.name, input: tool.input });
    return;
  }
  const call = repeats.callById.get(tool.callId);
  if (kind !== "tool_result" || call === undefined) return;
  repeats.callById.delete(tool.callId);
  const result = { text: shown.replace(told, ""), isError: tool.isError ?? false };
  countUnreadable(repeats, result.text);
  if (result.text.startsWith(boundRefusal)) return;
  const key = keyOf(call, result);
  const before = repeats.byCall.get(key);
  if (before === undefined || !isSame(before, result)) {
    for (const [other, repeat] of repeats.byCall) repeats.byCall.set(other, { ...repeat, sinceNews: 0 });
    repeats.byCall.set(key, { ...call, ...result, times: 1, sinceNews: 1, answer: repeats.answers });
  } else if (before.answer !== repeats.answers) {
    repeats.byCall.set(key, {
      ...before,
      times: before.times + 1,
      sinceNews: before.sinceNews + 1,
      answer: repeats.answers,
    });
  }
}

/** Results of one answer follow each other, and count once. */
function countUnreadable(repeats: Repeats, text: string): void {
  if (text !== unreadableText) repeats.unreadableAnswers = 0;
  else if (repeats.lastKind !== "tool_result") repeats.unreadableAnswers += 1;
}

function isSame(before: Repeat | undefined, { text, isError }: Pick<Repeat, "text" | "isError">): boolean {
  return before?.text === text && before.isError === isError;
}

/**
 * Distinguishes unreadable or unfit calls by what is wrong with them: the place where a call was cut off differs each
 * time.
 */
function keyOf(
  { name, input }: Pick<ToolCallRequest, "name" | "input">,
  result: Pick<Repeat, "text" | "isError">,
): string {
  const isUnfit = typeof input === "string" || (result.isError && result.text.startsWith(doesNotFit));
  return isUnfit ? `${name}\n` : `${name}\n${toCanonical(input)}`;
}

/** Returns JSON in which the order of an object's fields does not matter. */
function toCanonical(input: unknown): string {
  const sorted = (_: string, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify(input, sorted) ?? "";
}
