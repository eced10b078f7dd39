/** Holds the writer's statements on turns, their waits and their asks, each compiled once. */

import { sharedDeathsMax } from "@reef/engine/port/store";
import type { AskId, BotId, GatewayId, MessageId, SessionId, TurnId, WorkerId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { type Kysely, sql } from "kysely";
import { askColumns, stepColumns, turnColumns } from "../columns.ts";
import { eachParam, type Param, statement } from "../sql.ts";
import type { StepRow } from "../step-tables.ts";
import type { AskRow, BotRow, SessionRow, Tables, TurnRow, WaitRow } from "../tables.ts";

interface Asking {
  worker: WorkerId;
  now_ms: number;
}

/** The gateways whose line another worker holds, or none. */
function linesElsewhere(db: Kysely<Tables>, param: Param<Asking>) {
  return db
    .selectFrom("leases")
    .select("leases.gateway_id")
    .where("leases.gateway_id", "is not", null)
    .where((where) =>
      where.or([
        where("leases.worker", "is", null),
        where("leases.worker", "!=", param("worker")),
        where("leases.until_ms", "<", param("now_ms")),
      ]),
    );
}

export const turnById = statement<{ id: TurnId }, TurnRow>((db, param) =>
  db.selectFrom("turns").select(turnColumns).where("id", "=", param("id")),
);
export const insertTurn = statement<TurnRow>((db, param) =>
  db.insertInto("turns").values(eachParam(param, turnColumns)),
);
export const updateTurn = statement<TurnRow>((db, param) =>
  db
    .updateTable("turns")
    .set(
      eachParam(param, [
        "state",
        "fence",
        "attempts",
        "chain_id",
        "hops",
        "message_ids",
        "steps",
        "model_calls",
        "input_tokens",
        "output_tokens",
        "cost_nanos",
        "unpriced_calls",
        "waits",
        "remote",
        "ready_at",
        "due_at",
        "cancel_requested",
        "crash_receipt",
        "error",
        "ended_at",
        "worker",
        "lease_until_ms",
        "shared_deaths",
      ]),
    )
    .where("id", "=", param("id")),
);
export const renewLease = statement<{ id: TurnId; lease_until_ms: number }>((db, param) =>
  db
    .updateTable("turns")
    .set({ lease_until_ms: param("lease_until_ms") })
    .where("id", "=", param("id")),
);
/** The lock proves that no earlier worker lives, so every running turn has died (TU2). */
export const endLeases = statement<object>((db) =>
  db
    .updateTable("turns")
    .set({ lease_until_ms: sql.lit(0) })
    .where("state", "=", sql.lit("running" as const)),
);
/** A claim asks this first, mostly without a result: the query below prepares a wide row and a sorter even for no row. */
export const someTurnDead = statement<{ now_ms: number }, Pick<TurnRow, "lease_until_ms">>((db, param) =>
  db
    .selectFrom("turns")
    .select("lease_until_ms")
    .where("state", "=", sql.lit("running" as const))
    .where("lease_until_ms", "<", param("now_ms"))
    .limit(sql.lit(1)),
);
export const someTurnReady = statement<{ at: IsoTime }, Pick<TurnRow, "due_at">>((db, param) =>
  db
    .selectFrom("turns")
    .select("due_at")
    .where("state", "=", sql.lit("waiting" as const))
    .where("due_at", "<=", param("at"))
    .limit(sql.lit(1)),
);
// `+n`: otherwise the whole table is read in its order to find the few that run.
/** A worker that asks is alive: the turns it holds are never dead, however late its beat is. */
export const deadTurns = statement<{ now_ms: number; worker: WorkerId }, TurnRow>((db, param) =>
  db
    .selectFrom("turns")
    .select(turnColumns)
    .where("state", "=", sql.lit("running" as const))
    .where("lease_until_ms", "<", param("now_ms"))
    .where((where) => where.or([where("worker", "is", null), where("worker", "!=", param("worker"))]))
    .orderBy(sql`+n`),
);
export const noteDeath = statement<Pick<TurnRow, "id" | "attempts" | "shared_deaths">>((db, param) =>
  db
    .updateTable("turns")
    .set({ ...eachParam(param, ["attempts", "shared_deaths"]), worker: sql.lit(null), lease_until_ms: sql.lit(0) })
    .where("id", "=", param("id")),
);
export const suspectThatRuns = statement<{ now_ms: number; worker: WorkerId }, Pick<TurnRow, "id">>((db, param) =>
  db
    .selectFrom("turns")
    .select("id")
    .where("state", "=", sql.lit("running" as const))
    .where("shared_deaths", ">=", sql.lit(sharedDeathsMax))
    .where("worker", "is not", null)
    .where((where) => where.or([where("lease_until_ms", ">=", param("now_ms")), where("worker", "=", param("worker"))]))
    .limit(sql.lit(1)),
);
export const readyTurns = statement<{ at: IsoTime; limit: number; suspects: 0 | 1 } & Asking, TurnRow>((db, param) =>
  db
    .selectFrom("turns")
    .select(turnColumns)
    .where("state", "=", sql.lit("waiting" as const))
    .where("due_at", "<=", param("at"))
    .where((where) =>
      where.or([
        where("shared_deaths", "<", sql.lit(sharedDeathsMax)),
        where("cancel_requested", "is not", null),
        where(param("suspects"), "=", sql.lit(1 as const)),
      ]),
    )
    .where("bot_id", "not in", db.selectFrom("bots").select("id").where("paused_at", "is not", null))
    .where((where) =>
      where.or([
        where("cancel_requested", "is not", null),
        where.and([
          where(
            "bot_id",
            "not in",
            db
              .selectFrom("bots")
              .select("id")
              .where("held", "=", sql.lit(1 as const)),
          ),
          where(
            "session_id",
            "not in",
            db
              .selectFrom("sessions")
              .select("id")
              .where("held", "=", sql.lit(1 as const)),
          ),
        ]),
      ]),
    )
    .where(
      "bot_id",
      "not in",
      db
        .selectFrom("bots")
        .select("id")
        .where("gateway_id", "is not", null)
        .where("gateway_id", "in", linesElsewhere(db, param)),
    )
    .orderBy("n")
    .limit(param("limit")),
);
export const botsWithWork = statement<BotsAsked, Pick<BotRow, "id" | "running_turns" | "claim_line">>((db, param) =>
  selectBotsWithWork(db, param),
);
export interface BotsAsked extends Asking {
  limit: number;
}
export function selectBotsWithWork(db: Kysely<Tables>, param: Param<BotsAsked>) {
  return db
    .selectFrom("bots")
    .select(["id", "running_turns", "claim_line"])
    .where("claim_line", "is not", null)
    .where("paused_at", "is", null)
    .where("held", "=", sql.lit(0 as const))
    .where((where) =>
      where.or([where("gateway_id", "is", null), where("gateway_id", "not in", linesElsewhere(db, param))]),
    )
    .orderBy("running_turns")
    .orderBy("claim_line")
    .limit(param("limit"));
}
export const claimableOfBot = statement<
  { bot_id: BotId; from: number; limit: number },
  Pick<SessionRow, "id" | "head_line">
>((db, param) =>
  db
    .selectFrom("sessions")
    .select(["id", "head_line"])
    .where("bot_id", "=", param("bot_id"))
    .where("turn_id", "is", null)
    .where("head_line", ">=", param("from"))
    .orderBy("head_line")
    .limit(param("limit")),
);
export const deleteTurns = statement<{ session_id: SessionId }>((db, param) =>
  db.deleteFrom("turns").where("session_id", "=", param("session_id")),
);
export const deleteSteps = statement<{ session_id: SessionId }>((db, param) =>
  db
    .deleteFrom("steps")
    .where("turn_id", "in", db.selectFrom("turns").select("id").where("session_id", "=", param("session_id"))),
);
export const insertStep = statement<StepRow>((db, param) =>
  db.insertInto("steps").values(eachParam(param, stepColumns)),
);

export const insertWait = statement<WaitRow>((db, param) =>
  db
    .insertInto("waits")
    .values(eachParam(param, ["target_id", "turn_id"]))
    .onConflict((conflict) => conflict.doNothing()),
);
export const waitsFor = statement<{ target_id: AskId | MessageId }, WaitRow>((db, param) =>
  db.selectFrom("waits").selectAll().where("target_id", "=", param("target_id")),
);
export const deleteWaitsFor = statement<{ target_id: AskId | MessageId }>((db, param) =>
  db.deleteFrom("waits").where("target_id", "=", param("target_id")),
);
export const waitsOfTurn = statement<{ turn_id: TurnId }, WaitRow>((db, param) =>
  db.selectFrom("waits").selectAll().where("turn_id", "=", param("turn_id")),
);
export const deleteWaitsOfTurn = statement<{ turn_id: TurnId }>((db, param) =>
  db.deleteFrom("waits").where("turn_id", "=", param("turn_id")),
);

export const askById = statement<{ id: AskId }, AskRow>((db, param) =>
  db.selectFrom("asks").select(askColumns).where("id", "=", param("id")),
);
export const insertAsk = statement<AskRow>((db, param) => db.insertInto("asks").values(eachParam(param, askColumns)));
export const updateAsk = statement<AskRow>((db, param) =>
  db
    .updateTable("asks")
    .set(eachParam(param, ["state", "answer", "delivery", "note", "held_answer", "held_until", "settled_at"]))
    .where("id", "=", param("id")),
);
export const askOfGateway = statement<{ gateway: GatewayId; key: string }, { id: AskId }>((db, param) =>
  db
    .selectFrom("asks")
    .select("id")
    .where("origin_gateway", "=", param("gateway"))
    .where("origin_key", "=", param("key")),
);
export const openAsksOfTurn = statement<{ turn_id: TurnId }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("turn_id", "=", param("turn_id"))
    .where("state", "=", sql.lit("open" as const))
    .orderBy("n"),
);
/** Selects asks about a message of this session, wherever they were opened. */
export const openAsksAboutSession = statement<{ session_id: SessionId }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("state", "=", sql.lit("open" as const))
    .where("message_id", "in", db.selectFrom("messages").select("id").where("session_id", "=", param("session_id")))
    .orderBy("n"),
);
export const openAsksOfSession = statement<{ session_id: SessionId }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("session_id", "=", param("session_id"))
    .where("state", "=", sql.lit("open" as const))
    .orderBy("n"),
);
/** In the order they asked. A session that asked twice appears twice. */
export const sessionsAskingInTree = statement<{ root_id: SessionId }, { session_id: SessionId }>((db, param) =>
  db
    .selectFrom("sessions")
    .innerJoin("asks", "asks.session_id", "sessions.id")
    .select("asks.session_id")
    .where("sessions.root_id", "=", param("root_id"))
    .where("asks.state", "=", sql.lit("open" as const))
    .orderBy("asks.n"),
);
export const openAskOfChain = statement<{ message_id: MessageId }, { id: AskId }>((db, param) =>
  db
    .selectFrom("messages as held")
    .innerJoin("messages as other", "other.chain_id", "held.chain_id")
    .innerJoin("asks", "asks.message_id", "other.id")
    .select("asks.id")
    .where("held.id", "=", param("message_id"))
    .where("asks.kind", "=", sql.lit("chain" as const))
    .where("asks.state", "=", sql.lit("open" as const))
    .limit(sql.lit(1)),
);
export const detachAsk = statement<{ id: AskId }>((db, param) =>
  db.updateTable("asks").set({ turn_id: null }).where("id", "=", param("id")),
);
export const deleteAsks = statement<{ session_id: SessionId }>((db, param) =>
  db.deleteFrom("asks").where("session_id", "=", param("session_id")),
);
