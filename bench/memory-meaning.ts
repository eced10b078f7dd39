/**
 * Measures what comparing by meaning costs: search of one bot's memory with and without vectors, in the same index and
 * run; bytes of a vector in the index and in the store. The vectors are made up: clusters, 384 dimensions.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { makeId } from "@reef/engine/ids";
import { toInt8, vectorToText } from "@reef/engine/memory/vector";
import type { Clock } from "@reef/engine/port/clock";
import { botSeed, memorySeed } from "@reef/engine/testing/seeds";
import { BotId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import { openRecall } from "@reef/recall/open-recall";
import { createRandom, makeLine, pickWord, type Random, wordOf } from "@reef/recall/testing/speech";
import { openSqliteStore } from "@reef/store/sqlite/open";
import { type BenchRow, percentile } from "./report.ts";

const bot = BotId.parse("bot_01890000-0000-7000-8000-000000000001");
const model = "made-up:384";
const dimensions = 384;
const clusters = 2_000;
const vocabulary = 30_000;
const questions = 200;
const warmUp = 10;
const pageRows = 1_000;
const vectorPage = 250;
const storeRows = 20_000;
const weight = 0.8;
const now = "2026-01-01T00:00:00.000Z";

export async function benchMemoryMeaning(rows: number): Promise<readonly BenchRow[]> {
  return [...(await benchSearch(rows)), ...(await benchStore())];
}

async function benchSearch(rows: number): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "reef-bench-meaning-"));
  try {
    const random = createRandom(11);
    const centres = Array.from({ length: clusters }, () => direction(random));
    const near = () => around(centres[Math.floor(random() * clusters)] as Float32Array, random);
    const vectors = Array.from({ length: rows }, () => toInt8(near()));
    const without: number[] = [];
    const sizes = { without: 0, with: 0 };
    const indexed = await (async () => {
      await using recall = openRecall({ folder });
      for (let from = 0; from < rows; from += pageRows) {
        const lines = Array.from({ length: pageRows }, (_, i) => makeLine(from + i, { random, vocabulary, words: 25 }));
        const changes = lines.map((row) => ({ type: "put" as const, row }));
        await recall.apply(bot, { after: from, through: from + pageRows, changes });
      }
      for (let i = 0; i < questions + warmUp; i++) {
        const ms = await timed(() => recall.search(bot, { text: makeQuestion(random, i), k: 10, now }));
        if (i >= warmUp) without.push(ms);
      }
      sizes.without = (await recall.size(bot)).sizeBytes;
      const ms = await timed(async () => {
        for (let from = 0; from < rows; from += vectorPage) {
          const page = vectors.slice(from, from + vectorPage);
          const some = page.map((vector, i) => ({ id: idOf(from + i), vector }));
          await recall.applyVectors(bot, { model, rows, after: from, through: from + vectorPage, vectors: some });
        }
      });
      sizes.with = (await recall.size(bot)).sizeBytes;
      return ms;
    })();
    await using recall = openRecall({ folder });
    const ask = (i: number) => {
      const meaning = { model, weight, vector: near() };
      return timed(() => recall.search(bot, { text: makeQuestion(random, i), k: 10, now, meaning }));
    };
    const first = await ask(0);
    const times: number[] = [];
    const delay = monitorEventLoopDelay({ resolution: 1 });
    for (let i = 0; i < questions + warmUp; i++) {
      if (i === warmUp) delay.enable();
      const ms = await ask(i);
      if (i >= warmUp) times.push(ms);
    }
    delay.disable();
    const at = `${rows.toLocaleString("en")} memories with vectors`;
    const limitName = "without vectors";
    return [
      {
        what: `search p50, ${at}`,
        value: percentile(times, 50),
        unit: "ms",
        goal: 35,
        limit: percentile(without, 50),
        limitName,
      },
      {
        what: `search p99, ${at}`,
        value: percentile(times, 99),
        unit: "ms",
        goal: 125,
        limit: percentile(without, 99),
        limitName,
      },
      { what: "event loop p99 meanwhile", value: delay.percentile(99) / 1e6, unit: "ms", goal: 5 },
      { what: "first search after opening", value: first, unit: "ms", goal: 1_000 },
      { what: "vectors taken into the index", value: rows / (indexed / 1000), unit: "/s" },
      {
        what: "bytes a memory in the index",
        value: sizes.with / rows,
        unit: "B",
        limit: sizes.without / rows,
        limitName,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures through the store's own operations, and the size on disk once it is closed. */
async function benchStore(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "reef-bench-vectors-"));
  const clock: Clock = { now: () => Date.parse(now), steady: () => performance.now(), sleep: async () => undefined };
  const at = msToIso(clock.now());
  const size = () => statSync(join(folder, "reef.db")).size;
  try {
    const random = createRandom(13);
    const seed = botSeed();
    const ids = Array.from({ length: storeRows }, () => makeId("memory"));
    const before = await (async () => {
      await using store = await openSqliteStore({ folder, clock });
      await store.commit({ at, ops: [{ op: "bot.create", bot: seed }] });
      for (let from = 0; from < storeRows; from += pageRows) {
        const memories = ids.slice(from, from + pageRows).map((id, i) => {
          const { text } = makeLine(from + i, { random, vocabulary, words: 25 });
          return memorySeed({ id, text: `${text} ${from + i}` });
        });
        await store.commit({ at, ops: [{ op: "memory.save", botId: seed.id, memories }] });
      }
    })().then(size);
    const ms = await (async () => {
      await using store = await openSqliteStore({ folder, clock });
      return await timed(async () => {
        for (let from = 0; from < storeRows; from += 64) {
          const some = ids.slice(from, from + 64);
          const vectors = some.map((id) => ({ id, vector: vectorToText(toInt8(direction(random))) }));
          await store.commit({ at, ops: [{ op: "memory.embed", botId: seed.id, model, vectors, through: from + 64 }] });
        }
      });
    })();
    return [
      { what: "vectors kept durably, 64 a commit", value: storeRows / (ms / 1000), unit: "/s" },
      {
        what: "bytes a memory in the store",
        value: size() / storeRows,
        unit: "B",
        limit: before / storeRows,
        limitName: "without vectors",
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeQuestion(random: Random, i: number): string {
  const words = Array.from({ length: 6 }, () => wordOf(pickWord(random, vocabulary)));
  return `What did ${i % 2 ? "Ada" : "Hugo"} say about the ${words.join(" ")}?`;
}

/** Names a row as `makeLine` does. */
function idOf(i: number): string {
  return `mem_${i.toString(16).padStart(8, "0")}-0000-7000-8000-000000000000`;
}

function direction(random: Random): Float32Array {
  return Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
}

function around(centre: Float32Array, random: Random): Float32Array {
  return centre.map((value) => value + 0.6 * (random() + random() + random() - 1.5));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
