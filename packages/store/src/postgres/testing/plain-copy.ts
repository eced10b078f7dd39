/**
 * Writes the rows that a store left behind once more, in plain SQL: one connection, one insert a row, sent without
 * waiting, a commit for each group. It checks nothing and reads nothing, so it is the limit that a store is held to.
 */
import pg from "pg";

const tables = ["messages", "entries", "turns", "steps", "events"];

/** Returns seconds. The copies are dropped. */
export async function writeRowsPlainly(url: string, groups: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found: { readonly table: string; readonly rows: readonly Readonly<Record<string, unknown>>[] }[] = [];
    for (const table of tables) {
      const { rows } = await client.query<Record<string, unknown>>(`select * from ${table}`);
      await client.query(
        `drop table if exists plain_${table}; create table plain_${table} (like ${table} including all)`,
      );
      found.push({ table, rows });
    }
    const startedAt = performance.now();
    for (let group = 0; group < groups; group += 1) {
      const sent: Promise<unknown>[] = [client.query("begin")];
      for (const { table, rows } of found) {
        for (const row of sliceOf(rows, group, groups)) sent.push(client.query(insertOf(table, row)));
      }
      sent.push(client.query("commit"));
      await Promise.all(sent);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    await client.query(tables.map((table) => `drop table plain_${table}`).join(";"));
    return seconds;
  } finally {
    await client.end();
  }
}

function sliceOf<Row>(rows: readonly Row[], group: number, groups: number): readonly Row[] {
  const place = (at: number) => Math.floor((rows.length * at) / groups);
  return rows.slice(place(group), place(group + 1));
}

function insertOf(table: string, row: Readonly<Record<string, unknown>>) {
  const columns = Object.keys(row).filter((name) => row[name] !== null);
  const names = columns.map((name) => `"${name}"`).join(", ");
  const places = columns.map((_, at) => `$${at + 1}`).join(", ");
  const text = `insert into plain_${table} (${names}) overriding system value values (${places})`;
  return {
    name: `${table} ${columns.length} ${columns.join().length}`,
    text,
    values: columns.map((name) => row[name]),
  };
}
