/**
 * Parts what a model thought from what it answers, where its server leaves both in the text: `<think> … </think>` and its
 * kin. Only a thought at the start of an answer counts; the same words later, or in code, are text. Some templates open the
 * thought in the prompt, so that only its end is seen: then all of the text so far was thought. Pieces may be cut anywhere.
 */

export interface ThoughtPiece {
  readonly text: string;
  readonly thought: string;
  /** All text given out so far was thought; `thought` holds it. */
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
/** Marks between a thought and the answer that say nothing. */
const marks = [
  "<|start|>assistant",
  "<|channel|>final<|message|>",
  "<|channel|>commentary<|message|>",
  "<|start_response|>",
  "<|begin_of_solution|>",
];
const endMarks = ["<|return|>", "<|end|>", "<|end_response|>", "<|end_of_solution|>"];
/** Of a thought that nothing opened: the ends that stand in no ordinary text. */
const unopenedCloses = closes.filter((close) => close !== "<|end|>" && close !== "<channel|>");

type State = "start" | "thought" | "text";

/** `isOpen`: this model is known to begin in a thought. */
export function partThoughts({ isOpen }: { readonly isOpen: boolean }): ThoughtParting {
  let state: State = isOpen ? "thought" : "start";
  let held = "";
  let said = "";
  let close: string | null = null;
  let thoughts = 0;
  let kind: "opened" | "unopened" | "none" = "none";
  // Of a thought that we only suppose: nobody has seen it open.
  let supposed = isOpen ? "" : null;

  const step = (isEnd: boolean): ThoughtPiece => {
    let text = "";
    let thought = "";
    let isVoid = false;
    for (let goesOn = true; goesOn; ) {
      goesOn = false;
      if (state === "start") {
        const trimmed = held.trimStart();
        const mark = startOf(trimmed, marks);
        const open = startOf(trimmed, opens);
        if (mark !== null && thoughts > 0) {
          held = trimmed.slice(mark.length);
          goesOn = true;
        } else if (open !== null) {
          held = trimmed.slice(open.length);
          close = closeByOpen[open] ?? null;
          state = "thought";
          kind = "opened";
          thoughts += 1;
          goesOn = true;
        } else if (trimmed !== "" && (isEnd || !mayBecome(trimmed, [...opens, ...marks]))) {
          if (thoughts > 0) held = trimmed;
          state = "text";
          goesOn = true;
        }
      } else if (state === "thought") {
        const ends = close === null ? unopenedCloses : [close, "<|channel|>final<|message|>"];
        const found = findFirst(held, ends);
        if (supposed === "" && close === null) {
          const open = startOf(held.trimStart(), opens);
          if (open !== null) held = held.trimStart().slice(open.length);
        }
        if (found !== null) {
          const at = findFirst(held, ends) ?? found;
          thought += held.slice(0, at.at);
          held = held.slice(at.at + at.length);
          if (supposed !== null) {
            thought = supposed + thought;
            supposed = null;
            kind = "unopened";
          }
          thoughts += 1;
          state = "start";
          goesOn = true;
        } else {
          const keep = isEnd ? 0 : tailThatMayBecome(held, ends);
          const sure = held.slice(0, held.length - keep);
          held = held.slice(held.length - keep);
          if (supposed !== null) supposed += sure;
          else thought += sure;
        }
      } else {
        const found = thoughts === 0 ? findUnopened(held, said, isEnd) : null;
        if (found?.type === "close") {
          thought += said + text + held.slice(0, found.at);
          held = held.slice(found.at + found.length);
          text = "";
          said = "";
          isVoid = true;
          kind = "unopened";
          thoughts += 1;
          state = "start";
          goesOn = true;
        } else {
          const watched = thoughts === 0 ? unopenedCloses : endMarks;
          const keep = found?.type === "wait" ? held.length - found.at : isEnd ? 0 : tailThatMayBecome(held, watched);
          let sure = held.slice(0, held.length - keep);
          held = held.slice(held.length - keep);
          if (thoughts > 0)
            for (const mark of endMarks) sure = sure.endsWith(mark) && isEnd ? sure.slice(0, -mark.length) : sure;
          text += sure;
          if (thoughts === 0) said += sure;
        }
      }
    }
    if (isEnd && supposed !== null) {
      // The thought never ended, so it was none.
      text = supposed + text;
      supposed = null;
    }
    return { text, thought, isVoid };
  };

  return {
    take(piece) {
      held += piece;
      return step(false);
    },
    end: () => step(true),
    kind: () => kind,
  };
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

/** How much of the end may be the beginning of one of the tokens. */
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

/** An end that stands by itself, outside code, with no beginning before it. */
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

function endsInCode(text: string): boolean {
  const fences = text.match(/^\s*(```|~~~)/gm)?.length ?? 0;
  const line = text.slice(text.lastIndexOf("\n") + 1);
  const ticks = line.replaceAll("```", "").match(/`/g)?.length ?? 0;
  return fences % 2 === 1 || ticks % 2 === 1;
}
