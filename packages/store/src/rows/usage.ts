/** Converts usage: row ↔ noun. Costs are whole billionths of a dollar, so that sums are exact. */
import type { Usage } from "@reef/protocol/bot";

export interface UsageColumns {
  readonly model_calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_nanos: number;
  readonly unpriced_calls: number;
}

export function columnsToUsage(row: UsageColumns): Usage {
  return {
    modelCalls: row.model_calls,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: nanosToUsd(row.cost_nanos),
    unpricedCalls: row.unpriced_calls,
  };
}

export function nanosToUsd(nanos: number): number {
  return nanos / 1e9;
}

export function usdToNanos(usd: number): number {
  return Math.round(usd * 1e9);
}
