/**
 * Keeps budgets (BU1): reserves the worst cost of a call, adds what was really used, and starts each period with nothing
 * spent. The transaction of the unit decides, so turns that run at the same moment never pass a limit together.
 */
import { isPeriodOver, windowAt } from "@reef/engine/budget/period";
import { budgetFull, budgetState, fitCall, worstOf } from "@reef/engine/budget/room";
import { keysOf, type SpenderKeys, scopeToKey } from "@reef/engine/budget/scope-key";
import type { BudgetOp, BudgetSeed, Spender } from "@reef/engine/port/budget";
import type { Usage } from "@reef/protocol/bot";
import type { BudgetScope } from "@reef/protocol/budget";
import { AppError } from "@reef/protocol/error";
import type { BudgetId } from "@reef/protocol/ids";
import { type IsoTime, msToIso } from "@reef/protocol/time";
import type { BudgetRow } from "../budget-tables.ts";
import { budgetRowToFacts, freshPeriod } from "../rows/budget.ts";
import { usdToNanos } from "../rows/usage.ts";
import type { TurnRow } from "../tables.ts";
import { cancelAskById } from "./asks.ts";
import * as budgetStatements from "./budget-statements.ts";
import * as statements from "./statements.ts";
import { all, one, run, type Write } from "./steps.ts";
import { getBot, getSession, missing, type Work } from "./work.ts";

type OpOf<Name extends BudgetOp["op"]> = Extract<BudgetOp, { readonly op: Name }>;

export function applyBudgetOp(work: Work, op: BudgetOp): Write<void> {
  switch (op.op) {
    case "budget.create":
      return createBudget(work, op.budget);
    case "budget.change":
      return changeBudget(work, op);
    case "budget.allow":
      return allowMore(work, op);
    case "budget.delete":
      return deleteBudget(work, op.id);
    case "budget.reserve":
      return reserve(work, op);
    case "budget.release":
      return run(budgetStatements.deleteReservation, { id: op.id });
    case "budget.out":
      return noteOut(work, op);
    default:
      return op satisfies never;
  }
}

function* createBudget(work: Work, { scope: given, ...seed }: BudgetSeed): Write<void> {
  const scope = yield* findScope(work, given);
  const scope_key = scopeToKey(scope);
  const others = yield* all(budgetStatements.budgetsOfScope, { scope_key });
  if (others.some(({ period }) => period === seed.period)) {
    throw new AppError("conflict", `there is already a budget for this and ${seed.period}: change that one`);
  }
  const { since } = windowAt(seed.period, work.at);
  const row: BudgetRow = {
    id: seed.id,
    scope_key,
    period: seed.period,
    ...limitsToColumns(seed),
    set_by: seed.setBy,
    ...freshPeriod,
    since,
    version: 1,
    created_at: work.at,
    updated_at: work.at,
    ...(yield* spentBefore(scope_key, since)),
  };
  yield* run(budgetStatements.insertBudget, row);
  work.events.push({ type: "budget.changed", budgetId: row.id });
}

function* findScope(work: Work, scope: BudgetScope): Write<BudgetScope> {
  switch (scope.kind) {
    case "bot":
      yield* getBot(work, scope.id);
      return scope;
    case "session":
      yield* getSession(work, scope.id);
      return scope;
    case "tree":
      return { kind: "tree", id: (yield* getSession(work, scope.id)).root_id };
    case "topic":
      if ((yield* one(statements.topicById, { id: scope.id })) === undefined) missing("topic", scope.id);
      return scope;
    case "chain":
    case "whole":
      return scope;
    default:
      return scope satisfies never;
  }
}

/** What stands in the sessions that exist: it was spent before anyone set a budget. */
function* spentBefore(
  key: string,
  since: IsoTime | null,
): Write<Pick<BudgetRow, `spent_${"nanos" | "tokens"}` | "unpriced_calls">> {
  const from = { key, since: since ?? ("" as IsoTime) };
  const sums = yield* one(budgetStatements.usedSince, from);
  const spent = {
    spent_tokens: Number(sums?.tokens ?? 0),
    spent_nanos: Number(sums?.nanos ?? 0),
    unpriced_calls: Number(sums?.unpriced ?? 0),
  };
  for (const row of yield* all(budgetStatements.consolidatedSince, from)) {
    const usage: Usage = JSON.parse(row.usage);
    spent.spent_tokens += usage.inputTokens + usage.outputTokens;
    spent.spent_nanos += usdToNanos(usage.costUsd);
    spent.unpriced_calls += usage.unpricedCalls;
  }
  return spent;
}

function limitsToColumns({ limitUsd, limitTokens, warnAt }: Pick<BudgetSeed, "limitUsd" | "limitTokens" | "warnAt">) {
  return {
    limit_nanos: limitUsd === null ? null : usdToNanos(limitUsd),
    limit_tokens: limitTokens,
    warn_permille: Math.round(warnAt * 1000),
  };
}

function* changeBudget(work: Work, { id, fields }: OpOf<"budget.change">): Write<void> {
  const row = yield* getBudget(work, id);
  if (fields.limitUsd !== undefined) row.limit_nanos = fields.limitUsd === null ? null : usdToNanos(fields.limitUsd);
  if (fields.limitTokens !== undefined) row.limit_tokens = fields.limitTokens;
  if (fields.warnAt !== undefined) row.warn_permille = Math.round(fields.warnAt * 1000);
  if (fields.setBy !== undefined) row.set_by = fields.setBy;
  if (row.limit_nanos === null && row.limit_tokens === null) {
    throw new AppError("invalid_request", "a budget needs a limit in dollars, in tokens or both");
  }
  yield* startAnew(work, row);
}

