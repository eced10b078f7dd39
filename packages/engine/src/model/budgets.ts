/** Keeps budgets in the in-memory store (BU1). */
import type { Usage } from "@reef/protocol/bot";
import type { Budget, BudgetScope } from "@reef/protocol/budget";
import { AppError } from "@reef/protocol/error";
import type { BudgetId, TurnId } from "@reef/protocol/ids";
import { type IsoTime, isoToMs, msToIso } from "@reef/protocol/time";
import { addUsage } from "@reef/protocol/usage";
import { isPeriodOver, windowAt } from "../budget/period.ts";
import { type BudgetFacts, budgetFull, budgetState, fitCall, type Used, worstOf } from "../budget/room.ts";
import { keysOf, type SpenderKeys, scopeToKey, wholeKey } from "../budget/scope-key.ts";
import type { BudgetOp, BudgetQueries, BudgetSeed, Spender } from "../port/budget.ts";
import type { Clock } from "../port/clock.ts";
import { isModelCall, usageOfStep } from "../turn/usage.ts";
import type { BudgetRecord } from "./budget-records.ts";
import { filterValues, get, type ModelState, type ModelWork, settleAsk } from "./state.ts";

export function applyBudgetOp(work: ModelWork, op: BudgetOp): void {
  const { state, at, events } = work;
  switch (op.op) {
    case "budget.create":
      createBudget(work, op.budget);
      return;
    case "budget.change": {
      const next = { ...getBudget(work, op.id), ...op.fields };
      if (next.limitUsd === null && next.limitTokens === null) {
        throw new AppError("invalid_request", "a budget needs a limit in dollars, in tokens or both");
      }
      startAnew(work, next);
      return;
    }
    case "budget.allow": {
      const budget = getBudget(work, op.id);
      const extraUsd = nanos(budget.extraUsd + op.extraUsd) / 1e9;
      startAnew(work, { ...budget, extraUsd, extraTokens: budget.extraTokens + op.extraTokens });
      return;
    }
    case "budget.delete":
      deleteBudget(work, op.id);
      return;
    case "budget.reserve": {
      const keys = keysOfSpender(state, op.spender);
      const over = budgetsOver(work, keys).map((budget) => ({
        facts: toFacts(budget),
        reserved: reservedOf(state, budget, { notId: op.id, at }),
      }));
      const fit = fitCall(op.need, over);
      if ("full" in fit) throw budgetFull(fit);
      const { outputTokens } = fit;
      for (const [id, { expiresAt }] of state.money.reservations) {
        if (expiresAt !== null && expiresAt <= at) state.money.reservations.delete(id);
      }
      const worst = worstOf(op.need, outputTokens);
      state.money.reservations.set(op.id, { keys, ...worst, outputTokens, expiresAt: op.expiresAt });
      return;
    }
    case "budget.release":
      state.money.reservations.delete(op.id);
      return;
    case "budget.out": {
      const budget = getBudget(work, op.id);
      if (budget.version !== op.version) throw new AppError("conflict", "this budget has changed since");
      if (budget.isOut && budget.askId === op.askId) return;
      state.money.budgets.set(op.id, { ...budget, isOut: true, askId: op.askId });
      events.push({ type: "budget.changed", budgetId: op.id });
      return;
    }
    default:
      op satisfies never;
  }
}

const fresh = { spentUsd: 0, spentTokens: 0, unpricedCalls: 0, extraUsd: 0, extraTokens: 0, isOut: false, askId: null };

function createBudget({ state, at, events }: ModelWork, { scope: given, ...seed }: BudgetSeed): void {
  const scope = findScope(state, given);
  const key = scopeToKey(scope);
  const isTaken = [...state.money.budgets.values()].some(
    (each) => scopeToKey(each.scope) === key && each.period === seed.period,
  );
  if (isTaken) throw new AppError("conflict", `there is already a budget for this and ${seed.period}: change that one`);
  const { since } = windowAt(seed.period, at);
  const used = usedBefore(state, key, since ?? ("" as IsoTime));
  state.money.budgets.set(seed.id, {
    ...seed,
    ...fresh,
    scope,
    warnAt: Math.round(seed.warnAt * 1000) / 1000,
    since,
    spentUsd: used.costUsd,
    spentTokens: used.inputTokens + used.outputTokens,
    unpricedCalls: used.unpricedCalls,
    version: 1,
    createdAt: at,
    updatedAt: at,
  });
  events.push({ type: "budget.changed", budgetId: seed.id });
}

