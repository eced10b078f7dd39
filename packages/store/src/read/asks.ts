/** Reads asks: by id, by the call that opened one, listed with the open ones first. */
import type { Queries } from "@reef/engine/port/queries";
import type { AskId, GatewayId, TurnId } from "@reef/protocol/ids";
import { sql } from "kysely";
import { askColumns } from "../columns.ts";
import { askRowToNoun } from "../rows/ask.ts";
import { type Source, statement } from "../sql.ts";
import type { AskRow } from "../tables.ts";
import { cursorToSortKey, makePage } from "./page.ts";

const askById = statement<{ id: AskId }, AskRow>((db, param) =>
  db.selectFrom("asks").select(askColumns).where("id", "=", param("id")),
);
const askOfCall = statement<{ turn_id: TurnId; call_id: string; kind: AskRow["kind"] }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("turn_id", "=", param("turn_id"))
    .where("call_id", "=", param("call_id"))
    .where("kind", "=", param("kind"))
    .orderBy("n", "desc"),
);
const asksOfTurn = statement<{ turn_id: TurnId }, AskRow>((db, param) =>
  db.selectFrom("asks").select(askColumns).where("turn_id", "=", param("turn_id")).orderBy("n"),
);

const heldAsks = statement<{ limit: number }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("held_until", "is not", null)
    .orderBy("held_until")
    .orderBy("n")
    .limit(param("limit")),
);

const asksOfGateway = statement<{ gateway: GatewayId; limit: number }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("origin_gateway", "=", param("gateway"))
    .where(sql<boolean>`(state = 'open' or delivery = 'waiting')`)
    .orderBy("n")
    .limit(param("limit")),
);

const asksByDeadline = statement<{ limit: number }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("deadline_at", "is not", null)
    .where("state", "=", sql.lit("open" as const))
    .orderBy("deadline_at")
    .orderBy("n")
    .limit(param("limit")),
);

/** Open ones by age, oldest first; then the settled ones, newest first. */
const isSettled = sql<number>`case when state = 'open' then 0 else 1 end`;
const place = sql<number>`case when state = 'open' then n else -n end`;

type AskQueries = Pick<
  Queries,
  "ask" | "askOfCall" | "asksOfTurn" | "asks" | "asksOfGateway" | "asksByDeadline" | "heldAsks"
>;

export function askQueries(source: Source): AskQueries {
  return {
    ask: async (id) => (await source.all(askById, { id })).map(askRowToNoun)[0] ?? null,
    askOfCall: async (turnId, callId, kind) =>
      (await source.all(askOfCall, { turn_id: turnId, call_id: callId, kind })).map(askRowToNoun)[0] ?? null,
    asksOfTurn: async (turnId) => (await source.all(asksOfTurn, { turn_id: turnId })).map(askRowToNoun),
    heldAsks: async (limit) => (await source.all(heldAsks, { limit })).map(askRowToNoun),
    asksOfGateway: async (gateway, limit) => (await source.all(asksOfGateway, { gateway, limit })).map(askRowToNoun),
    asksByDeadline: async (limit) => (await source.all(asksByDeadline, { limit })).map(askRowToNoun),
    asks: async ({ state, kind, sessionId, botId }, page) => {
      const after = cursorToSortKey(page, ["number", "number"]);
      const rows = await source.query((db) => {
        let query = db
          .selectFrom("asks")
          .select(askColumns)
          .select([isSettled.as("is_settled"), place.as("place")])
          .orderBy(isSettled)
          .orderBy(place)
          .limit(page.limit + 1);
        if (state !== undefined) query = query.where("state", "=", state);
        if (kind !== undefined) query = query.where("kind", "=", kind);
        if (sessionId !== undefined) query = query.where("session_id", "=", sessionId);
        if (botId !== undefined) query = query.where("bot_id", "=", botId);
        if (after === null) return query;
        return query.where((build) =>
          build.or([
            build(isSettled, ">", after[0]),
            build.and([build(isSettled, "=", after[0]), build(place, ">", after[1])]),
          ]),
        );
      });
      return makePage(rows, {
        limit: page.limit,
        sortKeyOf: (row) => [row.is_settled, row.place],
        toItem: askRowToNoun,
      });
    },
  };
}
