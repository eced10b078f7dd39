/**
 * Adds up what bots have used. It is separate from the schemas, so that the console can add without loading a
 * validator.
 */
import type { Usage } from "./bot.ts";

export const noUsage: Usage = { modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unpricedCalls: 0 };

/** Adds costs exactly, to a billionth of a dollar. */
export function addUsage(one: Usage, other: Usage): Usage {
  return {
    modelCalls: one.modelCalls + other.modelCalls,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    costUsd: (Math.round(one.costUsd * 1e9) + Math.round(other.costUsd * 1e9)) / 1e9,
    unpricedCalls: one.unpricedCalls + other.unpricedCalls,
  };
}

/** Subtracts `part` from `all`. */
export function withoutUsage(all: Usage, part: Usage): Usage {
  return {
    modelCalls: all.modelCalls - part.modelCalls,
    inputTokens: all.inputTokens - part.inputTokens,
    outputTokens: all.outputTokens - part.outputTokens,
    costUsd: (Math.round(all.costUsd * 1e9) - Math.round(part.costUsd * 1e9)) / 1e9,
    unpricedCalls: all.unpricedCalls - part.unpricedCalls,
  };
}
