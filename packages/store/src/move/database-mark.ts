/**
 * Keeps the mark of a database in a table of one row. A database that has moved also loses the name of its counter of
 * events, without which nothing can be written: a worker that somehow still runs there gets an error, not a second past.
 */
import type { ClientBase, Pool } from "pg";
import { type MoveMark, parseMark } from "./mark.ts";

type Connection = Pick<ClientBase | Pool, "query">;

export async function readDatabaseMark(on: Connection): Promise<MoveMark | null> {
  const { rows } = await on.query("select to_regclass('reef_move') is not null as is_there");
  if (rows[0]?.is_there !== true && rows[0]?.is_there !== 1) return null;
  const found = await on.query("select mark from reef_move");
  const text: unknown = found.rows[0]?.mark;
  return typeof text === "string" ? parseMark(text, "the table reef_move") : null;
}

/** Runs in the transaction of the connection, if there is one. */
export async function writeDatabaseMark(on: Connection, mark: MoveMark | null): Promise<void> {
  if (mark === null) {
    await on.query("drop table if exists reef_move");
    return;
  }
  await on.query(
    "create table if not exists reef_move (one boolean primary key default true check (one), mark text not null)",
  );
  await on.query("insert into reef_move (mark) values ($1) on conflict (one) do update set mark = excluded.mark", [
    JSON.stringify(mark),
  ]);
}

/** Takes the counter's name away, or gives it back. Does nothing if that was done. */
export async function closeCounter(on: Connection, isClosed: boolean): Promise<void> {
  const [from, to] = isClosed ? ["counters", closedName] : [closedName, "counters"];
  await on.query(`alter table if exists ${from} rename to ${to}`);
}

export const closedName = "counters_of_moved";