function* allowMore(work: Work, { id, extraUsd, extraTokens }: OpOf<"budget.allow">): Write<void> {
  const row = yield* getBudget(work, id);
  row.extra_nanos += usdToNanos(extraUsd);
  row.extra_tokens += extraTokens;
  yield* startAnew(work, row);
}

function* deleteBudget(work: Work, id: BudgetId): Write<void> {
  const row = yield* getBudget(work, id);
  yield* run(budgetStatements.deleteBudget, { id });
  if (row.ask_id !== null) yield* cancelAskById(work, row.ask_id);
  work.events.push({ type: "budget.deleted", budgetId: id });
}

/** Deletes the budgets of something that is deleted. */
export function* deleteBudgetsOf(work: Work, scope: BudgetScope): Write<void> {
  for (const { id } of yield* all(budgetStatements.budgetsOfScope, { scope_key: scopeToKey(scope) })) {
    yield* deleteBudget(work, id);
  }
}

/** What may be spent is another amount from now on: whoever waits tries again. */
function* startAnew(work: Work, row: BudgetRow): Write<void> {
  const { ask_id } = row;
  row.version += 1;
  row.is_out = 0;
  row.ask_id = null;
  row.updated_at = work.at;
  yield* run(budgetStatements.updateBudget, row);
  work.events.push({ type: "budget.changed", budgetId: row.id });
  if (ask_id !== null) yield* cancelAskById(work, ask_id);
}

function* noteOut(work: Work, { id, version, askId }: OpOf<"budget.out">): Write<void> {
  const row = yield* getBudget(work, id);
  if (row.version !== version) throw new AppError("conflict", "this budget has changed since");
  if (row.is_out === 1 && row.ask_id === askId) return;
  row.is_out = 1;
  row.ask_id = askId;
  yield* run(budgetStatements.updateBudget, row);
  work.events.push({ type: "budget.changed", budgetId: id });
}

function* reserve(work: Work, { id, spender, need, expiresAt }: OpOf<"budget.reserve">): Write<void> {
  const keys = yield* keysOfSpender(work, spender);
  const budgets = [];
  for (const row of yield* findBudgets(work, keys)) {
    const reserved = yield* one(budgetStatements.reservedOf, { key: row.scope_key, not_id: id, at: work.at });
    const { tokens = 0, nanos = 0 } = reserved ?? {};
    budgets.push({ facts: budgetRowToFacts(row), reserved: { tokens: Number(tokens), nanos: Number(nanos) } });
  }
  const fit = fitCall(need, budgets);
  if ("full" in fit) throw budgetFull(fit);
  yield* run(budgetStatements.deleteExpired, { at: work.at });
  yield* run(budgetStatements.deleteReservation, { id });
  yield* run(budgetStatements.insertReservation, {
    id,
    ...keysToColumns(keys),
    ...worstOf(need, fit.outputTokens),
    output_tokens: fit.outputTokens,
    expires_at: expiresAt,
  });
}

function* keysOfSpender(work: Work, spender: Spender): Write<SpenderKeys> {
  const session = yield* getSession(work, spender.sessionId);
  return keysOf(spender, { rootId: session.root_id, topicId: session.topic_id });
}

function keysToColumns({ bot, session, tree, topic, chain }: SpenderKeys) {
  return { bot_key: bot, session_key: session, tree_key: tree, topic_key: topic, chain_key: chain };
}

/** Returns the budgets over this work as they are now, each in its current period. */
function* findBudgets(work: Work, keys: SpenderKeys): Write<BudgetRow[]> {
  const rows: BudgetRow[] = [];
  for (const { id } of yield* all(budgetStatements.budgetsOver, keys)) {
    const row = yield* findBudget(work, id);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

function* getBudget(work: Work, id: BudgetId): Write<BudgetRow> {
  return (yield* findBudget(work, id)) ?? missing("budget", id);
}

function* findBudget(work: Work, id: BudgetId): Write<BudgetRow | undefined> {
  const row = yield* one(budgetStatements.budgetById, { id });
  if (row !== undefined && isPeriodOver(row.period, row.since, work.at)) {
    const { ask_id } = row;
    Object.assign(row, freshPeriod, { since: windowAt(row.period, work.at).since, ask_id });
    yield* startAnew(work, row);
  }
  return row;
}

/** Adds what a model call has used to every budget over it. */
export function* spend(work: Work, spender: Spender, used: Usage): Write<void> {
  const keys = yield* keysOfSpender(work, spender);
  for (const row of yield* findBudgets(work, keys)) {
    const before = budgetState(budgetRowToFacts(row));
    row.spent_tokens += used.inputTokens + used.outputTokens;
    row.spent_nanos += usdToNanos(used.costUsd);
    row.unpriced_calls += used.unpricedCalls;
    yield* run(budgetStatements.updateBudget, row);
    if (budgetState(budgetRowToFacts(row)) !== before) work.events.push({ type: "budget.changed", budgetId: row.id });
  }
}

export function releaseTurn({ id }: Pick<TurnRow, "id">): Write<void> {
  return run(budgetStatements.deleteReservation, { id });
}

/** How long the call of a stopped turn still counts at its worst: its real usage may arrive late (PR3). */
const lateUsageMs = 60_000;

export function expireTurn(work: Work, { id }: Pick<TurnRow, "id">): Write<void> {
  return run(budgetStatements.expireReservation, { id, expires_at: msToIso(work.atMs + lateUsageMs) });
}
