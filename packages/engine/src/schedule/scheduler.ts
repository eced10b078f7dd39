/**
 * Sends due messages of schedules for as long as the engine runs. The times live in the store: what came due while no
 * worker ran is due at the start, as one message of each schedule (SC2). Several workers may look at the same time: the
 * unit that sends also moves the schedule on, and only one of them can (SC1).
 */
import { AppError } from "@reef/protocol/error";
import type { Schedule } from "@reef/protocol/schedule";
import { isoToMs, msToIso } from "@reef/protocol/time";
import { commitOps } from "../commit.ts";
import type { Deps, Log } from "../deps.ts";
import { startDueLoop } from "../due-loop.ts";
import { makeId } from "../ids.ts";
import type { Op } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";
import { scheduleMessage } from "./schedule-message.ts";
import { type Due, dueTimes } from "./timing.ts";

const atOnce = 100;

export function startScheduler(deps: Deps, log: Log): AsyncDisposable {
  return startDueLoop(deps, log, {
    look: async () => {
      await sendDue(deps);
      const nextAt = await deps.store.read.nextScheduleAt();
      return nextAt === null ? null : isoToMs(nextAt);
    },
    wakes: ({ type }) => type === "schedule.changed" || type === "holds.changed",
    lookEveryMs: 30_000,
    afterFailureMs: 5_000,
    failure: "schedules could not be checked",
  });
}

/**
 * Sends everything that is due now. A schedule that cannot be sent is left for the next look, and holds up no other.
 */
export async function sendDue(deps: Deps): Promise<void> {
  for (;;) {
    const nowMs = deps.clock.now();
    const due = await deps.store.read.dueSchedules(msToIso(nowMs), atOnce);
    const sent = await Promise.all(due.map((schedule) => fire(deps, schedule, nowMs)));
    if (due.length < atOnce || !sent.includes(true)) return;
  }
}

/** Returns false if another worker was faster, or if the schedule was changed or deleted since. */
async function fire(deps: Deps, schedule: Schedule, nowMs: number): Promise<boolean> {
  const { id, sessionId, nextAt } = schedule;
  if (nextAt === null) return false;
  const due = findDue(schedule, { fromMs: isoToMs(nextAt), nowMs });
  const { dueMs, missed, nextMs } = due;
  const session = await deps.store.read.session(sessionId);
  const isSilent = session === null || session.archivedAt !== null;
  try {
    await commitOps(
      deps,
      {
        op: "schedule.fire",
        id,
        dueAt: nextAt,
        nextAt: nextMs === null ? null : msToIso(nextMs),
        missed,
        message: isSilent ? null : scheduleMessage(schedule, { dueAt: msToIso(dueMs), missed }),
      },
      ...(due.error === null || session === null ? [] : pause(schedule, due.error)),
    );
    return true;
  } catch (error) {
    if (error instanceof AppError && (error.code === "conflict" || error.code === "not_found")) return false;
    throw error;
  }
}

/** A time zone can vanish from a later zone table: the due message is sent all the same, and none can follow. */
function findDue(
  { timing }: Schedule,
  times: { readonly fromMs: number; readonly nowMs: number },
): Due & { readonly error: string | null } {
  try {
    return { ...dueTimes(timing, times), error: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { dueMs: times.fromMs, missed: 0, nextMs: null, error: error.message };
  }
}

function pause({ id, sessionId, name }: Schedule, error: string): readonly Op[] {
  const notice = { type: "schedule_paused", scheduleId: id } as const;
  const text = `The schedule “${oneLine(name)}” was paused because its next time is unknown: ${error}`;
  return [
    { op: "schedule.change", id, fields: { state: "paused" } },
    { op: "entry.append", entry: { id: makeId("entry"), sessionId, kind: "notice", text, notice } },
  ];
}
