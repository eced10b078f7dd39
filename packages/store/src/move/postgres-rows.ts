/** Reads and writes whole rows of Postgres as a move has them: whole numbers exact, texts as they were written. */
import { AppError } from "@reef/protocol/error";
import pg from "pg";
import { codeOf } from "../postgres/failure.ts";
import { entryToTerms } from "../postgres/replaced-statements.ts";
import { decodeText, encodeText } from "../postgres/text.ts";
import type { WholeEntryRow } from "../tables.ts";
import { keyOf } from "./row-text.ts";
import {
  type Cell,
  type Column,
  type ColumnType,
  isMoved,
  KeyTaken,
  type Row,
  type RowChange,
  type TableShape,
} from "./side.ts";

const { builtins } = pg.types;
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [builtins.INT8, BigInt],
  [builtins.TEXT, decodeText],
  [builtins.VARCHAR, decodeText],
]);

/** Pass to a connection as its `types`. */
export const typesOfMoves = {
  getTypeParser(type: number, format?: "text" | "binary") {
    return parsers.get(type) ?? pg.types.getTypeParser(type, format);
  },
} as pg.CustomTypesConfig;

/** Rows of a piece: few enough that long ones do not fill the memory. */
const pieceRows = 500;

const readColumns = `select table_name as "table", column_name as name, data_type as type
  from information_schema.columns where table_schema = current_schema() order by table_name, column_name collate "C"`;
const readKeys = `select relname as "table", attname as name from pg_index
  join pg_class on pg_class.oid = indrelid join pg_attribute on attrelid = indrelid and attnum = any(indkey)
  where indisprimary and relnamespace = current_schema()::regnamespace
  order by relname, array_position(indkey::int2[], attnum)`;

/** The words of entries are not in the other store's row: they are made again. */
const madeAgain = "tsvector";

export async function readShapes(client: pg.ClientBase): Promise<readonly TableShape[]> {
  const columns = await client.query<{ table: string; name: string; type: string }>(readColumns);
  const keys = await client.query<{ table: string; name: string }>(readKeys);
  const names = [...new Set(columns.rows.map(({ table }) => table))].filter(isMoved).toSorted();
  return names.map((name) => ({
    name,
    columns: columns.rows
      .filter(({ table, type }) => table === name && type !== madeAgain)
      .map((column): Column => ({ name: column.name, type: typeOf(column.type) })),
    key: keys.rows.filter(({ table }) => table === name).map((column) => column.name),
  }));
}

function typeOf(type: string): ColumnType {
  if (type === "text") return "text";
  if (type === "bigint") return "whole";
  if (type === "double precision") return "float";
  if (type === "bytea") return "bytes";
  throw new Error(`a move does not know the type “${type}”`);
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

export async function countRows(client: pg.ClientBase, { name }: TableShape): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*)::text as count from "${name}"`);
  return Number(rows[0]?.count ?? 0);
}

export async function* readRows(client: pg.ClientBase, table: TableShape): AsyncGenerator<readonly Row[]> {
  const { name, key, columns } = table;
  const select = `select ${quoted(columns.map((column) => column.name))} from "${name}"`;
  const order = `order by ${quoted(key)} limit ${pieceRows}`;
  const params = key.map((_, place) => `$${place + 1}`).join(", ");
  for (let last: Row | null = null; ; ) {
    const values: readonly unknown[] = last === null ? [] : keyOf(table, last).map(cellToParameter);
    const where: string = last === null ? "" : `where (${quoted(key)}) > (${params})`;
    const found: pg.QueryArrayResult<Cell[]> = await client.query<Cell[]>({
      text: `${select} ${where} ${order}`,
      values: [...values],
      rowMode: "array",
    });
    last = found.rows.at(-1) ?? null;
    if (found.rows.length > 0) yield found.rows;
    if (last === null || found.rows.length < pieceRows) return;
  }
}

function cellToParameter(cell: Cell): unknown {
  if (typeof cell === "string") return encodeText(cell);
  if (cell === null || cell instanceof Uint8Array) return cell;
  return String(cell);
}

const arrayByType: Readonly<Record<ColumnType, string>> = {
  text: "text[]",
  whole: "bigint[]",
  float: "double precision[]",
  bytes: "bytea[]",
};

/** Writes one change as one transaction. The last one of a move waits for the disk, and so for all before it. */
export async function writeChange(client: pg.ClientBase, { table, deleted, inserted }: RowChange): Promise<void> {
  if (deleted.length + inserted.length === 0) return;
  await client.query("begin; set local synchronous_commit = off");
  try {
    if (deleted.length > 0)
      await client.query(
        deleteOf(table),
        arraysOf(
          keyColumns(table),
          deleted.map((row) => keyOf(table, row)),
        ),
      );
    if (inserted.length > 0) await client.query(...insertOf(table, inserted));
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    if (codeOf(error) === "23505") throw new KeyTaken(`a row of ${table.name} is in the way`, { cause: error });
    if (codeOf(error).startsWith("23") || codeOf(error).startsWith("22")) throw unfit(table, error);
    throw error;
  }
}

function unfit({ name }: TableShape, error: unknown): AppError {
  const text = error instanceof Error ? error.message : String(error);
  return new AppError("unavailable", `a row of ${name} does not fit into PostgreSQL: ${text}`, { cause: error });
}

function keyColumns({ columns, key }: TableShape): readonly Column[] {
  return key.flatMap((name) => columns.find((column) => column.name === name) ?? []);
}

function deleteOf(table: TableShape): string {
  const names = quoted(table.key);
  return `delete from "${table.name}" where (${names}) in (select * from ${unnest(keyColumns(table))})`;
}

function insertOf(table: TableShape, rows: readonly Row[]): [string, unknown[]] {
  const names = quoted(table.columns.map(({ name }) => name));
  const values = arraysOf(table.columns, rows);
  if (table.name !== "entries") {
    return [`insert into "${table.name}" (${names}) select * from ${unnest(table.columns)}`, values];
  }
  const withTerms = [...table.columns, { name: "terms", type: "text" } as const];
  const text = `insert into entries (${names}, terms)
    select ${names}, array_to_tsvector(array(select json_array_elements_text(terms::json)))
    from ${unnest(withTerms)} as row (${names}, terms)`;
  return [text, [...values, rows.map((row) => JSON.stringify(entryToTerms(toEntry(table, row))))]];
}

function toEntry({ columns }: TableShape, row: Row): Pick<WholeEntryRow, "kind" | "text" | "attachments"> {
  const cell = (name: string) => row[columns.findIndex((column) => column.name === name)] ?? null;
  return { kind: cell("kind"), text: cell("text"), attachments: cell("attachments") } as WholeEntryRow;
}

function unnest(columns: readonly Column[]): string {
  return `unnest(${columns.map(({ type }, place) => `$${place + 1}::${arrayByType[type]}`).join(", ")})`;
}

function arraysOf(columns: readonly Column[], rows: readonly (readonly Cell[])[]): unknown[] {
  return columns.map((_, place) => rows.map((row) => cellToParameter(row[place] ?? null)));
}
