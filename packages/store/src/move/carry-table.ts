/**
 * Makes a table of the target equal to that of the source: both are read side by side in the order of their keys, and
 * what differs is replaced. The same walk is the first copy, the continuation after a crash, what has changed since, and
 * the proof: a walk that changes nothing has read both tables and found them the same.
 */
import { createHash } from "node:crypto";
import { compareByKey, rowToText } from "./row-text.ts";
import { KeyTaken, type Row, type Snapshot, type TableShape, type Target } from "./side.ts";

export interface Carried {
  readonly rows: number;
  readonly changed: number;
  /** Of all rows of the source, and of those that the target had. They agree exactly if nothing was changed. */
  readonly sourceHash: string;
  readonly targetHash: string;
}

export interface CarryParts {
  readonly source: Snapshot;
  readonly target: Target;
  readonly table: TableShape;
  /** Called with rows of the source that were dealt with since the last call. */
  readonly onRows: (count: number) => void;
  readonly signal: AbortSignal;
}

/** A change is written when it has this many rows, or this many characters. */
const rowsMax = 1_000;
const charsMax = 4_000_000;

export async function carryTable({ source, target, table, onRows, signal }: CarryParts): Promise<Carried> {
  const compare = compareByKey(table);
  const hashes = { source: createHash("sha256"), target: createHash("sha256") };
  const mine = walk(source.rows(table));
  const theirs = walk((await target.count(table)) === 0 ? nothing() : target.rows(table));
  let deleted: Row[] = [];
  let inserted: Row[] = [];
  let chars = 0;
  let rows = 0;
  let changed = 0;
  let told = 0;

  const flush = async () => {
    if (deleted.length + inserted.length === 0) return;
    const change = { table, deleted, inserted };
    try {
      await target.change(change);
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      // What is in the way is out of date: without it, the target holds only rows of this snapshot.
      await dropStale({ source, target, table, onRows, signal });
      await target.change(change);
    }
    deleted = [];
    inserted = [];
    chars = 0;
  };

  await Promise.all([mine.next(), theirs.next()]);
  while (mine.row !== null || theirs.row !== null) {
    const order = mine.row === null ? 1 : theirs.row === null ? -1 : compare(mine.row, theirs.row);
    let text = "";
    if (mine.row !== null && order <= 0) {
      text = rowToText(mine.row);
      hashes.source.update(text);
      rows += 1;
    }
    if (theirs.row !== null && order >= 0) {
      const other = rowToText(theirs.row);
      hashes.target.update(other);
      if (other !== text) deleted.push(theirs.row);
      else text = "";
    }
    if (text !== "" && mine.row !== null) {
      inserted.push(mine.row);
      chars += text.length;
    }
    if (text !== "" || order > 0) changed += 1;
    if (deleted.length + inserted.length >= rowsMax || chars >= charsMax) await flush();
    if (order <= 0 && !mine.step()) {
      signal.throwIfAborted();
      onRows(rows - told);
      told = rows;
      await mine.next();
    }
    if (order >= 0 && !theirs.step()) await theirs.next();
  }
  await flush();
  onRows(rows - told);
  return { rows, changed, sourceHash: hashes.source.digest("hex"), targetHash: hashes.target.digest("hex") };
}

/** Deletes each row of the target that the source does not have exactly so. */
async function dropStale({ source, target, table, signal }: CarryParts): Promise<void> {
  const compare = compareByKey(table);
  const mine = walk(source.rows(table));
  const theirs = walk(target.rows(table));
  let stale: Row[] = [];
  await Promise.all([mine.next(), theirs.next()]);
  while (theirs.row !== null) {
    const order = mine.row === null ? 1 : compare(mine.row, theirs.row);
    if (order > 0 || (order === 0 && mine.row !== null && rowToText(mine.row) !== rowToText(theirs.row))) {
      stale.push(theirs.row);
    }
    if (stale.length >= rowsMax) {
      await target.change({ table, deleted: stale, inserted: [] });
      stale = [];
    }
    signal.throwIfAborted();
    if (order <= 0 && !mine.step()) await mine.next();
    if (order >= 0 && !theirs.step()) await theirs.next();
  }
  await target.change({ table, deleted: stale, inserted: [] });
}

interface Walk {
  readonly row: Row | null;
  /** Goes to the next row if it is at hand; if it returns false, `next` gets it. */
  step(): boolean;
  next(): Promise<void>;
}

/** Goes through pieces row by row; the next piece is asked for while this one is being read. */
function walk(pieces: AsyncIterable<readonly Row[]>): Walk {
  const source = pieces[Symbol.asyncIterator]();
  const ask = () => {
    const asked = source.next();
    // It is awaited later, or not at all.
    asked.catch(() => undefined);
    return asked;
  };
  let ahead = ask();
  let piece: readonly Row[] = [];
  let place = -1;
  return {
    get row() {
      return piece[place] ?? null;
    },
    step() {
      place += 1;
      return place < piece.length;
    },
    async next() {
      do {
        const found = await ahead;
        piece = found.done === true ? [] : found.value;
        place = 0;
        if (found.done === true) return;
        ahead = ask();
      } while (piece.length === 0);
    },
  };
}

async function* nothing(): AsyncGenerator<readonly Row[]> {}
