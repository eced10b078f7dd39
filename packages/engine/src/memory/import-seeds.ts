/** Imports memories that were read from a file: what is known already is not added again (ME3). */
import type { BotId } from "@reef/protocol/ids";
import type { ImportReport } from "@reef/protocol/memory";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import type { MemorySeed } from "../port/memory-seed.ts";
import { sameKey } from "./same-key.ts";

const together = 1_000;

/** Throws `not_found` for a missing bot. */
export async function importSeeds(
  deps: Deps,
  botId: BotId,
  seeds: readonly MemorySeed[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<Pick<ImportReport, "added" | "known" | "preview">> {
  await found(deps.store.read.bot(botId), "bot", botId);
  if (dryRun) return preview(deps, botId, seeds);
  let known = 0;
  for (let from = 0; from < seeds.length; from += together) {
    const memories = seeds.slice(from, from + together);
    known += (await commitOps(deps, { op: "memory.save", botId, memories })).known.length;
  }
  return { added: seeds.length - known, known, preview: null };
}

const shown = 100;
const shownLength = 300;

async function preview(
  { store }: Deps,
  botId: BotId,
  seeds: readonly MemorySeed[],
): Promise<Pick<ImportReport, "added" | "known" | "preview">> {
  const keys = new Set<string>();
  const [added, known]: [string[], string[]] = [[], []];
  for (const seed of seeds) {
    const key = sameKey(seed);
    const isKnown = keys.has(key) || (await store.read.memoryByKey(botId, key)) !== null;
    (isKnown ? known : added).push(seed.text.slice(0, shownLength).toWellFormed());
    keys.add(key);
  }
  return {
    added: added.length,
    known: known.length,
    preview: { added: added.slice(0, shown), known: known.slice(0, shown) },
  };
}
