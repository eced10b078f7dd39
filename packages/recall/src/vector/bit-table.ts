/**
 * Keeps one bit a dimension of every vector in memory: 48 bytes for 384 dimensions. The fewer bits differ, the more
 * similar two vectors probably are. It is filled at the first question. A deleted row leaves its bits behind until the
 * table is filled again, so a caller must check that a returned row exists.
 */

export interface BitTable {
  /** Counts the rows whose vectors have this many dimensions, deleted ones included. */
  count(dimensions: number): number;
  /** Returns the numbers whose bits differ least from the question's, in no order; about `limit`. */
  nearest(question: Float32Array, limit: number): readonly number[];
  /** Returns numbers spread evenly over the rows. */
  sample(size: number, dimensions: number): readonly number[];
  /** Called when the row's vector is new. */
  touch(number: number): void;
  /** Called when all vectors are new. */
  forget(): void;
}

export interface BitSource {
  all(): Iterable<readonly [number, Int8Array]>;
  one(number: number): Int8Array | null;
}

interface Held {
  numbers: Int32Array;
  bits: Uint32Array;
  readonly words: number;
  readonly dimensions: number;
  count: number;
}

/** With more rows than this, the table is filled again rather than added to. */
const touchedMost = 20_000;

export function createBitTable(source: BitSource): BitTable {
  const touched = new Set<number>();
  let held: Held | null = null;

  function fill(dimensions: number): Held {
    touched.clear();
    const made = makeHeld(dimensions);
    for (const [number, vector] of source.all()) add(made, number, vector);
    return made;
  }

  function current(dimensions: number): Held {
    if (held === null || held.dimensions !== dimensions || touched.size > touchedMost) held = fill(dimensions);
    else if (touched.size > 0) {
      for (const number of touched) {
        const vector = source.one(number);
        if (vector !== null) add(held, number, vector);
      }
      touched.clear();
      // A row that was put again is in it twice: with many of them, refilling costs less.
      if (held.count > 1_000 && held.count > 1.5 * new Set(held.numbers.subarray(0, held.count)).size)
        held = fill(dimensions);
    }
    return held;
  }

  return {
    count: (dimensions) => current(dimensions).count,
    nearest(question, limit) {
      const table = current(question.length);
      return table.count <= limit
        ? [...new Set(table.numbers.subarray(0, table.count))]
        : [...new Set(nearestOf(table, question, limit))];
    },
    sample(size, dimensions) {
      const table = current(dimensions);
      const step = Math.max(1, table.count / size);
      const numbers = new Set<number>();
      for (let at = 0; at < table.count; at += step) numbers.add(table.numbers[Math.floor(at)] as number);
      return [...numbers];
    },
    touch: (number) => void touched.add(number),
    forget() {
      held = null;
      touched.clear();
    },
  };
}

function makeHeld(dimensions: number): Held {
  const words = Math.ceil(dimensions / 32);
  return { numbers: new Int32Array(256), bits: new Uint32Array(256 * words), words, dimensions, count: 0 };
}

function add(table: Held, number: number, vector: Int8Array): void {
  if (vector.length !== table.dimensions) return;
  if (table.count === table.numbers.length) {
    const numbers = new Int32Array(table.count * 2);
    const bits = new Uint32Array(table.count * 2 * table.words);
    numbers.set(table.numbers);
    bits.set(table.bits);
    Object.assign(table, { numbers, bits });
  }
  table.numbers[table.count] = number;
  writeBits(vector, table.bits, table.count * table.words);
  table.count += 1;
}

function writeBits(vector: Int8Array | Float32Array, bits: Uint32Array, at: number): void {
  for (let from = 0, word = at; from < vector.length; from += 32, word++) {
    const end = Math.min(32, vector.length - from);
    let set = 0;
    for (let i = 0; i < end; i++) if ((vector[from + i] as number) > 0) set |= 1 << i;
    bits[word] = set;
  }
}

function nearestOf(table: Held, question: Float32Array, limit: number): readonly number[] {
  const { count, words, bits } = table;
  const asked = new Uint32Array(words);
  writeBits(question, asked, 0);
  const distances = new Uint16Array(count);
  const having = new Uint32Array(words * 32 + 1);
  for (let row = 0, at = 0; row < count; row++) {
    let distance = 0;
    for (let word = 0; word < words; word++, at++) {
      // Counts the set bits of a whole word in parallel.
      let x = (bits[at] as number) ^ (asked[word] as number);
      x -= (x >>> 1) & 0x55555555;
      x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
      distance += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    distances[row] = distance;
    having[distance] = (having[distance] as number) + 1;
  }
  let farthest = 0;
  for (let seen = 0; farthest < having.length; farthest++) {
    seen += having[farthest] as number;
    if (seen >= limit) break;
  }
  const numbers: number[] = [];
  const atFarthest: number[] = [];
  for (let row = 0; row < count; row++) {
    const distance = distances[row] as number;
    if (distance < farthest) numbers.push(table.numbers[row] as number);
    else if (distance === farthest && atFarthest.length < limit) atFarthest.push(table.numbers[row] as number);
  }
  return [...numbers, ...atFarthest.slice(0, Math.max(0, limit - numbers.length))];
}
