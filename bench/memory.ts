/**
 * `npm run bench -- memory [--locomo PATH] [--rows N]`: quality on conversations that are given, and speed and size of one
 * bot's memory.
 */
import { benchLocomo } from "./memory-locomo.ts";
import { benchMemoryScale } from "./memory-scale.ts";
import type { BenchReport } from "./report.ts";

export async function benchMemory(args: readonly string[]): Promise<BenchReport> {
  const optionValue = (option: string) => {
    const at = args.indexOf(option);
    return at < 0 ? undefined : args[at + 1];
  };
  const locomo = optionValue("--locomo");
  return {
    name: "memory",
    setup: "recall without a model; made-up talk of 25 words a memory, questions of six of its words, thread included",
    rows: [
      ...(locomo ? benchLocomo(locomo) : []),
      ...(await benchMemoryScale(Number(optionValue("--rows") ?? 100_000))),
    ],
  };
}
