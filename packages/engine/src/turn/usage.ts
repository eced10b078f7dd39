/** Computes what one step used. Only a model's call counts as a call; one without a known price is counted as such. */
import type { Usage } from "@reef/protocol/bot";
import type { Step } from "@reef/protocol/turn";
import type { StepSeed } from "../port/unit.ts";

/** Steps that are model calls: answers, summaries, and calls paid for without an answer (PR3). */
export const modelCallKinds = ["model", "retry", "compaction"] as const satisfies readonly Step["kind"][];

export function isModelCall({ kind }: Pick<Step, "kind">): boolean {
  return (modelCallKinds as readonly Step["kind"][]).includes(kind);
}

/** A call that was paid for without an answer is no progress, so it resets no death count (TU4). */
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
