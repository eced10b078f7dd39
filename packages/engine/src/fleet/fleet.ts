/**
 * Keeps this worker's place in the fleet: it beats, holds leases for what must run once (FL1), stops what it no longer
 * holds (FL2), and drains (FL4). A lease counts as lost when its own time is over, whether or not the store has said so:
 * a worker that was frozen, or cannot reach its store, acts for no one.
 */

import type { Event } from "@reef/protocol/event";
import type { GatewayId, WorkerId } from "@reef/protocol/ids";
import { isoToMs, msToIso } from "@reef/protocol/time";
import type { Worker, WorkerLoad } from "@reef/protocol/worker";
import type { Log } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { Clock } from "../port/clock.ts";
import type { Store, Unsubscribe } from "../port/store.ts";
import { type Lease, type LeaseName, workerTtlMs } from "../port/workers.ts";
import { gatewayOfLease } from "./lease.ts";

export interface FleetParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** What is said of this worker. */
  readonly identity: Pick<Worker, "host" | "pid" | "version" | "lanes">;
  readonly load: () => WorkerLoad;
  /** Whether other workers may use the store; as the store says by default. */
  readonly isShared?: boolean;
}

export interface Fleet extends AsyncDisposable {
  readonly worker: WorkerId;
  readonly isDraining: boolean;
  /** True once it runs nothing and holds nothing: the process can be stopped. */
  readonly isDrained: boolean;
  /** The lease, if this worker holds it now. */
  held(name: LeaseName): Lease | null;
  /** Wants the lease from now on, until the result is called. */
  want(name: LeaseName): Unsubscribe;
  /** Runs the job whenever this worker holds the lease. The end of the job is awaited before it begins again. */
  once(name: LeaseName, start: (lease: Lease) => AsyncDisposable): AsyncDisposable;
  /** Calls the listener when a lease was taken or lost, and when draining begins or ends. */
  onChange(listener: () => void): Unsubscribe;
  /** Begins to beat: others learn of this worker, and what it wants by now is asked for in one go. */
  begin(): void;
  /** Sets what counts the running turns, and names the gateways they are at. */
  countClaims(count: () => number, gateways: () => ReadonlySet<GatewayId>): void;
  /** Reports that a turn ended here, which may finish a drain. */
  noteEnd(): void;
  /** Changes a worker's row as this one knows it now: what is shown of the answering worker is never old. */
  refresh(workers: readonly Worker[]): readonly Worker[];
}

/** How often a worker of a fleet beats. */
const fleetBeatMs = 4_000;
/** Without other workers, a lease needs no end: the store's lock proves that its holder lives. */
const aloneTtlMs = 10 * 365 * 86_400_000;
const aloneBeatMs = 30 * 86_400_000;
const afterFailureMs = 1_000;

