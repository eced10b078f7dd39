/**
 * Finds facts that say the same in other words, or the same with another number or a “not”, for a person to choose
 * between.
 */
import type { BotId } from "@reef/protocol/ids";
import type { Memory, MemoryOverlap } from "@reef/protocol/memory";
import type { Deps } from "../deps.ts";
import { findMemories } from "./search.ts";

/** How many of the newest facts are compared. */
const newest = 300;
const shown = 100;
/** The share of words that two facts must have in common. */
const sameShare = 0.75;
const nearShare = 0.5;

export async function findOverlaps(deps: Deps, botId: BotId): Promise<readonly MemoryOverlap[]> {
  const found = new Map<string, MemoryOverlap>();
  const kinds = ["fact", "note"] as const;
  for (const kind of kinds) {
    const page = await deps.store.read.memories(botId, { kind }, { limit: newest, cursor: null });
    for (const memory of page.items) {
      const near = await findMemories(deps, botId, { text: memory.text.slice(0, 500), k: 4, kinds, ownOnly: true });
      for (const { memory: other } of near) {
        const overlap = other.id === memory.id ? null : compare(memory, other);
        if (overlap !== null) found.set([memory.id, other.id].toSorted().join(), overlap);
      }
      if (found.size >= shown) return [...found.values()];
    }
  }
  return [...found.values()];
}

function compare(a: Memory, b: Memory): MemoryOverlap | null {
  const [wordsA, wordsB] = [wordsOf(a.text), wordsOf(b.text)];
  const common = [...wordsA].filter((word) => wordsB.has(word)).length;
  const share = common / Math.max(1, Math.min(wordsA.size, wordsB.size));
  if (share < nearShare) return null;
  const differing = [...wordsA, ...wordsB].filter((word) => !(wordsA.has(word) && wordsB.has(word)));
  const contradicts = differing.some((word) => /\p{N}/u.test(word) || /^(not|no|never|nicht|kein)$/.test(word));
  if (contradicts) return { kind: "contradiction", memories: [a, b] };
  return share < sameShare ? null : { kind: "duplicate", memories: [a, b] };
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}
