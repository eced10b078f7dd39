/** Starts to send traces if the environment names a collector; says why not if what it names cannot be used. */
import { randomUUID } from "node:crypto";
import type { Clock } from "@reef/engine/port/clock";
import type { Environment } from "../../config.ts";
import { version } from "../../version.ts";
import type { ServerLog } from "../log.ts";
import { readTraceSettings } from "./trace-settings.ts";
import { openTraces, type Traces } from "./traces.ts";

export function traceTurns(parts: {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: ServerLog;
}): Traces | null {
  const { environment, clock, log } = parts;
  const { settings, problem } = readTraceSettings(environment);
  if (problem !== null) log.warn({}, `no traces are sent: ${problem}`);
  if (settings === null) return null;
  return openTraces({ settings, clock, log, version, instanceId: randomUUID(), delayMs: delayOf(environment) });
}

/** How long spans wait for others, as the standard variable says, within reason. */
function delayOf({ OTEL_BSP_SCHEDULE_DELAY: told }: Environment): number {
  const ms = told === undefined || told.trim() === "" ? 5_000 : Number(told);
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 10), 60_000) : 5_000;
}
