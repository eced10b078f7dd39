/**
 * Runs the main thread's end of the search index. The search thread starts at the first quiet moment after a write, or
 * with the first search, and never before: opening a store does not wait for it.
 */
import { Worker } from "node:worker_threads";
import { AppError } from "@reef/protocol/error";
import type { FindRequest, Found } from "./search-index.ts";
import type { FromSearch, SearchOptions, ToSearch } from "./search-message.ts";

export interface Search extends AsyncDisposable {
  /** Covers everything committed before the call, unless the result says that it is not complete. */
  find(request: FindRequest): Promise<Found>;
  /** Reports a write, which is indexed a little later. */
  note(hasDeleted: boolean): void;
}

interface Pending {
  resolve(found: Found): void;
  reject(error: unknown): void;
}

/** Writes are indexed after a pause of `pauseMs`, or after `longestWaitMs` in a stream without pauses. */
const pauseMs = 2_000;
const longestWaitMs = 30_000;

export function openSearch(options: SearchOptions): Search {
  let thread: ReturnType<typeof startThread> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let waitsSince = 0;
  let hasDeleted = false;
  let isClosed = false;
  const started = () => {
    if (thread === null || thread.hasEnded()) thread = startThread(options);
    return thread;
  };
  return {
    find: (request) => (isClosed ? Promise.reject(closedError()) : started().find(request)),
    note(deleted) {
      hasDeleted ||= deleted;
      if (isClosed) return;
      if (timer !== null) {
        if (performance.now() - waitsSince < longestWaitMs) timer.refresh();
        return;
      }
      waitsSince = performance.now();
      timer = setTimeout(() => {
        timer = null;
        started().say({ type: "catchUp", hasDeleted });
        hasDeleted = false;
      }, pauseMs);
      timer.unref();
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await thread?.close();
    },
  };
}

function startThread(options: SearchOptions) {
  const worker = new Worker(threadUrl(), { workerData: options, execArgv: [] });
  const pending = new Map<number, Pending>();
  const gone = Promise.withResolvers<void>();
  const state: { number: number; ended: AppError | null } = { number: 0, ended: null };
  const end = (message: string, cause?: unknown) => {
    state.ended ??= new AppError("unavailable", message, { cause });
    for (const { reject } of pending.values()) reject(state.ended);
    pending.clear();
  };
  worker.on("message", (reply: FromSearch) => {
    const waiting = pending.get(reply.number);
    pending.delete(reply.number);
    if ("failure" in reply) waiting?.reject(reply.failure);
    else waiting?.resolve(reply.found);
  });
  worker.on("error", (error) => end("the search index has failed; ask again", error));
  worker.on("exit", () => {
    end(closedError().message);
    gone.resolve();
  });
  const say = (message: ToSearch) => worker.postMessage(message);
  return {
    hasEnded: () => state.ended !== null,
    say,
    find: (find: FindRequest) =>
      new Promise<Found>((resolve, reject) => {
        if (state.ended !== null) return reject(state.ended);
        state.number += 1;
        pending.set(state.number, { resolve, reject });
        say({ type: "find", number: state.number, find });
      }),
    async close(): Promise<void> {
      if (state.ended === null) say({ type: "close" });
      await gone.promise;
    },
  };
}

/** Beside this file: as source in development, as a bundled entry in a release. */
function threadUrl(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./search-thread.ts" : "./search-thread.js";
  return new URL(name, import.meta.url);
}

function closedError(): AppError {
  return new AppError("unavailable", "the store is closed");
}
