/**
 * Finds the candidates for a question: the rows that share the most telling terms with it, and the rows beside them in
 * their conversations. On a large bot only the rarest terms are looked up, because the cost of a lookup grows with how
 * common its term is.
 */
import type { RecallQuery } from "@reef/engine/port/recall";
import { holdsPhrases, type Phrase, phrasesToMatch } from "../query/phrases.ts";
import type { KnownNames, Question, Slot } from "../query/question.ts";
import { type Beside, createBesideReader, type ReadBeside } from "./beside.ts";
import type { BotIndex, IndexState } from "./bot-index.ts";
import { createFilter, type Filter } from "./filter.ts";
import { createPieceFinder, speakerTerm } from "./pieces.ts";
import type { IndexedRow } from "./row.ts";
import { type Comparison, excessOf, isTold, type Near } from "./vectors.ts";

export interface Found {
  /** The rows that pass the query's filters. */
  readonly rows: readonly IndexedRow[];
  /** The lines beside each row, including those that a filter keeps out of the hits. */
  readonly beside: ReadonlyMap<IndexedRow, Beside>;
  /** Rows that have a term, by term. */
  readonly frequency: ReadonlyMap<string, number>;
  /** In terms, by `episodeKey`. */
  readonly episodeLength: ReadonlyMap<string, number>;
  /**
   * How much it tells that a speaker named in the question said a row: 1 when they said half of all, more when less.
   */
  readonly speakerTelling: number;
  readonly state: IndexState;
  /** How similar the meaning is to the question's; 0 spreads when it was not compared. */
  meaningOf(row: IndexedRow): Meaning | null;
}

export interface Meaning {
  readonly likeness: number;
  /** By how many spreads it is more similar to the question than the bot's memories are on average. */
  readonly excess: number;
}

export interface Finder extends KnownNames {
  newest(): number | null;
  find(question: Question, query: RecallQuery): Found;
}

/** Bots with more rows count as large: fewer candidates, and only the rarest terms. */
const largeRows = 5_000;
const candidatesSmall = 250;
const candidatesLarge = 80;

/** Of a large bot's candidates, only this many of the best also bring the lines beside them. */
const withNeighbours = 25;

/** Lines taken from the pieces of conversations that fit best. */
const fromPieces = 320;

/** Rows that the lookups of a large bot may walk over in total, beyond its rarest term. */
const walkBudget = 3_000;

/** Rows added for their meaning alone; more are read when a filter may exclude many. */
const byMeaning = 40;
const byMeaningFiltered = 160;
/**
 * Spreads above the usual from which meaning alone adds a row; of few rows half may answer, and the better half does.
 */
const excessToComeIn = 1.5;
const fewRows = 20;

/** The most names read: with more speakers, names in a question mean little. */
const maxSpeakers = 2_000;

export function episodeKey(row: Pick<IndexedRow, "conversation" | "day">): string {
  return `${row.conversation} ${row.day}`;
}

