/**
 * Checks a database before Reef trusts it, and brings its schema up to date. Each refusal says what to change (SV1).
 */
import { AppError } from "@reef/protocol/error";
import type { Kysely } from "kysely";
import pg from "pg";
import { migrations } from "../migrations/all.ts";
import { runMigrations } from "../migrations/run.ts";
import { readDatabaseMark } from "../move/database-mark.ts";
import { refuseMarked } from "../move/mark.ts";
import { lockMigrations, makeKysely } from "./dialect.ts";
import { codeOf } from "./failure.ts";
import { migrationsOfPostgres } from "./migrations/all.ts";
import type { Target } from "./target.ts";

export interface Started {
  /** True if a pooler stands between: each transaction may run on another connection of the server. */
  readonly isPooled: boolean;
  /** True if the server would answer a commit before it is on disk, unless a transaction says otherwise. */
  readonly mustSync: boolean;
  /** What works but should be changed. */
  readonly warnings: readonly string[];
}

const oldestVersion = 150_000;

/** With `isMove`, a database that a move fills or has left is accepted. */
export async function startDatabase(target: Target, { isMove = false } = {}): Promise<Started> {
  return onDatabase(target, async (pool, db) => {
    const started = await check(pool, target);
    if (!isMove) refuseMarked(await readDatabaseMark(pool), `the database ${target.name}`);
    await db.transaction().execute(async (transaction) => {
      await lockMigrations(transaction);
      await runMigrations(transaction, migrationsOfPostgres(migrations), "the database");
    });
    return started;
  });
}

/** Checks that Reef can use the database, and changes nothing. */
export function checkDatabase(target: Target): Promise<Started> {
  return onDatabase(target, (pool) => check(pool, target));
}

async function onDatabase<Result>(
  target: Target,
  act: (pool: pg.Pool, db: Kysely<unknown>) => Promise<Result>,
): Promise<Result> {
  const pool = new pg.Pool({
    ...target.config,
    max: 1,
    application_name: "reef start",
    connectionTimeoutMillis: 10_000,
  });
  pool.on("error", () => undefined);
  const db = makeKysely(pool);
  try {
    return await act(pool, db);
  } catch (error) {
    throw toStartError(error, target);
  } finally {
    await db.destroy().catch(() => undefined);
  }
}

interface Settings {
  readonly version: number;
  readonly encoding: string;
  readonly is_standby: boolean;
  readonly read_only: string;
  readonly synchronous_commit: string;
  readonly fsync: string;
  readonly pid: number;
}

async function check(pool: pg.Pool, { setting }: Target): Promise<Started> {
  const client = await pool.connect();
  try {
    return judge(client, (await client.query<Settings>(readSettings)).rows[0], setting);
  } finally {
    client.release();
  }
}

const readSettings = `select
    current_setting('server_version_num')::integer as version,
    pg_encoding_to_char(encoding) as encoding,
    pg_is_in_recovery() as is_standby,
    current_setting('transaction_read_only') as read_only,
    current_setting('synchronous_commit') as synchronous_commit,
    current_setting('fsync') as fsync,
    pg_backend_pid() as pid
    from pg_database where datname = current_database()`;

function judge(client: pg.PoolClient, settings: Settings | undefined, setting: string): Started {
  if (settings === undefined) throw new AppError("unavailable", "the database does not describe itself");
  if (settings.version < oldestVersion) {
    const major = Math.floor(settings.version / 10_000);
    throw new AppError("unavailable", `Reef needs PostgreSQL 15 or later; this server is version ${major}`);
  }
  if (settings.encoding !== "UTF8") {
    const text = `Reef needs a database in UTF8; this one is in ${settings.encoding}: create another with encoding 'UTF8'`;
    throw new AppError("unavailable", text);
  }
  if (settings.is_standby || settings.read_only === "on") {
    const text = `this database is read-only (it may be a standby): set ${setting} to the primary`;
    throw new AppError("unavailable", text);
  }
  const fsyncIsOff =
    "the database server runs with fsync = off: a power failure can destroy everything; turn it on if this data matters";
  return {
    // A pooler answers the start of a connection itself, with a process of its own invention.
    isPooled: (client as unknown as { readonly processID: number | null }).processID !== settings.pid,
    mustSync: settings.synchronous_commit === "off",
    warnings: settings.fsync === "off" ? [fsyncIsOff] : [],
  };
}

const byCode: Readonly<Record<string, (target: Target) => string>> = {
  "28P01": ({ name, setting }) => `the database ${name} refused the user or the password in ${setting}`,
  "28000": ({ name }) =>
    `the database ${name} refused this user, address or connection without TLS; see its pg_hba.conf`,
  "3D000": ({ name }) => `the database ${name} does not exist: create it (createdb), then start Reef again`,
  "42501": ({ name, setting }) =>
    `the user in ${setting} may not create tables in ${name}: grant it CREATE on the schema`,
  "53300": ({ name }) => `the server of ${name} has no connection left: raise max_connections, or use a pooler`,
  ENOTFOUND: ({ name, setting }) => `the host of the database ${name} is not known: check ${setting}`,
  ECONNREFUSED: ({ name, setting }) => `nothing answers as the database ${name}: start PostgreSQL, or check ${setting}`,
};

/** Never shows the driver's own text for a failed connection, which may repeat the address. */
export function toStartError(error: unknown, target: Target): unknown {
  if (error instanceof AppError) return error;
  const code = deepCode(error);
  const known = byCode[code];
  if (known !== undefined) return new AppError("unavailable", known(target));
  if (!/^(E[A-Z]{3,}|08|57)/.test(code) && code !== "") return error;
  const text = `the database ${target.name} cannot be reached${code === "" ? "" : ` (${code})`}: check ${target.setting}`;
  return new AppError("unavailable", text);
}

function deepCode(error: unknown): string {
  if (error instanceof AggregateError) return deepCode(error.errors[0]);
  const code = codeOf(error);
  if (code !== "" || !(error instanceof Error)) return code;
  return error.cause === undefined ? "" : deepCode(error.cause);
}
