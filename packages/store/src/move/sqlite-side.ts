/** Reads and writes a data folder for a move. Only the holder of its lock may change it: the move, or a Reef. */
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@reef/protocol/error";
import Database from "better-sqlite3";
import { openFileFolder, pathOf } from "../files/file-folder.ts";
import { migrate, migrations } from "../migrations/all.ts";
import { openDatabase } from "../sqlite/database.ts";
import { makeKysely } from "../sqlite/dialect.ts";
import { lockFolder } from "../sqlite/lock.ts";
import { readFolderMark, writeFolderMark } from "./folder-mark.ts";
import { requireMigrations } from "./schema.ts";
import {
  type Cell,
  type Column,
  type ColumnType,
  type Hold,
  isMoved,
  KeyTaken,
  type Row,
  type Snapshot,
  type Source,
  type TableShape,
  type Target,
} from "./side.ts";

const databaseName = "reef.db";
/** Caches that are made again from the database. */
const caches = ["search.db", "search.db-wal", "search.db-shm", "recall"] as const;
const pieceRows = 2_000;
const pieceBytes = 4_000_000;

/** Throws `unavailable` if the folder holds no database. */
export async function openSqliteSource(folder: string): Promise<Source> {
  const name = `the folder ${folder}`;
  const file = join(folder, databaseName);
  if (!existsSync(file)) {
    throw new AppError("unavailable", `${name} holds no Reef: there is no ${databaseName} in it; check REEF_DATA`);
  }
  const tables = shapesOf(openToRead(file));
  return {
    name,
    tables: async () => tables,
    readMark: () => readFolderMark(folder),
    writeMark: (mark) => writeFolderMark(folder, mark),
    async readBytes(sha256) {
      const path = pathOf(join(folder, "files"), sha256);
      return existsSync(path) ? createReadStream(path) : null;
    },
    async requireSchema() {
      const database = openToRead(file);
      try {
        requireMigrations(migrationsIn(database), Object.keys(migrations), name);
      } finally {
        database.close();
      }
    },
    snapshot: async () => openSnapshot(file),
    async tryHold(): Promise<Hold | null> {
      const lock = await lockFolder(folder, { onLost: () => undefined }).catch((error: unknown) => {
        if (error instanceof AppError && error.code === "unavailable") return null;
        throw error;
      });
      if (lock === null) return null;
      return {
        snapshot: async () => openSnapshot(file),
        async finish(mark) {
          await writeFolderMark(folder, mark);
          lock.close();
        },
        [Symbol.asyncDispose]: async () => lock.close(),
      };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/**
 * Holds the folder's lock until it is disposed of. The database of a Reef that moved away from here is kept under
 * another name, which `stamp` is part of.
 */
export async function openSqliteTarget(folder: string, stamp: string): Promise<Target> {
  const name = `the folder ${folder}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder, { onLost: () => undefined });
  try {
    const file = join(folder, databaseName);
    const before = await readFolderMark(folder);
    if (before?.state === "moved" && existsSync(file)) {
      settleLog(file);
      renameSync(file, join(folder, `reef-before-${stamp}.db`));
      await writeFolderMark(folder, null);
    }
    const state = { database: null as Database.Database | null };
    const opened = () => {
      if (state.database !== null) return state.database;
      const database = openDatabase(file);
      database.pragma("synchronous = NORMAL");
      // Freed pages of a copy hold nothing that was ever deleted by a person.
      database.pragma("secure_delete = OFF");
      state.database = database;
      return database;
    };
    return {
      name,
      tables: async () => shapesOf(opened(), { isKept: true }),
      readMark: () => readFolderMark(folder),
      writeMark: (mark) => writeFolderMark(folder, mark),
      openFiles: () => openFileFolder(join(folder, "files")),
      async isUsed() {
        if (!existsSync(file)) return false;
        const database = openToRead(file);
        try {
          return shapesOf(database, { isKept: true }).some((table) => countRows(database, table) > 0);
        } finally {
          database.close();
        }
      },
      prepare: () => migrate(makeKysely(opened())),
      count: async (table) => countRows(opened(), table),
      rows: (table) => readRows(opened(), table),
      change: async ({ table, deleted, inserted }) => {
        const database = opened();
        const remove = database.prepare(deleteOf(table));
        const insert = database.prepare(insertOf(table));
        try {
          database.transaction(() => {
            for (const row of deleted) remove.run(...keyCells(table, row));
            for (const row of inserted) insert.run(...row);
          })();
        } catch (error) {
          const code = error instanceof Error && "code" in error ? String(error.code) : "";
          if (/^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID)/.test(code)) {
            throw new KeyTaken(`a row of ${table.name} is in the way`, { cause: error });
          }
          throw error;
        }
      },
      async settle() {
        for (const cache of caches) rmSync(join(folder, cache), { recursive: true, force: true });
        const database = opened();
        database.pragma("synchronous = FULL");
        database.pragma("wal_checkpoint(TRUNCATE)");
      },
      tidy: async () => undefined,
      async [Symbol.asyncDispose]() {
        state.database?.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function openToRead(file: string): Database.Database {
  return new Database(file, { readonly: true });
}

/** What is still in the log goes into the file, so that it can be renamed alone. */
function settleLog(file: string): void {
  const database = new Database(file);
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
}

async function openSnapshot(file: string): Promise<Snapshot> {
  const database = openToRead(file);
  database.exec("begin");
  // The transaction begins with its first read.
  database.prepare("select count(*) from sqlite_master").get();
  return {
    count: async (table) => countRows(database, table),
    rows: (table) => readRows(database, table),
    [Symbol.asyncDispose]: async () => void database.close(),
  };
}

function migrationsIn(database: Database.Database): readonly string[] {
  const exists = database.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get();
  if (exists === undefined) return [];
  return database.prepare("select name from kysely_migration order by name").pluck().all() as string[];
}

function shapesOf(database: Database.Database, { isKept = false } = {}): readonly TableShape[] {
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table' order by name").pluck().all();
    return (tables as string[]).filter(isMoved).map((name) => shapeOf(database, name));
  } finally {
    if (!isKept) database.close();
  }
}

function shapeOf(database: Database.Database, name: string): TableShape {
  const found = database.pragma(`table_info("${name}")`) as { name: string; type: string; pk: number }[];
  return {
    name,
    columns: found
      .map((column): Column => ({ name: column.name, type: typeOf(column.type) }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    key: found
      .filter(({ pk }) => pk > 0)
      .toSorted((one, other) => one.pk - other.pk)
      .map((column) => column.name),
  };
}

function typeOf(declared: string): ColumnType {
  const text = declared.toLowerCase();
  if (text.includes("int")) return "whole";
  if (text.includes("char") || text === "text") return "text";
  if (text.includes("double") || text === "real") return "float";
  if (text === "blob") return "bytes";
  throw new Error(`a move does not know the type “${declared}”`);
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
const namesOf = ({ columns }: TableShape) => columns.map(({ name }) => name);
const marks = (count: number) => Array.from({ length: count }, () => "?").join(", ");

function countRows(database: Database.Database, { name }: TableShape): number {
  return database.prepare(`select count(*) from "${name}"`).pluck().get() as number;
}

function deleteOf({ name, key }: TableShape): string {
  return `delete from "${name}" where (${quoted(key)}) = (${marks(key.length)})`;
}

function insertOf(table: TableShape): string {
  return `insert into "${table.name}" (${quoted(namesOf(table))}) values (${marks(table.columns.length)})`;
}

function keyCells(table: TableShape, row: Row): readonly Cell[] {
  return table.key.map((name) => row[table.columns.findIndex((column) => column.name === name)] ?? null);
}

async function* readRows(database: Database.Database, table: TableShape): AsyncGenerator<readonly Row[]> {
  const { name, key } = table;
  const select = `select ${quoted(namesOf(table))} from "${name}"`;
  const order = `order by ${quoted(key)} limit ${pieceRows}`;
  const first = database.prepare(`${select} ${order}`).raw().safeIntegers();
  const after = database.prepare(`${select} where (${quoted(key)}) > (${marks(key.length)}) ${order}`);
  after.raw().safeIntegers();
  let last: Row | null = null;
  for (;;) {
    const piece: Row[] = [];
    let bytes = 0;
    let isCut = false;
    for (const found of last === null ? first.iterate() : after.iterate(...keyCells(table, last))) {
      const row = found as Row;
      requireTypes(table, row);
      piece.push(row);
      for (const cell of row) if (typeof cell === "string" || cell instanceof Uint8Array) bytes += cell.length;
      isCut = bytes >= pieceBytes;
      if (isCut) break;
    }
    last = piece.at(-1) ?? null;
    if (piece.length > 0) yield piece;
    if (last === null || (!isCut && piece.length < pieceRows)) return;
    // Between two pieces others get their turn: a terminal, a signal.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** SQLite keeps whatever was written; the other store would refuse it half-way, in words that name no row. */
function requireTypes(table: TableShape, row: Row): void {
  for (const [place, { name, type }] of table.columns.entries()) {
    const cell = row[place];
    const isRight =
      cell === null ||
      (type === "text" && typeof cell === "string") ||
      (type === "whole" && typeof cell === "bigint") ||
      (type === "float" && typeof cell === "number") ||
      (type === "bytes" && cell instanceof Uint8Array);
    if (isRight) continue;
    const key = keyCells(table, row).join(", ");
    throw new AppError(
      "unavailable",
      `the row ${key} of ${table.name} cannot be moved: its ${name} is not a ${type} value; change it, then run the command again`,
    );
  }
}
