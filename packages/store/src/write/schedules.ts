/**
 * Writes schedules: a due message is sent and the next time recorded in one unit, so that no crash sends it twice or
 * not at all (SC1).
 */
import type { Op } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { ScheduleId, SessionId } from "@reef/protocol/ids";
import { scheduleColumns, scheduleSetColumns } from "../columns.ts";
import { changesToColumns, fieldsToColumns } from "../fields/codec.ts";
import { scheduleCodecs } from "../fields/schedule.ts";
import { scheduleRowToNoun } from "../rows/schedule.ts";
import { eachParam, statement } from "../sql.ts";
import type { ScheduleRow } from "../tables.ts";
import { changeChain, rootOf } from "./chains.ts";
import { sendMessage } from "./messages.ts";
import { all, one, run, type Write } from "./steps.ts";
import { findMessage, getSession, missing, type Work } from "./work.ts";

const scheduleById = statement<{ id: ScheduleId }, ScheduleRow>((db, param) =>
  db.selectFrom("schedules").select(scheduleColumns).where("id", "=", param("id")),
);
const schedulesOfSession = statement<{ session_id: SessionId }, { id: ScheduleId }>((db, param) =>
  db.selectFrom("schedules").select("id").where("session_id", "=", param("session_id")).orderBy("n"),
);
const insertSchedule = statement<ScheduleRow>((db, param) =>
  db.insertInto("schedules").values(eachParam(param, scheduleColumns)),
);
const updateSchedule = statement<ScheduleRow>((db, param) =>
  db.updateTable("schedules").set(eachParam(param, scheduleSetColumns)).where("id", "=", param("id")),
);
const deleteScheduleById = statement<{ id: ScheduleId }>((db, param) =>
  db.deleteFrom("schedules").where("id", "=", param("id")),
);

export function* createSchedule(
  work: Work,
  { schedule: seed, chainId }: Extract<Op, { op: "schedule.create" }>,
): Write<void> {
  const root = chainId === undefined ? null : yield* rootOf(chainId);
  yield* getSession(work, seed.sessionId);
  if ((yield* one(scheduleById, { id: seed.id })) !== undefined) {
    throw new AppError("conflict", `the schedule ${seed.id} already exists`);
  }
  const row: ScheduleRow = {
    id: seed.id,
    session_id: seed.sessionId,
    bot_id: seed.botId,
    ...fieldsToColumns(scheduleCodecs, seed),
    last_at: null,
    last_message_id: null,
    sent: 0,
    skipped: 0,
    chain_id: root,
    created_at: work.at,
    updated_at: work.at,
  };
  yield* run(insertSchedule, row);
  if (root !== null) yield* changeChain(root, ({ planned }) => ({ planned: planned + 1 }));
  work.events.push({ type: "schedule.changed", schedule: scheduleRowToNoun(row) });
}

export function* changeSchedule(work: Work, { id, fields }: Extract<Op, { op: "schedule.change" }>): Write<void> {
  const row = Object.assign(yield* getSchedule(id), changesToColumns(scheduleCodecs, fields));
  row.updated_at = work.at;
  yield* saveSchedule(work, row);
}

export function* fireSchedule(work: Work, op: Extract<Op, { op: "schedule.fire" }>): Write<void> {
  const row = yield* getSchedule(op.id);
  if (row.next_at !== op.dueAt) throw new AppError("conflict", "this schedule has changed since");
  const last = row.last_message_id === null ? undefined : yield* findMessage(work, row.last_message_id);
  const message = last?.state === "queued" ? null : op.message;
  if (message !== null) {
    yield* sendMessage(work, message);
    // What a bot planned may plan no more than the bot could itself.
    if (row.chain_id !== null && row.made_by === "bot")
      yield* changeChain(message.chainId, () => ({ root: row.chain_id }));
  }
  if (op.nextAt === null && row.state === "active") row.state = "done";
  row.next_at = op.nextAt;
  row.last_at = work.at;
  row.last_message_id = message?.id ?? row.last_message_id;
  row.sent += message === null ? 0 : 1;
  row.skipped += op.missed + (message === null ? 1 : 0);
  yield* saveSchedule(work, row);
}

export function* deleteSchedule(work: Work, id: ScheduleId): Write<void> {
  yield* getSchedule(id);
  yield* run(deleteScheduleById, { id });
  work.events.push({ type: "schedule.deleted", scheduleId: id });
}

/** Schedules are deleted with their session. */
export function* deleteSchedulesOf(work: Work, sessionId: SessionId): Write<void> {
  for (const { id } of yield* all(schedulesOfSession, { session_id: sessionId })) yield* deleteSchedule(work, id);
}

function* getSchedule(id: ScheduleId): Write<ScheduleRow> {
  return (yield* one(scheduleById, { id })) ?? missing("schedule", id);
}

function* saveSchedule(work: Work, row: ScheduleRow): Write<void> {
  yield* run(updateSchedule, row);
  work.events.push({ type: "schedule.changed", schedule: scheduleRowToNoun(row) });
}
