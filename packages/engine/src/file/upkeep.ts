/** Sweeps files at the start, every hour, and after sessions were deleted, in the background. */
import type { Files, Log } from "../deps.ts";
import type { Clock } from "../port/clock.ts";
import type { Store } from "../port/store.ts";

const everyMs = 3_600_000;
/** Deleting many sessions leads to one sweep. */
const settleMs = 5_000;

export function startFileUpkeep(parts: {
  readonly store: Store;
  readonly clock: Clock;
  readonly files: Files;
  readonly log: Log;
}): AsyncDisposable {
  const ended = new AbortController();
  const done = upkeep(parts, ended.signal);
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await done;
    },
  };
}

async function upkeep(
  { store, clock, files, log }: Parameters<typeof startFileUpkeep>[0],
  signal: AbortSignal,
): Promise<void> {
  let woken = Promise.withResolvers<void>();
  const unsubscribe = store.onEvents((events) => {
    if (events.some(({ type }) => type === "session.deleted")) woken.resolve();
  });
  try {
    while (!signal.aborted) {
      woken = Promise.withResolvers<void>();
      try {
        const removed = await files.sweep();
        if (removed > 0) log.info({ removed }, "removed unused files");
      } catch (error) {
        log.error({ error }, "file cleanup failed");
      }
      const slept = new AbortController();
      await Promise.race([clock.sleep(everyMs, AbortSignal.any([signal, slept.signal])), woken.promise]);
      slept.abort();
      await clock.sleep(settleMs, signal);
    }
  } finally {
    unsubscribe();
  }
}
