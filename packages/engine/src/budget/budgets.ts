/** Creates, changes and deletes budgets (BU1). A change takes effect at the next call, and paused turns try again. */
import type { BotBudgets, Budget, BudgetPatch, NewBudget, SetBudget } from "@reef/protocol/budget";
import { AppError } from "@reef/protocol/error";
import type { BotId, BudgetId } from "@reef/protocol/ids";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { givenFields } from "../given-fields.ts";
import { makeId } from "../ids.ts";
import type { Op } from "../port/unit.ts";
import { readSmallest, tooSmallWords } from "./smallest.ts";

/** Many more than anyone has: lists of them are read whole. */
const mostBudgets = 500;
const warnAt = 0.8;

/** Errors: `not_found`, `conflict` if the scope has a budget of this period, `limit_exceeded`. */
export async function createBudget(deps: Deps, input: NewBudget, by: string): Promise<SetBudget> {
  if ((await deps.store.read.budgets()).length >= mostBudgets) {
    throw new AppError("limit_exceeded", `there are already ${mostBudgets} budgets: delete one first`);
  }
  const id = makeId("budget");
  await commitOps(deps, { op: "budget.create", budget: { id, ...withDefaults(input), scope: input.scope, setBy: by } });
  return withSmallest(deps, id);
}

/** Omitted fields stay. */
export async function changeBudget(deps: Deps, id: BudgetId, patch: BudgetPatch, by: string): Promise<SetBudget> {
  await readBudget(deps, id);
  await commitOps(deps, { op: "budget.change", id, fields: { ...givenFields(patch), setBy: by } });
  return withSmallest(deps, id);
}

async function withSmallest(deps: Deps, id: BudgetId): Promise<SetBudget> {
  const budget = await readBudget(deps, id);
  const smallest = await readSmallest(deps, budget.scope);
  return { ...budget, smallest, note: tooSmallWords(budget, smallest) };
}

export async function deleteBudget(deps: Deps, id: BudgetId): Promise<void> {
  await commitOps(deps, { op: "budget.delete", id });
}

export function readBudget({ store }: Pick<Deps, "store">, id: BudgetId): Promise<Budget> {
  return found(store.read.budget(id), "budget", id);
}

/** Returns the budgets whose scope is the bot. */
export async function budgetsOfBot({ store }: Pick<Deps, "store">, id: BotId): Promise<readonly Budget[]> {
  await found(store.read.bot(id), "bot", id);
  return (await store.read.budgets()).filter(({ scope }) => scope.kind === "bot" && scope.id === id);
}

/** Makes these the bot's budgets, in one unit. */
export async function putBudgetsOfBot(
  deps: Deps,
  id: BotId,
  { items }: BotBudgets,
  by: string,
): Promise<readonly Budget[]> {
  const before = await budgetsOfBot(deps, id);
  const ops = items.map((item): Op => {
    const fields = { ...withDefaults(item), setBy: by };
    const old = before.find(({ period }) => period === item.period);
    if (old === undefined) {
      return { op: "budget.create", budget: { id: makeId("budget"), scope: { kind: "bot", id }, ...fields } };
    }
    const { period: _, ...changes } = fields;
    return { op: "budget.change", id: old.id, fields: changes };
  });
  const gone = before.filter(({ period }) => !items.some((item) => item.period === period));
  await commitOps(deps, ...gone.map((budget): Op => ({ op: "budget.delete", id: budget.id })), ...ops);
  return budgetsOfBot(deps, id);
}

function withDefaults(input: Pick<NewBudget, "period" | "limitUsd" | "limitTokens" | "warnAt">) {
  return {
    period: input.period,
    limitUsd: input.limitUsd ?? null,
    limitTokens: input.limitTokens ?? null,
    warnAt: input.warnAt ?? warnAt,
  };
}
