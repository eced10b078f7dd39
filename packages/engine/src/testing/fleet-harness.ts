/**
 * Runs several workers over one store on one manual clock, as processes of a fleet would: each has its own engine, and
 * its own way to the store, which a test can freeze and thaw.
 */
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Worker } from "@reef/protocol/worker";
import { type Deps, defaultSettings, type EngineSettings } from "../deps.ts";
import { type Engine, startEngine } from "../engine.ts";
import { type Fleet, startFleet } from "../fleet/fleet.ts";
import { sendMessage } from "../mailbox/send.ts";
import type { Store } from "../port/store.ts";
import type { Op } from "../port/unit.ts";
import { createBot } from "../registry/bots.ts";
import { createSession } from "../session/sessions.ts";
import type { OpenStore } from "./harness.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { createScriptedRuntime, type Script } from "./scripted-runtime.ts";

export interface FleetWorker extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly engine: Engine;
  /** Lets nothing of this worker reach the store, as if its process were stopped; `thaw` lets it go on. */
  freeze(): void;
  thaw(): void;
}

export interface FleetHarness extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly deps: Deps;
  start(script?: Script): FleetWorker;
  /** Starts a worker that knows that no other one can be there. */
  startAlone(): FleetWorker;
  /** The operations of all workers so far. */
  readonly commits: readonly Op["op"][];
  newSession(botId?: BotId): Promise<SessionId>;
  send(sessionId: SessionId, text: string): Promise<Message>;
  settled(message: Message): Promise<Message>;
  row(worker: FleetWorker): Promise<Worker>;
  /** Checks again and again until `check` has a value, for at most 30 s of real time. */
  until<Value>(
    check: () => Promise<Value | null | undefined | false> | Value | null | undefined | false,
  ): Promise<Value>;
  /** Lets time pass in small steps until `check` has a value; returns how much passed, in milliseconds. */
  passUntil(check: () => Promise<boolean> | boolean, most?: number): Promise<number>;
}

export async function startFleetHarness(
  open: OpenStore,
  options: { readonly settings?: Partial<EngineSettings> } = {},
): Promise<FleetHarness> {
  const clock = createManualClock();
  const store = await open(clock);
  const settings = { ...defaultSettings, ...options.settings };
  const deps: Deps = { store, clock, settings, toolTraits: () => undefined };
  const workers: FleetWorker[] = [];

  const commits: Op["op"][] = [];
  const way = { waiting: 0 };
  const start = (script: Script = () => "done", isShared = true): FleetWorker => {
    const own = freezable(store, { commits, way });
    const runtime = createScriptedRuntime(script);
    const identity = { host: `machine-${workers.length + 1}`, pid: 1000 + workers.length, version: "1.0.0", lanes: 64 };
    const load = () => ({ cpu: 0.5, memoryBytes: 100_000_000 });
    const parts = { store: own.store, clock, log: silent };
    const fleet = startFleet({ ...parts, identity, load, isShared });
    const runtimes = new Map([["loop", runtime] as const, ["openclaw", runtime] as const]);
    const engine = startEngine({ ...parts, runtimes, live: { publish: () => undefined }, settings, fleet });
    const worker: FleetWorker = {
      fleet,
      engine,
      freeze: own.freeze,
      thaw: own.thaw,
      async [Symbol.asyncDispose]() {
        workers.splice(workers.indexOf(worker), 1);
        own.thaw();
        await engine[Symbol.asyncDispose]();
        await fleet[Symbol.asyncDispose]();
      },
    };
    workers.push(worker);
    return worker;
  };

  const until: FleetHarness["until"] = async (check) => {
    const endsAt = performance.now() + 30_000;
    for (;;) {
      const value = await check();
      if (value !== null && value !== undefined && value !== false) return value;
      if (performance.now() > endsAt) throw new Error("what was waited for did not come within 30 s");
      await breathe();
    }
  };

  return {
    clock,
    store,
    deps,
    start: (script) => start(script),
    startAlone: () => start(undefined, false),
    commits,
    async newSession(botId) {
      const owner = botId ?? (await createBot(deps, { name: "dev", runtime: "loop" })).id;
      return (await createSession(deps, { botId: owner })).id;
    },
    send: async (id, text) => (await sendMessage(deps, id, { message: { text }, idempotencyKey: null })).message,
    settled: ({ id }) =>
      until(async () => {
        const message = await store.read.message(id);
        return message !== null && !["queued", "delivered"].includes(message.state) && message;
      }),
    row: async ({ fleet }) => {
      const found = (await store.read.workers()).find(({ id }) => id === fleet.worker);
      if (found === undefined) throw new Error("the worker has no row");
      return found;
    },
    until,
    async passUntil(check, most = 60_000) {
      const stepMs = 250;
      for (let passed = 0; passed <= most; passed += stepMs) {
        // What the time so far has caused comes first, however slow the store is.
        for (let turn = 0; turn < 8 || (way.waiting > 0 && turn < 2_000); turn += 1) {
          if (await check()) return passed;
          await breathe();
          // A store behind a socket takes a few answers for what it has been asked.
          for (let answer = 0; answer < 4; answer += 1) await store.read.eventBounds();
        }
        clock.advance(stepMs);
      }
      throw new Error(`it did not happen within ${most} ms`);
    },
    async [Symbol.asyncDispose]() {
      for (const worker of [...workers]) await worker[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A turn of the event loop, and of the store behind it. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

/** A frozen process sends nothing, and hears nothing. */
function freezable(
  store: Store,
  { commits, way }: { readonly commits: Op["op"][]; readonly way: { waiting: number } },
): { readonly store: Store; freeze(): void; thaw(): void } {
  let gate: { readonly opened: Promise<void>; readonly open: () => void } | null = null;
  const through = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    await gate?.opened;
    way.waiting += 1;
    return act().finally(() => {
      way.waiting -= 1;
    });
  };
  return {
    store: {
      isShared: true,
      read: store.read,
      problem: () => store.problem(),
      commit: (unit) =>
        through(() => {
          commits.push(...unit.ops.map(({ op }) => op));
          return store.commit(unit);
        }),
      claim: async (...claim) => {
        await gate?.opened;
        return store.claim(...claim);
      },
      beat: (claims, at) => through(() => store.beat(claims, at)),
      commitTurn: (claim, unit) => through(() => store.commitTurn(claim, unit)),
      onWake: (listener) => store.onWake(() => gate === null && listener()),
      onEvents: (listener) => store.onEvents((events) => gate === null && listener(events)),
      onGap: (listener) => store.onGap(listener),
      [Symbol.asyncDispose]: async () => undefined,
    },
    freeze() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate ??= { opened: promise, open: resolve };
    },
    thaw() {
      gate?.open();
      gate = null;
    },
  };
}
