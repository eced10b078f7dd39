/**
 * BO1: bounds what a runtime says in one step, whichever runtime it is: the words of an answer, the number of its calls
 * and the size of their arguments. What is longer is kept whole as a file of the session, and a notice or the call's
 * result says so.
 */
import type { FileRef } from "@reef/protocol/file";
import type { RuntimeStep, ToolCallRequest } from "../port/runtime.ts";
import { boundOutput, keepEnds } from "./call-output.ts";
import type { OpenTurn } from "./open-turn.ts";

/** In UTF-16 units. A longer answer could not be shown or sent on whole. */
const mostAnswerText = 400_000;
/** What a transcript shows of a longer answer. */
const shownAnswerText = 30_000;
/** In UTF-16 units, as JSON. */
export const mostArguments = 256 * 1024;
const shownArguments = 2_000;
/** More than any runtime of ours lets a model make. */
const mostCalls = 64;

type Answer = Extract<RuntimeStep, { type: "answer" }>;
type RanCall = Extract<RuntimeStep, { type: "tool" }>;

export interface BoundText {
  readonly text: string;
  readonly files: readonly FileRef[];
  /** For people and the model; null if the text is whole. */
  readonly notice: string | null;
}

export async function boundText(open: Pick<OpenTurn, "deps" | "turn">, text: string): Promise<BoundText> {
  if (text.length <= mostAnswerText) return { text, files: [], notice: null };
  const ends = await keepEnds(open, { text, most: shownAnswerText, name: "whole answer.txt" });
  const where = ends.file === null ? "The rest could not be kept." : `The whole is the file “${ends.file.name}”.`;
  return {
    text: `${ends.head}\n\n[…]\n\n${ends.tail}`,
    files: ends.file === null ? [] : [ends.file],
    notice: `The answer has ${text.length.toLocaleString("en-US")} characters, more than ${mostAnswerText.toLocaleString("en-US")}. Its two ends are shown. ${where}`,
  };
}

/** Returns the calls with what must not run refused. Their ids and their order stay. */
export async function boundCalls(
  open: Pick<OpenTurn, "deps" | "turn">,
  calls: Answer["calls"],
): Promise<readonly (ToolCallRequest & { readonly files?: readonly FileRef[] })[]> {
  const bounded: (ToolCallRequest & { readonly files?: readonly FileRef[] })[] = [];
  for (const [at, call] of calls.entries()) {
    const { input, files, size } = await boundArguments(open, call);
    const refusal =
      call.refusal ??
      (size > mostArguments
        ? `Not run: its arguments have ${size.toLocaleString("en-US")} characters, more than ${mostArguments.toLocaleString("en-US")}. Do it in smaller parts.`
        : at >= mostCalls
          ? `Not run: an answer may contain ${mostCalls} calls, and this one contained ${calls.length}. Make the others in later answers.`
          : undefined);
    bounded.push({ ...call, input, ...(refusal !== undefined && { refusal }), ...(files.length > 0 && { files }) });
  }
  return bounded;
}

/** Bounds a call that a runtime ran itself: it did run, so its result stays a result. */
export async function boundRanCall(
  open: Pick<OpenTurn, "deps" | "turn">,
  call: RanCall,
): Promise<RanCall & { readonly files: readonly FileRef[] }> {
  const { input, files } = await boundArguments(open, call);
  const { text, files: kept = [] } = await boundOutput(open, call, { type: "result", text: call.text });
  return { ...call, input, text, files: [...files, ...kept] };
}

async function boundArguments(
  open: Pick<OpenTurn, "deps" | "turn">,
  { name, input }: Pick<ToolCallRequest, "name" | "input">,
): Promise<{ readonly input: unknown; readonly files: readonly FileRef[]; readonly size: number }> {
  const text = typeof input === "string" ? input : (JSON.stringify(input) ?? "");
  if (text.length <= mostArguments) return { input, files: [], size: text.length };
  const { head, file } = await keepEnds(open, { text, most: shownArguments, name: `${name} arguments.txt` });
  return { input: { cut: head, characters: text.length }, files: file === null ? [] : [file], size: text.length };
}