export function startFleet(parts: FleetParts): Fleet {
  const { store, clock, log, identity } = parts;
  const isShared = parts.isShared ?? store.isShared;
  const ttlMs = isShared ? workerTtlMs : aloneTtlMs;
  const worker: Pick<Worker, "id" | "host" | "pid" | "version" | "startedAt" | "lanes"> = {
    ...identity,
    id: makeId("worker"),
    startedAt: msToIso(clock.now()),
  };
  const ended = new AbortController();
  const wants = new Map<LeaseName, number>();
  const listeners = new Set<() => void>();
  const state = { held: new Map<LeaseName, Lease>(), untilMs: 0, draining: false, drained: false };
  /** Lines that others should have: closed here first, and free with the beat after that. */
  const leaving = new Set<LeaseName>();
  let claims = () => 0;
  let gatewaysInUse: () => ReadonlySet<GatewayId> = () => new Set();
  let woken = Promise.withResolvers<void>();
  const wake = () => woken.resolve();

  const held = (name: LeaseName) =>
    clock.steady() > state.untilMs || leaving.has(name) ? null : (state.held.get(name) ?? null);
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };

  /** A draining worker hands its jobs over immediately, and its lines when no turn needs them any more. */
  function wanted(isDrained: boolean, { share, taken }: Lines): readonly LeaseName[] {
    if (ended.signal.aborted || isDrained) return [];
    const names = [...wants.keys()].sort();
    if (state.draining) return names.filter((name) => gatewayOfLease(name) !== null && state.held.has(name));
    let room = share - linesOf(state.held.keys()).length + leaving.size;
    return names.filter((name) => {
      if (gatewayOfLease(name) === null) return true;
      if (state.held.has(name)) return !leaving.has(name);
      if (taken.has(name)) return false;
      room -= 1;
      return room >= 0;
    });
  }

  /** FL5: lines are spread over the workers that are there now. */
  async function lookAtLines(): Promise<Lines> {
    const lines = linesOf(wants.keys()).length;
    if (!isShared || lines === 0) return { share: lines, taken: new Set() };
    const others = (await store.read.workers()).filter(({ id, state: now }) => id !== worker.id && now !== "gone");
    const taking = others.filter(({ state: now }) => now === "running").length;
    const taken = new Set(others.flatMap(({ leases }) => leases as readonly LeaseName[]));
    return { share: Math.ceil(lines / (taking + 1)), taken };
  }

  /** Closes what is more than this worker's part, unless a turn is there now. */
  function leaveSurplus(share: number): void {
    leaving.clear();
    if (state.draining) return;
    const inUse = gatewaysInUse();
    const mine = linesOf(state.held.keys());
    const free = mine.filter((name) => !inUse.has(gatewayOfLease(name) as GatewayId));
    for (const name of free.slice(0, Math.max(0, mine.length - share))) leaving.add(name);
    if (leaving.size > 0) tell();
  }

  async function beat(): Promise<void> {
    const askedAtMs = clock.steady();
    const running = claims();
    const isDrained = state.draining && running === 0;
    const lines = await lookAtLines();
    const report = { claims: running, load: parts.load(), drained: isDrained, ttlMs, wants: wanted(isDrained, lines) };
    const op = { op: "worker.beat" as const, worker, ...report };
    const { presence } = await store.commit({ at: msToIso(clock.now()), ops: [op] });
    if (presence === undefined) throw new Error("the store did not answer a beat");
    const before = [...state.held.values()];
    const isOther =
      presence.held.length !== before.length ||
      presence.held.some(({ name, fence }) => state.held.get(name)?.fence !== fence) ||
      presence.draining !== state.draining ||
      state.drained !== isDrained;
    state.held = new Map(presence.held.map((lease) => [lease.name, lease]));
    state.untilMs = askedAtMs + ttlMs;
    // What the store learned since this beat was built is settled by the next one.
    if (presence.draining !== state.draining) wake();
    state.draining = presence.draining;
    state.drained = isDrained && presence.draining;
    if (isOther) tell();
    leaveSurplus(lines.share);
  }

  /** Stops what this worker may no longer do, before anything else: it may have been frozen. */
  function dropEnded(): void {
    if (state.held.size === 0 || clock.steady() <= state.untilMs) return;
    state.held = new Map();
    tell();
  }

  /** Another worker's end frees its leases; a change of the own row that this worker does not know is a drain. */
  function concernsThis(event: Event): boolean {
    if (event.type !== "worker.changed") return false;
    const { id, state: now } = event.worker;
    return id === worker.id ? now === "gone" || (now === "draining") !== state.draining : now !== "running";
  }

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      woken = Promise.withResolvers<void>();
      dropEnded();
      let waitMs = isShared ? fleetBeatMs : aloneBeatMs;
      try {
        await beat();
      } catch (error) {
        if (store.problem() === null) log.error({ error }, "the fleet could not be told that this worker lives");
        waitMs = afterFailureMs;
      }
      const sleep = new AbortController();
      await Promise.race([clock.sleep(waitMs, AbortSignal.any([ended.signal, sleep.signal])), woken.promise]);
      sleep.abort();
    }
  }

  const unsubscribe = store.onEvents((events) => {
    if (events.some(concernsThis)) wake();
  });
  let done: Promise<void> | null = null;

  return {
    worker: worker.id,
    get isDraining() {
      return state.draining;
    },
    get isDrained() {
      return state.drained;
    },
    held,
    want(name) {
      wants.set(name, (wants.get(name) ?? 0) + 1);
      wake();
      return () => {
        const left = (wants.get(name) ?? 1) - 1;
        if (left > 0) wants.set(name, left);
        else wants.delete(name);
        wake();
      };
    },
    once(name, start) {
      const release = this.want(name);
      const stop = keepRunning({
        start,
        holds: () => held(name),
        onChange: (listener) => this.onChange(listener),
        log,
      });
      return {
        async [Symbol.asyncDispose]() {
          await stop();
          release();
        },
      };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    begin() {
      done ??= Promise.resolve().then(run);
    },
    countClaims(count, gateways) {
      claims = count;
      gatewaysInUse = gateways;
    },
    noteEnd() {
      if (state.draining && claims() === 0) wake();
    },
    refresh(workers) {
      const now = { claims: claims(), load: parts.load(), lastSeenAt: msToIso(clock.now()) };
      // Before its first beat it has no row yet.
      const isNew = !workers.some(({ id }) => id === worker.id);
      const own = { ...worker, ...now, state: "running" as const, drained: false, leases: [...state.held.keys()] };
      return [...workers, ...(isNew ? [own] : [])].map((each) =>
        each.id === worker.id && each.state !== "gone"
          ? { ...each, ...now, lastSeenAt: latest(each.lastSeenAt, clock.now()) }
          : each,
      );
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      wake();
      unsubscribe();
      if (done === null) return;
      await done;
      state.held = new Map();
      tell();
      const op = { op: "worker.end" as const, id: worker.id };
      await store.commit({ at: msToIso(clock.now()), ops: [op] }).catch((error: unknown) => {
        log.warn({ error }, "the fleet could not be told that this worker ends; its leases end by themselves");
      });
    },
  };
}