export function createFinder(index: BotIndex): Finder {
  const { db } = index;
  const readNames = db.prepare<[], { id: number; text: string }>(
    `SELECT id, text FROM name WHERE type = 'speaker' LIMIT ${maxSpeakers}`,
  );
  const readTrust = db.prepare<[string], number>("SELECT id FROM name WHERE type = 'trust' AND text = ?").pluck();
  const readNewest = db.prepare<[], number | null>("SELECT max(at) FROM memory WHERE at IS NOT NULL").pluck();
  const readRange = db
    .prepare<[string, string], string>("SELECT term FROM vocabulary WHERE term >= ? AND term < ? LIMIT 200")
    .pluck();
  const match = db.prepare<[string, number], IndexedRow>(
    `SELECT m.* FROM (SELECT rowid AS r, rank AS k FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?) AS f
     CROSS JOIN memory AS m ON m.number = f.r ORDER BY f.k`,
  );
  const readRow = db.prepare<[number], IndexedRow>("SELECT * FROM memory WHERE number = ?");
  const readEpisode = db
    .prepare<[number, number], number>("SELECT length FROM episode WHERE conversation = ? AND day = ?")
    .pluck();
  const bySpeaker = db.prepare<[number], IndexedRow>(
    "SELECT * FROM memory WHERE speaker = ? ORDER BY number DESC LIMIT 100",
  );
  const byTime = db.prepare<[number, number], IndexedRow>(
    "SELECT * FROM memory WHERE at >= ? AND at < ? ORDER BY at DESC LIMIT 100",
  );
  const countBySpeaker = db.prepare<[number], number>("SELECT count(*) FROM memory WHERE speaker = ?").pluck();
  const spokenBy = createCounter((id: number) => countBySpeaker.get(id));
  const createBeside = createBesideReader(db);
  const findPieces = createPieceFinder(db);
  const readFrequency = db.prepare<[string], number>("SELECT doc FROM vocabulary WHERE term = ?").pluck();
  const frequencyOf = createCounter((term: string) => readFrequency.get(term));

  function seedRows(
    question: Question,
    { filter, terms, state }: { filter: Filter; terms: readonly string[]; state: IndexState },
  ) {
    const rows = new Map<number, IndexedRow>();
    const take = (found: readonly IndexedRow[]) => {
      for (const row of found) if (filter.isWanted(row)) rows.set(row.number, row);
    };
    const limit = state.rows > largeRows ? candidatesLarge : candidatesSmall;
    const expression = terms.join(" OR ");
    // Reading rows before the limit is expensive; when few can fail, a few more are read and sorted out here.
    if (terms.length > 0 && (filter.isNarrow || state.closed > limit))
      take(matchWhere(db, filter.sql).all(expression, limit));
    else if (terms.length > 0) take(match.all(expression, limit + state.closed));
    if (question.time) take(byTime.all(question.time.from, question.time.to));
    if (rows.size === 0) for (const id of question.speakers) take(bySpeaker.all(id));
    return rows;
  }

  function find(question: Question, query: RecallQuery): Found {
    const state = index.state();
    const filter = withPhrases(
      createFilter(query, (label) => readTrust.get(label)),
      question.phrases,
    );
    const frequency = new Map<string, number>();
    for (const term of [...question.slots.flatMap(variantsOf), ...question.nameTerms]) {
      if (!frequency.has(term)) frequency.set(term, frequencyOf(term, state));
    }
    const rows = seedRows(question, { filter, terms: lookedUp(question, frequency, state.rows), state });
    const meanings = compareMeaning(query, { filter, rows });
    const readBeside = createBeside(new Map(rows));
    const beside = new Map<IndexedRow, Beside>();
    const isLarge = state.rows > largeRows;
    const inPieces = isLarge ? readPieces(question, { terms: frequency, state, readBeside }) : [];
    const seeds = [...rows.values()].slice(0, isLarge ? withNeighbours : undefined);
    for (const row of seeds) {
      const sides = readBeside(row);
      beside.set(row, sides);
      for (const other of [...sides.before.slice(0, 2), ...sides.after.slice(0, 2)]) {
        if (!filter.isWanted(other)) continue;
        rows.set(other.number, other);
        if (!beside.has(other)) beside.set(other, readBeside(other));
      }
    }
    for (const row of inPieces) {
      if (!filter.isWanted(row)) continue;
      rows.set(row.number, row);
      if (!beside.has(row)) beside.set(row, readBeside(row));
    }
    const episodeLength = new Map<string, number>();
    for (const row of rows.values()) {
      if (!beside.has(row) && !isLarge) beside.set(row, readBeside(row));
      const key = episodeKey(row);
      if (row.conversation === null || episodeLength.has(key)) continue;
      episodeLength.set(key, readEpisode.get(row.conversation, row.day) ?? row.length);
    }
    const spoken = question.speakers.reduce((sum, id) => sum + spokenBy(id, state), 0);
    const speakerTelling = spoken === 0 ? 1 : Math.max(0.2, Math.log2(state.rows / spoken));
    const meaningOf = (row: IndexedRow): Meaning | null => {
      const likeness = meanings?.likenessOf(row.number) ?? null;
      return meanings === null || likeness === null
        ? null
        : { likeness, excess: excessOf(likeness, meanings.background) };
    };
    return { rows: [...rows.values()], beside, frequency, episodeLength, speakerTelling, state, meaningOf };
  }

  /**
   * Returns lines of the pieces of conversations that have the most of the question's words and of the speakers it
   * names.
   */
  function readPieces(
    question: Question,
    { terms, state, readBeside }: { terms: ReadonlyMap<string, number>; state: IndexState; readBeside: ReadBeside },
  ): readonly IndexedRow[] {
    const frequency = new Map(question.slots.map(({ term }) => [term, terms.get(term) ?? 0]));
    for (const id of question.speakers) frequency.set(speakerTerm(id), spokenBy(id, state));
    const found: IndexedRow[] = [];
    for (const lines of findPieces({ frequency, pieces: state.episodes })) {
      if (found.length >= fromPieces) break;
      found.push(...readBeside.know(lines));
    }
    return found;
  }

  /** Adds the rows whose meaning is closest to the question's. */
  function compareMeaning(
    { meaning }: RecallQuery,
    { filter, rows }: { readonly filter: Filter; readonly rows: Map<number, IndexedRow> },
  ): Comparison | null {
    if (meaning === undefined) return null;
    const { vector, model } = meaning;
    const limit = filter.isNarrow ? byMeaningFiltered : byMeaning;
    const compared = index.vectors.compare(vector, { model, limit });
    if (compared === null) return null;
    const { background, nearest } = compared;
    const isUnusual = ({ likeness }: Near) =>
      !isTold(background) ||
      (background.count < fewRows ? likeness > background.middle : excessOf(likeness, background) >= excessToComeIn);
    let added = 0;
    for (const { number } of nearest.filter(isUnusual)) {
      const row = rows.get(number) ?? readRow.get(number);
      if (row === undefined || !filter.isWanted(row)) continue;
      rows.set(number, row);
      added += 1;
      if (added >= byMeaning) break;
    }
    return compared;
  }

  return {
    speakers: () => readNames.all(),
    newest: () => readNewest.get() ?? null,
    has: (term) => frequencyOf(term, index.state()) > 0,
    startingWith: (letters) => readRange.all(letters, `${letters}\u{10ffff}`),
    find,
  };
}

