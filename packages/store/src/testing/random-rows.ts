/** Fills every column of every table of a data folder with values that a move must not change. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { migrate } from "../migrations/all.ts";
import { makeKysely } from "../sqlite/dialect.ts";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
}

/** What a move leaves behind. Anything else that a migration adds must arrive. */
const leftBehind = ["workers", "leases", "shared_values"];

const oddTexts = [
  "",
  " ",
  "a\u0000b",
  "\uFDD0",
  "\uFDD00\u0000",
  "é e\u0301",
  "👩‍👩‍👧",
  "'; drop table bots; --",
  "\\x00",
  "{1,2}",
  "NULL",
  "\n\t\r",
  "𝒳",
  "\uFFFD",
];
const oddWholes = [0, 1, -1, 2 ** 31, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n];
const oddFloats = [0, 0.1, -1.5, 1e21, 5e-324, 1.7976931348623157e308, 2 ** 53, 1 / 3];

/** The same seed makes the same rows. */
export async function fillFolder(
  folder: string,
  { seed, rows }: { readonly seed: number; readonly rows: number | ((table: string) => number) },
) {
  const database = new Database(join(folder, "reef.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = OFF");
  await migrate(makeKysely(database));
  const random = makeRandom(seed);
  database.transaction(() => {
    for (const table of tablesOf(database)) {
      const columns = database.pragma(`table_info("${table}")`) as Column[];
      const insert = database.prepare(
        `insert into "${table}" (${columns.map(({ name }) => `"${name}"`).join(", ")}) values (${columns.map(() => "?").join(", ")})`,
      );
      const count = typeof rows === "number" ? rows : rows(table);
      for (let n = 1; n <= count; n += 1)
        insert.run(columns.map((column) => randomValue(table, column, { n, random })));
    }
  })();
  database.close();
}

/** Changes, deletes and adds rows, as a Reef that runs does. */
export function changeFolder(folder: string, seed: number): void {
  const database = new Database(join(folder, "reef.db"));
  const random = makeRandom(seed);
  database.transaction(() => {
    for (const table of tablesOf(database)) {
      const columns = database.pragma(`table_info("${table}")`) as Column[];
      const free = columns.find(
        ({ pk, type, name }) => pk === 0 && type.toLowerCase() === "text" && name !== "attachments",
      );
      const rows = database.prepare(`select rowid from "${table}"`).pluck().all() as number[];
      for (const row of rows) {
        const die = random();
        if (die < 0.1) database.prepare(`delete from "${table}" where rowid = ?`).run(row);
        else if (die < 0.3 && free !== undefined)
          database
            .prepare(`update "${table}" set "${free.name}" = ? where rowid = ?`)
            .run(`changed ${seed} ${row}`, row);
      }
    }
  })();
  database.close();
}

/** All rows of all tables as text, by table. */
export function dumpFolder(folder: string): ReadonlyMap<string, readonly string[]> {
  const database = new Database(join(folder, "reef.db"), { readonly: true });
  try {
    return new Map(
      tablesOf(database).map((table) => {
        const rows = database.prepare(`select * from "${table}"`).safeIntegers().all() as Record<string, unknown>[];
        const lines = rows.map((row) =>
          JSON.stringify(row, (_, value) => {
            if (typeof value === "bigint") return `${value}n`;
            return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
          }),
        );
        return [table, lines.toSorted()];
      }),
    );
  } finally {
    database.close();
  }
}

function tablesOf(database: Database.Database): readonly string[] {
  const names = database.prepare("select name from sqlite_master where type = 'table' order by name").pluck().all();
  return (names as string[]).filter((name) => !/^(sqlite|kysely)_/.test(name) && !leftBehind.includes(name));
}

function randomValue(
  table: string,
  { name, type, notnull, pk }: Column,
  { n, random }: { readonly n: number; readonly random: () => number },
): unknown {
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)];
  if (notnull === 0 && random() < 0.3) return null;
  // Its words are read, to find entries by them.
  if (table === "entries" && name === "kind") return pick(["person", "bot", "tool_call", "notice"]);
  if (name === "attachments") return "[]";
  if (name === "sha256") return (n * 7919 + Math.floor(random() * 1e9)).toString(16).padStart(64, "0");
  const kind = type.toLowerCase();
  if (kind === "blob") return Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256)));
  if (kind === "double precision") return pick(oddFloats);
  if (kind === "text")
    return pk > 0 || /id$|key$|^(name|token)$/.test(name)
      ? `${name}-${n}-${Math.floor(random() * 1e9)}`
      : `${pick(oddTexts)}${pick(oddTexts)}`;
  // Some of these must differ between rows.
  return pk > 0 || ["version", "seq", "line"].includes(name) ? n * 3 : pick(oddWholes);
}

function makeRandom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
