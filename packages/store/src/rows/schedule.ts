/** Schedules: row → noun. */
import type { Schedule } from "@reef/protocol/schedule";
import type { ScheduleRow } from "../tables.ts";

export function scheduleRowToNoun(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    sessionId: row.session_id,
    botId: row.bot_id,
    name: row.name,
    text: row.text,
    timing: JSON.parse(row.timing),
    state: row.state,
    by: row.made_by,
    nextAt: row.next_at,
    lastAt: row.last_at,
    lastMessageId: row.last_message_id,
    sent: row.sent,
    skipped: row.skipped,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
