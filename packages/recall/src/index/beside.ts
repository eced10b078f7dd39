/**
 * The lines beside a row in its conversation. A conversation of ordinary length is read once for all its rows; of an
 * endless one, only what lies around the row.
 */
import type { Database } from "better-sqlite3";
import type { IndexedRow } from "./row.ts";

/** The nearest first. */
export interface Beside {
  readonly before: readonly IndexedRow[];
  readonly after: readonly IndexedRow[];
}

/** Lines looked at on each side of a row. */
const reach = 4;

/** Conversations up to this length are read whole. */
const readWhole = 150;

/** Lines of one conversation further apart in time are no neighbours. */
const gapMs = 12 * 3_600_000;

const alone: Beside = { before: [], after: [] };

export type ReadBeside = (row: IndexedRow) => Beside;

/** A reader for one search: the same row is the same object, `known` ones included. */
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
    const lines = new Map<number, readonly IndexedRow[] | null>();
    const positions = new Map<number, number>();
    const same = (row: IndexedRow): IndexedRow => {
      const first = known.get(row.number) ?? row;
      known.set(first.number, first);
      return first;
    };
    const linesOf = (conversation: number): readonly IndexedRow[] | null => {
      const read = lines.get(conversation);
      if (read !== undefined) return read;
      const all = (count.get(conversation) ?? 0) <= readWhole ? whole.all(conversation).map(same) : null;
      for (const [i, row] of (all ?? []).entries()) positions.set(row.number, i);
      lines.set(conversation, all);
      return all;
    };
    return (row) => {
      if (row.conversation === null || row.place === null) return alone;
      const all = linesOf(row.conversation);
      const at = positions.get(row.number) ?? 0;
      const sides = all
        ? { before: all.slice(Math.max(0, at - reach), at).reverse(), after: all.slice(at + 1, at + 1 + reach) }
        : {
            before: before.all(row.conversation, row.place, reach).map(same),
            after: after.all(row.conversation, row.place, reach).map(same),
          };
      const isNear = (other: IndexedRow) => !isApart(row, other);
      return { before: sides.before.filter(isNear), after: sides.after.filter(isNear) };
    };
  };
}

function isApart(a: IndexedRow, b: IndexedRow): boolean {
  return a.at !== null && b.at !== null && Math.abs(a.at - b.at) > gapMs;
}
