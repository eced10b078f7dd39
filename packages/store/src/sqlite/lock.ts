/**
 * Allows one process per data folder, by an exclusive transaction held open on a separate database for the life of the
 * store. The kernel frees it however the process ends, so a dead process never locks a folder. The lock file can be
 * deleted or replaced while it is held: so it is checked repeatedly and taken again, and a start that finds the
 * database open elsewhere waits for that before it considers the folder free.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@reef/protocol/error";
import Database from "better-sqlite3";

/** How often the lock file is checked, in milliseconds. */
const lookMs = 1_000;
/** How long a start waits for a server that lost its lock file to take it again. */
const reclaimMs = 3 * lookMs;

export interface FolderLock {
  /** Call once the database is open: from then on it is checked too. */
  watchStore(): void;
  /** Returns why current writes may be lost; null if all is well. */
  problem(): string | null;
  close(): void;
}

/** Holds the folder until `close`. Rejects with `unavailable` if another process holds it. */
export async function lockFolder(
  folder: string,
  { onLost }: { readonly onLost: (error: AppError) => void },
): Promise<FolderLock> {
  const path = join(folder, "reef.lock");
  const storePath = join(folder, "reef.db");
  if (!existsSync(path) && isOpenElsewhere(storePath)) {
    await new Promise((resolve) => setTimeout(resolve, reclaimMs));
  }
  let lock = take(path, folder);
  let lockNode = nodeOf(path);
  let storeNode: number | null = null;
  let problem: string | null = null;
  const watch = setInterval(() => {
    if (nodeOf(path) !== lockNode) {
      try {
        const next = take(path, folder);
        lock.close();
        lock = next;
        lockNode = nodeOf(path);
      } catch (error) {
        clearInterval(watch);
        onLost(error instanceof AppError ? error : inUse(folder, error));
        return;
      }
    }
    problem = storeNode !== null && nodeOf(storePath) !== storeNode ? removedText : null;
  }, lookMs);
  watch.unref();
  return {
    problem: () => problem,
    watchStore: () => {
      storeNode = nodeOf(storePath);
    },
    close: () => {
      clearInterval(watch);
      lock.close();
    },
  };
}

const removedText =
  "the database file reef.db was deleted or replaced while Reef runs, so what is saved now is lost when it stops; put it back and restart Reef";

function take(path: string, folder: string): Database.Database {
  const database = new Database(path, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (cause) {
    database.close();
    throw isBusy(cause) ? inUse(folder, cause) : cause;
  }
}

/** A connection to a WAL database holds it as long as it is open, whether it writes or not. */
function isOpenElsewhere(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    const probe = new Database(path, { timeout: 0 });
    try {
      probe.pragma("locking_mode = EXCLUSIVE");
      probe.exec("BEGIN IMMEDIATE; ROLLBACK");
      return false;
    } finally {
      probe.close();
    }
  } catch (error) {
    return isBusy(error);
  }
}

function isBusy(error: unknown): boolean {
  return (error as { code?: string }).code?.startsWith("SQLITE_BUSY") === true;
}

function inUse(folder: string, cause: unknown): AppError {
  return new AppError(
    "unavailable",
    `the data folder ${folder} is in use by another Reef server; stop that one, or choose another folder`,
    { cause },
  );
}

function nodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
