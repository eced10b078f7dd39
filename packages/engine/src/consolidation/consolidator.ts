/**
 * Decides when memory is consolidated: some time after a session went quiet, when entries leave a window, and when a
 * person asks. It runs one look at a time, never while every lane is taken, and asks each bot's model no more often
 * than the pause allows. It keeps nothing that matters: pending stretches are found again from the rows, also after a
 * restart.
 */

import type { Bot, RuntimeName } from "@reef/protocol/bot";
import type { Consolidation } from "@reef/protocol/consolidation";
import { eachPage } from "@reef/protocol/each-page";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { isoToMs } from "@reef/protocol/time";
import type { Consolidating, Deps, Log } from "../deps.ts";
import type { ConsolidationRecord } from "../port/consolidation.ts";
import { type Runtime, RuntimeFailure } from "../port/runtime.ts";
import type { Unsubscribe } from "../port/store.ts";
import { toldWait } from "../port/told-numbers.ts";
import { lookAtStretch } from "./look.ts";
import { readStretch } from "./stretch.ts";

export interface ConsolidatorParts {
  readonly deps: Deps;
  readonly log: Log;
  readonly runtimes: ReadonlyMap<RuntimeName, Runtime>;
  readonly hasFreeLane: () => boolean;
  /** True while this worker consolidates for the fleet (FL1). What a person asks for is done anywhere. */
  readonly isMine: () => boolean;
}

interface Wish {
  readonly sessionId: SessionId;
  readonly cause: "idle" | "compaction";
  /** For a compaction, the last entry to look at. */
  readonly through?: number | undefined;
  /** The earliest time to look. */
  readonly at: number;
}

/** How many wishes a worker keeps that does not consolidate now. */
const wishesKept = 1_000;
/** How many looks one wish gets: a long backlog takes several wishes. */
const looksAtOnce = 3;
const looksWhenAsked = 5;
/** How often rows are searched for stretches without a wish, in milliseconds. */
const searchEveryMs = 3_600_000;
/**
 * Older silence is consolidated only when a person asks, so that nobody pays for years of conversation after an
 * upgrade.
 */
const recentMs = 7 * 86_400_000;
/** How long a bot whose model failed is left alone, in milliseconds. */
const failedPauseMs = 1_800_000;

