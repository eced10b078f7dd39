/**
 * Measures a bot's memory as a part of Reef: the store makes rows durable, the index follows them, and searches read
 * the rows again. It is the same code as behind the API, without HTTP.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { type Deps, defaultSettings } from "@reef/engine/deps";
import { makeId } from "@reef/engine/ids";
import { MemoryIndex } from "@reef/engine/memory/memory-index";
import { remember } from "@reef/engine/memory/remember";
import { searchMemory } from "@reef/engine/memory/search";
import type { RecallRow } from "@reef/engine/port/recall";
import type { Store } from "@reef/engine/port/store";
import { botSeed } from "@reef/engine/testing/seeds";
import type { BotId } from "@reef/protocol/ids";
import type { NewMemory } from "@reef/protocol/memory";
import { msToIso } from "@reef/protocol/time";
import { openRecall } from "@reef/recall/open-recall";
import { createRandom, makeLine } from "@reef/recall/testing/speech";
import { openSqliteStore } from "@reef/store/sqlite/open";
import Database from "better-sqlite3";
import { timeDurableWrites } from "./disk.ts";
import { makeQuestion, vocabulary, words } from "./memory-scale.ts";
import { type BenchRow, percentile } from "./report.ts";

export const clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms: number) => pause(ms).then(() => undefined),
};
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const batch = 1_000;
const questions = 200;
const singleMs = 2_500;

export async function benchMemoryStore(rows: number): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "reef-bench-memory-"));
  try {
    return await runStore(folder, rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runStore(folder: string, rows: number): Promise<readonly BenchRow[]> {
  const atRest = await loopDelayP99(() => pause(1_000));
  await using store = await openSqliteStore({ folder, clock });
  await using index = new MemoryIndex({
    store,
    clock,
    log,
    openRecall: () => openRecall({ folder: join(folder, "recall") }),
  });
  const deps: Deps = { store, clock, settings: defaultSettings, index };
  const [bot, other] = await makeBots(store, 2);
  if (bot === undefined || other === undefined) throw new Error("expected two bots");
  const items = makeItems(rows, 7);
  const emptyBytes = storeBytes(folder);

  let insertedMs = 0;
  const inserting = await loopDelayP99(async () => {
    const startedAt = performance.now();
    for (let from = 0; from < rows; from += batch) await remember(deps, bot, items.slice(from, from + batch));
    insertedMs = performance.now() - startedAt;
  });
  const stepStartedAt = performance.now();
  await index.inStep(bot);
  const stepMs = performance.now() - stepStartedAt;

  const random = createRandom(3);
  const times: number[] = [];
  const searching = await loopDelayP99(async () => {
    for (let i = 0; i < questions; i++) {
      const text = makeQuestion(i, random);
      const startedAt = performance.now();
      await searchMemory(deps, bot, { text, k: 10 });
      times.push(performance.now() - startedAt);
    }
  });
  const { sizeBytes } = await index.size(bot);
  const rowBytes = storeBytes(folder) - emptyBytes;
  const fsyncMs = percentile(timeDurableWrites(), 50);
  const many = await singleRate(deps, other, 32);
  const one = await singleRate(deps, other, 1);
  const size = `${rows.toLocaleString("en")} memories`;
  const delay = { unit: "ms", goal: 5, limit: atRest, limitName: "at rest" };
  return [
    { what: `store: inserts, batches of ${batch}`, value: rows / (insertedMs / 1000), unit: "/s", goal: 8_000 },
    { what: "store: until the index is in step", value: stepMs / 1000, unit: "s" },
    { what: "store: event loop p99 during inserts", value: inserting, ...delay },
    { what: `store: search p50, ${size}`, value: percentile(times, 50), unit: "ms", goal: 15 },
    { what: `store: search p99, ${size}`, value: percentile(times, 99), unit: "ms", goal: 60 },
    { what: "store: event loop p99 during searches", value: searching, ...delay },
    { what: "store: durable inserts one by one, 32 clients", value: many, unit: "/s", goal: 1_500 },
    {
      what: "store: durable inserts one by one, 1 client",
      value: one,
      unit: "/s",
      limit: 1000 / fsyncMs,
      limitName: "one fdatasync each",
    },
    {
      what: "store: bytes a memory, row and index",
      value: (rowBytes + sizeBytes) / rows,
      unit: "B",
      goal: 900,
      limit: rowBytes / rows,
      limitName: "its row alone",
    },
  ];
}

export async function makeBots(store: Store, count: number): Promise<readonly BotId[]> {
  const bots = Array.from({ length: count }, (_, n) => ({ ...botSeed({ name: `bot ${n}` }), id: makeId("bot") }));
  const ops = bots.map((bot) => ({ op: "bot.create" as const, bot }));
  await store.commit({ at: msToIso(clock.now()), ops });
  return bots.map(({ id }) => id);
}

export function makeItems(count: number, seed: number): readonly NewMemory[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) => rowToItem(makeLine(i, { random, vocabulary, words })));
}

function rowToItem({ text, speaker, occurredAt, conversation, seq }: RecallRow): NewMemory {
  return { kind: "entry", text, speaker, occurredAt, conversation, seq };
}

async function singleRate(deps: Deps, bot: BotId, clients: number): Promise<number> {
  const items = makeItems(40_000, 100 + clients);
  const endsAt = performance.now() + singleMs;
  let written = 0;
  const write = async () => {
    while (performance.now() < endsAt) {
      const item = items[written];
      if (item === undefined) return;
      written += 1;
      await remember(deps, bot, [item]);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: clients }, write));
  return written / ((performance.now() - startedAt) / 1000);
}

async function loopDelayP99(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return delay.percentile(99) / 1e6;
}

/** Returns the size that the database has once its journal is written back. */
function storeBytes(folder: string): number {
  const db = new Database(join(folder, "reef.db"), { readonly: true });
  const read = (pragma: string) => db.pragma(pragma, { simple: true }) as number;
  const bytes = (read("page_count") - read("freelist_count")) * read("page_size");
  db.close();
  return bytes;
}
