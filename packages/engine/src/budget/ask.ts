/**
 * BU1, BU3: asks once about a budget that is used up, however many turns wait for it, and does what the person answers.
 * The ask's id follows from the budget's version, so each version asks once.
 */
import type { Ask } from "@reef/protocol/ask";
import type { Budget, BudgetScope, OutOfBudget } from "@reef/protocol/budget";
import type { AskId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Deps } from "../deps.ts";
import { idOfName, idToMs } from "../ids.ts";
import type { CallNeed } from "../port/budget.ts";
import type { Op } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";
import { type Used, worstOf } from "./room.ts";
import { budgetOptions, limitWords, readBudgetAnswer, tokenWords, usdWords } from "./words.ts";

export interface BudgetAsked {
  readonly outOfBudget: OutOfBudget;
  readonly ops: readonly Op[];
}

export async function askAboutBudget(
  deps: Deps,
  { budget, session, need }: { readonly budget: Budget; readonly session: Session; readonly need: CallNeed },
): Promise<BudgetAsked> {
  const id = askIdOf(budget);
  const limit = limitWords(budget, await scopeWords(deps, budget.scope));
  const worst = worstOf(need, need.outputTokens);
  return {
    outOfBudget: { budgetId: budget.id, askId: id, limit, setBy: budget.setBy },
    ops: [
      {
        op: "ask.open",
        ask: {
          id,
          kind: "budget",
          sessionId: session.id,
          botId: session.botId,
          // Not bound to the turn, since others wait for it as well.
          turnId: null,
          callId: null,
          messageId: null,
          question: questionOf(budget, limit, { worst, least: worstOf(need, need.leastOutputTokens) }),
          options: [...budgetOptions(raiseOf(budget, worst))],
          freeText: true,
        },
      },
      { op: "budget.out", id: budget.id, version: budget.version, askId: id },
    ],
  };
}

function questionOf(
  budget: Budget,
  limit: string,
  { worst, least }: { readonly worst: Used; readonly least: Used },
): string {
  const { limitUsd, limitTokens, spentUsd, spentTokens, unpricedCalls } = budget;
  const spent = [
    ...(limitUsd === null ? [] : [usdWords(spentUsd)]),
    ...(limitTokens === null ? [] : [tokenWords(spentTokens)]),
  ].join(" and ");
  const needs = [
    ...(limitUsd === null || worst.nanos === 0 ? [] : [usdWords(worst.nanos / 1e9)]),
    ...(limitTokens === null ? [] : [tokenWords(worst.tokens)]),
  ].join(" and ");
  const unpriced =
    limitUsd !== null && unpricedCalls > 0
      ? ` ${unpricedCalls} ${unpricedCalls === 1 ? "call has" : "calls have"} no known price and ${unpricedCalls === 1 ? "is" : "are"} not in it.`
      : "";
  const next = needs === "" ? "" : ` The next call may use up to ${needs}.`;
  const small = tooSmallFor(budget, least);
  if (small !== null) {
    return `The budget is too small for the next call: ${limit}, set by ${budget.setBy}. ${spent} spent.${unpriced} The call leaves only if at least ${small} may be used, and may use up to ${needs}. May more be spent?`;
  }
  return `The budget is used up: ${limit}, set by ${budget.setBy}. ${spent} spent.${unpriced}${next} May more be spent?`;
}

/** Returns what the call needs at the very least, where the whole limit is less than that. */
function tooSmallFor({ limitUsd, limitTokens, extraUsd, extraTokens }: Budget, { tokens, nanos }: Used): string | null {
  const needs = [
    ...(limitUsd !== null && (limitUsd + extraUsd) * 1e9 < nanos ? [usdWords(nanos / 1e9)] : []),
    ...(limitTokens !== null && limitTokens + extraTokens < tokens ? [tokenWords(tokens)] : []),
  ];
  return needs.length === 0 ? null : needs.join(" and ");
}

/** Doubles the limit, or takes as much as the call needs. Rounded up to what a person would write. */
function raiseOf(budget: Budget, worst: Used): Pick<Budget, "limitUsd" | "limitTokens"> {
  const { limitUsd, limitTokens, extraUsd, extraTokens, spentUsd, spentTokens } = budget;
  const usd = Math.max((limitUsd ?? 0) * 2, spentUsd + (worst.nanos / 1e9) * 2, (limitUsd ?? 0) + extraUsd * 2);
  const tokens = Math.max((limitTokens ?? 0) * 2, spentTokens + worst.tokens * 2, (limitTokens ?? 0) + extraTokens * 2);
  return {
    limitUsd: limitUsd === null ? null : roundUp(usd, usd < 1 ? 1e6 : 100),
    limitTokens: limitTokens === null ? null : roundUp(tokens, tokens < 10_000 ? 1 : 0.001),
  };
}

function roundUp(value: number, steps: number): number {
  return Math.ceil(value * steps - 1e-9) / steps;
}

async function scopeWords({ store }: Pick<Deps, "store">, scope: BudgetScope): Promise<string> {
  const name = (text: string | undefined, kind: string) => (text === undefined ? kind : `${kind} “${oneLine(text)}”`);
  switch (scope.kind) {
    case "whole":
      return "everything";
    case "bot":
      return name((await store.read.bot(scope.id))?.name, "the bot");
    case "topic":
      return name((await store.read.topic(scope.id))?.name, "the topic");
    case "session":
      return name((await store.read.session(scope.id))?.title, "the session");
    case "tree":
      return `${name((await store.read.session(scope.id))?.title, "the session")} and all below it`;
    case "chain":
      return "the work from one message";
    default:
      return scope satisfies never;
  }
}

function askIdOf({ id, version }: Budget): AskId {
  return idOfName("ask", `budget:${id}:${version}`, idToMs(id));
}

/** Returns the budget that an ask is about; null if it was deleted. */
export async function budgetOfAsk({ store }: Pick<Deps, "store">, { id }: Pick<Ask, "id">): Promise<Budget | null> {
  return (await store.read.budgets()).find(({ askId }) => askId === id) ?? null;
}

/** Returns the operations for a person's answer. Throws `invalid_request` if it is no amount, or too little. */
export async function settleBudget(
  deps: Deps,
  ask: Ask,
  { answer, by }: { readonly answer: string; readonly by: string },
): Promise<readonly Op[]> {
  const budget = await budgetOfAsk(deps, ask);
  if (budget === null) return [];
  const said = readBudgetAnswer(answer, budget);
  const { id } = budget;
  if (said.kind === "stop") return [{ op: "budget.allow", id, extraUsd: 0, extraTokens: 0 }];
  const { limitUsd, limitTokens } = said;
  if (said.kind === "raise") {
    const fields = { ...(limitUsd !== null && { limitUsd }), ...(limitTokens !== null && { limitTokens }), setBy: by };
    return [{ op: "budget.change", id, fields }];
  }
  return [
    {
      op: "budget.allow",
      id,
      extraUsd: moreOf(limitUsd, budget.limitUsd, budget.extraUsd),
      extraTokens: moreOf(limitTokens, budget.limitTokens, budget.extraTokens),
    },
  ];
}

function moreOf(to: number | null, limit: number | null, extra: number): number {
  return to === null || limit === null ? 0 : Math.max(0, to - limit - extra);
}
