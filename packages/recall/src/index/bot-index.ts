/**
 * Keeps one bot's index file and finds rows by term. A batch changes rows and counts in one transaction; ranking is
 * done elsewhere. A file of another format, or a broken one, is recreated at version 0.
 */
import { rmSync, statSync } from "node:fs";
import type { RecallBatch, RecallRow, RecallSize } from "@reef/engine/port/recall";
import { isoToMs } from "@reef/protocol/time";
import Database from "better-sqlite3";
import { type PackedId, packId } from "./packed-id.ts";
import { createPieceWriter } from "./pieces.ts";
import { dayOf, type IndexedRow, readText } from "./row.ts";
import { createTables, formatVersion, prepareFile } from "./schema.ts";
import { openVectors, type Vectors } from "./vectors.ts";

export interface IndexState {
  readonly version: number;
  readonly rows: number;
  /** Of all rows together, in terms. */
  readonly length: number;
  /** Rows whose validity ends at some time. */
  readonly closed: number;
  readonly episodes: number;
  readonly episodeLength: number;
}

export interface BotIndex extends Disposable {
  readonly db: Database.Database;
  readonly path: string;
  readonly vectors: Vectors;
  state(): IndexState;
  apply(batch: RecallBatch): IndexState;
  /** Called after many rows: merges the parts of the word index, which makes searches faster. */
  optimise(): void;
  size(): RecallSize;
  /** Returns false when the file was deleted or replaced by another program. */
  isInPlace(): boolean;
}

/** Opens or creates the index; `:memory:` for one without a file. */
export function openBotIndex(path: string): BotIndex {
  const db = openFile(path);
  const vectors = openVectors(db);
  let writer = prepareWrites(db, vectors);
  const inode = path === ":memory:" ? 0 : statSync(path).ino;
  const apply = db.transaction((batch: RecallBatch) => {
    for (const change of batch.changes) {
      if (change.type === "put") writer.put(change.row);
      else writer.drop(change.id);
    }
    writer.flush(batch.through);
  });
  const readState = db.prepare<[], IndexState>("SELECT * FROM state");
  const state = () => readState.get() as IndexState;
  return {
    db,
    path,
    vectors,
    state,
    apply(batch) {
      try {
        apply(batch);
      } catch (error) {
        // Its counts and names belong to the transaction that was rolled back.
        writer = prepareWrites(db, vectors);
        throw error;
      }
      return state();
    },
    optimise: () =>
      void db.exec(
        "INSERT INTO words(words) VALUES('optimize'); INSERT INTO pieces(pieces) VALUES('optimize'); PRAGMA optimize",
      ),
    size() {
      const pages = db.pragma("page_count", { simple: true }) as number;
      const { version, rows } = state();
      return { version, rows, sizeBytes: pages * (db.pragma("page_size", { simple: true }) as number) };
    },
    isInPlace() {
      if (path === ":memory:") return true;
      return statSync(path, { throwIfNoEntry: false })?.ino === inode;
    },
    [Symbol.dispose]() {
      db.close();
    },
  };
}

export function deleteIndexFile(path: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
}

function openFile(path: string): Database.Database {
  try {
    return openTables(path);
  } catch (error) {
    // It is a cache: whatever is wrong with it, recreating it is the remedy.
    if (path === ":memory:") throw error;
    deleteIndexFile(path);
    return openTables(path);
  }
}

