/**
 * Measures many bots with a memory each, in the server as it is started: how soon it serves when every index is missing,
 * what a bot's first search costs then, and what stays in memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Deps, defaultSettings } from "@reef/engine/deps";
import { remember } from "@reef/engine/memory/remember";
import type { BotId } from "@reef/protocol/ids";
import { createRandom } from "@reef/recall/testing/speech";
import { openSqliteStore } from "@reef/store/sqlite/open";
import { startReef } from "../e2e/support/reef-process.ts";
import { makeQuestion } from "./memory-scale.ts";
import { clock, makeBots, makeItems } from "./memory-store.ts";
import { residentMb } from "./reef.ts";
import { type BenchRow, percentile } from "./report.ts";

export async function benchMemoryBots(bots: number, each: number): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "reef-bench-bots-"));
  try {
    const { ids, perSecond } = await fill(folder, { bots, each });
    await using reef = await startReef({ folder });
    const idle = residentMb(reef.pid);
    const random = createRandom(9);
    const searchAll = async () => {
      const times: number[] = [];
      for (const [i, id] of ids.entries()) {
        const startedAt = performance.now();
        await reef.client.searchMemories(id, { q: makeQuestion(i, random), k: 10 });
        times.push(performance.now() - startedAt);
      }
      return times;
    };
    const first = await searchAll();
    const second = await searchAll();
    const size = `${bots.toLocaleString("en")} bots × ${each.toLocaleString("en")}`;
    return [
      { what: `${size}: inserts, batches of 1,000`, value: perSecond, unit: "/s", goal: 8_000 },
      { what: `${size}: start to ready, every index missing`, value: reef.readyMs, unit: "ms", goal: 800 },
      { what: `${size}: first search of a bot p50, its index missing`, value: percentile(first, 50), unit: "ms" },
      { what: `${size}: first search of a bot p99, its index missing`, value: percentile(first, 99), unit: "ms" },
      { what: `${size}: search p50, bots in turn`, value: percentile(second, 50), unit: "ms", goal: 15 },
      { what: `${size}: search p99, bots in turn`, value: percentile(second, 99), unit: "ms", goal: 60 },
      { what: `${size}: resident memory after the start`, value: idle, unit: "MB", goal: 130 },
      { what: `${size}: resident memory after all were searched`, value: residentMb(reef.pid), unit: "MB", goal: 220 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string, { bots, each }: { readonly bots: number; readonly each: number }) {
  await using store = await openSqliteStore({ folder, clock });
  const deps: Deps = { store, clock, settings: defaultSettings };
  const ids: readonly BotId[] = await makeBots(store, bots);
  let ms = 0;
  for (const [n, id] of ids.entries()) {
    const items = makeItems(each, n);
    const startedAt = performance.now();
    for (let from = 0; from < each; from += 1_000) await remember(deps, id, items.slice(from, from + 1_000));
    ms += performance.now() - startedAt;
  }
  return { ids, perSecond: (bots * each) / (ms / 1000) };
}
