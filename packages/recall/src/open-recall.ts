/**
 * Runs recall's side of the main thread. Writes of one bot happen one after another; long ones are sent in slices, so
 * that a search never waits for more than one of them.
 */
import { Worker } from "node:worker_threads";
import type {
  Recall,
  RecallApplied,
  RecallBatch,
  RecallRebuild,
  RecallResult,
  RecallSize,
} from "@reef/engine/port/recall";
import { AppError } from "@reef/protocol/error";
import { BotId } from "@reef/protocol/ids";
import type { FromThread, ThreadCall, ToThread } from "./thread-message.ts";

export interface RecallOptions {
  /** Created when it is missing. */
  readonly folder: string;
  /** Index files kept open; 64 by default. */
  readonly maxOpen?: number;
  /** For tests: starts the thread. */
  readonly startThread?: StartThread;
}

type ThreadOptions = Required<Omit<RecallOptions, "startThread">>;
export type StartThread = (url: URL, options: ThreadOptions) => Worker;

const startWorker: StartThread = (url, options) => new Worker(url, { workerData: options, execArgv: [] });
/** A thread that ended is restarted no sooner than this after it began. */
const restartMs = 1_000;

/** Rows in one slice: some 25 ms of the thread's time. */
const sliceRows = 250;

interface Pending {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Opens the folder of index files. Files of another format are recreated when they are used. Calls after its disposal,
 * and those that its thread had not answered when it ended, reject with `unavailable`; nothing else does. The next call
 * starts the thread again: what it keeps is a cache (SV1).
 */
export function openRecall({ folder, maxOpen = 64, startThread = startWorker }: RecallOptions): Recall {
  const thread = keepThread(() => followThread(startThread(threadUrl(), { folder, maxOpen })));
  const writes = new Map<BotId, Promise<unknown>>();

  /** Runs after the bot's earlier writes, whether they failed or not. */
  function inOrder<T>(bot: BotId, write: () => Promise<T>): Promise<T> {
    const mine = (writes.get(bot) ?? Promise.resolve()).then(write, write);
    writes.set(bot, mine);
    const forgetMine = () => {
      if (writes.get(bot) === mine) writes.delete(bot);
    };
    mine.then(forgetMine, forgetMine);
    return mine;
  }

  async function apply(bot: BotId, batch: RecallBatch): Promise<RecallApplied> {
    const { after, through, changes } = batch;
    for (let from = 0; from + sliceRows < changes.length; from += sliceRows) {
      const slice: RecallBatch = { after, through: after, changes: changes.slice(from, from + sliceRows) };
      const applied = await thread.call<RecallApplied>(bot, { type: "apply", batch: slice });
      if (applied.state === "behind" || applied.version >= through) return applied;
    }
    const rest = Math.max(0, Math.ceil(changes.length / sliceRows) - 1) * sliceRows;
    return thread.call(bot, { type: "apply", batch: { after, through, changes: changes.slice(rest) } });
  }

  async function rebuild(bot: BotId, { rows, through }: RecallRebuild): Promise<RecallSize> {
    await thread.call(bot, { type: "beginRebuild" });
    try {
      for await (const page of rows) {
        for (let from = 0; from < page.length; from += sliceRows) {
          await thread.call(bot, { type: "addToRebuild", rows: page.slice(from, from + sliceRows) });
        }
      }
      return await thread.call<RecallSize>(bot, { type: "endRebuild", through });
    } catch (error) {
      await thread.call(bot, { type: "abortRebuild" });
      throw error;
    }
  }

  return {
    version: (bot) => thread.call<number>(bot, { type: "version" }),
    size: (bot) => thread.call<RecallSize>(bot, { type: "size" }),
    search: (bot, query) => thread.call<RecallResult>(bot, { type: "search", query }),
    apply: (bot, batch) => inOrder(bot, () => apply(bot, batch)),
    vectorVersion: (bot, model) => thread.call<number>(bot, { type: "vectorVersion", model }),
    applyVectors: (bot, vectors) =>
      inOrder(bot, () => thread.call<RecallApplied>(bot, { type: "applyVectors", vectors })),
    rebuild: (bot, source) => inOrder(bot, () => rebuild(bot, source)),
    forget: (bot) => inOrder(bot, () => thread.call<void>(bot, { type: "forget" })),
    [Symbol.asyncDispose]: () => thread.close(),
  };
}

type Thread = ReturnType<typeof followThread>;

function keepThread(start: () => Thread): Pick<Thread, "call" | "close"> {
  let current = start();
  let startedAtMs = performance.now();
  let isClosed = false;
  return {
    call(bot, call) {
      if (current.hasEnded() && !isClosed && performance.now() - startedAtMs >= restartMs) {
        current = start();
        startedAtMs = performance.now();
      }
      return current.call(bot, call);
    },
    close() {
      isClosed = true;
      return current.close();
    },
  };
}

function followThread(worker: Worker) {
  const pending = new Map<number, Pending>();
  const gone = Promise.withResolvers<void>();
  let number = 0;
  let ended: AppError | null = null;

  const end = (message: string, cause?: unknown) => {
    ended ??= new AppError("unavailable", message, { cause });
    for (const { reject } of pending.values()) reject(ended);
    pending.clear();
  };
  worker.on("message", (reply: FromThread) => {
    const waiting = pending.get(reply.number);
    pending.delete(reply.number);
    if ("failure" in reply) waiting?.reject(reply.failure);
    else waiting?.resolve(reply.result);
  });
  worker.on("error", (error) => end("the search of memories has failed; ask again", error));
  worker.on("exit", () => {
    end("the search of memories is closed");
    gone.resolve();
  });

  return {
    hasEnded: () => ended !== null,
    call<T>(bot: BotId, call: ThreadCall): Promise<T> {
      if (ended) return Promise.reject(ended);
      // The id becomes a file name.
      BotId.parse(bot);
      return new Promise<T>((resolve, reject) => {
        number += 1;
        pending.set(number, { resolve: resolve as (result: unknown) => void, reject });
        worker.postMessage({ number, bot, call } satisfies ToThread);
      });
    },
    async close(): Promise<void> {
      if (!ended) worker.postMessage("close");
      await gone.promise;
    },
  };
}

/** Beside this file: the source in development, a bundled entry in a release. */
function threadUrl(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./recall-thread.ts" : "./recall-thread.js";
  return new URL(name, import.meta.url);
}
