/** What turns took together: the numbers beside a session in trees, cells and lists. */
import type { Turn } from "@reef/protocol/turn";

export interface TurnSums {
  readonly tokens: number;
  /** Of turns that have ended. */
  readonly endedMs: number;
  /** When the open turn began; null when none is open. */
  readonly openSinceMs: number | null;
}

export const noTurnSums: TurnSums = { tokens: 0, endedMs: 0, openSinceMs: null };

export function sumTurns(turns: readonly Turn[]): TurnSums {
  let { tokens, endedMs, openSinceMs } = noTurnSums;
  for (const { usage, startedAt, endedAt } of turns) {
    tokens += usage.inputTokens + usage.outputTokens;
    if (endedAt === null) openSinceMs = Date.parse(startedAt);
    else endedMs += Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
  }
  return { tokens, endedMs, openSinceMs };
}

export function workedMs({ endedMs, openSinceMs }: TurnSums, nowMs: number): number {
  return endedMs + (openSinceMs === null ? 0 : Math.max(0, nowMs - openSinceMs));
}
