/**
 * `npm run bench -- memory [--locomo PATH [--no-peers]] [--rows N] [--meaning]`: quality on conversations that are given, beside what
 * others reach on them, and speed and size of one bot's memory; with --meaning, the same with vectors.
 */
import { baselines } from "./memory-baselines.ts";
import { benchLocomo } from "./memory-locomo.ts";
import { benchMemoryMeaning } from "./memory-meaning.ts";
import { openclawRetrievers } from "./memory-openclaw.ts";
import { loadPeers } from "./memory-peers.ts";
import { benchMemoryScale } from "./memory-scale.ts";
import type { BenchReport } from "./report.ts";

export async function benchMemory(args: readonly string[]): Promise<BenchReport> {
  const optionValue = (option: string) => {
    const at = args.indexOf(option);
    return at < 0 ? undefined : args[at + 1];
  };
  const locomo = optionValue("--locomo");
  const peers = locomo === undefined || args.includes("--no-peers") ? undefined : loadPeers();
  const others = [...baselines, ...openclawRetrievers, ...(peers?.state === "ready" ? peers.retrievers : [])];
  return {
    name: "memory",
    setup: "recall without a model; made-up talk of 25 words a memory, questions of six of its words, thread included",
    rows: [
      ...(locomo === undefined ? [] : await benchLocomo(locomo, others)),
      ...(await benchMemoryScale(Number(optionValue("--rows") ?? 100_000))),
      ...(args.includes("--meaning") ? await benchMemoryMeaning(Number(optionValue("--rows") ?? 100_000)) : []),
    ],
    notes: [
      ...(locomo === undefined ? ["no quality was measured: give --locomo PATH"] : []),
      ...(peers?.state === "missing" ? [`LanceDB and mem0ai were left out: ${peers.reason}`] : []),
    ],
  };
}