function openTables(path: string): Database.Database {
  const db = new Database(path);
  try {
    prepareFile(db);
    const found = db.pragma("user_version", { simple: true });
    if (found === 0) createTables(db);
    else if (found !== formatVersion) throw new Error(`index format ${formatVersion} expected, found ${found}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

type RowParameters = Omit<IndexedRow, "number">;

function prepareWrites(db: Database.Database, vectors: Vectors) {
  const readName = db.prepare<[string, string], { id: number }>("SELECT id FROM name WHERE type = ? AND text = ?");
  const addName = db.prepare("INSERT INTO name(type, text) VALUES(?, ?)");
  const find = db.prepare<[PackedId], IndexedRow>("SELECT * FROM memory WHERE id = ?");
  const insert = db.prepare<[RowParameters]>(`INSERT INTO memory(id, kind, conversation, place, day, speaker, at,
    importance, trust, validFrom, validTo, pinned, marks, length, piece, terms) VALUES(@id, @kind, @conversation, @place,
    @day, @speaker, @at, @importance, @trust, @validFrom, @validTo, @pinned, @marks, @length, @piece, @terms)`);
  const remove = db.prepare("DELETE FROM memory WHERE number = ?");
  const addWords = db.prepare("INSERT INTO words(rowid, terms) VALUES(?, ?)");
  const removeWords = db.prepare("INSERT INTO words(words, rowid, terms) VALUES('delete', ?, ?)");
  const lastPlace = db.prepare<[number], number | null>("SELECT max(place) FROM memory WHERE conversation = ?").pluck();
  const pieces = createPieceWriter(db);
  const countEpisode = db
    .prepare<[number, number, number, number], number>(`INSERT INTO episode(conversation, day, rows, length)
    VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows, length = length + excluded.length
    RETURNING rows`)
    .pluck();
  const dropEpisode = db.prepare("DELETE FROM episode WHERE conversation = ? AND day = ? AND rows <= 0");
  const countAll = db.prepare(`UPDATE state SET version = ?, rows = rows + ?, length = length + ?, closed = closed + ?,
    episodes = episodes + ?, episodeLength = episodeLength + ?`);
  const nameIds = new Map<string, number>();
  const counts = { rows: 0, length: 0, closed: 0 };
  const episodes = new Map<string, { conversation: number; day: number; rows: number; length: number }>();

  function nameId(type: string, text: string | null | undefined): number | null {
    if (text === null || text === undefined || text === "") return null;
    const key = `${type} ${text}`;
    const known = nameIds.get(key) ?? readName.get(type, text)?.id ?? Number(addName.run(type, text).lastInsertRowid);
    nameIds.set(key, known);
    return known;
  }

  function count(row: RowParameters, sign: 1 | -1): void {
    counts.rows += sign;
    counts.length += sign * row.length;
    if (row.validTo !== null) counts.closed += sign;
    if (row.conversation === null) return;
    const key = `${row.conversation} ${row.day}`;
    const episode = episodes.get(key) ?? { conversation: row.conversation, day: row.day, rows: 0, length: 0 };
    episodes.set(key, { ...episode, rows: episode.rows + sign, length: episode.length + sign * row.length });
  }

  /** Returns the number it had. */
  function take(id: string): number | null {
    const row = find.get(packId(id));
    if (!row) return null;
    if (row.piece !== null) pieces.leave(row.piece);
    removeWords.run(row.number, row.terms);
    remove.run(row.number);
    count(row, -1);
    return row.number;
  }

  function drop(id: string): void {
    const number = take(id);
    if (number !== null) vectors.drop(number);
  }

  function put(row: RecallRow): void {
    const before = take(row.id);
    const { terms, marks, speaker } = readText(row);
    const conversation = nameId("conversation", row.conversation);
    const at = msOf(row.occurredAt);
    const day = dayOf(at);
    const parameters: RowParameters = {
      id: packId(row.id),
      kind: row.kind,
      conversation,
      place: conversation === null ? null : (row.seq ?? (lastPlace.get(conversation) ?? 0) + 1),
      day,
      speaker: nameId("speaker", speaker),
      at,
      importance: Math.round((row.importance ?? 0.5) * 1000),
      trust: nameId("trust", row.trust),
      validFrom: msOf(row.validFrom),
      validTo: msOf(row.validTo),
      pinned: row.pinned === true ? 1 : 0,
      marks,
      length: terms.length,
      piece: conversation === null ? null : pieces.join(conversation, day),
      terms: terms.join(" "),
    };
    const number = Number(insert.run(parameters).lastInsertRowid);
    addWords.run(number, parameters.terms);
    if (before !== null) vectors.move(before, number);
    count(parameters, 1);
  }

  function flush(version: number): void {
    pieces.flush();
    const grown = { episodes: 0, length: 0 };
    for (const { conversation, day, rows, length } of episodes.values()) {
      const held = countEpisode.get(conversation, day, rows, length) ?? 0;
      if (held === rows) grown.episodes += 1;
      if (held <= 0) grown.episodes -= dropEpisode.run(conversation, day).changes;
      grown.length += length;
    }
    countAll.run(version, counts.rows, counts.length, counts.closed, grown.episodes, grown.length);
    episodes.clear();
    Object.assign(counts, { rows: 0, length: 0, closed: 0 });
  }

  return { put, drop, flush };
}

function msOf(iso: string | null | undefined): number | null {
  return iso ? isoToMs(iso) : null;
}
