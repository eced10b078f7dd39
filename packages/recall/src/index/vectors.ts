/**
 * Keeps the vectors of one bot's rows, and finds those most similar to a question's. One bit a dimension of every
 * vector is held in memory: by differing bits some hundreds are chosen, whose bytes are then read and compared. Vectors
 * of another model are never compared, and a deleted row takes its vector out of the file (ME6).
 */
import type { RecallApplied, RecallVectors } from "@reef/engine/port/recall";
import type { Database } from "better-sqlite3";
import { createBitTable } from "../vector/bit-table.ts";
import { angle, toUnit } from "../vector/likeness.ts";
import { type PackedId, packId } from "./packed-id.ts";

export interface Near {
  readonly number: number;
  readonly likeness: number;
}

/** How similar the bot's memories are to the question on average: the baseline for a similarity. */
export interface Background {
  readonly middle: number;
  readonly spread: number;
  /** Number of vectors it was computed from. */
  readonly count: number;
}

export interface Comparison {
  readonly nearest: readonly Near[];
  readonly background: Background;
  /** Null for a row without a vector. */
  likenessOf(number: number): number | null;
}

export interface Vectors {
  /** Version of the newest vector of this model; 0 when there is none. */
  version(model: string): number;
  apply(vectors: RecallVectors): RecallApplied;
  /** Called inside the transaction that puts or drops the row. */
  move(from: number, to: number): void;
  drop(number: number): void;
  /** Null when there is no vector of this model and length. */
  compare(question: Float32Array, options: { readonly model: string; readonly limit: number }): Comparison | null;
}

/** Up to this many are all compared in full. */
const fullScan = 2_000;
/** Beyond that, the share that is read and compared in full, within these bounds. */
const readShare = 1 / 250;
const readLeast = 400;
const readMost = 1_500;

const sampleSize = 96;
/** With fewer vectors, what is usual among them is unknown. */
const leastForBackground = 4;
const leastSpread = 0.03;

interface StateRow {
  readonly model: string;
  readonly version: number;
}

export function openVectors(db: Database): Vectors {
  const readState = db.prepare<[], StateRow>("SELECT model, version FROM embedding");
  const readRows = db.prepare<[], number>("SELECT version FROM state").pluck();
  const writeState = db.prepare<[string, number]>("UPDATE embedding SET model = ?, version = ?");
  const clear = db.prepare("DELETE FROM vector");
  const numberOf = db.prepare<[PackedId], number>("SELECT number FROM memory WHERE id = ?").pluck();
  const put = db.prepare<[number, Buffer]>("INSERT OR REPLACE INTO vector(number, value) VALUES(?, ?)");
  const move = db.prepare<[number, number]>("UPDATE OR REPLACE vector SET number = ? WHERE number = ?");
  const drop = db.prepare<[number]>("DELETE FROM vector WHERE number = ?");
  const read = db.prepare<[number], Buffer>("SELECT value FROM vector WHERE number = ?").pluck();
  const readAll = db.prepare<[], { number: number; value: Buffer }>("SELECT number, value FROM vector");
  const bits = createBitTable({
    all: function* () {
      for (const { number, value } of readAll.iterate()) yield [number, toVector(value)] as const;
    },
    one: (number) => vectorOf(number),
  });

  function vectorOf(number: number): Int8Array | null {
    const value = read.get(number);
    return value === undefined ? null : toVector(value);
  }

  const keep = db.transaction(({ model, after, through, vectors }: RecallVectors) => {
    if (after === 0) clear.run();
    for (const { id, vector } of vectors) {
      const number = numberOf.get(packId(id));
      if (number === undefined) continue;
      put.run(number, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength));
      bits.touch(number);
    }
    writeState.run(model, through);
  });

  // A file that was deleted a moment ago is empty again.
  const rowVersion = () => readRows.get() ?? 0;
  const state = () => readState.get() as StateRow;
  const versionOf = (model: string) => {
    const { model: held, version } = state();
    return held === model ? version : 0;
  };

  return {
    version: versionOf,
    apply(vectors) {
      const version = versionOf(vectors.model);
      if (vectors.after > version || vectors.rows > rowVersion()) return { state: "behind", version };
      if (vectors.after === 0) bits.forget();
      keep(vectors);
      return { state: "applied", version: vectors.through };
    },
    move(from, to) {
      if (move.run(to, from).changes > 0) bits.touch(to);
    },
    drop: (number) => void drop.run(number),
    compare(question, { model, limit }) {
      const { model: held, version } = state();
      if (held !== model || version === 0) return null;
      const unit = toUnit(question);
      const likenesses = new Map<number, number | null>();
      const likenessOf = (number: number): number | null => {
        const known = likenesses.get(number);
        if (known !== undefined) return known;
        const vector = vectorOf(number);
        const likeness = vector === null || vector.length !== unit.length ? null : angle(unit, vector);
        likenesses.set(number, likeness);
        return likeness;
      };
      const count = bits.count(unit.length);
      const reads = count <= fullScan ? count : Math.round(clamp(count * readShare, readLeast, readMost));
      const near = bits.nearest(unit, reads).flatMap((number): readonly Near[] => {
        const likeness = likenessOf(number);
        return likeness === null ? [] : [{ number, likeness }];
      });
      if (near.length === 0) return null;
      const sample = bits.sample(sampleSize, unit.length).flatMap((number) => likenessOf(number) ?? []);
      return {
        nearest: near.toSorted((a, b) => b.likeness - a.likeness).slice(0, limit),
        background: backgroundOf(sample),
        likenessOf,
      };
    },
  };
}

/**
 * Computed from the median and the middle half's distance to it: the few vectors that answer the question move neither.
 */
function backgroundOf(sample: readonly number[]): Background {
  const middle = median(sample);
  const spread = 1.4826 * median(sample.map((likeness) => Math.abs(likeness - middle)));
  return { middle, spread: Math.max(leastSpread, spread), count: sample.length };
}

/** True when there are enough vectors to tell what is usual. */
export function isTold({ count }: Background): boolean {
  return count >= leastForBackground;
}

/** Returns spreads above the median; 0 for a row that is no more similar than most, or that has no vector. */
export function excessOf(likeness: number | null, background: Background): number {
  const { middle, spread } = background;
  if (likeness === null || !isTold(background)) return 0;
  return Math.max(0, (likeness - middle) / spread);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function toVector(value: Buffer): Int8Array {
  return new Int8Array(value.buffer, value.byteOffset, value.byteLength);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
