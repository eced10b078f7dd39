/**
 * Measures speed and size of one bot's memory: made-up talk, twenty-five words a memory, questions of six words from
 * it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { RecallRow } from "@reef/engine/port/recall";
import { BotId } from "@reef/protocol/ids";
import { openRecall } from "@reef/recall/open-recall";
import { createRandom, makeLine, pickWord, type Random, wordOf } from "@reef/recall/testing/speech";
import { type BenchRow, percentile } from "./report.ts";

const bot = BotId.parse("bot_01890000-0000-7000-8000-000000000001");
export const vocabulary = 30_000;
export const words = 25;
const questions = 300;
const pageRows = 1_000;

export async function benchMemoryScale(rows: number): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "reef-bench-recall-"));
  try {
    await using recall = openRecall({ folder });
    const random = createRandom(7);
    const lines = Array.from({ length: rows }, (_, i) => makeLine(i, { random, vocabulary, words }));
    const inserted = await timed(async () => {
      for (let from = 0; from < rows; from += pageRows) {
        const changes = lines.slice(from, from + pageRows).map((row) => ({ type: "put" as const, row }));
        await recall.apply(bot, { after: from, through: from + pageRows, changes });
      }
    });
    const rebuilt = await timed(() => recall.rebuild(bot, { rows: pagesOf(lines), through: rows }));
    const times: number[] = [];
    const delay = monitorEventLoopDelay({ resolution: 1 });
    for (let i = 0; i < questions + 20; i++) {
      if (i === 20) delay.enable();
      const text = makeQuestion(i, random);
      const took = await timed(() => recall.search(bot, { text, k: 10, now: "2026-01-01T00:00:00.000Z" }));
      if (i >= 20) times.push(took.ms);
    }
    delay.disable();
    const { sizeBytes } = await recall.size(bot);
    const at = `${rows.toLocaleString("en")} memories`;
    return [
      { what: `search p50, ${at}`, value: percentile(times, 50), unit: "ms", goal: 15 },
      { what: `search p99, ${at}`, value: percentile(times, 99), unit: "ms", goal: 60 },
      { what: `event loop p99 meanwhile, ${at}`, value: delay.percentile(99) / 1e6, unit: "ms", goal: 5 },
      { what: `index: inserts, batches of 1,000, ${at}`, value: rows / (inserted.ms / 1000), unit: "/s", goal: 8_000 },
      { what: `index: rebuild, ${at}`, value: rebuilt.ms / 1000, unit: "s" },
      { what: `index: bytes a memory, ${at}`, value: sizeBytes / rows, unit: "B", goal: 900 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function makeQuestion(i: number, random: Random): string {
  const asked = Array.from({ length: 6 }, () => wordOf(pickWord(random, vocabulary)));
  return `What did ${i % 2 ? "Ada" : "Hugo"} say about the ${asked.join(" ")}?`;
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const startedAt = performance.now();
  const result = await work();
  return { result, ms: performance.now() - startedAt };
}

async function* pagesOf(rows: readonly RecallRow[]): AsyncIterable<readonly RecallRow[]> {
  for (let from = 0; from < rows.length; from += pageRows) yield rows.slice(from, from + pageRows);
}
