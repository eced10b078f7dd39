/**
 * Makes vectors without a model: every word is cut into runs of three to five letters, and each run adds to a few
 * dimensions chosen by its hash. Texts are similar when their words share many runs: other forms, compounds and
 * misspellings.
 */
import type { Embedder } from "@reef/engine/port/embedding";
import { wordsOf } from "../text/terms.ts";

const dimensions = 512;
const runLengths = [3, 4, 5] as const;
/** Dimensions that a run adds to: two runs that share one still differ in the others. */
const places = 3;
const maxWords = 2_000;
/** Texts before other work gets a turn. */
const textsAtOnce = 8;

export function createWordParts({ weight }: { readonly weight: number }): Embedder {
  return {
    model: `word-parts:${dimensions}`,
    weight,
    maxTexts: 32,
    async embed(texts, { signal }) {
      const vectors: Float32Array[] = [];
      for (const [i, text] of texts.entries()) {
        if (i > 0 && i % textsAtOnce === 0) await new Promise<void>((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        vectors.push(wordPartsOf(text));
      }
      return vectors;
    },
  };
}

export function wordPartsOf(text: string): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const { plain } of wordsOf(text).slice(0, maxWords)) addWord(vector, plain);
  return vector;
}

/** Each word counts the same, however many runs it has; a short one is a single run. */
function addWord(vector: Float32Array, word: string): void {
  const letters = [...`^${word}$`];
  const runs = runLengths.flatMap((length) =>
    Array.from({ length: Math.max(0, letters.length - length + 1) }, (_, at) =>
      letters.slice(at, at + length).join(""),
    ),
  );
  const all = runs.length > 0 ? runs : [letters.join("")];
  const share = 1 / Math.sqrt(all.length);
  for (const run of all) {
    let hash = hashOf(run);
    for (let i = 0; i < places; i++) {
      const place = (hash >>> 1) % dimensions;
      vector[place] = (vector[place] ?? 0) + ((hash & 1) === 0 ? share : -share);
      hash = mix(hash);
    }
  }
}

/** Hashes with FNV-1a, then mixes. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** Mixes with Murmur3's finaliser, plus a constant that starts a sequence. */
function mix(hash: number): number {
  let mixed = (hash + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
