/** Describes a model call in a few lines. Missing counts are called unknown, never 0. */
import type { Step } from "@reef/protocol/turn";
import { usdLabel } from "../../ui/cost.ts";

const number = new Intl.NumberFormat("en-US");

export function callWords(step: Step): readonly string[] {
  const { model, inputTokens, outputTokens, cachedTokens, costUsd, durationMs, firstTokenMs } = step;
  const isCounted = inputTokens > 0 || outputTokens > 0;
  const cached = cachedTokens === null ? "" : ` (${number.format(cachedTokens)} cached)`;
  const first = firstTokenMs === null ? "" : `, first token after ${seconds(firstTokenMs)}`;
  return [
    model ?? "Model unknown",
    isCounted
      ? `${number.format(inputTokens)} tokens in${cached}, ${number.format(outputTokens)} out`
      : "Tokens unknown",
    costUsd === null ? "Cost unknown: no price is set" : usdLabel(costUsd),
    `${seconds(durationMs)}${first}`,
  ];
}

function seconds(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000
    ? `${(ms / 1_000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}
