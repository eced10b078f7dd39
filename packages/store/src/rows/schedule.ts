/** Converts schedules: row → noun. */
import type { Schedule } from "@reef/protocol/schedule";
import { columnsToFields } from "../fields/codec.ts";
import { scheduleCodecs } from "../fields/schedule.ts";
import type { ScheduleRow } from "../tables.ts";

export function scheduleRowToNoun(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    sessionId: row.session_id,
    botId: row.bot_id,
    ...columnsToFields(scheduleCodecs, row),
    lastAt: row.last_at,
    lastMessageId: row.last_message_id,
    sent: row.sent,
    skipped: row.skipped,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
