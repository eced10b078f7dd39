/**
 * Opens a database file for writing: durable at every commit, and with room for the pages that are always in use (the
 * system caches the others).
 */
import Database from "better-sqlite3";

const pragmas = [
  "journal_mode = WAL",
  "synchronous = FULL",
  // ME6: deleted data is overwritten, in pages that are written anyway.
  "secure_delete = ON",
  "busy_timeout = 2000",
  // Checkpoints run when the writer is idle; this one bounds the log of a store that is never idle.
  "wal_autocheckpoint = 4000",
  "cache_size = -8000",
  "temp_store = MEMORY",
] as const;

export function openDatabase(file: string): Database.Database {
  const database = new Database(file);
  for (const pragma of pragmas) database.pragma(pragma);
  return database;
}