function findScope(state: ModelState, scope: BudgetScope): BudgetScope {
  switch (scope.kind) {
    case "bot":
      get(state.bots, scope.id);
      return scope;
    case "session":
      get(state.sessions, scope.id);
      return scope;
    case "tree":
      return { kind: "tree", id: get(state.sessions, scope.id).rootId };
    case "topic":
      get(state.topics, scope.id);
      return scope;
    default:
      return scope;
  }
}

function usedBefore(state: ModelState, key: string, since: IsoTime): Usage {
  let sum: Usage = { modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unpricedCalls: 0 };
  for (const { id, botId, sessionId, chainId } of state.turns.values()) {
    if (!covers(key, keysOfSpender(state, { botId, sessionId, chainId }))) continue;
    for (const step of state.steps.get(id) ?? []) {
      if (isModelCall(step) && step.at >= since) sum = addUsage(sum, usageOfStep(step));
    }
  }
  for (const { botId, sessionId, usage, createdAt } of state.known.consolidations.values()) {
    if (createdAt < since || !covers(key, keysOfSpender(state, { botId, sessionId, chainId: null }))) continue;
    sum = addUsage(sum, usage);
  }
  return sum;
}

function deleteBudget({ state, at, events }: ModelWork, id: BudgetId): void {
  const { askId } = get(state.money.budgets, id);
  state.money.budgets.delete(id);
  cancelAsk(state, askId, at);
  events.push({ type: "budget.deleted", budgetId: id });
}

export function deleteBudgetsOf(work: ModelWork, scope: BudgetScope): void {
  for (const { id, scope: each } of work.state.money.budgets.values()) {
    if (scopeToKey(each) === scopeToKey(scope)) deleteBudget(work, id);
  }
}

function startAnew({ state, at, events }: ModelWork, budget: BudgetRecord): void {
  const next = { ...budget, version: budget.version + 1, isOut: false, askId: null, updatedAt: at };
  state.money.budgets.set(budget.id, { ...next, warnAt: Math.round(next.warnAt * 1000) / 1000 });
  events.push({ type: "budget.changed", budgetId: budget.id });
  cancelAsk(state, budget.askId, at);
}

function cancelAsk(state: ModelState, askId: Budget["askId"], at: IsoTime): void {
  if (askId !== null && state.asks.get(askId)?.state === "open") {
    settleAsk(state, askId, { state: "cancelled", settledAt: at });
  }
}

/** Starts the next period if the current one is over. */
function getBudget(work: ModelWork, id: BudgetId): BudgetRecord {
  const budget = get(work.state.money.budgets, id);
  if (!isPeriodOver(budget.period, budget.since, work.at)) return budget;
  startAnew(work, { ...budget, ...fresh, askId: budget.askId, since: windowAt(budget.period, work.at).since });
  return get(work.state.money.budgets, id);
}

function budgetsOver(work: ModelWork, keys: SpenderKeys): BudgetRecord[] {
  return filterValues(work.state.money.budgets, ({ scope }) => covers(scopeToKey(scope), keys))
    .map(({ id }) => id)
    .sort()
    .map((id) => getBudget(work, id));
}

function keysOfSpender(state: ModelState, spender: Spender): SpenderKeys {
  return keysOf(spender, get(state.sessions, spender.sessionId));
}

function covers(key: string, keys: SpenderKeys): boolean {
  return key === wholeKey || Object.values(keys).includes(key);
}

function nanos(usd: number): number {
  return Math.round(usd * 1e9);
}

