/**
 * Does due work for as long as the engine runs. The times live in the store, so work that came due while no worker ran
 * is due at the start. Several workers may look at the same moment; their units ensure that only one of them acts.
 */
import type { Event } from "@reef/protocol/event";
import type { Deps, Log } from "./deps.ts";

export interface DueWork {
  /** Does what is due. Returns when the next work is due, in milliseconds since 1970; null if none is. */
  readonly look: () => Promise<number | null>;
  /** True for an event after which the next work may be due sooner. */
  readonly wakes: (event: Event) => boolean;
  /** Looks at least this often: another worker may have added work, and the machine may have slept. */
  readonly lookEveryMs: number;
  readonly afterFailureMs: number;
  /** The message for the log. */
  readonly failure: string;
}

export function startDueLoop(deps: Deps, log: Log, work: DueWork): AsyncDisposable {
  const ended = new AbortController();
  let woken = Promise.withResolvers<void>();
  const stop = deps.store.onEvents((events) => {
    if (events.some(work.wakes)) woken.resolve();
  });

  const waitAfterLook = async (): Promise<number> => {
    try {
      const nextMs = await work.look();
      if (nextMs === null) return work.lookEveryMs;
      return Math.min(work.lookEveryMs, Math.max(0, nextMs - deps.clock.now()));
    } catch (error) {
      log.error({ error }, work.failure);
      return work.afterFailureMs;
    }
  };

  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      woken = Promise.withResolvers<void>();
      const waitMs = await waitAfterLook();
      if (waitMs === 0) continue; // work became due since the look
      const sleep = new AbortController();
      await Promise.race([deps.clock.sleep(waitMs, AbortSignal.any([ended.signal, sleep.signal])), woken.promise]);
      sleep.abort();
    }
  };

  const done = run().finally(stop);
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await done;
    },
  };
}
