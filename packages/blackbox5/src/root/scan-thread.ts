/** Scans roots for the main thread, one after another. It keeps a scanner a root, so that a later scan opens only changes. */
import { lstatSync, realpathSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { FromScanThread, ToScanThread } from "./scan-message.ts";
import { mostUnread } from "./scan-message.ts";
import { Scanner } from "./scanner.ts";

const { taken } = workerData as { readonly taken: Int32Array };
const scanners = new Map<string, Scanner>();
const posted = { count: 0 };

parentPort?.on("message", (message: ToScanThread) => {
  if (message.type === "forget") {
    scanners.delete(message.path);
    return;
  }
  const { id, path, nowMs } = message;
  try {
    if (realpathSync(path) !== path || !lstatSync(path).isDirectory()) throw new Error("it is no longer a folder");
    const scanner = scanners.get(path) ?? new Scanner(path);
    scanners.set(path, scanner);
    const outcome = scanner.scan({
      nowMs,
      found: (tasks) => {
        post({ type: "found", id, tasks });
        posted.count += 1;
        waitUntilTaken();
      },
      progress: (progress) => post({ type: "progress", id, progress }),
    });
    post({ type: "done", id, outcome });
  } catch (error) {
    // What was found of it may not have arrived whole: the next scan tells everything again.
    scanners.delete(path);
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" ? "the folder is gone" : `the folder can't be read (${code ?? (error as Error).message})`;
    post({ type: "failed", id, reason });
  }
});

function post(message: FromScanThread): void {
  parentPort?.postMessage(message);
}

/** The store is slower than the disk: without this, a large root would be in memory whole. */
function waitUntilTaken(): void {
  for (let seen = Atomics.load(taken, 0); posted.count - seen > mostUnread; seen = Atomics.load(taken, 0)) {
    Atomics.wait(taken, 0, seen, 1_000);
  }
}
