/**
 * Runs an engine over a store with a scripted runtime, for tests of the rules: people's acts as short verbs, waiting
 * without sleeping.
 */

import type { Bot, NewBot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import type { MessageId, SessionId } from "@reef/protocol/ids";
import type { Message, NewMessage } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import type { Deps, EngineSettings, Log } from "../deps.ts";
import { defaultSettings } from "../deps.ts";
import type { Engine } from "../engine.ts";
import { startEngine } from "../engine.ts";
import { sendMessage } from "../mailbox/send.ts";
import { openModelFiles } from "../model/files.ts";
import type { ContractChecker } from "../port/contract.ts";
import type { Recall } from "../port/recall.ts";
import type { Runtime } from "../port/runtime.ts";
import type { Store } from "../port/store.ts";
import { createBot } from "../registry/bots.ts";
import { createSession } from "../session/sessions.ts";
import type { Tool } from "../tool/tool.ts";
import type { ToolSource } from "../tool/tool-source.ts";
import type { ManualClock } from "./manual-clock.ts";
import { createManualClock } from "./manual-clock.ts";
import type { CompletionScript, Script, ScriptedRuntime } from "./scripted-runtime.ts";
import { createScriptedRuntime } from "./scripted-runtime.ts";

/** Opens an empty store of the kind under test. */
export type OpenStore = (clock: ManualClock) => Promise<Store>;

export interface HarnessOptions {
  readonly script: Script;
  /** Scripts the model's answers outside turns. Without it, the runtime cannot complete. */
  readonly completion?: CompletionScript;
  readonly settings?: Partial<EngineSettings>;
  readonly tools?: readonly Tool[];
  readonly toolSources?: readonly ToolSource[];
  readonly openRecall?: () => Recall;
  readonly contracts?: ContractChecker;
  /** True if the script reserves the cost of each of its calls (BU1). */
  readonly reservesCalls?: boolean;
  /** Stands between the first worker and the store, so that it can die at any of its writes. */
  readonly storeOfWorker?: (store: Store) => Store;
}

export interface Harness extends AsyncDisposable {
  readonly deps: Deps;
  readonly store: Store;
  readonly clock: ManualClock;
  readonly runtime: ScriptedRuntime;
  /** The first worker. Its deps have the index, if one is opened. */
  readonly worker: Engine;
  /** Every event since the start. */
  readonly events: readonly Event[];
  /** Starts one more worker over the same store, like another process. */
  startWorker(script?: Script): Engine;
  newBot(input?: Partial<NewBot>): Promise<Bot>;
  newSession(bot?: Bot, title?: string): Promise<Session>;
  send(session: Session | SessionId, text: string, rest?: Partial<NewMessage>): Promise<Message>;
  /** Waits until the message is acted, answered, dead or cancelled. */
  settled(id: MessageId): Promise<Message>;
  /** Waits until `check` returns a value, checking again after every commit. Fails after 30 s of real time. */
  until<Value>(check: () => Promise<Value | null | undefined | false>): Promise<Value>;
  entries(id: SessionId): Promise<readonly Entry[]>;
}

export async function startHarness(open: OpenStore, options: HarnessOptions): Promise<Harness> {
  const clock = createManualClock();
  const store = await open(clock);
  // The clock stands still, so a call that hangs is given no time to end.
  const settings = { ...defaultSettings, callStopMs: 0, ...options.settings };
  const fileBytes = openModelFiles();
  const deps = { store, clock, settings };
  const events: Event[] = [];
  const unsubscribe = store.onEvents((committed) => events.push(...committed));
  const engines: Engine[] = [];
  const { reservesCalls = false } = options;
  const runtime = { ...createScriptedRuntime(options.script, options.completion), reservesCalls };
  const start = (runtime: Runtime, own: Store = store) => {
    const engine = startEngine({
      ...deps,
      store: own,
      runtimes: new Map([
        ["loop", runtime],
        ["openclaw", runtime],
      ]),
      live: { publish: () => undefined },
      log: silentLog,
      tools: options.tools ?? [],
      toolSources: options.toolSources ?? [],
      openRecall: options.openRecall,
      contracts: options.contracts,
      fileBytes,
    });
    engines.push(engine);
    return engine;
  };
  const worker = start(runtime, options.storeOfWorker?.(store));

  const until: Harness["until"] = async (check) => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), 30_000);
    try {
      for (;;) {
        const changed = nextChange(store, limit.signal);
        const value = await check();
        if (value !== null && value !== undefined && value !== false) return value;
        if (limit.signal.aborted) throw new Error("what was waited for did not come within 30 s");
        await changed;
      }
    } finally {
      clearTimeout(timer);
      limit.abort();
    }
  };
  const newBot: Harness["newBot"] = (input) => createBot(deps, { name: "dev", runtime: "loop", ...input });

  return {
    deps,
    store,
    clock,
    runtime,
    worker,
    events,
    startWorker: (script) => start(script === undefined ? runtime : createScriptedRuntime(script, options.completion)),
    newBot,
    async newSession(bot, title) {
      const owner = bot ?? (await newBot());
      return createSession(deps, { botId: owner.id, ...(title === undefined ? {} : { title }) });
    },
    async send(session, text, rest) {
      const id = typeof session === "string" ? session : session.id;
      const sent = await sendMessage(deps, id, { message: { text, ...rest }, idempotencyKey: null });
      return sent.message;
    },
    settled: (id) =>
      until(async () => {
        const message = await store.read.message(id);
        return message !== null && !["queued", "delivered"].includes(message.state) ? message : null;
      }),
    until,
    entries: (id) => store.read.entries(id, { limit: 1000 }),
    async [Symbol.asyncDispose]() {
      unsubscribe();
      for (const engine of engines) await engine[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Resolves at the next commit, after a moment, or when the limit is reached. */
function nextChange(store: Store, limit: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unsubscribe();
      limit.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, 20);
    const unsubscribe = store.onEvents(done);
    limit.addEventListener("abort", done, { once: true });
  });
}

const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Creates a promise and its resolve function, for scripts that wait for the test. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}
