/**
 * Collects an answer as it arrives: text apart from thought, calls with their provider's extra data, and what the
 * provider wants back. It enforces the answer's bounds, and says why an answer cannot be used.
 */

import type { LanguageModelV4StreamPart, SharedV4ProviderMetadata } from "@ai-sdk/provider";
import type { ModelCall, ModelManners } from "./model-call.ts";
import { partThoughts, type ThoughtParting } from "./provider/wire/thoughts.ts";
import type { WireNotes } from "./provider/wire/wire-notes.ts";

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
  /** True when the live text so far turned out to be thought. */
  isVoid: boolean;
  isThinkingTold: boolean;
  /** True when it holds as much text as is allowed. */
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

/** Adds a part and returns its live text. Throws the error of an error part. */
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
      // Calls that the provider ran itself are part of its answer and need nothing from us.
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

/** Returns live text that the separation of thoughts still held back. */
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
