/** Finds and writes memory records of the in-memory store, and notes them for the unit's events. */
import { AppError } from "@reef/protocol/error";
import type { BotId, MemoryId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import { sameKey } from "../memory/same-key.ts";
import type { MemorySeed } from "../port/memory-seed.ts";
import type { MemoryRecord } from "./known-state.ts";
import { filterValues, get, type ModelWork } from "./state.ts";

export function isActive({ archivedAt, supersededBy }: Memory): boolean {
  return archivedAt === null && supersededBy === null;
}

export function keyOf(memory: Memory): string {
  return sameKey(memory);
}

export function suggest(work: ModelWork, botId: BotId, { validFrom, isSuggested: _, ...seed }: MemorySeed): void {
  const away = { archivedAt: work.at, archivedFor: "suggested" as const };
  put(work, { ...blank(work, botId), ...seed, ...away, validFrom: validFrom ?? work.at });
}

export function twin(
  { state }: ModelWork,
  botId: BotId,
  seed: Parameters<typeof sameKey>[0],
): MemoryRecord | undefined {
  const key = sameKey(seed);
  return filterValues(state.known.memories, (memory) => memory.botId === botId && isActive(memory)).find(
    (memory) => sameKey(memory) === key,
  );
}

export function put(work: ModelWork, memory: Memory): void {
  store(work, memory);
  noted(work, memory.botId).changed.add(memory.id);
}

/** Adds no event: a line is reported by its entry. */
export function store(work: ModelWork, memory: Memory): void {
  const { known } = work.state;
  const version = (known.versions.get(memory.botId) ?? 0) + 1;
  known.versions.set(memory.botId, version);
  known.memories.set(memory.id, { ...memory, version, updatedAt: work.at });
}

export function noted({ memories }: ModelWork, botId: BotId) {
  const ids = memories.get(botId) ?? { changed: new Set<MemoryId>(), deleted: new Set<MemoryId>() };
  memories.set(botId, ids);
  return ids;
}

export function own({ state }: ModelWork, botId: BotId, id: MemoryId): MemoryRecord {
  const memory = get(state.known.memories, id);
  if (memory.botId !== botId) throw new AppError("not_found", "it is another bot's");
  return memory;
}

export function some({ state }: ModelWork, botId: BotId, ids: readonly MemoryId[]): MemoryRecord[] {
  get(state.bots, botId);
  return [...new Set(ids)].flatMap((id) => {
    const memory = state.known.memories.get(id);
    return memory?.botId === botId ? [memory] : [];
  });
}

export function blank({ at }: ModelWork, botId: BotId): Omit<Memory, "id" | "kind" | "text" | "source" | "trust"> {
  return {
    botId,
    approvedAt: null,
    importance: 0.5,
    pinned: false,
    speaker: null,
    conversation: null,
    seq: null,
    occurredAt: null,
    validFrom: at,
    validTo: null,
    supersededBy: null,
    expiresAt: null,
    archivedAt: null,
    archivedFor: null,
    metadata: {},
    createdAt: at,
    updatedAt: at,
  };
}
