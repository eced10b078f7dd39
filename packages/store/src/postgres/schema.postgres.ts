/** Tests that both stores have the same tables and columns, so that they cannot drift apart. */
import Database from "better-sqlite3";
import type { Kysely } from "kysely";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { migrate } from "../migrations/all.ts";
import { counted } from "../migrations/column-types.ts";
import { makeKysely } from "../sqlite/dialect.ts";
import { makeKysely as makeKyselyOfPostgres } from "./dialect.ts";
import { createTestDatabase } from "./testing/databases.ts";

interface Column {
  readonly table: string;
  readonly column: string;
  readonly isNullable: boolean;
}

/** What only Postgres needs. */
const own = ["entries.terms"];
const ownTables = ["counters", "file_bytes", "file_chunks", "incoming_files", "incoming_chunks", "live_texts"];

async function columnsOfSqlite(): Promise<readonly Column[]> {
  const database = new Database(":memory:");
  onTestFinished(() => void database.close());
  await migrate(makeKysely(database));
  const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all() as string[];
  return tables.flatMap((table) =>
    (database.pragma(`table_info("${table}")`) as { name: string; notnull: number }[]).map((column) => ({
      table,
      column: column.name,
      isNullable: column.notnull === 0,
    })),
  );
}

async function query<Row>(text: string): Promise<readonly Row[]> {
  const { url, drop } = await createTestDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  await drop();
  return rows as Row[];
}

const toLines = (columns: readonly Column[]) =>
  columns
    .filter(({ table }) => !table.startsWith("kysely") && !ownTables.includes(table))
    .map(({ table, column, isNullable }) => `${table}.${column}${isNullable ? " or null" : ""}`)
    .filter((line) => !own.some((each) => line.startsWith(each)))
    .toSorted();

test("both stores have the same columns, and the same may be empty", async () => {
  const columns = await query<Column>(`select table_name as "table", column_name as "column",
    is_nullable = 'YES' as "isNullable" from information_schema.columns where table_schema = 'public'`);
  expect(toLines(columns)).toEqual(toLines(await columnsOfSqlite()));
});

test("every text compares by its bytes, and every whole number has 64 bits", async () => {
  const wrong = await query(`select table_name, column_name, data_type, collation_name
    from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'
    and table_name <> 'live_texts'
    and ((data_type = 'text' and collation_name is distinct from 'C')
      or data_type not in ('text', 'bigint', 'double precision', 'bytea', 'tsvector', 'timestamp with time zone'))`);
  expect(wrong).toEqual([]);
});

test("a migration of both stores is written once: its types are right on each", async () => {
  const database = new Database(":memory:");
  onTestFinished(() => void database.close());
  const { url, drop } = await createTestDatabase();
  const target = makeKyselyOfPostgres(new pg.Pool({ connectionString: url, max: 1 }));
  onTestFinished(async () => {
    await target.destroy();
    await drop();
  });
  for (const db of [makeKysely(database), target] as Kysely<{ made: { n: number; name: string; size: number } }>[]) {
    await db.schema
      .createTable("made")
      .addColumn("n", "integer", counted(db))
      .addColumn("name", "text", (column) => column.notNull().unique())
      .addColumn("size", "integer", (column) => column.notNull())
      .addColumn("share", "double precision")
      .addColumn("whole", "blob" as "bytea")
      .execute();
    for (const name of ["b", "B", "é"])
      await db
        .insertInto("made")
        .values({ name, size: 2 ** 40 } as never)
        .execute();
    const rows = await db.selectFrom("made").selectAll().orderBy("name").execute();
    expect(rows.map(({ n, name, size }) => [Number(n), name, Number(size)])).toEqual([
      [2, "B", 2 ** 40],
      [1, "b", 2 ** 40],
      [3, "é", 2 ** 40],
    ]);
  }
});
