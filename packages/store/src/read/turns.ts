/** Reads turns: one with its steps, and lists. */
import type { Queries } from "@reef/engine/port/queries";
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { ProviderWait } from "@reef/protocol/provider-wait";
import type { IsoTime } from "@reef/protocol/time";
import { sql } from "kysely";
import { stepColumns, turnColumns } from "../columns.ts";
import { stepRowToNoun, turnRowToNoun } from "../rows/turn.ts";
import { columnsToUsage, type UsageColumns } from "../rows/usage.ts";
import { type Source, statement } from "../sql.ts";
import type { StepRow } from "../step-tables.ts";
import type { RecallRow, TurnRow } from "../tables.ts";
import { cursorToSortKey, makePage } from "./page.ts";

const turnById = statement<{ id: TurnId }, TurnRow>((db, param) =>
  db.selectFrom("turns").select(turnColumns).where("id", "=", param("id")),
);
const stepsOfTurn = statement<{ turn_id: TurnId }, StepRow>((db, param) =>
  db.selectFrom("steps").select(stepColumns).where("turn_id", "=", param("turn_id")).orderBy("n"),
);
const recallsOfTurn = statement<{ turn_id: TurnId }, RecallRow>((db, param) =>
  db.selectFrom("recalls").selectAll().where("turn_id", "=", param("turn_id")).orderBy("place"),
);

const lastAnswer = statement<{ session_id: SessionId }, StepRow>((db, param) =>
  db
    .selectFrom("turns")
    .innerJoin("steps", "steps.turn_id", "turns.id")
    .select(stepColumns.map((name) => `steps.${name}` as const))
    .where("turns.session_id", "=", param("session_id"))
    .where("steps.kind", "=", sql.lit("model" as const))
    .orderBy("turns.n", "desc")
    .orderBy("steps.n", "desc")
    .limit(sql.lit(1)),
);

interface SumsRow extends UsageColumns {
  turns: number;
  ended_ms: number;
  open_since: IsoTime | null;
}
const sumsOfSession = statement<{ session_id: SessionId }, SumsRow>((db, param) =>
  db
    .selectFrom("turns")
    .where("session_id", "=", param("session_id"))
    .select((build) => [
      build.fn.countAll<number>().as("turns"),
      sql<number>`coalesce(sum(model_calls), 0)`.as("model_calls"),
      sql<number>`coalesce(sum(input_tokens), 0)`.as("input_tokens"),
      sql<number>`coalesce(sum(output_tokens), 0)`.as("output_tokens"),
      sql<number>`coalesce(sum(cost_nanos), 0)`.as("cost_nanos"),
      sql<number>`coalesce(sum(unpriced_calls), 0)`.as("unpriced_calls"),
      // Times are texts; the difference is rounded to whole milliseconds.
      sql<number>`coalesce(sum(cast(round((unixepoch(ended_at, 'subsec') - unixepoch(started_at, 'subsec')) * 1000) as bigint)), 0)`.as(
        "ended_ms",
      ),
      sql<IsoTime | null>`max(case when ended_at is null then started_at end)`.as("open_since"),
    ]),
);

const providerWaits = statement<object, Pick<TurnRow, "id" | "session_id" | "bot_id" | "provider_wait">>((db) =>
  db.selectFrom("turns").select(["id", "session_id", "bot_id", "provider_wait"]).where("provider_wait", "is not", null),
);

export function turnQueries(
  source: Source,
): Pick<Queries, "turn" | "turns" | "turnSums" | "lastAnswer" | "providerWaits"> {
  return {
    providerWaits: async (limit) =>
      (await source.all(providerWaits, {}))
        .flatMap(({ id, session_id: sessionId, bot_id: botId, provider_wait: json }) =>
          json === null ? [] : [{ id, sessionId, botId, wait: JSON.parse(json) as ProviderWait }],
        )
        .sort((a, b) => (a.wait.since + a.id < b.wait.since + b.id ? -1 : 1))
        .slice(0, limit),
    turnSums: async (sessionId) => {
      const [row] = await source.all(sumsOfSession, { session_id: sessionId });
      if (row === undefined) throw new Error("a sum without groups has a row");
      return { turns: row.turns, usage: columnsToUsage(row), endedMs: row.ended_ms, openSince: row.open_since };
    },
    lastAnswer: async (sessionId) =>
      (await source.all(lastAnswer, { session_id: sessionId })).map(stepRowToNoun)[0] ?? null,
    turn: async (id) => {
      const [row] = await source.all(turnById, { id });
      if (row === undefined) return null;
      const steps = await source.all(stepsOfTurn, { turn_id: id });
      const recalls = await source.all(recallsOfTurn, { turn_id: id });
      return {
        ...turnRowToNoun(row),
        stepList: steps.map(stepRowToNoun),
        recalled: recalls.map(({ memory_id, bot_id, score, why }) => ({
          memoryId: memory_id,
          botId: bot_id,
          score,
          why: JSON.parse(why),
        })),
      };
    },
    turns: async ({ sessionId, botId, before, since }, page) => {
      const after = cursorToSortKey(page, ["number"]);
      const rows = await source.query((db) => {
        let query = db
          .selectFrom("turns")
          .select(turnColumns)
          .select("n")
          .orderBy("n", "desc")
          .limit(page.limit + 1);
        if (after !== null) query = query.where("n", "<", after[0]);
        if (sessionId !== undefined) query = query.where("session_id", "=", sessionId);
        if (botId !== undefined) query = query.where("bot_id", "=", botId);
        if (before !== undefined) query = query.where("started_at", "<", before);
        if (since !== undefined)
          query = query.where((build) => build.or([build("ended_at", "is", null), build("ended_at", ">=", since)]));
        return query;
      });
      return makePage(rows, { limit: page.limit, sortKeyOf: ({ n }) => [n], toItem: turnRowToNoun });
    },
  };
}
