/** Turns what a runtime says of a call into what budgets decide by. Pure. */
import type { CallNeed } from "../port/budget.ts";
import type { WorstCall } from "../port/runtime.ts";

/** With less room for its answer than this, a call is not made. */
export const leastOutputTokens = 512;

export function worstToNeed({ inputTokens, maxOutputTokens, price }: WorstCall): CallNeed {
  return {
    inputTokens: Math.ceil(inputTokens),
    outputTokens: maxOutputTokens,
    leastOutputTokens: Math.min(maxOutputTokens, leastOutputTokens),
    price,
  };
}
