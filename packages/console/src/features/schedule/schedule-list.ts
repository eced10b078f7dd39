/**
 * Prepares schedules for the console's lists: kept true by events, filtered, in order, by bot. Pure, outside rendering.
 */

import type { Bot } from "@reef/protocol/bot";
import type { Event } from "@reef/protocol/event";
import type { BotId, ScheduleId, SessionId } from "@reef/protocol/ids";
import type { Schedule, ScheduleState } from "@reef/protocol/schedule";
import type { Session } from "@reef/protocol/session";
import { holdsWords } from "../../data/holds-words.ts";

export type ScheduleMap = ReadonlyMap<ScheduleId, Schedule>;

export interface ScheduleRow {
  readonly schedule: Schedule;
  readonly botName: string;
  /** Null for a session that the list does not have: it is archived. */
  readonly sessionTitle: string | null;
  /** True if its session is archived: times pass, and nothing is sent (SC2). */
  readonly isSilent: boolean;
}

export interface ScheduleGroup {
  readonly botId: BotId;
  readonly botName: string;
  readonly rows: readonly ScheduleRow[];
}

export const scheduleStates: readonly ScheduleState[] = ["active", "paused", "done"];

/** Given a session, keeps only its own. */
export function foldSchedules(
  schedules: ScheduleMap,
  events: readonly Event[],
  sessionId: SessionId | null = null,
): ScheduleMap {
  let next: Map<ScheduleId, Schedule> | null = null;
  const write = (): Map<ScheduleId, Schedule> => {
    next ??= new Map(schedules);
    return next;
  };
  for (const event of events) {
    if (event.type === "schedule.changed") {
      const { schedule } = event;
      if (sessionId !== null && schedule.sessionId !== sessionId) continue;
      const before = (next ?? schedules).get(schedule.id);
      if (!before || before.updatedAt <= schedule.updatedAt) write().set(schedule.id, schedule);
    } else if (event.type === "schedule.deleted" && (next ?? schedules).has(event.scheduleId)) {
      write().delete(event.scheduleId);
    }
  }
  return next ?? schedules;
}

/** Every word must be in the name, the text, the session's title or the bot's name. */
export function filterSchedules(
  rows: readonly ScheduleRow[],
  { words, state }: { readonly words: string; readonly state: ScheduleState | null },
): readonly ScheduleRow[] {
  return rows.filter(
    ({ schedule, botName, sessionTitle }) =>
      (state === null || schedule.state === state) &&
      holdsWords(`${schedule.name}\n${schedule.text}\n${botName}\n${sessionTitle ?? ""}`, words.trim()),
  );
}

/** Due next comes first; then silent, paused, and finished ones, the newest first. */
export function sortSchedules(rows: readonly ScheduleRow[]): readonly ScheduleRow[] {
  return rows.toSorted(({ schedule: a, isSilent }, { schedule: b, isSilent: isOtherSilent }) => {
    if (a.state === "active" && b.state === "active" && isSilent !== isOtherSilent) return isSilent ? 1 : -1;
    if (a.state !== b.state) return scheduleStates.indexOf(a.state) - scheduleStates.indexOf(b.state);
    if (a.nextAt !== b.nextAt) return (a.nextAt ?? "") < (b.nextAt ?? "") ? -1 : 1;
    return (b.lastAt ?? "").localeCompare(a.lastAt ?? "") || (a.id < b.id ? -1 : 1);
  });
}

/** Groups in the order of what each bot has due next. */
export function groupByBot(rows: readonly ScheduleRow[]): readonly ScheduleGroup[] {
  const groups = new Map<BotId, ScheduleRow[]>();
  for (const row of rows) {
    const own = groups.get(row.schedule.botId);
    if (own) own.push(row);
    else groups.set(row.schedule.botId, [row]);
  }
  return [...groups].map(([botId, own]) => ({ botId, botName: own[0]?.botName ?? "", rows: own }));
}

export function countByState(rows: readonly ScheduleRow[]): ReadonlyMap<ScheduleState, number> {
  const counts = new Map<ScheduleState, number>();
  for (const { schedule } of rows) counts.set(schedule.state, (counts.get(schedule.state) ?? 0) + 1);
  return counts;
}

/** `sessionOf` returns a session of the list; an archived one may be in it while it is on screen. */
export function scheduleRows(
  schedules: ScheduleMap,
  {
    bots,
    sessionOf,
  }: {
    bots: ReadonlyMap<BotId, Bot>;
    sessionOf: (id: SessionId) => Pick<Session, "title" | "archivedAt"> | undefined;
  },
): readonly ScheduleRow[] {
  return [...schedules.values()].map((schedule) => {
    const session = sessionOf(schedule.sessionId);
    return {
      schedule,
      botName: bots.get(schedule.botId)?.name ?? "a deleted bot",
      sessionTitle: session?.title ?? null,
      isSilent: session === undefined || session.archivedAt !== null,
    };
  });
}
