/** Defines the endpoints of budgets: hard limits on what model calls may use (BU1). */
import {
  budgetsOfBot,
  changeBudget,
  createBudget,
  deleteBudget,
  putBudgetsOfBot,
  readBudget,
} from "@reef/engine/budget/budgets";
import { readSmallest } from "@reef/engine/budget/smallest";
import {
  BotBudgets,
  Budget,
  BudgetList,
  BudgetPatch,
  BudgetScope,
  NewBudget,
  SetBudget,
  SmallestLimit,
} from "@reef/protocol/budget";
import { AppError } from "@reef/protocol/error";
import { BotId, BudgetId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { callerName } from "./login.ts";
import { type Route, route } from "./route.ts";

const tag = "Budgets";
const params = z.object({ id: BudgetId });
const botParams = z.object({ id: BotId });

export function budgetRoutes({ deps, guard }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/budgets",
        tag,
        summary: "List budgets, in the order they were created, with what is spent and reserved",
        status: 200,
        answer: pageOf(Budget),
      },
      async () => ({ items: await deps.store.read.budgets(), next: null }),
    ),
    route(
      {
        method: "post",
        path: "/v1/budgets",
        tag,
        summary: "Create a budget",
        description:
          "A hard limit in dollars, in tokens (input and output together) or both. What was spent in its period before counts. The worst cost of each model call is reserved before the call leaves; a call that does not fit pauses its turn and asks once. Days and months are those of UTC. A scope has one budget of each period. `note` warns when a limit is less than one call needs.",
        body: NewBudget,
        status: 201,
        answer: SetBudget,
      },
      ({ body, request }) => createBudget(deps, body, callerName(guard, request)),
    ),
    route(
      {
        method: "get",
        path: "/v1/smallest-budget",
        tag,
        summary: "Read the smallest limit that is of use: a smaller one asks before its first call",
        description:
          "Taken from the newest model call of the scope in 30 days, or of everything; null while there is none.",
        query: z.strictObject({
          scope: z.string().max(100).meta({ description: "The kind and the id, such as `bot:bot_…`, or `whole`." }),
        }),
        status: 200,
        answer: z.object({ smallest: SmallestLimit.nullable() }),
      },
      async ({ query: { scope } }) => ({ smallest: await readSmallest(deps, readScope(scope)) }),
    ),
    route(
      { method: "get", path: "/v1/budgets/{id}", tag, summary: "Read a budget", params, status: 200, answer: Budget },
      ({ params: { id } }) => readBudget(deps, id),
    ),
    route(
      {
        method: "patch",
        path: "/v1/budgets/{id}",
        tag,
        summary: "Change a budget's limits",
        description:
          "Omitted fields stay; null removes a limit, and one has to stay. Turns that wait for the budget try again. A limit below what is spent stops the next call.",
        params,
        body: BudgetPatch,
        status: 200,
        answer: SetBudget,
      },
      ({ params: { id }, body, request }) => changeBudget(deps, id, body, callerName(guard, request)),
    ),
    route(
      {
        method: "delete",
        path: "/v1/budgets/{id}",
        tag,
        summary: "Delete a budget",
        description: "Turns that wait for it go on.",
        params,
        status: 204,
        answer: null,
      },
      ({ params: { id } }) => deleteBudget(deps, id),
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/budgets",
        tag,
        summary: "List a bot's own budgets",
        params: botParams,
        status: 200,
        answer: BudgetList,
      },
      async ({ params: { id } }) => ({ items: await budgetsOfBot(deps, id) }),
    ),
    route(
      {
        method: "put",
        path: "/v1/bots/{id}/budgets",
        tag,
        summary: "Set a bot's own budgets",
        description: "Replaces them, in one unit: those of a period that is left out are deleted.",
        params: botParams,
        body: BotBudgets,
        status: 200,
        answer: BudgetList,
      },
      async ({ params: { id }, body, request }) => ({
        items: await putBudgetsOfBot(deps, id, body, callerName(guard, request)),
      }),
    ),
  ];
}

function readScope(text: string): BudgetScope {
  const [kind, id] = text.split(":");
  const scope = BudgetScope.safeParse(kind === "whole" ? { kind } : { kind, id });
  if (scope.success) return scope.data;
  throw new AppError("invalid_request", "expected a scope such as “whole” or “bot:bot_…”");
}
