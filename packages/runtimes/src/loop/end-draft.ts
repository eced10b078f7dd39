/** Finishes an answer: converts its draft for the engine, or says why it cannot be used. */
import { cutNote } from "@reef/protocol/cut-note";
import { readCalls, takeTextCalls } from "./answer-calls.ts";
import type { AnswerDraft, EndedDraft } from "./answer-draft.ts";
import { UnusableAnswer } from "./failure/call-error.ts";
import type { ModelAnswer } from "./model-answer.ts";
import { type LiveStep, type ModelCall, nameOf } from "./model-call.ts";
import { statedCost } from "./price.ts";
import type { KeptAnswer } from "./provider/kept.ts";
import type { WireNotes } from "./provider/wire/wire-notes.ts";

/** Returns the answer, and yields live text to add. Throws when there is no usable one. */
export function* endDraft({ draft, notes, call }: EndedDraft): Generator<LiveStep, ModelAnswer> {
  const { manners } = call;
  const reason = draft.isFull ? "stop" : draft.finish?.finishReason.unified;
  if (reason === undefined || reason === "error" || reason === "interrupted") {
    throw new UnusableAnswer("ended its answer without finishing it", "broken");
  }
  if (reason === "content-filter") {
    const said = draft.text.trim() === "" ? "" : `; it said: ${draft.text.trim().slice(0, 200)}`;
    throw new UnusableAnswer(`did not answer: its content filter stopped it${said}`, "filtered");
  }
  yield* takeTextCalls(draft, call);
  const counts = countsOf(draft, notes);
  const isEmpty = draft.text.trim() === "" && draft.calls.length === 0;
  if (notes.isBareEnd) {
    manners.bareEnds += 1;
    if (manners.bareEnds < 2) throw new UnusableAnswer("ended its answer without finishing it", "bare");
  } else manners.bareEnds = 0;
  manners.startsInThought = draft.parting.kind() === "unopened";
  if (isEmpty && reason === "length") throw cutEmpty(draft, counts.outputTokens);
  if (isEmpty && !call.mayBeEmpty) {
    const words = draft.reasoning.trim() === "" ? "gave an empty answer" : "thought, and then gave an empty answer";
    throw new UnusableAnswer(words, "empty");
  }

  const remarks: string[] = [];
  const isCut = reason === "length";
  const atTokens = counts.outputTokens ?? call.options.maxOutputTokens ?? null;
  const calls = readCalls({ draft, notes, call, isCut, atTokens, remarks });
  let text = draft.text;
  if (draft.isFull || (isCut && calls.length === 0)) {
    const note = cutNote(draft.isFull ? null : atTokens);
    const added = text === "" ? note : `\n\n${note}`;
    text += added;
    yield { type: "delta", text: added };
    if (draft.isFull) remarks.push("The model's answer was cut: it was longer than 2 million characters.");
  }
  return {
    text: isEmpty ? "" : text,
    calls: calls.map(({ request }) => request),
    reasoning: draft.reasoning.trim(),
    kept: keptOf(draft, notes, call),
    remarks,
    isCutInCall: calls.some(({ isCut }) => isCut),
    ...counts,
  };
}

function cutEmpty(draft: AnswerDraft, outputTokens: number | null): UnusableAnswer {
  const spent = outputTokens ?? Math.ceil(draft.reasoning.length / 4);
  return spent < 16
    ? new UnusableAnswer("had no room left for an answer: the conversation fills its context window", "overflow")
    : new UnusableAnswer(
        `spent all ${spent} tokens of its answer on thinking and said nothing; raise the bot's maxOutputTokens`,
        "cut",
      );
}

function countsOf({ finish }: AnswerDraft, { usage, firstTokenMs }: WireNotes) {
  const counted = finish?.usage;
  return {
    firstTokenMs,
    inputTokens: usage?.inputTokens ?? (counted?.inputTokens.total || null),
    outputTokens: usage?.outputTokens ?? (usage === null ? (counted?.outputTokens.total ?? null) : null),
    cachedInputTokens: usage?.cachedInputTokens ?? counted?.inputTokens.cacheRead ?? null,
    statedCostUsd: usage?.costUsd ?? statedCost(counted?.raw),
  };
}

/** Returns what must go back with the answer; null when nothing must. */
function keptOf(draft: AnswerDraft, notes: WireNotes, call: ModelCall): KeptAnswer | null {
  const model = nameOf(call);
  const { reasoningDetails: details, reasoningField: field } = notes;
  const parts = [...draft.parts.values()].map(({ text, metadata }) => ({ text, metadata }));
  if (call.wire === "chat") {
    if (draft.reasoning.trim() === "" && details.length === 0) return null;
    return { model, kind: "chat", field, ...(details.length > 0 && { details: [...details] }) };
  }
  return parts.length === 0 ? null : { model, kind: "parts", parts };
}
