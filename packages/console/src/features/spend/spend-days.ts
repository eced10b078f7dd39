/**
 * Computes a stacked chart of days and their parts, such as bots or models: every day of the range, the parts that used most apart,
 * the others together.
 */
import type { Usage } from "@reef/protocol/bot";
import type { DaySpend, PartSpend } from "@reef/protocol/overview";
import { addUsage, noUsage } from "@reef/protocol/usage";

export type Measure = "cost" | "tokens";

/** What one bot, model, topic, tree or chain used on one day. */
export interface UsedDay {
  readonly day: string;
  readonly key: string;
  readonly usage: Usage;
}

export interface UsedPart {
  readonly key: string;
  readonly usage: Usage;
}

export function botDays(items: readonly DaySpend[]): readonly UsedDay[] {
  return items.map(({ day, botId, usage }) => ({ day, key: botId, usage }));
}

/** What has no id is named, so that “others” and “no topic” stay apart. */
export function partDays(items: readonly PartSpend[]): readonly UsedDay[] {
  return items.map((item) => ({ day: item.day, key: keyOfPart(item), usage: item.usage }));
}

export function keyOfPart({ id, name }: Pick<PartSpend, "id" | "name">): string {
  return id ?? `:${name}`;
}

export interface Stack {
  /** `2026-01-31`, in UTC. */
  readonly day: string;
  readonly total: number;
  /** From the bottom up, in the order of `shown`; null means the others together. */
  readonly parts: readonly { readonly key: string | null; readonly value: number }[];
}

export interface SpendChart {
  /** The most first. */
  readonly parts: readonly UsedPart[];
  /** Those that have a colour of their own. */
  readonly shown: readonly string[];
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
  items: readonly UsedDay[],
  { nowMs, count, measure }: { readonly nowMs: number; readonly count: number; readonly measure: Measure },
): SpendChart {
  const byKey = new Map<string, Usage>();
  for (const { key, usage } of items) byKey.set(key, addUsage(byKey.get(key) ?? noUsage, usage));
  const parts = [...byKey]
    .map(([key, usage]) => ({ key, usage }))
    .sort((a, b) => amountOf(b.usage, measure) - amountOf(a.usage, measure) || (a.key < b.key ? -1 : 1));
  const shown = parts.slice(0, mostShown).map(({ key }) => key);
  const start = firstDayMs(nowMs, count);
  const stacks = Array.from({ length: count }, (_, at) => {
    const day = new Date(start + at * dayMs).toISOString().slice(0, 10);
    return stackOf(day, { items: items.filter((item) => item.day === day), shown, measure });
  });
  return {
    parts,
    shown,
    stacks,
    total: parts.reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
    peak: Math.max(0, ...stacks.map(({ total }) => total)),
  };
}

function stackOf(
  day: string,
  {
    items,
    shown,
    measure,
  }: { readonly items: readonly UsedDay[]; readonly shown: readonly string[]; readonly measure: Measure },
): Stack {
  const valueByKey = new Map(items.map(({ key, usage }) => [key, amountOf(usage, measure)]));
  const total = [...valueByKey.values()].reduce((sum, value) => sum + value, 0);
  const own = shown.map((key) => ({ key, value: valueByKey.get(key) ?? 0 }));
  const others = total - own.reduce((sum, { value }) => sum + value, 0);
  const parts = [...own, { key: null, value: others }].filter(({ value }) => value > total * 1e-9);
  return { day, total, parts };
}

/**
 * Returns what this month comes to if its remaining days are like the newest seven; null while fewer than two days of
 * it are known. Months are those of UTC.
 */
export function forecastMonth(items: readonly UsedDay[], nowMs: number, measure: Measure): number | null {
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
