/** What a model answered. */
import type { ToolCallRequest } from "@reef/engine/port/runtime";
import type { KeptAnswer } from "./provider/kept.ts";

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
