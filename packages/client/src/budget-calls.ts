/** These calls are about budgets: hard limits on what model calls may use. */
import type { Budget, BudgetPatch, NewBudget, SetBudget, SmallestLimit } from "@reef/protocol/budget";
import type { BudgetId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { CallOptions, Send } from "./call.ts";

export function budgetCalls(send: Send) {
  return {
    /** In the order they were created, with what is spent and reserved now. */
    budgets: (options?: CallOptions) => send<Page<Budget>>({ method: "GET", path: "/v1/budgets", ...options }),
    createBudget: (body: NewBudget, options?: CallOptions) =>
      send<SetBudget>({ method: "POST", path: "/v1/budgets", body, ...options }),
    /** The smallest limit under which a call can leave, for a scope such as `bot:bot_…`. */
    smallestBudget: (scope: string, options?: CallOptions) =>
      send<{ readonly smallest: SmallestLimit | null }>({
        method: "GET",
        path: "/v1/smallest-budget",
        query: { scope },
        ...options,
      }),
    /** Turns that wait for it try again. */
    changeBudget: (id: BudgetId, body: BudgetPatch, options?: CallOptions) =>
      send<SetBudget>({ method: "PATCH", path: `/v1/budgets/${id}`, body, ...options }),
    /** Turns that wait for it go on. */
    deleteBudget: (id: BudgetId, options?: CallOptions) =>
      send<void>({ method: "DELETE", path: `/v1/budgets/${id}`, ...options }),
  };
}
