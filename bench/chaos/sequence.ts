/** Looks at what a store left in its tables once no server runs: the numbers of events, and the file itself. */
import { join } from "node:path";
import { askServer } from "@reef/store/postgres/testing/ask-server";
import Database from "better-sqlite3";
import type { Violation } from "./check.ts";

interface Numbers {
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

const numbersOfEvents = "select count(*) as count, min(seq) as first, max(seq) as last from events";

export function checkSqlite(folder: string): readonly Violation[] {
  const database = new Database(join(folder, "reef.db"), { readonly: true });
  try {
    const numbers = database.prepare<[], Numbers>(numbersOfEvents).get();
    const [{ integrity_check: integrity } = { integrity_check: "no answer" }] = database.pragma(
      "integrity_check",
    ) as readonly { readonly integrity_check: string }[];
    const damage = integrity === "ok" ? [] : [{ kind: "lost" as const, text: `the database is damaged: ${integrity}` }];
    return [...damage, ...judge(numbers)];
  } finally {
    database.close();
  }
}

export async function checkPostgres(url: string): Promise<readonly Violation[]> {
  const [numbers] = await askServer<Numbers>(url, numbersOfEvents);
  return judge(numbers && { count: Number(numbers.count), first: Number(numbers.first), last: Number(numbers.last) });
}

function judge(numbers: Numbers | undefined): readonly Violation[] {
  if (numbers === undefined) return [{ kind: "lost", text: "there are no events" }];
  const { count, first, last } = numbers;
  if (last - first + 1 === count) return [];
  return [{ kind: "sequence", text: `${count} events are numbered from ${first} to ${last}` }];
}
