/** Creates, changes, pauses, runs and deletes schedules (SC3). The scheduler sends what is due. */
import { AppError } from "@reef/protocol/error";
import type { ScheduleId } from "@reef/protocol/ids";
import type { NewSchedule, Schedule, ScheduleMaker, SchedulePatch } from "@reef/protocol/schedule";
import { msToIso } from "@reef/protocol/time";
import { commitOps, found, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { givenFields } from "../given-fields.ts";
import { makeId } from "../ids.ts";
import type { ScheduleFields, ScheduleSeed } from "../port/unit.ts";
import { scheduleMessage } from "./schedule-message.ts";
import { firstTime, readTiming } from "./timing.ts";

/** In one session, including paused ones. */
const maxSchedules = 50;

const nameLength = 60;

/** Throws `not_found` (session), `invalid_request` (a time that has passed, an invalid pattern), `limit_exceeded`. */
export async function createSchedule(deps: Deps, input: NewSchedule): Promise<Schedule> {
  const schedule = await newSchedule(deps, input, "person");
  return lastEvent(await commitOps(deps, { op: "schedule.create", schedule }), "schedule.changed").schedule;
}

/** Returns the schedule that `createSchedule` would create, for a caller that commits it with other operations. */
export async function newSchedule(deps: Deps, input: NewSchedule, by: ScheduleMaker): Promise<ScheduleSeed> {
  const { sessionId, text } = input;
  const session = await found(deps.store.read.session(sessionId), "session", sessionId);
  const { items } = await deps.store.read.schedules({ sessionId }, { limit: maxSchedules, cursor: null });
  if (items.length >= maxSchedules) {
    throw new AppError("limit_exceeded", `“${session.title}” has ${maxSchedules} schedules: delete some first`);
  }
  const nowMs = deps.clock.now();
  const timing = readTiming(input.timing, nowMs);
  return {
    id: makeId("schedule"),
    botId: session.botId,
    name: firstWords(text),
    ...givenFields(input),
    timing,
    state: "active",
    by,
    nextAt: toIso(firstTime(timing, nowMs)),
  };
}

/**
 * Applies a person's change. If it is resumed or gets another timing, its times are counted from now. New words are the
 * person's. Throws `not_found`, `invalid_request`, or `conflict` if its only time is over.
 */
export async function changeSchedule(deps: Deps, id: ScheduleId, patch: SchedulePatch): Promise<Schedule> {
  const before = await found(deps.store.read.schedule(id), "schedule", id);
  const nowMs = deps.clock.now();
  const timing = patch.timing === undefined ? before.timing : readTiming(patch.timing, nowMs);
  const state = patch.state ?? (patch.timing !== undefined && before.state === "done" ? "active" : before.state);
  const nextAt = state === "active" ? toIso(firstTime(timing, nowMs)) : null;
  const isRetimed = state !== before.state || patch.timing !== undefined;
  if (isRetimed && state === "active" && nextAt === null) {
    throw new AppError("conflict", "this schedule's time has passed: set a new one");
  }
  const { timing: _timing, state: _state, ...rest } = patch;
  const fields: Partial<ScheduleFields> = {
    ...givenFields(rest),
    ...(patch.text !== undefined && patch.text !== before.text && { by: "person" }),
    ...(isRetimed && { timing, state, nextAt }),
  };
  return lastEvent(await commitOps(deps, { op: "schedule.change", id, fields }), "schedule.changed").schedule;
}

/**
 * Sends its message now; its next time stays. Throws `not_found`, or `conflict` while the message before still waits.
 */
export async function runSchedule(deps: Deps, id: ScheduleId): Promise<Schedule> {
  const schedule = await found(deps.store.read.schedule(id), "schedule", id);
  const { nextAt, lastMessageId } = schedule;
  const last = lastMessageId === null ? null : await deps.store.read.message(lastMessageId);
  if (last?.state === "queued")
    throw new AppError("conflict", "its last message is still waiting in the session's mailbox");
  const message = scheduleMessage(schedule, { dueAt: msToIso(deps.clock.now()), missed: 0 });
  const fire = { op: "schedule.fire", id, dueAt: nextAt, nextAt, missed: 0, message } as const;
  return lastEvent(await commitOps(deps, fire), "schedule.changed").schedule;
}

/** What it sent stays. Throws `not_found`. */
export async function deleteSchedule(deps: Deps, id: ScheduleId): Promise<void> {
  await commitOps(deps, { op: "schedule.delete", id });
}

function firstWords(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line.length <= nameLength ? line : `${line.slice(0, nameLength - 1).trimEnd()}…`;
}

function toIso(ms: number | null): string | null {
  return ms === null ? null : msToIso(ms);
}
