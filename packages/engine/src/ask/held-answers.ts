/**
 * Lets answers that are held take effect when their grace is over. The times live in the store: what was due while nobody was
 * here takes effect at the start. Several workers may look at once; the store lets one of them settle (AS1).
 */
import { AppError } from "@reef/protocol/error";
import { isoToMs } from "@reef/protocol/time";
import type { Deps, Log } from "../deps.ts";
import { settleAsk } from "./answer.ts";

/** Another worker may have accepted one, and the machine may have slept. */
const lookEveryMs = 5_000;
const afterFailureMs = 2_000;
const atOnce = 100;

export class HeldAnswers implements AsyncDisposable {
  readonly #deps: Deps;
  readonly #log: Log;
  readonly #ended = new AbortController();
  readonly #done: Promise<void>;
  #woken = Promise.withResolvers<void>();

  constructor(deps: Deps, log: Log) {
    this.#deps = deps;
    this.#log = log;
    const stop = deps.store.onEvents((events) => {
      if (events.some((event) => event.type === "ask.changed" && event.ask.held)) this.#woken.resolve();
    });
    this.#done = this.#run().finally(stop);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#done;
  }

  /** Settles what is due; gives how long to wait. */
  async #look(): Promise<number> {
    try {
      const nextMs = await settleDue(this.#deps);
      return nextMs === null ? lookEveryMs : Math.min(lookEveryMs, Math.max(0, nextMs - this.#deps.clock.now()));
    } catch (error) {
      this.#log.error({ error }, "held answers could not be looked at");
      return afterFailureMs;
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      this.#woken = Promise.withResolvers<void>();
      const waitMs = await this.#look();
      if (waitMs === 0) continue;
      const sleep = new AbortController();
      const ends = AbortSignal.any([signal, sleep.signal]);
      await Promise.race([this.#deps.clock.sleep(waitMs, ends), this.#woken.promise]);
      sleep.abort();
    }
  }
}

/** When the next one takes effect; null when none is held. */
export async function settleDue(deps: Deps): Promise<number | null> {
  for (;;) {
    const asks = await deps.store.read.heldAsks(atOnce);
    const nowMs = deps.clock.now();
    const due = asks.filter(({ held }) => held && isoToMs(held.until) <= nowMs);
    for (const ask of due) {
      if (!ask.held) continue;
      try {
        await settleAsk(deps, ask, { answer: ask.held.answer, heldUntil: ask.held.until });
      } catch (error) {
        // Taken back, replaced, or settled by somebody else between the look and the commit.
        if (!(error instanceof AppError) || (error.code !== "conflict" && error.code !== "not_found")) throw error;
      }
    }
    const next = asks.find((ask) => !due.includes(ask));
    if (due.length < atOnce) return next?.held ? isoToMs(next.held.until) : null;
  }
}
