/**
 * Separates a model's thoughts from its answer, where its server leaves both in the text: `<think> … </think>` and
 * similar. Only a thought at the start of an answer counts; the same words later, or in code, are text. Some templates
 * open the thought in the prompt, so that only its end is seen: then all of the text so far was thought. Pieces may be
 * cut anywhere.
 */

export interface ThoughtPiece {
  readonly text: string;
  readonly thought: string;
  /** True when all text given out so far was thought; `thought` holds it. */
  readonly isVoid: boolean;
}

export interface ThoughtParting {
  take(piece: string): ThoughtPiece;
  end(): ThoughtPiece;
  /** `unopened`: a thought ended that nothing had opened. `none`: there was no thought. */
  kind(): "opened" | "unopened" | "none";
}

const closeByOpen: Readonly<Record<string, string>> = {
  "<think>": "</think>",
  "<thinking>": "</thinking>",
  "<thought>": "</thought>",
  "<reason>": "</reason>",
  "<reasoning>": "</reasoning>",
  "<seed:think>": "</seed:think>",
  "<mm:think>": "</mm:think>",
  "[think]": "[/think]",
  "◁think▷": "◁/think▷",
  "<|start_thinking|>": "<|end_thinking|>",
  "<|begin_of_thought|>": "<|end_of_thought|>",
  "<|channel|>analysis<|message|>": "<|end|>",
  "<|channel>thought": "<channel|>",
};
const opens = Object.keys(closeByOpen);
const closes = [...new Set(Object.values(closeByOpen))];
/** Marks between a thought and the answer, which have no meaning. */
const marks = [
  "<|start|>assistant",
  "<|channel|>final<|message|>",
  "<|channel|>commentary<|message|>",
  "<|start_response|>",
  "<|begin_of_solution|>",
];
const endMarks = ["<|return|>", "<|end|>", "<|end_response|>", "<|end_of_solution|>"];
/** For a thought that nothing opened: the ends that do not occur in ordinary text. */
const unopenedCloses = closes.filter((close) => close !== "<|end|>" && close !== "<channel|>");

interface Parting {
  state: "start" | "thought" | "text";
  /** Not given out yet: it may be the beginning of a mark. */
  held: string;
  /** Text given out while no thought was seen. */
  said: string;
  /** The end of the open thought; null for one whose start was not seen. */
  close: string | null;
  /** For a thought that is only assumed: it becomes text when it never ends. */
  supposed: string | null;
  thoughts: number;
  /** Starts within the open thought, or the last one, that have no end yet. */
  nested: number;
  kind: "opened" | "unopened" | "none";
}

interface Given {
  text: string;
  thought: string;
  isVoid: boolean;
}

/** `isOpen`: this model is known to begin in a thought. */
export function partThoughts({ isOpen }: { readonly isOpen: boolean }): ThoughtParting {
  const parting: Parting = {
    state: isOpen ? "thought" : "start",
    held: "",
    said: "",
    close: null,
    supposed: isOpen ? "" : null,
    thoughts: 0,
    nested: 0,
    kind: "none",
  };
  return {
    take(piece) {
      parting.held += piece;
      return givenBy(parting, false);
    },
    end: () => givenBy(parting, true),
    kind: () => parting.kind,
  };
}

function givenBy(parting: Parting, isEnd: boolean): ThoughtPiece {
  const given: Given = { text: "", thought: "", isVoid: false };
  const stepOf = { start: takeStart, thought: takeThought, text: takeText };
  while (stepOf[parting.state](parting, given, isEnd));
  if (isEnd && parting.supposed !== null) {
    given.text = parting.supposed + given.text;
    parting.supposed = null;
  }
  return given;
}

/** Each step returns whether the held text needs another one. */
function takeStart(parting: Parting, _: Given, isEnd: boolean): boolean {
  const trimmed = parting.held.trimStart();
  const mark = parting.thoughts > 0 ? startOf(trimmed, marks) : null;
  const open = startOf(trimmed, opens);
  if (mark !== null) {
    parting.held = trimmed.slice(mark.length);
    return true;
  }
  if (open !== null) {
    parting.held = trimmed.slice(open.length);
    parting.close = closeByOpen[open] ?? null;
    parting.state = "thought";
    parting.kind = "opened";
    parting.thoughts += 1;
    parting.nested = 0;
    return true;
  }
  if (trimmed === "" || (!isEnd && mayBecome(trimmed, [...opens, ...marks]))) return false;
  if (parting.thoughts > 0) parting.held = trimmed;
  parting.state = "text";
  return true;
}

