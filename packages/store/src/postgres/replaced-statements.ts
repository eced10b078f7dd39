/**
 * Says where Postgres needs another statement for what SQLite's single writer gets for free. Everything else is the
 * same text for both.
 */
import { sql } from "kysely";
import { wholeEntryColumns } from "../columns.ts";
import { entryToSearched, searchedKinds, textToTerms } from "../search/terms.ts";
import { eachParam, type Statement, statement } from "../sql.ts";
import type { BotRow, WholeEntryRow } from "../tables.ts";
import { insertEntry } from "../write/mail-statements.ts";
import * as statements from "../write/statements.ts";
import * as turnStatements from "../write/turn-statements.ts";
import type { Query, QueryCompiler } from "./prepared.ts";

/** The rows of these are candidates: one that another worker has locked is left to it. */
const scans: ReadonlySet<object> = new Set([
  statements.sessionsToWake,
  turnStatements.deadTurns,
  turnStatements.readyTurns,
  turnStatements.botsWithWork,
]);

export function isScan(statement: object): boolean {
  return scans.has(statement);
}

/** Locks the bots it returns, and passes over those that another worker has locked. */
const freeBotsWithWork = statement<turnStatements.BotsAsked, Pick<BotRow, "id" | "running_turns" | "claim_line">>(
  (db, param) => turnStatements.selectBotsWithWork(db, param).forUpdate().skipLocked(),
);

/** Other workers open waits too, so how many there are is never known: there may always be some. */
const someWaits = statement<object, { count: number }>((db) => db.selectNoFrom(sql.lit(2 ** 31).as("count")));

const insertEntryWithTerms = statement<WholeEntryRow & { terms: string }>((db, param) =>
  db.insertInto("entries").values({
    ...eachParam<WholeEntryRow, keyof WholeEntryRow>(param as never, wholeEntryColumns),
    terms: sql`array_to_tsvector(${param("terms")}::text[])`,
  } as never),
);

type AnyStatement = Statement<never, unknown>;
const replacedBy: ReadonlyMap<object, AnyStatement> = new Map<object, AnyStatement>([
  [turnStatements.botsWithWork, freeBotsWithWork as AnyStatement],
  [statements.countWaits, someWaits as AnyStatement],
  [insertEntry, insertEntryWithTerms as AnyStatement],
]);

export function replace(compiler: QueryCompiler, statement: AnyStatement, params: object): Query {
  const other = replacedBy.get(statement);
  if (other === undefined) return compiler.of(statement, params);
  if (statement !== (insertEntry as AnyStatement)) return compiler.of(other, params);
  return compiler.of(other, { ...params, terms: entryToTerms(params as WholeEntryRow) });
}

/** A text search vector of Postgres takes a megabyte; of more, the last words are not found. */
const termBytesMax = 1_000_000;

/** Returns the words by which an entry is found; none for a kind that is not searched. */
export function entryToTerms(row: Pick<WholeEntryRow, "kind" | "text" | "attachments">): readonly string[] {
  if (!searchedKinds.includes(row.kind)) return [];
  const terms = new Set<string>();
  let bytes = 0;
  for (const term of textToTerms(entryToSearched(row))) {
    if (terms.has(term)) continue;
    bytes += Buffer.byteLength(term);
    if (bytes > termBytesMax) break;
    terms.add(term);
  }
  return [...terms];
}