export class Consolidator implements Consolidating, AsyncDisposable {
  readonly #parts: ConsolidatorParts;
  readonly #ended = new AbortController();
  readonly #unsubscribe: Unsubscribe;
  readonly #wishes = new Map<SessionId, Wish>();
  /** The earliest time at which a bot's model may be asked again. */
  readonly #notBefore = new Map<BotId, number>();
  readonly #ticking: Promise<void>;
  #searchAt: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: ConsolidatorParts) {
    this.#parts = parts;
    const { store, clock, settings } = parts.deps;
    this.#searchAt = clock.now() + settings.quietMs;
    this.#unsubscribe = store.onEvents((events) => this.#take(events));
    this.#ticking = this.#tick();
  }

  consolidate(botId: BotId): Promise<readonly ConsolidationRecord[]> {
    return this.#alone(async () => {
      const { deps } = this.#parts;
      await deps.index?.capture(botId);
      const through = await deps.store.read.consolidatedThrough(botId);
      const made: ConsolidationRecord[] = [];
      for await (const session of this.#sessionsOf(botId)) {
        const isNew = session.memory === "on" && session.lastSeq > (through.get(session.id) ?? 0);
        if (!isNew || made.length >= looksWhenAsked) continue;
        made.push(...(await this.#askedLook(session, looksWhenAsked - made.length)));
      }
      return made;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort(new Error("shutting down"));
    this.#unsubscribe();
    await this.#ticking;
    await this.#turn.catch(() => undefined);
  }

  async #askedLook(session: Session, looks: number): Promise<readonly ConsolidationRecord[]> {
    try {
      return await this.#look(session, { cause: "asked", looks });
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error;
      throw new AppError("unavailable", `the model could not be asked: ${error.message}`, { cause: error });
    }
  }

  #take(events: readonly Event[]): void {
    const { clock, settings } = this.#parts.deps;
    for (const event of events) {
      if (event.type === "turn.changed" && event.turn.endedAt !== null) {
        const at = clock.now() + settings.quietMs;
        const { sessionId } = event.turn;
        // A compaction's wish is not postponed.
        if (this.#wishes.get(sessionId)?.cause !== "compaction") this.#wish({ sessionId, cause: "idle", at });
      } else if (event.type === "entry.created" && event.entry.notice?.type === "compaction") {
        const through = event.entry.notice.throughSeq;
        this.#wish({ sessionId: event.entry.sessionId, cause: "compaction", through, at: clock.now() });
      }
    }
  }

  #wish(wish: Wish): void {
    this.#wishes.set(wish.sessionId, wish);
  }

  async #tick(): Promise<void> {
    const { deps, log } = this.#parts;
    const { clock, settings } = deps;
    const { signal } = this.#ended;
    for (;;) {
      await clock.sleep(settings.consolidateTickMs, signal);
      if (signal.aborted) return;
      if (!this.#parts.isMine()) {
        // Should the work come here, the rows say what is left of it.
        if (this.#wishes.size > wishesKept) this.#wishes.clear();
        this.#searchAt = clock.now();
        continue;
      }
      try {
        if (clock.now() >= this.#searchAt) await this.#search();
        await this.#fulfil();
      } catch (error) {
        if (!signal.aborted) log.error({ error }, "memories could not be consolidated");
      }
    }
  }

  async #fulfil(): Promise<void> {
    const { clock } = this.#parts.deps;
    for (const wish of [...this.#wishes.values()]) {
      if (this.#ended.signal.aborted || !this.#parts.hasFreeLane()) return;
      if (wish.at > clock.now()) continue;
      if ((await this.#alone(() => this.#tryOne(wish))) === "later") continue;
      if (this.#wishes.get(wish.sessionId) === wish) this.#wishes.delete(wish.sessionId);
    }
  }

  /** An unforeseen failure must not be retried again and again ahead of all others. */
  async #tryOne(wish: Wish): Promise<"done" | "later"> {
    try {
      return await this.#fulfilOne(wish);
    } catch (error) {
      if (!this.#ended.signal.aborted) {
        this.#parts.log.error({ error, sessionId: wish.sessionId }, "a session could not be consolidated");
      }
      return "done";
    }
  }

  async #fulfilOne({ sessionId, cause, through }: Wish): Promise<"done" | "later"> {
    const { deps, log } = this.#parts;
    const { read } = deps.store;
    const session = await read.session(sessionId);
    if (session === null || session.memory === "off") return "done";
    const { botId } = session;
    const isBusy = session.turnId !== null || session.queued > 0;
    // It is wished for again when its turn ends.
    if (cause === "idle" && isBusy) return "done";
    const bot = await read.bot(botId);
    if ((await read.consolidationPolicy(botId)) === "off" || bot === null || standsStill(bot)) return "done";
    if ((this.#notBefore.get(botId) ?? 0) > deps.clock.now()) return "later";
    try {
      await deps.index?.capture(botId);
      await this.#look(session, { cause, through, looks: looksAtOnce });
      return "done";
    } catch (error) {
      if (!(error instanceof RuntimeFailure) || this.#ended.signal.aborted) throw error;
      log.warn({ botId, reason: error.message }, "a bot's model could not be asked to consolidate");
      this.#notBefore.set(botId, deps.clock.now() + Math.max(failedPauseMs, toldWait(error.retryAfterMs)));
      return "later";
    }
  }

  async #look(
    session: Session,
    wanted: { readonly cause: Consolidation["cause"]; readonly through?: number | undefined; readonly looks: number },
  ): Promise<readonly ConsolidationRecord[]> {
    const { deps, runtimes, log } = this.#parts;
    const { botId } = session;
    const bot = await deps.store.read.bot(botId);
    if (bot === null) return [];
    const complete = runtimes.get(bot.runtime)?.complete;
    const policy = await deps.store.read.consolidationPolicy(botId);
    const made: ConsolidationRecord[] = [];
    while (made.length < wanted.looks && !this.#ended.signal.aborted) {
      const after = (await deps.store.read.consolidatedThrough(botId)).get(session.id) ?? 0;
      const stretch = await readStretch(deps, { session, after, through: wanted.through });
      if (stretch === null || stretch.lines.length === 0) break;
      const { signal } = this.#ended;
      const request = { bot, stretch, cause: wanted.cause, policy, complete, signal };
      const record = await lookAtStretch({ ...deps, log }, request);
      if (complete !== undefined) this.#notBefore.set(botId, deps.clock.now() + deps.settings.consolidatePauseMs);
      if (record === null) break;
      made.push(record);
    }
    return made;
  }

  /** Finds what was said before this start, or while no model could be asked. */
  async #search(): Promise<void> {
    const { deps } = this.#parts;
    const { clock, settings, store } = deps;
    this.#searchAt = clock.now() + searchEveryMs;
    for await (const bots of eachPage((cursor) => store.read.bots({ limit: 200, cursor }))) {
      for (const bot of bots) {
        const { id } = bot;
        if (standsStill(bot) || (await store.read.consolidationPolicy(id)) === "off") continue;
        const through = await store.read.consolidatedThrough(id);
        for await (const session of this.#sessionsOf(id)) {
          const lastMs = isoToMs(session.lastAt);
          // Newest activity first.
          if (lastMs < clock.now() - recentMs) break;
          const isNew = session.memory === "on" && session.lastSeq > (through.get(session.id) ?? 0);
          const at = lastMs + settings.quietMs;
          if (isNew && !this.#wishes.has(session.id)) this.#wish({ sessionId: session.id, cause: "idle", at });
        }
      }
    }
  }

  async *#sessionsOf(botId: BotId): AsyncGenerator<Session> {
    const { read } = this.#parts.deps.store;
    for await (const sessions of eachPage((cursor) => read.sessions({ botId }, { limit: 200, cursor })))
      yield* sessions;
  }

  /** Runs one act at a time: two looks at one stretch would be one too many. */
  #alone<Result>(act: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(act, act);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

/** A bot that a person paused or stopped makes no model calls in the background either (TU6). */
function standsStill({ status }: Bot): boolean {
  return status === "paused" || status === "held";
}
