/**
 * Imports an AgentMemory into a bot's memory. Importing twice adds nothing; a row whose words are known already is kept
 * with the memory that has them, and a context is merged as the original merges.
 */
import type { BotId } from "@reef/protocol/ids";
import type { ImportReport, Memory } from "@reef/protocol/memory";
import { commitOps } from "../../commit.ts";
import type { Deps } from "../../deps.ts";
import type { MemorySeed } from "../../port/memory-seed.ts";
import type { MemoryOp } from "../../port/unit.ts";
import { sameKey } from "../same-key.ts";
import { maxKept, mergeKept, readKept } from "./kept.ts";
import { readAgentMemory } from "./read.ts";
import type { ContextRow } from "./rows.ts";
import { agentMemoryToSeeds, contextToSeed } from "./to-seeds.ts";

interface AgentMemoryImport {
  readonly text: string;
  readonly name: string;
  readonly dryRun: boolean;
}

const together = 500;
const shown = 100;
const shownLength = 300;

/** Throws `invalid_request` for a file of another schema. */
export async function importAgentMemory(
  deps: Deps,
  botId: BotId,
  { text, name, dryRun }: AgentMemoryImport,
): Promise<ImportReport> {
  const file = readAgentMemory(text);
  const { seeds, refused } = agentMemoryToSeeds(file, name);
  const work: { readonly ops: MemoryOp[]; readonly isNew: boolean; readonly text: string }[] = [];
  for (const seed of seeds) work.push(await opsFor(deps, botId, seed));
  if (file.context !== null) work.push(await contextOps(deps, botId, file.context, name));
  const [added, known] = [work.filter(({ isNew }) => isNew), work.filter(({ isNew }) => !isNew)];
  const preview = (items: typeof work) =>
    items.slice(0, shown).map((item) => item.text.slice(0, shownLength).toWellFormed());
  if (!dryRun) {
    const ops = work.flatMap((item) => item.ops);
    for (let from = 0; from < ops.length; from += together) await commitOps(deps, ...ops.slice(from, from + together));
  }
  return {
    added: added.length,
    known: known.length,
    refused: [...file.refused, ...refused].slice(0, shown),
    notes: [...file.notes],
    dryRun,
    preview: dryRun ? { added: preview(added), known: preview(known) } : null,
  };
}

async function opsFor({ store }: Deps, botId: BotId, seed: MemorySeed) {
  const twin = await store.read.memoryByKey(botId, sameKey(seed));
  if (twin === null) {
    return { ops: [{ op: "memory.save" as const, botId, memories: [seed] }], isNew: true, text: seed.text };
  }
  const before = readKept(twin) ?? {};
  const kept = mergeKept(before, readKept(seed) ?? {});
  const isSame = JSON.stringify(kept) === JSON.stringify(before);
  const ops: MemoryOp[] =
    isSame || JSON.stringify(kept).length > maxKept
      ? []
      : [{ op: "memory.change", botId, id: twin.id, fields: { metadata: { ...twin.metadata, agentMemory: kept } } }];
  return { ops, isNew: false, text: seed.text };
}

async function contextOps(deps: Deps, botId: BotId, given: ContextRow, name: string) {
  const before = await findContext(deps, botId);
  const context = before === null ? given : mergeContexts(before.context, given);
  const seed = contextToSeed(context, name);
  const result = (...ops: MemoryOp[]) => ({ ops, isNew: before === null, text: seed.text });
  if (before === null) return result({ op: "memory.save", botId, memories: [seed] });
  if (JSON.stringify(before.context) === JSON.stringify(context)) return result();
  const { id } = before.memory;
  if (sameKey(seed) !== sameKey(before.memory)) return result({ op: "memory.supersede", botId, id, by: seed });
  return result({ op: "memory.change", botId, id, fields: { metadata: seed.metadata } });
}

/** The newest context among the bot's documents. */
async function findContext(
  { store }: Deps,
  botId: BotId,
): Promise<{ readonly memory: Memory; readonly context: ContextRow } | null> {
  for (let cursor: string | null = null; ; ) {
    const filter = { state: "active" as const, kind: "document" as const };
    const page: Awaited<ReturnType<typeof store.read.memories>> = await store.read.memories(botId, filter, {
      limit: together,
      cursor,
    });
    for (const memory of page.items) {
      const context = readKept(memory)?.context;
      if (context !== undefined) return { memory, context };
    }
    if (page.next === null) return null;
    cursor = page.next;
  }
}

function mergeContexts(one: ContextRow, other: ContextRow): ContextRow {
  const both = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])];
  const merged = {
    ...one,
    patterns: both(one.patterns, other.patterns),
    gotchas: both(one.gotchas, other.gotchas),
    discoveries: both(one.discoveries, other.discoveries),
    preferences: { ...one.preferences, ...other.preferences },
  };
  if (other.updated_at <= one.updated_at) return merged;
  // The same context, written later, also counts further; another agent's counts are its own.
  if (other.context_id === one.context_id)
    return { ...merged, statistics: other.statistics, updated_at: other.updated_at };
  return JSON.stringify(merged) === JSON.stringify(one) ? merged : { ...merged, updated_at: other.updated_at };
}
