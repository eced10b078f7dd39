/**
 * Reads the lines beside a row in its conversation. A conversation of ordinary length is read once for all its rows;
 * for a longer one, only the lines around the row are read.
 */
import type { Database } from "better-sqlite3";
import type { IndexedRow } from "./row.ts";

/** The nearest first. */
export interface Beside {
  readonly before: readonly IndexedRow[];
  readonly after: readonly IndexedRow[];
}

/** Lines read on each side of a row. */
const reach = 4;

/** Conversations up to this length are read whole. */
const readWhole = 150;

/**
 * A search that begins from this many rows reads longer ones whole, too, up to so many lines in total: two queries for each
 * row and for each line beside it would cost more.
 */
const manyRows = 100;
const linesForMany = 5_000;

/** Lines of one conversation further apart in time are not neighbours. */
const gapMs = 12 * 3_600_000;

const alone: Beside = { before: [], after: [] };

export interface ReadBeside {
  (row: IndexedRow): Beside;
  /** Takes lines that were already read, in the order they were said, and returns them as the objects known here. */
  know(lines: readonly IndexedRow[]): readonly IndexedRow[];
}

/** Creates a reader for one search: the same row is the same object, those in `known` included. */
export function createBesideReader(db: Database) {
  const count = db
    .prepare<[number], number>("SELECT coalesce(sum(rows), 0) FROM episode WHERE conversation = ?")
    .pluck();
  const whole = db.prepare<[number], IndexedRow>("SELECT * FROM memory WHERE conversation = ? ORDER BY place");
  const before = db.prepare<[number, number, number], IndexedRow>(
    "SELECT * FROM memory WHERE conversation = ? AND place < ? ORDER BY place DESC LIMIT ?",
  );
  const after = db.prepare<[number, number, number], IndexedRow>(
    "SELECT * FROM memory WHERE conversation = ? AND place > ? ORDER BY place LIMIT ?",
  );

  return (known: Map<number, IndexedRow>): ReadBeside => {
    let linesLeft = known.size < manyRows ? 0 : linesForMany;
    const wholes = new Set<number>();
    /** By row: the run of lines it belongs to. */
    const runs = new Map<number, { readonly lines: readonly IndexedRow[]; readonly at: number }>();
    const same = (row: IndexedRow): IndexedRow => {
      const first = known.get(row.number) ?? row;
      known.set(first.number, first);
      return first;
    };
    const know = (read: readonly IndexedRow[]): readonly IndexedRow[] => {
      const lines = read.map(same);
      for (const [at, row] of lines.entries()) runs.set(row.number, { lines, at });
      return lines;
    };
    const readRun = (row: IndexedRow, conversation: number) => {
      const lines = wholes.has(conversation) ? Number.POSITIVE_INFINITY : (count.get(conversation) ?? 0);
      wholes.add(conversation);
      if (lines <= readWhole || lines <= linesLeft) know(whole.all(conversation));
      if (lines > readWhole && lines <= linesLeft) linesLeft -= lines;
      return runs.get(row.number);
    };
    const readBeside = (row: IndexedRow): Beside => {
      if (row.conversation === null || row.place === null) return alone;
      const run = runs.get(row.number) ?? readRun(row, row.conversation);
      const sides = run
        ? {
            before: run.lines.slice(Math.max(0, run.at - reach), run.at).reverse(),
            after: run.lines.slice(run.at + 1, run.at + 1 + reach),
          }
        : {
            before: before.all(row.conversation, row.place, reach).map(same),
            after: after.all(row.conversation, row.place, reach).map(same),
          };
      const isNear = (other: IndexedRow) => !isApart(row, other);
      return { before: sides.before.filter(isNear), after: sides.after.filter(isNear) };
    };
    return Object.assign(readBeside, { know });
  };
}

function isApart(a: IndexedRow, b: IndexedRow): boolean {
  return a.at !== null && b.at !== null && Math.abs(a.at - b.at) > gapMs;
}
