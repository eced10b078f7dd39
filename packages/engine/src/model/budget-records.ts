/** Holds what the in-memory store keeps of budgets. */
import type { Budget } from "@reef/protocol/budget";
import type { BudgetId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import type { Used } from "../budget/room.ts";
import type { SpenderKeys } from "../budget/scope-key.ts";

export interface BudgetRecord extends Omit<Budget, "state" | "reservedUsd" | "reservedTokens" | "until"> {
  readonly isOut: boolean;
}

export interface Reservation extends Used {
  readonly keys: SpenderKeys;
  readonly outputTokens: number;
  readonly expiresAt: IsoTime | null;
}

export interface BudgetMaps {
  readonly budgets: Map<BudgetId, BudgetRecord>;
  readonly reservations: Map<string, Reservation>;
}

export function noBudgets(): BudgetMaps {
  return { budgets: new Map(), reservations: new Map() };
}

export function copyBudgets({ budgets, reservations }: BudgetMaps): BudgetMaps {
  return { budgets: new Map(budgets), reservations: new Map(reservations) };
}
