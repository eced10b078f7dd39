/**
 * From a question to its candidates: the rows that share the most telling terms with it, and the rows beside them in
 * their conversations. On a large bot only the rarest terms are looked up, because a lookup costs what its term is common.
 */
import type { RecallQuery } from "@reef/engine/port/recall";
import { isoToMs } from "@reef/protocol/time";
import type { Question, Slot } from "../query/question.ts";
import type { BotIndex, IndexState } from "./bot-index.ts";
import type { IndexedRow } from "./row.ts";

export interface Found {
  /** Those that pass the query's filters. */
  readonly rows: readonly IndexedRow[];
  /** All rows read, neighbours that were filtered out included, by conversation and place. */
  readonly beside: ReadonlyMap<IndexedRow, { readonly before: IndexedRow | null; readonly after: IndexedRow | null }>;
  /** Rows that have a term, by term. */
  readonly frequency: ReadonlyMap<string, number>;
  readonly episodeLength: ReadonlyMap<string, number>;
  readonly state: IndexState;
}

export interface Finder {
  names(): readonly { readonly id: number; readonly text: string }[];
  newest(): number | null;
  find(question: Question, query: RecallQuery): Found;
}

const candidatesSmall = 800;
const candidatesLarge = 300;
const largeRows = 5_000;

/** Of the best by their own words, this many bring their neighbours. */
const withNeighbours = 150;

/** Rows a lookup may walk over on a large bot, beyond its two rarest terms. */
const walkBudget = 6_000;

/** Lines of one conversation further apart in time are no neighbours. */
const neighbourGapMs = 12 * 3_600_000;

export function episodeKey(row: Pick<IndexedRow, "conversation" | "day">): string {
  return `${row.conversation} ${row.day}`;
}

export function createFinder(index: BotIndex): Finder {
  const { db } = index;
  const readNames = db.prepare<[], { id: number; text: string }>("SELECT id, text FROM name WHERE type = 'speaker'");
  const readTrust = db.prepare<[string], number>("SELECT id FROM name WHERE type = 'trust' AND text = ?").pluck();
  const readNewest = db.prepare<[], number | null>("SELECT max(at) FROM memory").pluck();
  const readFrequency = db.prepare<[string], number>("SELECT doc FROM vocabulary WHERE term = ?").pluck();
  const match = db.prepare<[string, number], IndexedRow>(
    `SELECT m.* FROM (SELECT rowid AS r, rank AS k FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?) AS f
     CROSS JOIN memory AS m ON m.number = f.r ORDER BY f.k`,
  );
  const before = db.prepare<[number, number], IndexedRow>(
    "SELECT * FROM memory WHERE conversation = ? AND place < ? ORDER BY place DESC LIMIT 1",
  );
  const after = db.prepare<[number, number], IndexedRow>(
    "SELECT * FROM memory WHERE conversation = ? AND place > ? ORDER BY place LIMIT 1",
  );
  const readEpisode = db
    .prepare<[number, number], number>("SELECT length FROM episode WHERE conversation = ? AND day = ?")
    .pluck();
  const bySpeaker = db.prepare<[number, number], IndexedRow>(
    "SELECT * FROM memory WHERE speaker = ? ORDER BY at DESC LIMIT ?",
  );
  const byTime = db.prepare<[number, number, number], IndexedRow>(
    "SELECT * FROM memory WHERE at >= ? AND at < ? ORDER BY at DESC LIMIT ?",
  );

  function frequencyOf(term: string): number {
    return readFrequency.get(term) ?? 0;
  }

  function findRows(question: Question, query: RecallQuery, state: IndexState) {
    const frequency = new Map<string, number>();
    for (const term of [...question.slots.flatMap((s) => [s.term, ...s.related.keys()]), ...question.nameTerms]) {
      if (!frequency.has(term)) frequency.set(term, frequencyOf(term));
    }
    const terms = lookedUp(question, frequency, state.rows);
    const limit = state.rows > largeRows ? candidatesLarge : candidatesSmall;
    const rows = new Map<number, IndexedRow>();
    const isWanted = createFilter(query, (label) => readTrust.get(label));
    const take = (found: readonly IndexedRow[]) => {
      for (const row of found) if (isWanted(row)) rows.set(row.number, row);
    };
    if (terms.length > 0) {
      const sql = hasFilter(query) ? matchWhere(db, query, (label) => readTrust.get(label) ?? -1) : null;
      const expression = terms.join(" OR ");
      if (sql) take(sql.all(expression, limit));
      else take(match.all(expression, limit + Math.min(limit, state.closed)));
    }
    if (question.time) take(byTime.all(question.time.from, question.time.to, 100));
    if (rows.size === 0) for (const id of question.speakers) take(bySpeaker.all(id, 100));
    return { rows, frequency, isWanted };
  }

  function find(question: Question, query: RecallQuery): Found {
    const state = index.state();
    const { rows, frequency, isWanted } = findRows(question, query, state);
    const beside = new Map<IndexedRow, { before: IndexedRow | null; after: IndexedRow | null }>();
    const known = new Map(rows);
    const side = (row: IndexedRow, read: typeof before): IndexedRow | null => {
      if (row.conversation === null || row.place === null) return null;
      const found = read.get(row.conversation, row.place);
      if (!found || isApart(row, found)) return null;
      const same = known.get(found.number) ?? found;
      known.set(found.number, same);
      return same;
    };
    const seeds = [...rows.values()];
    for (const [i, row] of seeds.entries()) {
      if (i >= withNeighbours && state.rows > largeRows) break;
      const sides = { before: side(row, before), after: side(row, after) };
      beside.set(row, sides);
      for (const other of [sides.before, sides.after]) if (other && isWanted(other)) rows.set(other.number, other);
    }
    for (const row of rows.values()) {
      if (!beside.has(row)) beside.set(row, { before: side(row, before), after: side(row, after) });
    }
    const episodeLength = new Map<string, number>();
    for (const row of rows.values()) {
      const key = episodeKey(row);
      if (row.conversation !== null && !episodeLength.has(key)) {
        episodeLength.set(key, readEpisode.get(row.conversation, row.day) ?? 0);
      }
    }
    return { rows: [...rows.values()], beside, frequency, episodeLength, state };
  }

  return { names: () => readNames.all(), newest: () => readNewest.get() ?? null, find };
}

