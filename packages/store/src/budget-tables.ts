/** Defines the tables of budgets and of reservations (BU1). Money is in whole billionths of a dollar. */
import type { BudgetPeriod } from "@reef/protocol/budget";
import type { AskId, BudgetId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import type { Flag } from "./flag.ts";

export interface BudgetRow {
  id: BudgetId;
  /** Its scope, in the form of `scopeToKey`. */
  scope_key: string;
  period: BudgetPeriod;
  limit_nanos: number | null;
  limit_tokens: number | null;
  warn_permille: number;
  extra_nanos: number;
  extra_tokens: number;
  /** When the period that `spent_` counts began; null for a total. */
  since: IsoTime | null;
  spent_nanos: number;
  spent_tokens: number;
  unpriced_calls: number;
  is_out: Flag;
  set_by: string;
  ask_id: AskId | null;
  version: number;
  created_at: IsoTime;
  updated_at: IsoTime;
}

/** What a call that is under way uses at worst, with the scopes that it counts for. */
export interface ReservationRow {
  id: string;
  bot_key: string;
  session_key: string;
  tree_key: string;
  topic_key: string;
  chain_key: string;
  tokens: number;
  nanos: number;
  output_tokens: number;
  expires_at: IsoTime | null;
}
