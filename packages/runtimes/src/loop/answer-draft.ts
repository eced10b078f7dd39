/**
 * An answer as it comes in: text apart from thought, calls with what their provider put beside them, and what the provider
 * wants back. Its bounds are kept here, and an answer that cannot be used says why.
 */

import type { LanguageModelV4StreamPart, SharedV4ProviderMetadata } from "@ai-sdk/provider";
import type { ToolCallRequest } from "@reef/engine/port/runtime";
import { cutNote } from "@reef/protocol/cut-note";
import { readCalls, takeTextCalls } from "./answer-calls.ts";
import type { LiveStep, ModelCall, ModelManners } from "./call-model.ts";
import { UnusableAnswer } from "./failure/call-error.ts";
import { statedCost } from "./price.ts";
import type { KeptAnswer } from "./provider/kept.ts";
import { partThoughts, type ThoughtParting } from "./provider/wire/thoughts.ts";
import type { WireNotes } from "./provider/wire/wire-notes.ts";

export interface ModelAnswer {
  readonly text: string;
  readonly calls: readonly ToolCallRequest[];
  /** What the model thought; empty when it said nothing of it. */
  readonly reasoning: string;
  readonly kept: KeptAnswer | null;
  /** What people should know of the answer, each a sentence. */
  readonly remarks: readonly string[];
  /** Whether the answer was cut in the middle of a call. */
  readonly isCutInCall: boolean;
  /** As the provider counted; null when it did not say. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Of the input tokens, those that the provider had kept from an earlier call. */
  readonly cachedInputTokens: number | null;
  /** From the attempt to its first token; null when there was none. */
  readonly firstTokenMs: number | null;
  /** What the provider says that it took for the call, in US dollars. */
  readonly statedCostUsd: number | null;
}

const mostTextChars = 2_000_000;

interface ReasoningPart {
  text: string;
  metadata: SharedV4ProviderMetadata;
}

export type CallPart = Extract<LanguageModelV4StreamPart, { type: "tool-call" }>;
type FinishPart = Extract<LanguageModelV4StreamPart, { type: "finish" }>;

export interface AnswerDraft {
  text: string;
  reasoning: string;
  /** The live text so far turned out to be thought. */
  isVoid: boolean;
  isThinkingTold: boolean;
  /** It holds as much text as is taken. */
  isFull: boolean;
  readonly parting: ThoughtParting;
  readonly manners: ModelManners;
  readonly parts: Map<string, ReasoningPart>;
  readonly calls: CallPart[];
  finish: FinishPart | null;
}

export function newDraft(manners: ModelManners): AnswerDraft {
  return {
    text: "",
    reasoning: "",
    isVoid: false,
    isThinkingTold: false,
    isFull: false,
    parting: partThoughts({ isOpen: manners.startsInThought }),
    manners,
    parts: new Map(),
    calls: [],
    finish: null,
  };
}

/** Adds a part; its live text. Throws what an error part carries. */
export function takePart(draft: AnswerDraft, part: LanguageModelV4StreamPart): string {
  switch (part.type) {
    case "text-delta":
      return takeText(draft, draft.parting.take(part.delta));
    case "reasoning-start":
    case "reasoning-delta":
    case "reasoning-end": {
      const text = part.type === "reasoning-delta" ? part.delta : "";
      const { providerMetadata: metadata = {} } = part;
      const known = draft.parts.get(part.id) ?? { text: "", metadata: {} };
      if (draft.reasoning.length < mostTextChars) {
        known.text += text;
        draft.reasoning += text;
      }
      for (const [name, values] of Object.entries(metadata))
        known.metadata[name] = { ...known.metadata[name], ...values };
      draft.parts.set(part.id, known);
      return "";
    }
    case "tool-call":
      // Calls that the provider ran itself are part of its answer and nothing for us to do.
      if (!part.providerExecuted) draft.calls.push(part);
      return "";
    case "error":
      throw part.error;
    case "finish":
      draft.finish = part;
      return "";
    default:
      return ""; // sources, files and pings: not part of a transcript
  }
}

/** What the parting of thoughts still held back; live text to add. */
export function draftText(draft: AnswerDraft, isEnd: boolean): string {
  return isEnd ? takeText(draft, draft.parting.end()) : "";
}

function takeText(draft: AnswerDraft, piece: ReturnType<ThoughtParting["take"]>): string {
  if (piece.isVoid) {
    draft.text = "";
    draft.isVoid = true;
  }
  if (draft.reasoning.length < mostTextChars) draft.reasoning += piece.thought;
  const room = mostTextChars - draft.text.length;
  const text = piece.text.length <= room ? piece.text : piece.text.slice(0, Math.max(0, room)).toWellFormed();
  draft.isFull ||= piece.text.length > room;
  draft.text += text;
  return text;
}

export interface EndedDraft {
  readonly draft: AnswerDraft;
  readonly notes: WireNotes;
  readonly call: ModelCall;
}

/** The answer, with live text to add. Throws when there is none that could be used. */
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
    ? new UnusableAnswer("had no room left for an answer: the conversation is as long as it takes", "overflow")
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

/** What has to go back with the answer; null when nothing has. */
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

export function nameOf({ choice }: ModelCall): string {
  return `${choice.providerName}/${choice.modelId}`;
}
