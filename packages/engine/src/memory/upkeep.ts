/** Sweeps memories from time to time, in the background, and logs what was done (ME7). */
import type { Deps, Log } from "../deps.ts";
import { sweepMemories } from "./sweep.ts";

const firstAfterMs = 60_000;
const everyMs = 3_600_000;

export function startUpkeep(deps: Deps, log: Log): AsyncDisposable {
  const ended = new AbortController();
  const done = upkeep(deps, { log, signal: ended.signal });
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await done;
    },
  };
}

async function upkeep(deps: Deps, { log, signal }: { readonly log: Log; readonly signal: AbortSignal }): Promise<void> {
  await deps.clock.sleep(firstAfterMs, signal);
  while (!signal.aborted) {
    try {
      const report = await sweepMemories(deps);
      if (report.expired + report.overQuota + report.gone > 0) log.info(report, "swept memories");
    } catch (error) {
      log.error({ error }, "memory cleanup failed");
    }
    await deps.clock.sleep(everyMs, signal);
  }
}
