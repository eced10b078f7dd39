/** Computes the periods of budgets: days and months of UTC, and one that never ends. */
import type { BudgetPeriod } from "@reef/protocol/budget";
import { type IsoTime, msToIso } from "@reef/protocol/time";

export interface Window {
  /** Null for a total. */
  readonly since: IsoTime | null;
  readonly until: IsoTime | null;
}

export function windowAt(period: BudgetPeriod, at: IsoTime): Window {
  if (period === "total") return { since: null, until: null };
  const [year, month, day] = [Number(at.slice(0, 4)), Number(at.slice(5, 7)) - 1, Number(at.slice(8, 10))];
  const isDay = period === "day";
  return {
    since: msToIso(Date.UTC(year, month, isDay ? day : 1)),
    until: isDay ? msToIso(Date.UTC(year, month, day + 1)) : msToIso(Date.UTC(year, month + 1, 1)),
  };
}

/** True if a period that began at `since` is over. A clock that is set back ends none. */
export function isPeriodOver(period: BudgetPeriod, since: IsoTime | null, at: IsoTime): boolean {
  const now = windowAt(period, at).since;
  return now !== null && (since === null || now > since);
}
