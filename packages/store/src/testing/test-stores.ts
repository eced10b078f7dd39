/**
 * Opens many empty stores for tests of what a store does, not of what survives a power loss: on a file system in memory
 * where there is one, from a copy of a database that was migrated once, with one thread for all their writers.
 */
import { EventEmitter } from "node:events";
import { accessSync, constants, existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { openSqliteStore } from "../sqlite/open.ts";
import type { ToWriter } from "../sqlite/requests.ts";
import type { StartThread } from "../sqlite/writer.ts";
import type { NewWriter } from "./many-writers-thread.ts";

export interface TestStores extends AsyncDisposable {
  /** Opens an empty store in a new folder, or the one that is in `folder`. */
  open(clock: Clock, folder?: string): Promise<Store>;
  newFolder(): string;
}

/** Dispose of it after the last store; that deletes their folders. */
export function createTestStores(): TestStores {
  const root = mkdtempSync(join(fastFolder(), "reef-stores-"));
  let thread: Worker | null = null;
  let template: Promise<string> | null = null;
  const startThread: StartThread = (_url, options) => {
    thread ??= startThreadOfMany();
    return startInThread(thread, options);
  };
  const openIn = (folder: string, clock: Clock) => openSqliteStore({ folder, clock, startThread });
  const newFolder = () => mkdtempSync(join(root, "store-"));
  const makeTemplate = async (clock: Clock) => {
    const folder = newFolder();
    await (await openIn(folder, clock))[Symbol.asyncDispose]();
    return join(folder, "reef.db");
  };
  return {
    newFolder,
    async open(clock, known) {
      const folder = known ?? newFolder();
      const file = join(folder, "reef.db");
      if (!existsSync(file)) {
        template ??= makeTemplate(clock);
        await copyFile(await template, file);
      }
      return openIn(folder, clock);
    },
    async [Symbol.asyncDispose]() {
      const ended = thread?.terminate();
      rmSync(root, { recursive: true, force: true });
      await ended;
    },
  };
}

/** It does not keep the process: what it writes is deleted with it. */
function startThreadOfMany(): Worker {
  const thread = new Worker(new URL("./many-writers-thread.ts", import.meta.url), { execArgv: [] });
  thread.unref();
  return thread;
}

/** Looks like a thread of its own to the store. */
function startInThread(thread: Worker, options: NewWriter["options"]): Worker {
  const { port1, port2 } = new MessageChannel();
  const own = new EventEmitter();
  port1.on("message", (message) => own.emit("message", message));
  port1.on("close", () => own.emit("exit", 0));
  thread.postMessage({ options, port: port2 } satisfies NewWriter, [port2]);
  return Object.assign(own, { postMessage: (message: ToWriter) => port1.postMessage(message) }) as unknown as Worker;
}

const memoryFolder = "/dev/shm";
const leastFreeBytes = 2 ** 30;

/** A folder that needs no disk, if there is one with room. */
export function fastFolder(): string {
  try {
    accessSync(memoryFolder, constants.W_OK);
    const { bavail, bsize } = statfsSync(memoryFolder);
    return bavail * bsize >= leastFreeBytes ? memoryFolder : tmpdir();
  } catch {
    return tmpdir();
  }
}
