/** Declares a model's answer. */
import type { ToolCallRequest } from "@reef/engine/port/runtime";
import type { KeptAnswer } from "./provider/kept.ts";

export interface ModelAnswer {
  readonly text: string;
  readonly calls: readonly ToolCallRequest[];
  /** The model's thoughts; empty when it showed none. */
  readonly reasoning: string;
  readonly kept: KeptAnswer | null;
  /** What people should know about the answer, each a sentence. */
  readonly remarks: readonly string[];
  /** True when the answer was cut in the middle of a call. */
  readonly isCutInCall: boolean;
  /** The provider's count; null when it gave none. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** The part of the input tokens that the provider had cached from an earlier call. */
  readonly cachedInputTokens: number | null;
  /** Time from the attempt to its first token; null when there was none. */
  readonly firstTokenMs: number | null;
  /** The provider's stated price of the call, in US dollars. */
  readonly statedCostUsd: number | null;
}
