/** Defines how a store keeps budgets, and what model calls under way may still cost (BU1). */
import type { Budget, BudgetScope } from "@reef/protocol/budget";
import type { AskId, BotId, BudgetId, ChainId, SessionId } from "@reef/protocol/ids";
import type { ModelPrice } from "@reef/protocol/provider";
import type { IsoTime } from "@reef/protocol/time";

export type BudgetSeed = Pick<Budget, "id" | "scope" | "period" | "limitUsd" | "limitTokens" | "warnAt" | "setBy">;

/** Who is going to spend: every budget above it counts. */
export interface Spender {
  readonly botId: BotId;
  readonly sessionId: SessionId;
  /** Null outside a turn. */
  readonly chainId: ChainId | null;
}

/** The worst that a model call may use. */
export interface CallNeed {
  readonly inputTokens: number;
  /** The longest answer that it asks for, and the shortest limit with which the call is still of use. */
  readonly outputTokens: number;
  readonly leastOutputTokens: number;
  /** Null if the price is not known: then only its tokens count (BU2). */
  readonly price: Pick<ModelPrice, "input" | "output"> | null;
}

export type BudgetOp =
  /**
   * Counts what was already spent in its period. Throws `conflict` if the scope has a budget of this period, and
   * `not_found` if the scope does not exist. A session as the scope of a tree stands for its root.
   */
  | { readonly op: "budget.create"; readonly budget: BudgetSeed }
  /** Cancels its open ask: turns that wait for it try again. */
  | {
      readonly op: "budget.change";
      readonly id: BudgetId;
      readonly fields: Partial<Pick<Budget, "limitUsd" | "limitTokens" | "warnAt" | "setBy">>;
    }
  /** Allows more in the current period only. With nothing more, the next call that does not fit asks again. */
  | { readonly op: "budget.allow"; readonly id: BudgetId; readonly extraUsd: number; readonly extraTokens: number }
  /** Cancels its open ask. */
  | { readonly op: "budget.delete"; readonly id: BudgetId }
  /**
   * Reserves the worst cost of a call, in place of what was reserved under this id before. Throws `limit_exceeded`
   * (`budgetFull`) if it does not fit a budget. Where not everything fits, the answer gets what is left.
   */
  | {
      readonly op: "budget.reserve";
      /** A turn's id, or a name of other work. */
      readonly id: string;
      readonly spender: Spender;
      readonly need: CallNeed;
      /** When it no longer counts, whatever happened; null for a turn, which always settles. */
      readonly expiresAt: IsoTime | null;
    }
  | { readonly op: "budget.release"; readonly id: string }
  /** Notes that a person is asked. Throws `conflict` if more may be spent by now. Must follow the ask in its unit. */
  | { readonly op: "budget.out"; readonly id: BudgetId; readonly version: number; readonly askId: AskId };

export interface NewestCall {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null if its price is not known. */
  readonly costUsd: number | null;
}

export interface BudgetQueries {
  /** In order of creation. */
  budgets(): Promise<readonly Budget[]>;
  budget(id: BudgetId): Promise<Budget | null>;
  /** Returns the budgets that count for this work. */
  budgetsOver(spender: Spender): Promise<readonly Budget[]>;
  /** Returns the tokens of the answer that were reserved under this id; null if nothing is. */
  reservedOutput(id: string): Promise<number | null>;
  /** Returns what the newest model call of a turn within the scope used since then; null if there is none. */
  newestCall(scope: BudgetScope, since: IsoTime): Promise<NewestCall | null>;
}
