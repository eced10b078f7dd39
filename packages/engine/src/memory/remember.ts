/** Writes a bot's memory for a person: new memories, corrections that keep the corrected text (ME4), approval, pins. */
import { AppError } from "@reef/protocol/error";
import type { BotId, MemoryId } from "@reef/protocol/ids";
import type { Memory, MemoryPatch, MemorySource, NewMemory } from "@reef/protocol/memory";
import { type IsoTime, isoToMs, msToIso } from "@reef/protocol/time";
import { commitOps, found } from "../commit.ts";
import { settleSuggestion } from "../consolidation/settle.ts";
import type { Deps } from "../deps.ts";
import { givenFields } from "../given-fields.ts";
import { makeId } from "../ids.ts";
import type { MemorySeed } from "../port/memory-seed.ts";
import type { MemoryOp } from "../port/unit.ts";
import { newMemoryFields } from "./new-memory.ts";

/**
 * Stores the memories as one unit and returns them in the order given; for one that was known already, returns the
 * existing one (ME3). Throws `not_found` for a missing bot or replaced memory, `conflict` for a pin of an unapproved
 * one (ME5).
 */
export async function remember(deps: Deps, botId: BotId, items: readonly NewMemory[]): Promise<readonly Memory[]> {
  const seeds = items.map((item) => newMemoryToSeed(item));
  const ops: MemoryOp[] = [];
  let together: MemorySeed[] = [];
  const flush = () => {
    if (together.length > 0) ops.push({ op: "memory.save", botId, memories: together });
    together = [];
  };
  for (const [place, { replaces }] of items.entries()) {
    const seed = seeds[place] as MemorySeed;
    if (replaces === undefined) together.push(seed);
    else {
      flush();
      ops.push({ op: "memory.supersede", botId, id: replaces, by: seed });
    }
  }
  flush();
  const { known } = await commitOps(deps, ...ops);
  const sameAs = new Map(known.map((twin) => [twin.id, twin.sameAs]));
  return deps.store.read.memoriesOf(
    botId,
    seeds.map(({ id }) => sameAs.get(id) ?? id),
  );
}

/** Returns the changed memory; with a new text, the one that replaced it. */
export async function changeMemory(deps: Deps, id: MemoryId, patch: MemoryPatch): Promise<Memory> {
  const memory = await found(deps.store.read.memory(id), "memory", id);
  const { botId } = memory;
  const { text, validFrom, archived, approved, expiresAt, ...rest } = patch;
  const fields = {
    ...givenFields(rest),
    ...(expiresAt === undefined ? {} : { expiresAt: toIso(expiresAt) }),
    ...(approved === undefined ? {} : { approvedAt: approved ? msToIso(deps.clock.now()) : null }),
  };
  if (text !== undefined) return correct(deps, memory, { text, validFrom, fields });
  const isSettled =
    archived !== undefined &&
    memory.archivedFor === "suggested" &&
    (await settleSuggestion(deps, id, archived ? "rejected" : "accepted"));
  const ops: MemoryOp[] = [];
  if (archived === false && !isSettled) ops.push({ op: "memory.restore", botId, ids: [id] });
  if (Object.keys(fields).length > 0) ops.push({ op: "memory.change", botId, id, fields });
  if (archived === true && !isSettled) ops.push({ op: "memory.archive", botId, ids: [id], reason: "forgotten" });
  if (ops.length > 0) await commitOps(deps, ...ops);
  const after = await found(deps.store.read.memory(id), "memory", id);
  if (archived === false && after.archivedAt !== null) {
    throw new AppError("conflict", "another memory says the same now: this one cannot be restored");
  }
  return after;
}

interface Correction {
  readonly text: string;
  readonly validFrom: string | undefined;
  readonly fields: Partial<Pick<Memory, "importance" | "pinned" | "expiresAt" | "metadata">>;
}

async function correct(deps: Deps, old: Memory, { text, validFrom, fields }: Correction): Promise<Memory> {
  const { importance, pinned, expiresAt, metadata, speaker, occurredAt } = { ...old, ...fields };
  const by: MemorySeed = {
    id: makeId("memory"),
    // A line records what was said; its correction is someone's note of it.
    kind: old.kind === "entry" ? "note" : old.kind,
    text,
    source: { kind: "memories", ids: [old.id] },
    trust: "person",
    importance,
    pinned,
    speaker,
    conversation: old.kind === "entry" ? null : old.conversation,
    seq: old.kind === "entry" ? null : old.seq,
    occurredAt,
    expiresAt,
    metadata,
    validFrom: validFrom === undefined ? undefined : (toIso(validFrom) ?? undefined),
  };
  const { known } = await commitOps(deps, { op: "memory.supersede", botId: old.botId, id: old.id, by });
  const id = known[0]?.sameAs ?? by.id;
  return found(deps.store.read.memory(id), "memory", id);
}

export function newMemoryToSeed(item: NewMemory): MemorySeed {
  const isLine = item.kind === "entry";
  const source: MemorySource = item.source ?? (isLine ? { kind: "import", name: "api" } : { kind: "person" });
  const { replaces: _replaces, ...fields } = item;
  return {
    id: makeId("memory"),
    trust: source.kind === "import" ? "import" : "person",
    ...newMemoryFields,
    ...givenFields(fields),
    source,
    occurredAt: toIso(item.occurredAt),
    expiresAt: toIso(item.expiresAt),
    validFrom: toIso(item.validFrom) ?? undefined,
  };
}

function toIso(time: string | null | undefined): IsoTime | null {
  return time === null || time === undefined ? null : msToIso(isoToMs(time));
}