/** Counts rows by key. A large index is counted again only when it has grown, because counting walks over all rows. */
function createCounter<Key>(read: (key: Key) => number | undefined) {
  const known = new Map<Key, number>();
  const seen = { version: -1, rows: 0 };
  return (key: Key, state: IndexState): number => {
    const isStale =
      state.rows > largeRows ? Math.abs(state.rows - seen.rows) > seen.rows / 50 : state.version !== seen.version;
    if (isStale || known.size > 20_000) {
      known.clear();
      Object.assign(seen, { version: state.version, rows: state.rows });
    }
    const count = known.get(key) ?? read(key) ?? 0;
    if (count > 0) known.set(key, count);
    return count;
  };
}

/**
 * Returns the terms to look up, quoted: they have only letters, digits and symbols, so nothing in them is an operator.
 */
function lookedUp(question: Question, frequency: ReadonlyMap<string, number>, rows: number): readonly string[] {
  const known = (term: string) => frequency.get(term) ?? 0;
  const words = new Map<string, number>();
  const add = (text: string, cost: number) => words.set(text, Math.min(cost, words.get(text) ?? cost));
  for (const slot of question.slots) {
    if (slot.prefix) add(`"${slot.term}"*`, 0);
    else if (known(slot.term) > 0) add(`"${slot.term}"`, known(slot.term) / slot.weight);
    // A related word must be three times as rare to be worth the same walk.
    for (const term of slot.related.keys()) if (known(term) > 0) add(`"${term}"`, known(term) * 3);
  }
  for (const term of question.nameTerms) if (known(term) > 0) add(`"${term}"`, known(term));
  if (question.phrases.length > 0) return [phrasesToMatch(question.phrases)];
  if (rows <= largeRows) return [...words.keys()];
  const kept: string[] = [];
  let walked = 0;
  for (const [text, cost] of [...words].toSorted((a, b) => a[1] - b[1])) {
    if (kept.length >= 1 && walked + cost > walkBudget) break;
    kept.push(text);
    walked += cost;
  }
  return kept;
}

function withPhrases(filter: Filter, phrases: readonly Phrase[]): Filter {
  if (phrases.length === 0) return filter;
  return { ...filter, isWanted: (row) => filter.isWanted(row) && holdsPhrases(row.terms, phrases) };
}

function variantsOf(slot: Slot): readonly string[] {
  return [slot.term, ...slot.related.keys()];
}

/** With conditions, the rows are read before the limit applies, so that it counts only those that pass. */
function matchWhere(db: BotIndex["db"], conditions: string) {
  return db.prepare<[string, number], IndexedRow>(
    `SELECT m.* FROM words AS f CROSS JOIN memory AS m ON m.number = f.rowid
     WHERE f.words MATCH ? AND ${conditions} ORDER BY f.rank LIMIT ?`,
  );
}
