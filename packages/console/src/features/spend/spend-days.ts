/**
 * Computes a stacked chart of days and bots: every day of the range, the bots that used most apart, the others
 * together.
 */
import type { Usage } from "@reef/protocol/bot";
import type { BotId } from "@reef/protocol/ids";
import type { DaySpend } from "@reef/protocol/overview";
import { addUsage, noUsage } from "@reef/protocol/usage";

export type Measure = "cost" | "tokens";

export interface BotSpend {
  readonly botId: BotId;
  readonly usage: Usage;
}

export interface Stack {
  /** `2026-01-31`, in UTC. */
  readonly day: string;
  readonly total: number;
  /** From the bottom up, in the order of `shown`; null means the other bots together. */
  readonly parts: readonly { readonly botId: BotId | null; readonly value: number }[];
}

export interface SpendChart {
  /** The most first. */
  readonly bots: readonly BotSpend[];
  /** The bots that have a colour of their own. */
  readonly shown: readonly BotId[];
  readonly stacks: readonly Stack[];
  readonly total: Usage;
  readonly peak: number;
}

export const mostShown = 6;
const dayMs = 86_400_000;

/** Returns the first moment of the first of `count` days that end today, in UTC. */
export function firstDayMs(nowMs: number, count: number): number {
  return Math.floor(nowMs / dayMs) * dayMs - (count - 1) * dayMs;
}

export function amountOf(usage: Usage, measure: Measure): number {
  return measure === "cost" ? usage.costUsd : usage.inputTokens + usage.outputTokens;
}

/** Returns the greatest of each measure. */
export function mostUsed(usages: readonly Usage[]): Readonly<Record<Measure, number>> {
  const most = (measure: Measure): number => Math.max(0, ...usages.map((usage) => amountOf(usage, measure)));
  return { cost: most("cost"), tokens: most("tokens") };
}

/** Returns 0 to 1, by cost where a price is known, else by tokens. */
export function shareOfMost(usage: Usage, most: Readonly<Record<Measure, number>>): number {
  const measure = most.cost > 0 ? "cost" : "tokens";
  return most[measure] === 0 ? 0 : amountOf(usage, measure) / most[measure];
}

export function chartSpend(
  items: readonly DaySpend[],
  { nowMs, count, measure }: { readonly nowMs: number; readonly count: number; readonly measure: Measure },
): SpendChart {
  const byBot = new Map<BotId, Usage>();
  for (const { botId, usage } of items) byBot.set(botId, addUsage(byBot.get(botId) ?? noUsage, usage));
  const bots = [...byBot]
    .map(([botId, usage]) => ({ botId, usage }))
    .sort((a, b) => amountOf(b.usage, measure) - amountOf(a.usage, measure) || (a.botId < b.botId ? -1 : 1));
  const shown = bots.slice(0, mostShown).map(({ botId }) => botId);
  const start = firstDayMs(nowMs, count);
  const stacks = Array.from({ length: count }, (_, at) => {
    const day = new Date(start + at * dayMs).toISOString().slice(0, 10);
    return stackOf(day, { items: items.filter((item) => item.day === day), shown, measure });
  });
  return {
    bots,
    shown,
    stacks,
    total: bots.reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
    peak: Math.max(0, ...stacks.map(({ total }) => total)),
  };
}

function stackOf(
  day: string,
  {
    items,
    shown,
    measure,
  }: { readonly items: readonly DaySpend[]; readonly shown: readonly BotId[]; readonly measure: Measure },
): Stack {
  const valueByBot = new Map(items.map(({ botId, usage }) => [botId, amountOf(usage, measure)]));
  const total = [...valueByBot.values()].reduce((sum, value) => sum + value, 0);
  const own = shown.map((botId) => ({ botId, value: valueByBot.get(botId) ?? 0 }));
  const others = total - own.reduce((sum, { value }) => sum + value, 0);
  const parts = [...own, { botId: null, value: others }].filter(({ value }) => value > total * 1e-9);
  return { day, total, parts };
}

/**
 * Returns what this month comes to if its remaining days are like the newest seven; null while fewer than two days of
 * it are known. Months are those of UTC.
 */
export function forecastMonth(items: readonly DaySpend[], nowMs: number, measure: Measure): number | null {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const start = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
  const weekAgo = new Date(firstDayMs(nowMs, 7)).toISOString().slice(0, 10);
  const sumFrom = (from: string): number =>
    items.filter((item) => item.day >= from).reduce((sum, { usage }) => sum + amountOf(usage, measure), 0);
  const known = Math.min(7, new Set(items.filter((item) => item.day >= weekAgo).map((item) => item.day)).size);
  if (known < 2) return null;
  const left = new Date(Date.UTC(year, month + 1, 0)).getUTCDate() - day;
  return sumFrom(start) + (sumFrom(weekAgo) / 7) * left;
}
