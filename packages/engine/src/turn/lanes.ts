/**
 * Runs the lanes of one worker: keeps a claim open while a lane is free, runs the turns side by side, renews their
 * leases, and stops those that were cancelled or lost. Wakes are hints; it polls as well.
 */

import type { Event } from "@reef/protocol/event";
import type { SessionId, TurnId, WorkerId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import { waitedAtGateway } from "../ask/waited.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { Claim, Unsubscribe } from "../port/store.ts";
import type { TurnDeps } from "./open-turn.ts";
import { runTurn } from "./run.ts";
import type { Stop } from "./stop.ts";
import { isStoreTrouble } from "./store-trouble.ts";

/** More turns that begin without a pause would hold up everything else in the process. */
const begunTogether = 8;

/** The text for people; the log has the cause. */
const brokeOff = "Reef had an internal error during this turn; the server's log has the details";

/** A turn whose person has just begun to be waited for is looked at again after this time. */
const shortestLookMs = 1_000;

interface LimitedTurn {
  readonly controller: AbortController;
  readonly afterMs: number;
  readonly sessionId: SessionId;
}

interface Lane {
  readonly claim: Claim;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

export class Lanes implements AsyncDisposable {
  readonly worker: WorkerId;
  readonly #deps: TurnDeps;
  readonly #fleet: Fleet;
  readonly #lanes = new Map<TurnId, Lane>();
  /** Cancels of turns that may be in a claim which is committed and not answered yet. */
  readonly #early = new Map<TurnId, Stop>();
  readonly #ended = new AbortController();
  readonly #subscriptions: readonly Unsubscribe[];
  #claiming: Promise<void> | null = null;
  /** Ends the claim that is open now. */
  #closeClaim = new AbortController();
  #wanted = false;

  /** Ends the wait for turns that still run while this worker drains. */
  #drain: AbortController | null = null;

  constructor(deps: TurnDeps, fleet: Fleet) {
    this.#deps = deps;
    this.#fleet = fleet;
    this.worker = fleet.worker;
    fleet.countClaims(
      () => this.#lanes.size,
      () => new Set([...this.#lanes.values()].flatMap(({ claim }) => claim.bot.agent?.gatewayId ?? [])),
    );
    this.#subscriptions = [
      deps.store.onWake(() => this.#fill()),
      deps.store.onEvents((events) => this.#stopCancelled(events)),
      fleet.onChange(() => this.#followFleet()),
    ];
    void this.#repeat(deps.settings.pollMs, async () => this.#poll());
    void this.#repeat(deps.settings.beatMs, () => this.#beat());
    this.#fill();
  }

  get running(): number {
    return this.#lanes.size;
  }

  /** Stops a turn immediately if it runs here; the cancel is written with its end. */
  cancel(id: TurnId, cancel: { readonly by: string; readonly reason: string }): void {
    this.#cancel(id, { kind: "cancel", ...cancel });
  }

  #cancel(id: TurnId, stop: Stop): void {
    const lane = this.#lanes.get(id);
    if (lane !== undefined) stopLane(lane, stop);
    else if (this.#claiming !== null) this.#early.set(id, stop);
  }

  /** Gives every turn back, so that it goes on elsewhere or later, and waits until the lanes are empty. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#drain?.abort();
    this.#closeClaim.abort();
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    for (const lane of this.#lanes.values()) stopLane(lane, { kind: "shutdown" });
    // A claim in flight still becomes a lane; it is stopped as soon as it starts.
    await this.#claiming;
    await Promise.all([...this.#lanes.values()].map((lane) => lane.done));
  }

  /** A line that was gained brings turns; a drain lets what runs reach the end of a step, for a while (FL4). */
  #followFleet(): void {
    this.#poll();
    if (!this.#fleet.isDraining) {
      this.#drain?.abort();
      this.#drain = null;
      return;
    }
    if (this.#drain !== null) return;
    this.#drain = new AbortController();
    void this.#stopAfter(this.#deps.settings.drainMs, this.#drain.signal);
  }

  async #stopAfter(ms: number, signal: AbortSignal): Promise<void> {
    await this.#deps.clock.sleep(ms, signal);
    if (signal.aborted) return;
    for (const lane of this.#lanes.values()) stopLane(lane, { kind: "shutdown" });
  }

  /** Looks again for turns that came due without a commit. */
  #poll(): void {
    // In this order: a claim that begins now must not be closed before it was tried.
    this.#closeClaim.abort();
    this.#fill();
  }

  #fill(): void {
    this.#wanted = true;
    this.#claiming ??= this.#claim().finally(() => {
      this.#claiming = null;
      // A wake that lands after the last check would otherwise sit until the next poll.
      if (this.#wanted && !this.#ended.signal.aborted) this.#fill();
    });
  }

  /** Makes one claim at a time; a wake during it causes one more. */
  async #claim(): Promise<void> {
    const { store, clock, settings, log } = this.#deps;
    try {
      while (this.#wanted && !this.#ended.signal.aborted) {
        this.#wanted = false;
        // A turn that cannot be saved must not be claimed; a store that recovers wakes the lanes.
        if (store.problem() !== null || this.#fleet.isDraining) break;
        const free = settings.maxTurns - this.#lanes.size;
        if (free <= 0) break;
        this.#closeClaim = new AbortController();
        const claims = await store.claim(this.worker, free, msToIso(clock.now()), this.#closeClaim.signal);
        let begins = Promise.resolve();
        for (const [place, claim] of claims.entries()) {
          if (place > 0 && place % begunTogether === 0) begins = begins.then(() => clock.sleep(0));
          this.#start(claim, begins);
        }
        this.#early.clear();
        if (claims.length > 0) this.#wanted = true;
      }
    } catch (error) {
      log.error({ error }, "turns could not be claimed");
    }
  }

  /** Its lane exists from now on, so that a cancel finds it; its turn begins after `begins`. */
  #start(claim: Claim, begins: Promise<void>): void {
    const controller = new AbortController();
    const { turn } = claim;
    const done = this.#run(claim, { controller, begins }).finally(() => {
      if (this.#lanes.get(turn.id)?.controller === controller) this.#lanes.delete(turn.id);
      this.#fleet.noteEnd();
      this.#fill();
    });
    const lane = { claim, controller, done };
    this.#lanes.set(turn.id, lane);
    // A claim in flight when the drain began.
    if (this.#ended.signal.aborted || this.#fleet.isDraining) stopLane(lane, { kind: "shutdown" });
    // A cancel requested while the turn had no lane.
    if (turn.cancelRequested !== null) stopLane(lane, { kind: "cancel", ...turn.cancelRequested });
    const early = this.#early.get(turn.id);
    if (early !== undefined) stopLane(lane, early);
  }

  async #run(
    claim: Claim,
    { controller, begins }: { readonly controller: AbortController; readonly begins: Promise<void> },
  ): Promise<void> {
    const { settings, log } = this.#deps;
    await begins;
    const timer = new AbortController();
    const afterMs = claim.bot.limits.turnTimeoutMs ?? settings.turnTimeoutMs;
    void this.#limit({ controller, afterMs, sessionId: claim.session.id }, timer.signal);
    try {
      await runTurn(this.#deps, claim, { signal: controller.signal, workerEnds: this.#ended.signal });
    } catch (error) {
      log.error({ error, turnId: claim.turn.id }, "a turn failed");
      await this.#giveBack(claim, isStoreTrouble(error));
    } finally {
      timer.abort(null);
    }
  }

  /** Time spent waiting for the store, or for a person at a gateway, does not count. */
  async #limit(limited: LimitedTurn, ended: AbortSignal): Promise<void> {
    const { clock, store } = this.#deps;
    const { controller, afterMs, sessionId } = limited;
    const sinceMs = clock.now();
    for (let leftMs = afterMs, waitedMs = 0; leftMs > 0 && !ended.aborted; ) {
      await clock.sleep(leftMs, ended);
      if (store.problem() !== null) continue;
      const nowMs = clock.now();
      const total = ended.aborted ? 0 : await waitedAtGateway(this.#deps, { sessionId, sinceMs, nowMs });
      leftMs = total > waitedMs ? Math.max(total - waitedMs, shortestLookMs) : 0;
      waitedMs = total;
    }
    if (!ended.aborted) controller.abort({ kind: "timeout", afterMs } satisfies Stop);
  }

  /** A turn that this worker dropped would wait for ever, since no one takes turns from a live worker (TU7). */
  async #giveBack(claim: Claim, isTrouble: boolean): Promise<void> {
    const { store, clock, settings, log } = this.#deps;
    for (;;) {
      const nowMs = clock.now();
      const waitMs = isTrouble
        ? 0
        : (settings.retryDelaysMs[claim.turn.attempts] ?? settings.retryDelaysMs.at(-1) ?? 0);
      const failed = isTrouble ? {} : { failed: brokeOff };
      const wait = { op: "turn.wait" as const, waits: [], readyAt: msToIso(nowMs + waitMs), ...failed };
      // Not even its failure could be recorded in the ordinary way.
      const isOver = !isTrouble && claim.turn.attempts >= settings.maxAttempts;
      const settle = { op: "turn.settle" as const, state: "failed" as const, messages: "dead" as const };
      const op = isOver ? { ...settle, answeredBy: null, error: brokeOff } : wait;
      try {
        await store.commitTurn(claim, { at: msToIso(nowMs), ops: [op] });
        return;
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        log.error({ error, turnId: claim.turn.id }, "a failed turn could not be given back yet");
        await clock.sleep(settings.beatMs, this.#ended.signal);
      }
    }
  }

  async #beat(): Promise<void> {
    const claims = [...this.#lanes.values()].map((lane) => lane.claim);
    if (claims.length === 0 || this.#deps.store.problem() !== null) return;
    const { lost, cancelled } = await this.#deps.store.beat(claims, msToIso(this.#deps.clock.now()));
    for (const claim of lost) this.#stop(claim, { kind: "lost" });
    for (const claim of cancelled) {
      const turn = await this.#deps.store.read.turn(claim.turn.id);
      if (turn?.cancelRequested) this.#stop(claim, { kind: "cancel", ...turn.cancelRequested });
    }
  }

  #stopCancelled(events: readonly Event[]): void {
    for (const event of events) {
      if (event.type !== "turn.changed" || event.turn.cancelRequested === null || event.turn.state !== "running")
        continue;
      this.#cancel(event.turn.id, { kind: "cancel", ...event.turn.cancelRequested });
    }
  }

  #stop(claim: Claim, stop: Stop): void {
    const lane = this.#lanes.get(claim.turn.id);
    if (lane !== undefined && lane.claim.turn.fence === claim.turn.fence) stopLane(lane, stop);
  }

  async #repeat(everyMs: number, act: () => Promise<void>): Promise<void> {
    const { clock, log } = this.#deps;
    for (;;) {
      await clock.sleep(everyMs, this.#ended.signal);
      if (this.#ended.signal.aborted) return;
      await act().catch((error: unknown) => log.error({ error }, "a periodic task failed"));
    }
  }
}

function stopLane(lane: Lane, stop: Stop): void {
  if (!lane.controller.signal.aborted) lane.controller.abort(stop);
}
