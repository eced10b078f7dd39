/** What one step used. Only a model's call is counted as one; a call whose price nobody has told is counted as such. */
import type { Usage } from "@reef/protocol/bot";
import type { Step } from "@reef/protocol/turn";
import type { StepSeed } from "../port/unit.ts";

/** Steps that are calls of a model: its answers, its summaries, and what was paid for without an answer (PR3). */
export const modelCallKinds = ["model", "retry", "compaction"] as const satisfies readonly Step["kind"][];

export function isModelCall({ kind }: Pick<Step, "kind">): boolean {
  return (modelCallKinds as readonly Step["kind"][]).includes(kind);
}

/** A call that was paid for and gave nothing brings the turn no further: it takes back no death (TU4). */
export function isProgress({ kind }: Pick<Step, "kind">): boolean {
  return kind !== "retry";
}

export function usageOfStep(
  step: Pick<StepSeed, "kind" | "inputTokens" | "outputTokens"> & { readonly costUsd?: number | null | undefined },
): Usage {
  const modelCalls = isModelCall(step) ? 1 : 0;
  const costUsd = step.costUsd ?? null;
  return {
    modelCalls,
    inputTokens: step.inputTokens,
    outputTokens: step.outputTokens,
    costUsd: costUsd ?? 0,
    unpricedCalls: costUsd === null ? modelCalls : 0,
  };
}
