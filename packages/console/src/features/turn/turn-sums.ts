/** Sums what turns took together: the numbers beside a session in trees, cells and lists. */
import type { Usage } from "@reef/protocol/bot";
import type { Turn } from "@reef/protocol/turn";
import { addUsage, noUsage } from "@reef/protocol/usage";

export interface TurnSums {
  readonly used: Usage;
  /** Of turns that have ended. */
  readonly endedMs: number;
  /** When the open turn began; null when none is open. */
  readonly openSinceMs: number | null;
}

export const noTurnSums: TurnSums = { used: noUsage, endedMs: 0, openSinceMs: null };

export function sumTurns(turns: readonly Turn[]): TurnSums {
  let { used, endedMs, openSinceMs } = noTurnSums;
  for (const { usage, startedAt, endedAt } of turns) {
    used = addUsage(used, usage);
    if (endedAt === null) openSinceMs = Date.parse(startedAt);
    else endedMs += Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
  }
  return { used, endedMs, openSinceMs };
}

export function workedMs({ endedMs, openSinceMs }: Pick<TurnSums, "endedMs" | "openSinceMs">, nowMs: number): number {
  return endedMs + (openSinceMs === null ? 0 : Math.max(0, nowMs - openSinceMs));
}

export function tokensOf({ inputTokens, outputTokens }: Usage): number {
  return inputTokens + outputTokens;
}
