/** Bounds the numbers that a runtime reports: they come from servers, which may say anything (BO2). */
import type { CallCost, RuntimeStep } from "../port/runtime.ts";
import type { CallFacts } from "../port/unit.ts";

/** The longest wait before a server is asked again, whatever it asks for. */
export const longestWaitMs = 3_600_000;
/** More than any call takes or gives. */
const mostTokens = 1e9;
const mostUsd = 1e5;
const mostModelName = 300;
const mostDurationMs = 366 * 86_400_000;

/** Returns how long a server asks us to wait, bounded; 0 if that is no time. */
export function toldWait(ms: number | null | undefined): number {
  return within(ms, longestWaitMs);
}

/** Returns the step with counts that can be added up and stored. */
export function withTrueNumbers(step: RuntimeStep): RuntimeStep {
  switch (step.type) {
    case "answer":
    case "paid":
    case "compaction": {
      const { costUsd: _, ...rest } = step;
      return {
        ...rest,
        ...trueCost(step),
        ...("tokensBefore" in rest && { tokensBefore: Math.round(within(rest.tokensBefore, mostTokens)) }),
      } as typeof step;
    }
    case "note":
      return step.modelCalls === undefined ? step : { ...step, modelCalls: step.modelCalls.map(trueCost) };
    case "tool":
      return { ...step, durationMs: within(step.durationMs, mostDurationMs) };
    default:
      return step;
  }
}

function trueFacts({ model, ...numbers }: CallFacts = {}): CallFacts {
  const most = {
    cachedTokens: mostTokens,
    windowTokens: mostTokens,
    contextTokens: mostTokens,
    compactsAt: mostTokens,
  };
  const told = Object.entries({ ...most, firstTokenMs: mostDurationMs }).flatMap(([name, limit]) => {
    const value = numbers[name as keyof typeof numbers];
    return typeof value === "number" && value >= 0 ? [[name, Math.round(Math.min(value, limit))]] : [];
  });
  return { ...Object.fromEntries(told), ...(model !== undefined && { model: model.slice(0, mostModelName) }) };
}

function trueCost({ inputTokens, outputTokens, costUsd, facts }: CallCost): CallCost {
  // A price that cannot be true counts as not told (PR3).
  const isCost = typeof costUsd === "number" && costUsd >= 0 && costUsd <= mostUsd;
  return {
    inputTokens: Math.round(within(inputTokens, mostTokens)),
    outputTokens: Math.round(within(outputTokens, mostTokens)),
    ...(isCost ? { costUsd } : {}),
    ...(facts !== undefined && { facts: trueFacts(facts) }),
  };
}

/** Never negative, even if the clock was set back since. */
export function sinceMs(startedMs: number, nowMs: number): number {
  return Math.max(0, nowMs - startedMs);
}

/** Returns 0 for anything but a positive number. */
function within(value: unknown, most: number): number {
  return typeof value === "number" && value > 0 ? Math.min(value, most) : 0;
}