function latest(at: Worker["lastSeenAt"], nowMs: number): Worker["lastSeenAt"] {
  return msToIso(Math.max(isoToMs(at), nowMs));
}

interface Lines {
  /** How many this worker should keep. */
  readonly share: number;
  /** Leases that living workers hold. */
  readonly taken: ReadonlySet<LeaseName>;
}

function linesOf(names: Iterable<LeaseName>): readonly LeaseName[] {
  return [...names].filter((name) => gatewayOfLease(name) !== null);
}

interface Job {
  readonly start: (lease: Lease) => AsyncDisposable;
  readonly holds: () => Lease | null;
  readonly onChange: (listener: () => void) => Unsubscribe;
  readonly log: Log;
}

/** Starts and stops the job as the lease comes and goes. Returns what ends it for good. */
function keepRunning({ start, holds, onChange, log }: Job): () => Promise<void> {
  let running: { readonly fence: number; readonly job: AsyncDisposable } | null = null;
  let last: Promise<void> = Promise.resolve();
  let isOver = false;
  const settle = async () => {
    const lease = isOver ? null : holds();
    if (running !== null && running.fence !== lease?.fence) {
      const { job } = running;
      running = null;
      await Promise.resolve(job[Symbol.asyncDispose]()).catch((error: unknown) =>
        log.error({ error }, "a job of the fleet did not end well"),
      );
    }
    // It may have been lost while the old one ended.
    const now = isOver ? null : holds();
    if (running === null && now !== null) running = { fence: now.fence, job: start(now) };
  };
  const next = () => {
    last = last.then(settle);
    return last;
  };
  const unsubscribe = onChange(() => void next());
  void next();
  return () => {
    isOver = true;
    unsubscribe();
    return next();
  };
}
