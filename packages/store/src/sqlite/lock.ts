/**
 * One process per data folder: an exclusive transaction, held open on a database of its own for the life of the store.
 * The kernel frees it however the process ends, so a folder is never locked by the dead.
 */
import { join } from "node:path";
import { AppError } from "@reef/protocol/error";
import Database from "better-sqlite3";

/** Holds the folder until `close`. Throws `unavailable` at once when another process holds it. */
export function lockFolder(folder: string): { close(): void } {
  const database = new Database(join(folder, "reef.lock"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    if ((cause as { code?: string }).code?.startsWith("SQLITE_BUSY") !== true) throw cause;
    throw new AppError(
      "unavailable",
      `the data folder ${folder} is in use by another Reef server; stop that one, or choose another folder`,
      { cause },
    );
  }
  return database;
}
