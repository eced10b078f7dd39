/**
 * Prepares an answer's calls for the engine: with parsed arguments, the data that their provider wants back, and a
 * reason when one must not be run. It enforces the bounds of calls.
 */
import type { ToolCallRequest } from "@reef/engine/port/runtime";
import type { AnswerDraft, CallPart, EndedDraft } from "./answer-draft.ts";
import { type LiveStep, type ModelCall, nameOf } from "./model-call.ts";
import type { KeptCall } from "./provider/kept.ts";
import { type CallInput, readArguments } from "./provider/wire/arguments.ts";
import { readTextCalls } from "./provider/wire/calls-in-text.ts";
import { mostArgumentChars } from "./provider/wire/chat/calls.ts";

const mostCalls = 32;

/** Begins the result of a call in which an answer was cut. */
export const cutCallStart = "Not run: the answer was cut off in the middle of this call";

/** Converts calls left in the text to calls; the live text becomes the words before them. */
export function* takeTextCalls(draft: AnswerDraft, { manners, options, wire }: ModelCall): Generator<LiveStep> {
  if (draft.calls.length > 0) manners.callsProperly = true;
  if (manners.callsProperly || wire !== "chat") return;
  const found = readTextCalls(draft.text, new Set(options.tools?.map(({ name }) => name)));
  if (found === null) return;
  draft.text = found.text;
  for (const [n, { name, input }] of found.calls.entries()) {
    draft.calls.push({ type: "tool-call", toolCallId: `call_${n + 1}`, toolName: name, input });
  }
  yield { type: "retry", reason: "the end of the text is a tool call" };
  if (draft.text !== "") yield { type: "delta", text: draft.text };
}

interface ReadCalls extends EndedDraft {
  readonly isCut: boolean;
  readonly atTokens: number | null;
  readonly remarks: string[];
}

interface ReadCall {
  readonly request: ToolCallRequest;
  readonly isCut: boolean;
}

export function readCalls({ draft, notes, call, isCut, atTokens, remarks }: ReadCalls): readonly ReadCall[] {
  const { calls } = draft;
  const taken = calls.slice(0, mostCalls + 1);
  if (calls.length > mostCalls) {
    remarks.push(`The model made ${calls.length} tool calls in one answer; only the first ${mostCalls} were run.`);
  }
  return taken.map((part, at) => {
    const input = readArguments(part.input.slice(0, mostArgumentChars + 1));
    // Nothing came after the last call, so it may be the one that was cut even if it looks complete.
    const isCutHere = input.type === "cut" || (isCut && at === calls.length - 1);
    const refusal = refusalOf({ part, at, input, isCutHere, atTokens, count: calls.length });
    const fields = notes.fieldsByCall.get(part.toolCallId) ?? {};
    const { providerMetadata: metadata } = part;
    const kept: KeptCall | null =
      metadata === undefined && Object.keys(fields).length === 0
        ? null
        : {
            model: nameOf(call),
            ...(metadata !== undefined && { metadata }),
            ...(Object.keys(fields).length > 0 && { fields }),
          };
    const request = {
      callId: part.toolCallId,
      name: part.toolName,
      input: inputOf(input, part.input),
      ...(kept !== null && { opaque: kept }),
      ...(refusal !== null && { refusal }),
    };
    return { request, isCut: isCutHere };
  });
}

interface Refusing {
  readonly part: CallPart;
  readonly at: number;
  readonly count: number;
  readonly input: CallInput;
  readonly isCutHere: boolean;
  readonly atTokens: number | null;
}

/** Returns why a call must not be run, in words for the model; null when it may. */
function refusalOf({ part, at, count, isCutHere, atTokens }: Refusing): string | null {
  if (at >= mostCalls) {
    return `Not run: an answer may contain ${mostCalls} calls, and this one contained ${count}. Make the other ${count - mostCalls} in later answers.`;
  }
  if (part.input.length > mostArgumentChars) {
    return `Not run: its arguments are longer than ${mostArgumentChars / 1024} KB. Do it in smaller parts.`;
  }
  if (!isCutHere) return null;
  const where = atTokens === null ? "" : `, at ${atTokens} tokens`;
  return `${cutCallStart}${where}. That is the limit of one answer. Make the call again with less in it, or do the work in smaller parts.`;
}

function inputOf(input: CallInput, given: string): unknown {
  return input.type === "read" ? input.input : given.slice(0, mostArgumentChars);
}
