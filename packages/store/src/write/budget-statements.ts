/** Holds the writer's statements on budgets and reservations, each compiled once. */
import { wholeKey } from "@reef/engine/budget/scope-key";
import { modelCallKinds } from "@reef/engine/turn/usage";
import type { BudgetId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { sql } from "kysely";
import type { BudgetRow, ReservationRow } from "../budget-tables.ts";
import { budgetColumns, reservationColumns } from "../columns.ts";
import { eachParam, statement } from "../sql.ts";

export const budgetById = statement<{ id: BudgetId }, BudgetRow>((db, param) =>
  db.selectFrom("budgets").select(budgetColumns).where("id", "=", param("id")),
);
export const insertBudget = statement<BudgetRow>((db, param) =>
  db.insertInto("budgets").values(eachParam(param, budgetColumns)),
);
export const updateBudget = statement<BudgetRow>((db, param) =>
  db.updateTable("budgets").set(eachParam(param, budgetColumns)).where("id", "=", param("id")),
);
export const deleteBudget = statement<{ id: BudgetId }>((db, param) =>
  db.deleteFrom("budgets").where("id", "=", param("id")),
);
export const budgetsOfScope = statement<{ scope_key: string }, { id: BudgetId; period: BudgetRow["period"] }>(
  (db, param) =>
    db.selectFrom("budgets").select(["id", "period"]).where("scope_key", "=", param("scope_key")).orderBy("id"),
);

export interface Keys {
  bot: string;
  session: string;
  tree: string;
  topic: string;
  chain: string;
}

/** In one order, which is the order in which they are locked. */
export const budgetsOver = statement<Keys, { id: BudgetId }>((db, param) =>
  db
    .selectFrom("budgets")
    .select("id")
    .where("scope_key", "in", [
      sql.lit(wholeKey),
      param("bot"),
      param("session"),
      param("tree"),
      param("topic"),
      param("chain"),
    ])
    .orderBy("id"),
);

/** Sums what others hold of a budget. */
export const reservedOf = statement<{ key: string; not_id: string; at: IsoTime }, { tokens: number; nanos: number }>(
  (db, param) =>
    db
      .selectFrom("reservations")
      .select([sql<number>`coalesce(sum(tokens), 0)`.as("tokens"), sql<number>`coalesce(sum(nanos), 0)`.as("nanos")])
      .where(
        sql<boolean>`${param("key")} in (${sql.lit(wholeKey)}, bot_key, session_key, tree_key, topic_key, chain_key)`,
      )
      .where("id", "!=", param("not_id"))
      .where((each) => each.or([each("expires_at", "is", null), each("expires_at", ">", param("at"))])),
);
export const insertReservation = statement<ReservationRow>((db, param) =>
  db.insertInto("reservations").values(eachParam(param, reservationColumns)),
);
export const deleteReservation = statement<{ id: string }>((db, param) =>
  db.deleteFrom("reservations").where("id", "=", param("id")),
);
export const expireReservation = statement<{ id: string; expires_at: IsoTime }>((db, param) =>
  db
    .updateTable("reservations")
    .set({ expires_at: param("expires_at") })
    .where("id", "=", param("id")),
);
export const deleteExpired = statement<{ at: IsoTime }>((db, param) =>
  db.deleteFrom("reservations").where("expires_at", "<=", param("at")),
);

export interface Sums {
  tokens: number | null;
  nanos: number | null;
  unpriced: number | null;
}

const kinds = sql.join(modelCallKinds.map((kind) => sql.lit(kind)));

/** Sums what turns within a scope have used since a time. */
export const usedSince = statement<{ key: string; since: IsoTime }, Sums>((db, param) =>
  db
    .selectFrom("turns")
    .innerJoin("steps", "steps.turn_id", "turns.id")
    .innerJoin("sessions", "sessions.id", "turns.session_id")
    // Uses the index on the end of turns.
    .where((each) => each.or([each("turns.ended_at", ">=", param("since")), each("turns.ended_at", "is", null)]))
    .where("steps.at", ">=", param("since"))
    .where(sql<boolean>`steps.kind in (${kinds})`)
    .where(
      sql<boolean>`${param("key")} in (${sql.lit(wholeKey)}, 'bot:' || turns.bot_id, 'session:' || turns.session_id,
        'tree:' || sessions.root_id, 'topic:' || coalesce(sessions.topic_id, ''), 'chain:' || turns.chain_id)`,
    )
    .select([
      sql<number>`sum(steps.input_tokens + steps.output_tokens)`.as("tokens"),
      sql<number>`sum(coalesce(steps.cost_nanos, 0))`.as("nanos"),
      sql<number>`sum(case when steps.cost_nanos is null then 1 else 0 end)`.as("unpriced"),
    ]),
);

export interface NewestCallRow {
  input_tokens: number;
  output_tokens: number;
  cost_nanos: number | null;
}

/** Returns the newest model call of a turn within a scope. */
export const newestCall = statement<{ key: string; since: IsoTime }, NewestCallRow>((db, param) =>
  db
    .selectFrom("turns")
    .innerJoin("steps", "steps.turn_id", "turns.id")
    .innerJoin("sessions", "sessions.id", "turns.session_id")
    // Uses the index on the end of turns.
    .where((each) => each.or([each("turns.ended_at", ">=", param("since")), each("turns.ended_at", "is", null)]))
    .where("steps.at", ">=", param("since"))
    .where(sql<boolean>`steps.kind in (${kinds})`)
    .where(
      sql<boolean>`${param("key")} in (${sql.lit(wholeKey)}, 'bot:' || turns.bot_id, 'session:' || turns.session_id,
        'tree:' || sessions.root_id, 'topic:' || coalesce(sessions.topic_id, ''), 'chain:' || turns.chain_id)`,
    )
    .select(["steps.input_tokens", "steps.output_tokens", "steps.cost_nanos"])
    .orderBy("steps.at", "desc")
    .orderBy("steps.turn_id", "desc")
    .orderBy("steps.n", "desc")
    .limit(sql.lit(1)),
);

/** Returns the usage of consolidations within a scope since a time, as JSON. */
export const consolidatedSince = statement<{ key: string; since: IsoTime }, { usage: string }>((db, param) =>
  db
    .selectFrom("consolidations")
    .innerJoin("sessions", "sessions.id", "consolidations.session_id")
    .where("consolidations.created_at", ">=", param("since"))
    .where(
      sql<boolean>`${param("key")} in (${sql.lit(wholeKey)}, 'bot:' || consolidations.bot_id,
        'session:' || consolidations.session_id, 'tree:' || sessions.root_id, 'topic:' || coalesce(sessions.topic_id, ''))`,
    )
    .select("consolidations.usage"),
);
