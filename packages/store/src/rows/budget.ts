/** Converts budgets: row → noun, as of a time: a period that is over counts nothing. */
import { isPeriodOver, windowAt } from "@reef/engine/budget/period";
import { type BudgetFacts, budgetState, type Used } from "@reef/engine/budget/room";
import { keyToScope } from "@reef/engine/budget/scope-key";
import type { Budget } from "@reef/protocol/budget";
import type { IsoTime } from "@reef/protocol/time";
import type { BudgetRow } from "../budget-tables.ts";
import { nanosToUsd } from "./usage.ts";

export function budgetRowToFacts(row: BudgetRow): BudgetFacts {
  return {
    id: row.id,
    limitNanos: row.limit_nanos,
    limitTokens: row.limit_tokens,
    extra: { tokens: row.extra_tokens, nanos: row.extra_nanos },
    spent: { tokens: row.spent_tokens, nanos: row.spent_nanos },
    warnAt: row.warn_permille / 1000,
    isOut: row.is_out === 1,
  };
}

/** What a row becomes when its period begins anew. */
export const freshPeriod = {
  spent_nanos: 0,
  spent_tokens: 0,
  unpriced_calls: 0,
  extra_nanos: 0,
  extra_tokens: 0,
  is_out: 0,
  ask_id: null,
} as const;

export function budgetRowToNoun(stored: BudgetRow, reserved: Used, at: IsoTime): Budget {
  const isOver = isPeriodOver(stored.period, stored.since, at);
  const row = isOver ? { ...stored, ...freshPeriod, since: windowAt(stored.period, at).since } : stored;
  return {
    id: row.id,
    scope: keyToScope(row.scope_key),
    period: row.period,
    limitUsd: row.limit_nanos === null ? null : nanosToUsd(row.limit_nanos),
    limitTokens: row.limit_tokens,
    warnAt: row.warn_permille / 1000,
    extraUsd: nanosToUsd(row.extra_nanos),
    extraTokens: row.extra_tokens,
    spentUsd: nanosToUsd(row.spent_nanos),
    spentTokens: row.spent_tokens,
    unpricedCalls: row.unpriced_calls,
    reservedUsd: nanosToUsd(reserved.nanos),
    reservedTokens: reserved.tokens,
    state: budgetState(budgetRowToFacts(row)),
    since: row.since,
    until: row.since === null ? null : windowAt(row.period, row.since).until,
    setBy: row.set_by,
    askId: row.ask_id,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