function isApart(a: IndexedRow, b: IndexedRow): boolean {
  return a.at !== null && b.at !== null && Math.abs(a.at - b.at) > neighbourGapMs;
}

/** The terms to look up, quoted for the full-text query: letters, digits and symbols only, so nothing in them is an operator. */
function lookedUp(question: Question, frequency: ReadonlyMap<string, number>, rows: number): readonly string[] {
  const known = (term: string) => frequency.get(term) ?? 0;
  const slots = question.slots.filter((slot) => slot.prefix || known(slot.term) > 0 || slot.related.size > 0);
  const words = [
    ...slots.filter((slot) => slot.prefix).map((slot) => ({ text: `"${slot.term}"*`, count: 0 })),
    ...slots
      .filter((slot) => !slot.prefix)
      .flatMap((slot) => variantsOf(slot).map((term) => ({ text: `"${term}"`, count: known(term) }))),
    ...(slots.length === 0 ? question.nameTerms : []).map((term) => ({ text: `"${term}"`, count: known(term) })),
  ].filter(({ text, count }) => count > 0 || text.endsWith("*"));
  if (rows <= largeRows) return [...new Set(words.map(({ text }) => text))];
  const kept: string[] = [];
  let walked = 0;
  for (const { text, count } of words.toSorted((a, b) => a.count - b.count)) {
    if (kept.length >= 2 && walked + count > walkBudget) break;
    kept.push(text);
    walked += count;
  }
  return kept;
}

function variantsOf(slot: Slot): readonly string[] {
  return [slot.term, ...slot.related.keys()];
}

function hasFilter(query: RecallQuery): boolean {
  return Boolean(query.kinds ?? query.trust ?? query.since ?? query.until ?? query.asOf);
}

function createFilter(query: RecallQuery, trustId: (label: string) => number | undefined) {
  const validAt = isoToMs(query.asOf ?? query.now);
  const trust = query.trust && new Set(query.trust.map(trustId));
  const since = query.since ? isoToMs(query.since) : null;
  const until = query.until ? isoToMs(query.until) : null;
  return (row: IndexedRow): boolean =>
    (row.validFrom === null || row.validFrom <= validAt) &&
    (row.validTo === null || row.validTo > validAt) &&
    (!query.kinds || query.kinds.includes(row.kind)) &&
    (!trust || (row.trust !== null && trust.has(row.trust))) &&
    (since === null || (row.at !== null && row.at >= since)) &&
    (until === null || (row.at !== null && row.at < until));
}

/** With a filter, the limit must count what passes it: the rows are read before they are cut. */
function matchWhere(db: BotIndex["db"], query: RecallQuery, trustId: (label: string) => number) {
  const validAt = isoToMs(query.asOf ?? query.now);
  const conditions = [
    `(m.validFrom IS NULL OR m.validFrom <= ${validAt})`,
    `(m.validTo IS NULL OR m.validTo > ${validAt})`,
    ...(query.kinds ? [`m.kind IN (${query.kinds.map((kind) => `'${kind}'`).join(",") || "NULL"})`] : []),
    ...(query.trust ? [`m.trust IN (${query.trust.map(trustId).join(",") || "NULL"})`] : []),
    ...(query.since ? [`m.at >= ${isoToMs(query.since)}`] : []),
    ...(query.until ? [`m.at < ${isoToMs(query.until)}`] : []),
  ];
  return db.prepare<[string, number], IndexedRow>(
    `SELECT m.* FROM words AS f CROSS JOIN memory AS m ON m.number = f.rowid
     WHERE f.words MATCH ? AND ${conditions.join(" AND ")} ORDER BY f.rank LIMIT ?`,
  );
}