function takeThought(parting: Parting, given: Given, isEnd: boolean): boolean {
  const ends = parting.close === null ? unopenedCloses : [parting.close, "<|channel|>final<|message|>"];
  if (parting.supposed === "") {
    const open = startOf(parting.held.trimStart(), opens);
    if (open !== null) parting.held = parting.held.trimStart().slice(open.length);
  }
  const found = findFirst(parting.held, ends);
  const keep = found !== null || isEnd ? 0 : tailThatMayBecome(parting.held, [...ends, ...opens]);
  const sure = parting.held.slice(0, found?.at ?? parting.held.length - keep);
  parting.held = parting.held.slice(sure.length + (found?.length ?? 0));
  const open = opens.find((each) => closeByOpen[each] === parting.close);
  if (open !== undefined) parting.nested += sure.toLowerCase().split(open).length - 1;
  if (parting.supposed === null) given.thought += sure;
  else parting.supposed += sure;
  if (found === null) return false;
  if (parting.supposed !== null) {
    given.thought += parting.supposed;
    parting.supposed = null;
    parting.kind = "unopened";
  }
  parting.thoughts += 1;
  parting.said = "";
  parting.state = "start";
  return true;
}

function takeText(parting: Parting, given: Given, isEnd: boolean): boolean {
  const isFirst = parting.thoughts === 0;
  const isNested = !isFirst && parting.nested > 0 && parting.close !== null;
  const found = isFirst
    ? findUnopened(parting.held, parting.said, isEnd)
    : isNested
      ? findOuterEnd(parting, parting.close ?? "")
      : null;
  if (found?.type === "close") {
    given.thought += parting.said + parting.held.slice(0, found.at);
    parting.held = parting.held.slice(found.at + found.length);
    given.text = "";
    given.isVoid = true;
    parting.said = "";
    if (isFirst) parting.kind = "unopened";
    else parting.nested -= 1;
    parting.thoughts += 1;
    parting.state = "start";
    return true;
  }
  const ends = isFirst ? unopenedCloses : isNested ? [...endMarks, parting.close ?? ""] : endMarks;
  const tail = isEnd ? 0 : tailThatMayBecome(parting.held, ends);
  const keep = found?.type === "wait" ? parting.held.length - found.at : tail;
  let sure = parting.held.slice(0, parting.held.length - keep);
  parting.held = parting.held.slice(sure.length);
  if (isFirst || isNested) parting.said += sure;
  const mark = isEnd && !isFirst ? endMarks.find((each) => sure.endsWith(each)) : undefined;
  if (mark !== undefined) sure = sure.slice(0, -mark.length);
  given.text += sure;
  return false;
}

function startOf(text: string, tokens: readonly string[]): string | null {
  const start = text.slice(0, 40).toLowerCase();
  return tokens.find((token) => start.startsWith(token)) ?? null;
}

function mayBecome(text: string, tokens: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return tokens.some((token) => token.startsWith(lower));
}

function findFirst(text: string, tokens: readonly string[]): { readonly at: number; readonly length: number } | null {
  const lower = text.toLowerCase();
  let first: { readonly at: number; readonly length: number } | null = null;
  for (const token of tokens) {
    const at = lower.indexOf(token);
    if (at >= 0 && (first === null || at < first.at)) first = { at, length: token.length };
  }
  return first;
}

/** Returns how much of the end may be the beginning of one of the tokens. */
function tailThatMayBecome(text: string, tokens: readonly string[]): number {
  const lower = text.slice(-40).toLowerCase();
  for (let length = lower.length; length > 0; length -= 1) {
    const tail = lower.slice(-length);
    if (tokens.some((token) => token.startsWith(tail))) return length;
  }
  return 0;
}

type Unopened =
  | { readonly type: "close"; readonly at: number; readonly length: number }
  | { readonly type: "wait"; readonly at: number };

/** Finds the end of a thought that held a thought: the text between the two ends was thought as well. */
function findOuterEnd({ held, said }: Parting, close: string): Unopened | null {
  const found = findFirst(held, [close]);
  if (found === null) return null;
  const before = said + held.slice(0, found.at);
  return findFirst(before, opens) === null && !endsInCode(before) ? { type: "close", ...found } : null;
}

/** Finds an end outside code, with no start before it. */
function findUnopened(held: string, said: string, isEnd: boolean): Unopened | null {
  const found = findFirst(held, unopenedCloses);
  if (found === null) return null;
  const after = held.slice(found.at + found.length);
  if (/^[ \t]*$/.test(after) && !isEnd) return { type: "wait", at: found.at };
  const before = said + held.slice(0, found.at);
  const isAlone = /(^|\n)\s*$/.test(before) || /^\s*(\n|$)/.test(after);
  const isOpened = findFirst(before, opens) !== null;
  return isAlone && !isOpened && !endsInCode(before) ? { type: "close", ...found } : null;
}

/** True when the following text would be in a code block or between backticks. */
export function endsInCode(text: string): boolean {
  const fences = text.match(/^\s*(```|~~~)/gm)?.length ?? 0;
  const line = text.slice(text.lastIndexOf("\n") + 1);
  const ticks = line.replaceAll("```", "").match(/`/g)?.length ?? 0;
  return fences % 2 === 1 || ticks % 2 === 1;
}
