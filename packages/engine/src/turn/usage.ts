/** What one step used. Only a model's call is counted as one; a call whose price nobody has told is counted as such. */
import type { Usage } from "@reef/protocol/bot";
import type { StepSeed } from "../port/unit.ts";

export function usageOfStep(
  step: Pick<StepSeed, "kind" | "inputTokens" | "outputTokens"> & { readonly costUsd?: number | null | undefined },
): Usage {
  const modelCalls = step.kind === "model" || step.kind === "compaction" ? 1 : 0;
  const costUsd = step.costUsd ?? null;
  return {
    modelCalls,
    inputTokens: step.inputTokens,
    outputTokens: step.outputTokens,
    costUsd: costUsd ?? 0,
    unpricedCalls: costUsd === null ? modelCalls : 0,
  };
}
