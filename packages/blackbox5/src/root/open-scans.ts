/**
 * Runs scans in a thread of their own, so that a root with thousands of folders holds up nobody. A thread that ended
 * fails its scan, and the next scan starts another (SV1).
 */
import { Worker } from "node:worker_threads";
import type { FromScanThread, ToScanThread } from "./scan-message.ts";
import type { FoundTask, ScanOutcome, ScanProgress } from "./scanner.ts";

export interface ScanSink {
  /** Awaited before more than a few further batches are read. */
  readonly found: (tasks: readonly FoundTask[]) => Promise<void>;
  readonly progress: (progress: ScanProgress) => void;
}

export interface Scans extends AsyncDisposable {
  /**
   * Scans a real folder: tells what is new or changed since its last scan. One at a time. Throws if the folder can't be
   * read, or if the sink threw.
   */
  scan(path: string, nowMs: number, sink: ScanSink): Promise<ScanOutcome>;
  /** Forgets what was seen of the folder; ends the thread once it knows none. */
  forget(path: string): Promise<void>;
}

/** Beside this file: as source in development, as a bundled entry in a release. */
function threadUrl(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./scan-thread.ts" : "./scan-thread.js";
  return new URL(name, import.meta.url);
}

export function openScans(): Scans {
  let thread: { readonly worker: Worker; readonly taken: Int32Array; readonly paths: Set<string> } | null = null;
  let lastId = 0;

  const start = () => {
    if (thread !== null) return thread;
    const taken = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(threadUrl(), {
      workerData: { taken },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 16 },
    });
    const started = { worker, taken, paths: new Set<string>() };
    const forgetThread = () => {
      if (thread === started) thread = null;
    };
    worker.on("error", forgetThread);
    worker.on("exit", forgetThread);
    worker.unref();
    thread = started;
    return started;
  };

  const end = async () => {
    const ended = thread;
    thread = null;
    await ended?.worker.terminate();
  };

  return {
    async scan(path, nowMs, sink) {
      const { worker, taken, paths } = start();
      paths.add(path);
      lastId += 1;
      const id = lastId;
      try {
        return await new Promise((resolve, reject) => {
          let inOrder = Promise.resolve();
          const listener = (message: FromScanThread) => {
            if (message.id !== id) return;
            switch (message.type) {
              case "progress":
                sink.progress(message.progress);
                return;
              case "found":
                inOrder = inOrder.then(() => sink.found(message.tasks));
                inOrder.then(
                  () => {
                    Atomics.add(taken, 0, 1);
                    Atomics.notify(taken, 0);
                  },
                  (error: unknown) => finish(() => reject(error)),
                );
                return;
              case "done":
                inOrder.then(
                  () => finish(() => resolve(message.outcome)),
                  () => undefined,
                );
                return;
              case "failed":
                finish(() => reject(new Error(message.reason)));
            }
          };
          const onEnd = () => finish(() => reject(new Error("the thread that scans has ended")));
          const finish = (then: () => void) => {
            worker.off("message", listener);
            worker.off("exit", onEnd);
            then();
          };
          worker.on("message", listener);
          worker.once("exit", onEnd);
          worker.postMessage({ type: "scan", id, path, nowMs } satisfies ToScanThread);
        });
      } catch (error) {
        // It may wait for an answer that never comes, and what it told was lost.
        await end();
        throw error;
      }
    },
    async forget(path) {
      if (thread === null) return;
      thread.paths.delete(path);
      if (thread.paths.size === 0) await end();
      else thread.worker.postMessage({ type: "forget", path } satisfies ToScanThread);
    },
    [Symbol.asyncDispose]: end,
  };
}
