/**
 * Runs `npm run bench -- memory [--locomo PATH [--no-peers]] [--rows N,N] [--bots N --each N] [--meaning] [--full]`. It
 * measures quality on the given conversations, beside that of others, alone and among many other lines, and speed and size
 * of bots' memories. `--meaning` adds vectors; `--full` adds 1,000,000 memories of one bot, and 1,000 bots with 1,000
 * each.
 */

import { baselines } from "./memory-baselines.ts";
import { benchMemoryBots } from "./memory-bots.ts";
import { benchBuried } from "./memory-buried.ts";
import { benchLocomo } from "./memory-locomo.ts";
import { benchMemoryMeaning } from "./memory-meaning.ts";
import { openclawRetrievers } from "./memory-openclaw.ts";
import { loadPeers } from "./memory-peers.ts";
import { benchMemoryScale } from "./memory-scale.ts";
import { benchMemoryStore } from "./memory-store.ts";
import type { BenchReport, BenchRow } from "./report.ts";

export async function benchMemory(args: readonly string[]): Promise<BenchReport> {
  const optionValue = (option: string) => {
    const at = args.indexOf(option);
    return at < 0 ? undefined : args[at + 1];
  };
  const isFull = args.includes("--full");
  const sizes = (optionValue("--rows") ?? (isFull ? "1000,100000,1000000" : "1000,100000")).split(",").map(Number);
  const bots = Number(optionValue("--bots") ?? (isFull ? 1_000 : 50));
  const each = Number(optionValue("--each") ?? (isFull ? 1_000 : 200));
  const locomo = optionValue("--locomo");
  const peers = locomo === undefined || args.includes("--no-peers") ? undefined : loadPeers();
  const others = [...baselines, ...openclawRetrievers, ...(peers?.state === "ready" ? peers.retrievers : [])];
  const rows: BenchRow[] = [];
  if (locomo !== undefined) {
    rows.push(...(await benchLocomo(locomo, others)));
    rows.push(...benchBuried(locomo, isFull ? [3_000, 10_000, 100_000, 1_000_000] : [10_000]));
  }
  for (const size of sizes) rows.push(...(await benchMemoryScale(size)));
  rows.push(...(await benchMemoryStore(Math.min(100_000, Math.max(...sizes)))));
  rows.push(...(await benchMemoryBots(bots, each)));
  if (args.includes("--meaning")) rows.push(...(await benchMemoryMeaning(Number(optionValue("--rows") ?? 100_000))));
  return {
    name: "memory",
    setup: "recall without a model; made-up talk of 25 words a memory, questions of six of its words, thread included",
    rows,
    notes: [
      ...(locomo === undefined ? ["no quality was measured: give --locomo PATH"] : []),
      ...(peers?.state === "missing" ? [`LanceDB and mem0ai were left out: ${peers.reason}`] : []),
      ...(isFull ? [] : ["1,000,000 memories of one bot and 1,000 bots with 1,000 each: --full"]),
    ],
  };
}
