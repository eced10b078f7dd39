/**
 * Computes when a schedule is due. Intervals are counted from a fixed time, so that they do not drift with each late
 * start. Cron patterns are croner's, of five parts, in the zone they name (a time skipped by a clock change is due
 * right after it).
 */

import { AppError } from "@reef/protocol/error";
import type { NewTiming, ScheduleTiming } from "@reef/protocol/schedule";
import { isoToMs, msToIso } from "@reef/protocol/time";
import { Cron } from "croner";
import { isTooFar, tooFarText } from "../far-times.ts";

/** Missed times are counted up to here; earlier ones are not examined one by one. */
const countedMax = 1_000;

/** Returns the timing checked and counted from now. Throws `invalid_request` with what was expected. */
export function readTiming(timing: NewTiming, nowMs: number): ScheduleTiming {
  switch (timing.kind) {
    case "at": {
      const at = Date.parse(timing.at);
      if (at <= nowMs) throw invalid("timing.at", `expected a future time, found ${timing.at}`);
      if (isTooFar(at, nowMs)) throw invalid("timing.at", tooFarText(timing.at));
      return { kind: "at", at: msToIso(at) };
    }
    case "every":
      return { kind: "every", seconds: timing.seconds };
    case "cron": {
      const { pattern, timeZone = "UTC" } = timing;
      const kept = { kind: "cron", pattern: pattern.trim(), timeZone } as const;
      if (nextCron(kept, nowMs) === null) throw invalid("timing.pattern", `“${pattern}” is never due`);
      return kept;
    }
  }
}

export interface Due {
  /** The newest time that is due. */
  readonly dueMs: number;
  /** Times before it that are due as well; 1,000 means that many or more. */
  readonly missed: number;
  /** The first time after now; null if there is none. */
  readonly nextMs: number | null;
}

/** Returns what is due of a schedule whose next time `fromMs` has come. */
export function dueTimes(timing: ScheduleTiming, { fromMs, nowMs }: { fromMs: number; nowMs: number }): Due {
  switch (timing.kind) {
    case "at":
      return { dueMs: fromMs, missed: 0, nextMs: null };
    case "every": {
      const everyMs = timing.seconds * 1000;
      const missed = Math.max(0, Math.floor((nowMs - fromMs) / everyMs));
      const dueMs = fromMs + missed * everyMs;
      return { dueMs, missed: Math.min(missed, countedMax), nextMs: dueMs + everyMs };
    }
    case "cron": {
      let [dueMs, missed] = [fromMs, 0];
      for (let next = nextCron(timing, fromMs); next !== null && next <= nowMs; next = nextCron(timing, next)) {
        dueMs = next;
        missed += 1;
        if (missed === countedMax) break;
      }
      return { dueMs, missed, nextMs: nextCron(timing, Math.max(nowMs, dueMs)) };
    }
  }
}

/** Returns the first time after `afterMs`; null if there is none. An interval begins with it. */
export function firstTime(timing: ScheduleTiming, afterMs: number): number | null {
  switch (timing.kind) {
    case "at": {
      const at = isoToMs(timing.at);
      return at > afterMs ? at : null;
    }
    case "every":
      return afterMs + timing.seconds * 1000;
    case "cron":
      return nextCron(timing, afterMs);
  }
}

function nextCron({ pattern, timeZone }: Extract<ScheduleTiming, { kind: "cron" }>, afterMs: number): number | null {
  try {
    const cron = new Cron(pattern, { timezone: timeZone, mode: "5-part", paused: true });
    return cron.nextRun(new Date(afterMs))?.getTime() ?? null;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
    const expected =
      "expected a cron pattern of five parts such as “0 9 * * 1-5” and a time zone such as Europe/Berlin";
    throw invalid("timing", `${expected}, found “${pattern}” in ${timeZone}: ${why}`);
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError("invalid_request", message, { fields: [{ path, message }] });
}
