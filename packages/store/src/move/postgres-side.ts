/** Reads and writes a database for a move. While its last part is read, the counter of events is locked. */
import { AppError } from "@reef/protocol/error";
import pg from "pg";
import { migrations } from "../migrations/all.ts";
import { ConnectionLost, codeOf } from "../postgres/failure.ts";
import { openFileTable } from "../postgres/file-table.ts";
import { migrationsOfPostgres } from "../postgres/migrations/all.ts";
import { makeQueryCompiler } from "../postgres/prepared.ts";
import { openReader } from "../postgres/reader.ts";
import { checkDatabase, startDatabase, toStartError } from "../postgres/start.ts";
import { type Target as Address, urlToTarget } from "../postgres/target.ts";
import { closeCounter, closedName, readDatabaseMark, writeDatabaseMark } from "./database-mark.ts";
import { countRows, readRows, readShapes, typesOfMoves, writeChange } from "./postgres-rows.ts";
import { requireMigrations } from "./schema.ts";
import { type Hold, isMoved, type Snapshot, type Source, type Target } from "./side.ts";

const readOnlySnapshot = "begin isolation level repeatable read, read only";
/** A move may stand still for as long as the other end needs. */
const patient = "set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0";
const liveWorkers = `select host, pid from workers
  where gone_at is null and until_ms > floor(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** Throws `unavailable` with what to change if the database cannot be used; `setting` is where its address was given. */
export async function openPostgresSource(url: string, setting: string): Promise<Source> {
  const address = urlToTarget(url, setting);
  await checkDatabase(address);
  const name = `the database ${address.name}`;
  const client = await connect(address);
  return {
    name,
    tables: () => readShapes(client),
    readMark: () => readDatabaseMark(client),
    writeMark: (mark) => writeDatabaseMark(client, mark),
    async requireSchema() {
      const { rows } = await client.query<{ found: string | null }>(
        "select to_regclass('kysely_migration')::text as found",
      );
      if (rows[0]?.found == null) throw new AppError("unavailable", `${name} holds no Reef; check ${setting}`);
      const found = await client.query<{ name: string }>("select name from kysely_migration");
      requireMigrations(
        found.rows.map((row) => row.name),
        Object.keys(migrationsOfPostgres(migrations)),
        name,
      );
    },
    async readBytes(sha256) {
      const { rows } = await client.query("select 1 from file_bytes where sha256 = $1", [sha256]);
      return rows.length === 0 ? null : readPieces(client, sha256);
    },
    async snapshot() {
      const reader = await connect(address);
      await reader.query(`${readOnlySnapshot}; ${patient}`);
      return toSnapshot(reader);
    },
    tryHold: () => hold(address),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

async function hold(address: Address): Promise<Hold | null> {
  const client = await connect(address);
  try {
    if ((await client.query(liveWorkers)).rows.length > 0) {
      await client.end();
      return null;
    }
    const { rows } = await client.query<{ found: string | null }>(
      `select coalesce(to_regclass('counters'), to_regclass('${closedName}'))::text as found`,
    );
    // The snapshot is taken after the lock: what was being written has ended, and nothing follows.
    await client.query(`begin isolation level repeatable read; ${patient}; set local lock_timeout = '15s';
      lock table ${rows[0]?.found ?? "counters"} in exclusive mode`);
    if ((await client.query(liveWorkers)).rows.length > 0) {
      await client.end();
      return null;
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    if (codeOf(error) === "55P03") return null;
    throw error;
  }
  return {
    snapshot: async () => ({ ...toSnapshot(client), [Symbol.asyncDispose]: async () => undefined }),
    async finish(mark) {
      await writeDatabaseMark(client, mark);
      await closeCounter(client, true);
      await client.query("set local synchronous_commit = on; commit");
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

/** Throws `unavailable` with what to change if the database cannot be used. */
export async function openPostgresTarget(url: string, setting: string): Promise<Target> {
  const address = urlToTarget(url, setting);
  const { isPooled } = await checkDatabase(address);
  const client = await connect(address);
  const reader = openReader({
    target: address,
    naming: { isAllowed: false },
    isPooled,
    compiler: makeQueryCompiler(),
    clock: { now: () => 0 },
    leaseNow: () => 0,
  });
  return {
    name: `the database ${address.name}`,
    tables: () => readShapes(client),
    readMark: () => readDatabaseMark(client),
    writeMark: (mark) => writeDatabaseMark(client, mark),
    openFiles: async () => openFileTable(reader),
    isUsed: () => isUsed(client, address),
    prepare: async () => {
      await startDatabase(address, { isMove: true });
    },
    count: (table) => countRows(client, table),
    rows: (table) => readRows(client, table),
    change: (change) => writeChange(client, change),
    settle: () => settle(client),
    async tidy() {
      // Until the server knows how many rows there are, it plans badly.
      await client.query("analyze");
    },
    async [Symbol.asyncDispose]() {
      await reader.close();
      await client.end();
    },
  };
}

async function isUsed(client: pg.Client, { name }: Address): Promise<boolean> {
  const { rows } = await client.query<{ table: string }>(
    `select table_name as "table" from information_schema.tables where table_schema = current_schema()`,
  );
  const all = rows.map(({ table }) => table);
  const found = all.filter(isMoved);
  if (found.length > 0 && !all.includes("kysely_migration")) {
    const text = `the database ${name} has tables of another program (${found.slice(0, 3).join(", ")}): create an empty database`;
    throw new AppError("unavailable", text);
  }
  if (!found.includes("bots")) return false;
  for (const table of found) {
    const some = await client.query(`select 1 from "${table}" limit 1`);
    if (some.rows.length > 0) return true;
  }
  return false;
}

const identities = `select table_name as "table", column_name as name from information_schema.columns
  where table_schema = current_schema() and is_identity = 'YES'`;

async function settle(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; name: string }>(identities);
  for (const { table, name } of rows.filter((row) => isMoved(row.table))) {
    await client.query(`select setval(pg_get_serial_sequence('"${table}"', '${name}'),
      coalesce(max("${name}"), 1), max("${name}") is not null) from "${table}"`);
  }
  await client.query("select setval('acceptance', coalesce(max(line), 1), max(line) is not null) from messages");
  // Waits for the disk, and so for everything that was written before.
  await client.query(`begin; set local synchronous_commit = on;
    update counters set value = greatest(value, (select coalesce(max(seq), 0) from events)) where name = 'event';
    commit`);
}

async function* readPieces(client: pg.Client, sha256: string): AsyncGenerator<Uint8Array> {
  for (let place = 0; ; place += 1) {
    const found = await client.query<{ bytes: Uint8Array }>(
      "select bytes from file_chunks where sha256 = $1 and place = $2",
      [sha256, place],
    );
    const piece = found.rows[0]?.bytes;
    if (piece === undefined) return;
    yield piece;
  }
}

function toSnapshot(client: pg.Client): Snapshot {
  return {
    count: (table) => countRows(client, table),
    rows: (table) => readRows(client, table),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

async function connect(address: Address): Promise<pg.Client> {
  const client = new pg.Client({
    ...address.config,
    application_name: "reef migrate",
    types: typesOfMoves,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  });
  // Its next query fails, and says so.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw toStartError(error, address);
  }
  return inTurn(client);
}

/** Both ends of a walk ask ahead: the driver wants one question at a time. */
function inTurn(client: pg.Client): pg.Client {
  const query = client.query.bind(client) as (...given: readonly unknown[]) => Promise<unknown>;
  let last: Promise<unknown> = Promise.resolve();
  const ask = (...given: readonly unknown[]): Promise<unknown> => {
    const asked = last
      .then(() => query(...given))
      .catch((error: unknown) => {
        // The driver reports an ended connection in many ways; only a server's error has a code of five characters.
        throw /^(?!E)[0-9A-Z]{5}$/.test(codeOf(error)) ? error : new ConnectionLost(error);
      });
    last = asked.catch(() => undefined);
    return asked;
  };
  return Object.assign(client, { query: ask as unknown as pg.Client["query"] });
}

/** Lets a Reef start again on a database that has moved. */
export async function reopenDatabase(url: string, setting: string): Promise<void> {
  const address = urlToTarget(url, setting);
  await checkDatabase(address);
  const client = await connect(address);
  try {
    await client.query("begin");
    const mark = await readDatabaseMark(client);
    if (mark?.state !== "moved") {
      throw new AppError(
        "unavailable",
        `no Reef has moved away from the database ${address.name}; nothing was changed`,
      );
    }
    await writeDatabaseMark(client, null);
    await closeCounter(client, false);
    await client.query("commit");
  } finally {
    await client.end();
  }
}