function toFacts(budget: BudgetRecord): BudgetFacts {
  return {
    id: budget.id,
    limitNanos: budget.limitUsd === null ? null : nanos(budget.limitUsd),
    limitTokens: budget.limitTokens,
    extra: { tokens: budget.extraTokens, nanos: nanos(budget.extraUsd) },
    spent: { tokens: budget.spentTokens, nanos: nanos(budget.spentUsd) },
    warnAt: budget.warnAt,
    isOut: budget.isOut,
  };
}

function reservedOf(
  state: ModelState,
  { scope }: Pick<BudgetRecord, "scope">,
  { notId, at }: { readonly notId: string; readonly at: IsoTime },
): Used {
  const key = scopeToKey(scope);
  let [tokens, sum] = [0, 0];
  for (const [id, each] of state.money.reservations) {
    if (id === notId || !covers(key, each.keys) || (each.expiresAt !== null && each.expiresAt <= at)) continue;
    tokens += each.tokens;
    sum += each.nanos;
  }
  return { tokens, nanos: sum };
}

/** Adds what a model call has used. */
export function spend(work: ModelWork, spender: Spender, used: Usage): void {
  const { budgets } = work.state.money;
  for (const budget of budgetsOver(work, keysOfSpender(work.state, spender))) {
    const next = {
      ...budget,
      spentTokens: budget.spentTokens + used.inputTokens + used.outputTokens,
      spentUsd: (nanos(budget.spentUsd) + nanos(used.costUsd)) / 1e9,
      unpricedCalls: budget.unpricedCalls + used.unpricedCalls,
    };
    budgets.set(budget.id, next);
    if (budgetState(toFacts(next)) !== budgetState(toFacts(budget))) {
      work.events.push({ type: "budget.changed", budgetId: budget.id });
    }
  }
}

export function releaseTurn({ state }: ModelWork, id: TurnId): void {
  state.money.reservations.delete(id);
}

const lateUsageMs = 60_000;

export function expireTurn({ state, at }: ModelWork, id: TurnId): void {
  const found = state.money.reservations.get(id);
  const expiresAt = msToIso(isoToMs(at) + lateUsageMs);
  if (found !== undefined) state.money.reservations.set(id, { ...found, expiresAt });
}

export function budgetQueries(current: () => ModelState, clock: Clock): BudgetQueries {
  const toNoun = (stored: BudgetRecord): Budget => {
    const at = msToIso(clock.now());
    const isOver = isPeriodOver(stored.period, stored.since, at);
    const record = isOver ? { ...stored, ...fresh, since: windowAt(stored.period, at).since } : stored;
    const reserved = reservedOf(current(), record, { notId: "", at });
    const { isOut: _, ...rest } = record;
    return {
      ...rest,
      reservedUsd: reserved.nanos / 1e9,
      reservedTokens: reserved.tokens,
      state: budgetState(toFacts(record)),
      until: record.since === null ? null : windowAt(record.period, record.since).until,
    };
  };
  return {
    budgets: async () => [...current().money.budgets.values()].map(toNoun),
    budget: async (id) => {
      const record = current().money.budgets.get(id);
      return record === undefined ? null : toNoun(record);
    },
    budgetsOver: async (spender) => {
      const state = current();
      if (!state.sessions.has(spender.sessionId)) return [];
      const keys = keysOfSpender(state, spender);
      return filterValues(state.money.budgets, ({ scope }) => covers(scopeToKey(scope), keys))
        .map(toNoun)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    newestCall: async (scope, since) => {
      const state = current();
      const key = scopeToKey(scope);
      const calls = [...state.turns.values()]
        .filter((turn) => covers(key, keysOfSpender(state, turn)))
        .flatMap(({ id }) => (state.steps.get(id) ?? []).map((step) => ({ id, step })))
        .filter(({ step }) => isModelCall(step) && step.at >= since)
        .sort((a, b) => (a.step.at === b.step.at ? (a.id < b.id ? -1 : 1) : a.step.at < b.step.at ? -1 : 1));
      const newest = calls.at(-1)?.step;
      if (newest === undefined) return null;
      return { inputTokens: newest.inputTokens, outputTokens: newest.outputTokens, costUsd: newest.costUsd };
    },
    reservedOutput: async (id) => current().money.reservations.get(id)?.outputTokens ?? null,
  };
}
