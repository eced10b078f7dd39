/**
 * Keeps the full-text index over all transcripts: a file beside the store, built from its rows and safe to delete. It
 * knows entries by their row number; a number that now belongs to another entry, or to none, is noticed and removed. It
 * lags behind the store and catches up before it answers, so that writes never wait for it.
 */
import { rmSync } from "node:fs";
import { type AskedWord, wordsToPhrases } from "@reef/engine/search/question";
import { wordToTerms } from "@reef/protocol/words";
import Database from "better-sqlite3";
import { entryToSearched, searchedKinds, textToTerms } from "./terms.ts";

/** Another number rebuilds the file from the rows. Raise it with every change of what a word is. */
const format = 2;
const batchRows = 200;
const sweepRows = 5_000;
const inSearchedKinds = searchedKinds.map((kind) => `'${kind}'`).join(", ");

export interface FindRequest {
  readonly words: readonly AskedWord[];
  /** Only row numbers smaller than this. */
  readonly before: number;
  readonly limit: number;
}

export interface Found {
  /** Row numbers of entries, newest first. */
  readonly rows: readonly number[];
  /** False while some entries are not indexed yet. */
  readonly isComplete: boolean;
}

interface FreshRow {
  readonly n: number;
  readonly id: string;
  /** Null for entries that are not searched. */
  readonly text: string | null;
  readonly attachments: string | null;
}

export class SearchIndex implements Disposable {
  readonly #database: Database.Database;
  readonly #find: Database.Statement<[string, number, number], { n: number }>;
  readonly #fresh: Database.Statement<[number, number], FreshRow>;
  readonly #addDoc: Database.Statement<[number, string]>;
  readonly #addTerms: Database.Statement<[number, string]>;
  readonly #dropDoc: Database.Statement<[number]>;
  readonly #dropTerms: Database.Statement<[number]>;
  readonly #lastDoc: Database.Statement<[], { n: number; isSame: number }>;
  readonly #gone: Database.Statement<[number, number], { n: number }>;
  #sweptFrom: number | null = 0;

  /** `storeFile` is only read. A file of another format, or an unreadable one, is rebuilt. */
  constructor(file: string, storeFile: string) {
    const database = openIndex(file);
    database.prepare("ATTACH ? AS store").run(storeFile);
    // Each row is read once, so caching is useless.
    database.pragma("store.cache_size = -500");
    this.#database = database;
    this.#find = database.prepare(
      "SELECT rowid AS n FROM found WHERE found MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
    );
    this.#fresh = database.prepare(
      `SELECT n, id, CASE WHEN kind IN (${inSearchedKinds}) THEN text END AS text, attachments FROM store.entries WHERE n > ? ORDER BY n LIMIT ?`,
    );
    this.#addDoc = database.prepare("INSERT INTO docs (n, id) VALUES (?, ?)");
    this.#addTerms = database.prepare("INSERT INTO found (rowid, terms) VALUES (?, ?)");
    this.#dropDoc = database.prepare("DELETE FROM docs WHERE n = ?");
    this.#dropTerms = database.prepare("DELETE FROM found WHERE rowid = ?");
    this.#lastDoc = database.prepare(
      "SELECT docs.n, entries.id IS docs.id AS isSame FROM docs LEFT JOIN store.entries AS entries ON entries.n = docs.n ORDER BY docs.n DESC LIMIT 1",
    );
    this.#gone = database.prepare(
      "SELECT docs.n FROM docs LEFT JOIN store.entries AS entries ON entries.n = docs.n WHERE docs.n > ? AND docs.n <= ? AND entries.id IS NOT docs.id",
    );
  }

  /** Indexes new entries for about `budgetMs`. Returns true if none are left. */
  catchUp(budgetMs: number): boolean {
    const endsAt = performance.now() + budgetMs;
    let isDone = false;
    while (!isDone && performance.now() < endsAt) isDone = this.#takeBatch();
    return isDone;
  }

  /** Call after sessions were deleted: the next sweeps check everything. */
  beginSweep(): void {
    this.#sweptFrom = 0;
  }

  /** Removes some entries that the store no longer has. Returns true once everything has been checked. */
  sweep(): boolean {
    const from = this.#sweptFrom;
    if (from === null) return true;
    const last = this.#lastDoc.get()?.n ?? 0;
    this.#inTransaction(() => {
      for (const { n } of this.#gone.all(from, from + sweepRows)) this.#drop(n);
    });
    this.#sweptFrom = from + sweepRows >= last ? null : from + sweepRows;
    return this.#sweptFrom === null;
  }

  /** Returns the row numbers of entries that hold every word, newest first. */
  find({ words, before, limit }: FindRequest): readonly number[] {
    const query = wordsToMatch(words);
    return query === "" ? [] : this.#find.all(query, before, limit).map(({ n }) => n);
  }

  /** Frees its cached pages, which are read again when needed. */
  shrink(): void {
    this.#database.pragma("shrink_memory");
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  /**
   * Row numbers are reused from the end if the newest rows were deleted, so entries that differ there are removed
   * first.
   */
  #takeBatch(): boolean {
    return this.#inTransaction(() => {
      let last = this.#lastDoc.get();
      while (last !== undefined && last.isSame !== 1) {
        this.#drop(last.n);
        last = this.#lastDoc.get();
      }
      const rows = this.#fresh.all(last?.n ?? 0, batchRows);
      for (const { n, id, text, attachments } of rows) {
        this.#addDoc.run(n, id);
        const said = text === null ? "" : entryToSearched({ text, attachments });
        if (said !== "") this.#addTerms.run(n, textToTerms(said).join(" "));
      }
      return rows.length < batchRows;
    });
  }

  #drop(n: number): void {
    this.#dropDoc.run(n);
    this.#dropTerms.run(n);
  }

  #inTransaction<Result>(act: () => Result): Result {
    this.#database.exec("BEGIN");
    try {
      const result = act();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

function openIndex(file: string): Database.Database {
  try {
    const database = new Database(file);
    if (database.pragma("user_version", { simple: true }) === format) return prepareFile(database);
    database.close();
  } catch {
    // Not a database, or a torn one: it is rebuilt from the store.
  }
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(file + suffix, { force: true });
  const database = prepareFile(new Database(file));
  database.exec(`
    CREATE TABLE docs (n INTEGER PRIMARY KEY, id TEXT NOT NULL);
    CREATE VIRTUAL TABLE found USING fts5 (terms, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '2 3');
    PRAGMA user_version = ${format};
  `);
  return database;
}

function prepareFile(database: Database.Database): Database.Database {
  // WAL keeps the file readable after a crash; it need not be durable, since it can be rebuilt.
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = OFF");
  database.pragma("cache_size = -2000");
  return database;
}

/**
 * Finds every entry that may match the question; `matchText` decides. Words are letters and digits, in quotes: none is
 * an operator.
 */
function wordsToMatch(words: readonly AskedWord[]): string {
  return wordsToPhrases(words)
    .flatMap((phrase) => (phrase.some(({ isUnspaced }) => isUnspaced) ? phrase.map((word) => [word]) : [phrase]))
    .map((phrase) => {
      const isOpen = phrase.at(-1)?.isBeginning === true;
      return `"${phrase.flatMap(askedTerms).join(" ")}"${isOpen ? "*" : ""}`;
    })
    .join(" AND ");
}

function askedTerms(word: AskedWord): readonly string[] {
  return word.isUnspaced && !word.isBeginning ? wordToTerms(word).slice(0, -1) : [word.text];
}
