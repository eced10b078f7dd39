/** Reads schedules: by id, listed, and the next that are due. */
import type { Queries } from "@reef/engine/port/queries";
import type { ScheduleId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { type Kysely, sql } from "kysely";
import { scheduleColumns } from "../columns.ts";
import { scheduleRowToNoun } from "../rows/schedule.ts";
import { type Source, statement } from "../sql.ts";
import type { ScheduleRow, Tables } from "../tables.ts";
import { cursorToSortKey, makePage } from "./page.ts";

const scheduleById = statement<{ id: ScheduleId }, ScheduleRow>((db, param) =>
  db.selectFrom("schedules").select(scheduleColumns).where("id", "=", param("id")),
);
/** Those of held sessions send nothing until they are resumed (TU6). */
function selectActive(db: Kysely<Tables>) {
  const heldSessions = db
    .selectFrom("sessions")
    .select("id")
    .where("held", "=", sql.lit(1 as const));
  const heldBots = db
    .selectFrom("bots")
    .select("id")
    .where("held", "=", sql.lit(1 as const));
  return db
    .selectFrom("schedules")
    .where("state", "=", "active")
    .where("session_id", "not in", heldSessions)
    .where("bot_id", "not in", heldBots);
}
const dueSchedules = statement<{ at: IsoTime; limit: number }, ScheduleRow>((db, param) =>
  selectActive(db)
    .select(scheduleColumns)
    .where("next_at", "<=", param("at"))
    .orderBy("next_at")
    .orderBy("n")
    .limit(param("limit")),
);
const nextSchedule = statement<object, { next_at: IsoTime | null }>((db) =>
  selectActive(db).select("next_at").where("next_at", "is not", null).orderBy("next_at").limit(1),
);

export function scheduleQueries(
  source: Source,
): Pick<Queries, "schedule" | "schedules" | "dueSchedules" | "nextScheduleAt"> {
  return {
    schedule: async (id) => (await source.all(scheduleById, { id })).map(scheduleRowToNoun)[0] ?? null,
    schedules: async ({ sessionId, botId, state }, page) => {
      const after = cursorToSortKey(page, ["number"]);
      const rows = await source.query((db) => {
        let query = db
          .selectFrom("schedules")
          .select([...scheduleColumns, "n"])
          .orderBy("n")
          .limit(page.limit + 1);
        if (sessionId !== undefined) query = query.where("session_id", "=", sessionId);
        if (botId !== undefined) query = query.where("bot_id", "=", botId);
        if (state !== undefined) query = query.where("state", "=", state);
        return after === null ? query : query.where("n", ">", after[0]);
      });
      return makePage(rows, { limit: page.limit, sortKeyOf: ({ n }) => [n], toItem: scheduleRowToNoun });
    },
    dueSchedules: async (at, limit) => (await source.all(dueSchedules, { at, limit })).map(scheduleRowToNoun),
    nextScheduleAt: async () => (await source.all(nextSchedule, {}))[0]?.next_at ?? null,
  };
}
