/**
 * BU1: decides whether the worst cost of a call fits its budgets. Both stores and the in-memory one decide by this, in
 * the transaction that reserves it. Money is in whole billionths of a dollar. Pure.
 */
import type { BudgetState } from "@reef/protocol/budget";
import { AppError } from "@reef/protocol/error";
import type { BudgetId } from "@reef/protocol/ids";
import type { CallNeed } from "../port/budget.ts";

export interface Used {
  readonly tokens: number;
  readonly nanos: number;
}

export interface BudgetFacts {
  readonly id: BudgetId;
  readonly limitNanos: number | null;
  readonly limitTokens: number | null;
  readonly extra: Used;
  readonly spent: Used;
  readonly warnAt: number;
  /** True once a call did not fit. */
  readonly isOut: boolean;
}

const nothingUsed: Used = { tokens: 0, nanos: 0 };

export type Fit =
  | { readonly outputTokens: number }
  /** `isBusy`: it would fit if the calls that are under way used nothing, so it may fit soon. */
  | { readonly full: BudgetId; readonly isBusy: boolean };

/** Returns how long the answer may be. A budget that is used up counts before one that is only busy. */
export function fitCall(
  need: CallNeed,
  budgets: readonly { readonly facts: BudgetFacts; readonly reserved: Used }[],
): Fit {
  let outputTokens = need.outputTokens;
  let busy: BudgetId | null = null;
  for (const { facts, reserved } of budgets) {
    if (outputIn(need, facts, nothingUsed) < need.leastOutputTokens) return { full: facts.id, isBusy: false };
    outputTokens = Math.min(outputTokens, outputIn(need, facts, reserved));
    if (outputTokens < need.leastOutputTokens) busy ??= facts.id;
  }
  return busy === null ? { outputTokens } : { full: busy, isBusy: true };
}

/** Returns the longest answer that fits; negative if not even the question does. */
function outputIn({ inputTokens, outputTokens, price }: CallNeed, facts: BudgetFacts, reserved: Used): number {
  let most = outputTokens;
  const tokens = leftOf(facts.limitTokens, facts.extra.tokens, facts.spent.tokens + reserved.tokens);
  const nanos = leftOf(facts.limitNanos, facts.extra.nanos, facts.spent.nanos + reserved.nanos);
  if (tokens <= 0 || nanos <= 0) return -1;
  most = Math.min(most, tokens - inputTokens);
  if (price === null || nanos === Number.POSITIVE_INFINITY) return most;
  const left = nanos - costNanos(inputTokens, price.input);
  if (left < 0) return -1;
  return price.output === 0 ? most : Math.min(most, Math.floor(left / (price.output * nanosPerToken)));
}

/** A price of one dollar for a million tokens is a thousand billionths for each. */
const nanosPerToken = 1_000;

function costNanos(tokens: number, perMillion: number): number {
  return Math.ceil(tokens * perMillion * nanosPerToken);
}

/** Returns what a call with an answer of this length uses at worst. */
export function worstOf({ inputTokens, price }: CallNeed, outputTokens: number): Used {
  return {
    tokens: inputTokens + outputTokens,
    nanos: price === null ? 0 : costNanos(inputTokens, price.input) + costNanos(outputTokens, price.output),
  };
}

function leftOf(limit: number | null, extra: number, used: number): number {
  return limit === null ? Number.POSITIVE_INFINITY : limit + extra - used;
}

export function budgetState(facts: BudgetFacts): BudgetState {
  const { extra, spent, warnAt, isOut } = facts;
  const shares = [
    shareOf(facts.limitNanos, extra.nanos, spent.nanos),
    shareOf(facts.limitTokens, extra.tokens, spent.tokens),
  ];
  const share = Math.max(...shares);
  if (isOut || share >= 1) return "out";
  return share >= warnAt && share > 0 ? "warn" : "ok";
}

function shareOf(limit: number | null, extra: number, spent: number): number {
  if (limit === null) return 0;
  const all = limit + extra;
  return all <= 0 ? 1 : spent / all;
}

const fullPath = { out: "budget", busy: "budget.busy" } as const;

/** Thrown by a store inside the transaction that could not reserve. */
export function budgetFull({ full, isBusy }: Extract<Fit, { readonly full: BudgetId }>): AppError {
  const message = isBusy ? "calls that are under way hold the rest of a budget" : "a budget is used up";
  return new AppError("limit_exceeded", message, {
    fields: [{ path: isBusy ? fullPath.busy : fullPath.out, message: full }],
  });
}

/** Returns which budget is full, if that is what the error says. */
export function readBudgetFull(error: unknown): Extract<Fit, { readonly full: BudgetId }> | null {
  if (!(error instanceof AppError) || error.code !== "limit_exceeded") return null;
  const field = error.fields.find(({ path }) => path === fullPath.out || path === fullPath.busy);
  return field === undefined ? null : { full: field.message as BudgetId, isBusy: field.path === fullPath.busy };
}
