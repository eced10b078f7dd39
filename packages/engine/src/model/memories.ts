/**
 * Applies the memory operations in the in-memory store, each exactly as the ports describe it and in the simplest way.
 */
import type { Entry } from "@reef/protocol/entry";
import { AppError } from "@reef/protocol/error";
import type { BotId, MemoryId, SessionId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import { maxBlocks } from "@reef/protocol/memory";
import { textWithFiles } from "../file/say-files.ts";
import { makeId } from "../ids.ts";
import { earlierEntries, earlierLength, type LineOrigin, mostEarlier, trustOfBotLine } from "../memory/line-trust.ts";
import { confirmedTrust, refusePin } from "../memory/trust.ts";
import type { MemorySeed } from "../port/memory-seed.ts";
import type { MemoryOp } from "../port/unit.ts";
import { applyConsolidationOp, forgetProposals } from "./consolidations.ts";
import { blank, isActive, noted, own, put, some, store, suggest, twin } from "./memory-records.ts";
import { filterValues, get, type ModelWork } from "./state.ts";
import { keepVectors } from "./vectors.ts";

export function applyMemoryOp(work: ModelWork, op: MemoryOp): void {
  const { state, at, events } = work;
  switch (op.op) {
    case "memory.save":
      get(state.bots, op.botId);
      for (const seed of op.memories) save(work, op.botId, seed);
      return;
    case "memory.change": {
      const memory = { ...own(work, op.botId, op.id), ...op.fields };
      refusePin(memory);
      put(work, memory);
      return;
    }
    case "memory.supersede": {
      const old = own(work, op.botId, op.id);
      if (!isActive(old)) throw new AppError("conflict", "it is superseded or archived");
      const validTo = op.by.validFrom ?? at;
      if (validTo < old.validFrom) throw new AppError("invalid_request", "validFrom is before the old one's");
      const by = save(work, op.botId, op.by);
      if (by !== op.id) put(work, { ...old, validTo, supersededBy: by, pinned: false });
      return;
    }
    case "memory.archive":
      for (const memory of some(work, op.botId, op.ids)) {
        const isLeft = memory.archivedAt === null || memory.archivedFor === "suggested";
        if (!isLeft) continue;
        state.known.vectors.delete(memory.id);
        put(work, { ...memory, archivedAt: at, archivedFor: op.reason });
      }
      return;
    case "memory.restore":
      for (const memory of some(work, op.botId, op.ids)) {
        const isSaid = memory.supersededBy === null && twin(work, op.botId, memory) !== undefined;
        if (memory.archivedAt !== null && !isSaid) put(work, { ...memory, archivedAt: null, archivedFor: null });
      }
      return;
    case "memory.delete":
      for (const memory of some(work, op.botId, op.ids)) remove(work, memory);
      return;
    case "memory.capture":
      capture(work, op.sessionId);
      return;
    case "memory.embed":
      keepVectors(work, op);
      return;
    case "block.put":
      putBlock(work, op);
      return;
    case "block.delete":
      if (!state.known.blocks.delete(`${op.botId}/${op.label}`)) return;
      events.push({ type: "block.deleted", botId: op.botId, label: op.label });
      return;
    case "grants.put": {
      for (const id of [op.botId, ...op.readers]) get(state.bots, id);
      const readers = [...new Set(op.readers)].filter((id) => id !== op.botId).sort();
      state.known.readers.set(op.botId, readers);
      events.push({ type: "grants.changed", botId: op.botId });
      return;
    }
    default:
      applyConsolidationOp(work, op);
  }
}

/** Adds one event for each bot, at the end of the unit. */
export function memoryEvents({ memories }: ModelWork): ModelWork["events"] {
  return [...memories].flatMap(([botId, { changed, deleted }]) =>
    (
      [
        ["memory.changed", changed],
        ["memory.deleted", deleted],
      ] as const
    )
      .filter(([, ids]) => ids.size > 0)
      .map(([type, ids]) => ({ type, botId, count: ids.size, memoryIds: [...ids].slice(0, 100) })),
  );
}

export function capture(work: ModelWork, id: SessionId): void {
  const { state } = work;
  const session = state.sessions.get(id);
  if (session === undefined || session.memory === "off") return;
  const entries = state.entries.get(id) ?? [];
  for (const entry of entries.filter(({ seq }) => seq > (state.known.captured.get(id) ?? 0))) {
    const { kind, from } = entry;
    if ((kind !== "person" && kind !== "bot" && kind !== "session") || textWithFiles(entry).trim() === "") continue;
    const name = from?.kind === "session" ? from.botName : from?.kind === "person" ? from.name : undefined;
    store(work, {
      ...blank(work, session.botId),
      id: makeId("memory"),
      kind: "entry",
      text: textWithFiles(entry),
      source: { kind: "entry", entryId: entry.id, sessionId: id },
      trust: kind === "bot" ? trustOfBotLine(originOf(work, entry, entries)) : kind,
      speaker: kind === "bot" ? get(state.bots, session.botId).name : (name ?? null),
      conversation: id,
      seq: entry.seq,
      occurredAt: entry.at,
      validFrom: entry.at,
    });
  }
  state.known.captured.set(id, entries.length);
}

function originOf({ state }: ModelWork, entry: Entry, entries: readonly Entry[]): LineOrigin {
  const { turnId, seq, text } = entry;
  const before = entries.filter((earlier) => earlier.seq < seq);
  const ofTurn = (kind: Entry["kind"]) =>
    before.filter((earlier) => earlier.kind === kind && earlier.turnId === turnId).slice(-50);
  const recalled = turnId === null ? [] : (state.recalled.get(turnId) ?? []);
  return {
    text,
    results: ofTurn("tool_result").map((result) => result.text),
    heard: (turnId === null ? [] : ofTurn("session")).map((said) => ({
      text: said.text,
      purpose: said.messageId === null ? null : (state.messages.get(said.messageId)?.purpose ?? null),
    })),
    earlier: before
      .filter((earlier) => earlier.seq >= seq - earlierEntries)
      .flatMap((earlier) =>
        earlier.kind === "tool_result" || earlier.kind === "session"
          ? [{ kind: earlier.kind, text: earlier.text.slice(0, earlierLength) }]
          : [],
      )
      .slice(-mostEarlier),
    recalled: recalled.flatMap(({ memoryId }) => {
      const memory = state.known.memories.get(memoryId);
      return memory === undefined || memory.approvedAt !== null ? [] : [memory];
    }),
  };
}

/** Removes the lines of a deleted session, and the unaccepted proposals made of them. */
export function forgetLines(work: ModelWork, id: SessionId): void {
  for (const memory of filterValues(work.state.known.memories, ({ source }) => source.kind === "entry")) {
    if (memory.conversation === id) remove(work, memory);
  }
  for (const { proposals } of filterValues(work.state.known.consolidations, ({ sessionId }) => sessionId === id)) {
    for (const { memoryId, isNew, state } of proposals) {
      const memory = memoryId === null ? undefined : work.state.known.memories.get(memoryId);
      if (memory !== undefined && isNew && state !== "accepted") remove(work, memory);
    }
  }
}

/** Removes the lines captured from entries after `seq`. */
export function forgetLinesAfter(work: ModelWork, id: SessionId, seq: number): void {
  for (const memory of filterValues(work.state.known.memories, ({ source }) => source.kind === "entry")) {
    if (memory.conversation === id && (memory.seq ?? 0) > seq) remove(work, memory);
  }
}

export function forgetBot({ state, memories }: ModelWork, botId: BotId): void {
  const { known } = state;
  for (const { id } of filterValues(known.memories, (memory) => memory.botId === botId)) known.memories.delete(id);
  for (const [key] of known.blocks) if (key.startsWith(`${botId}/`)) known.blocks.delete(key);
  for (const [owner, readers] of known.readers) {
    known.readers.set(
      owner,
      readers.filter((reader) => reader !== botId),
    );
  }
  for (const [id, record] of known.vectors) if (record.botId === botId) known.vectors.delete(id);
  known.embedded.delete(botId);
  known.readers.delete(botId);
  known.policies.delete(botId);
  for (const { id } of filterValues(known.consolidations, (record) => record.botId === botId))
    known.consolidations.delete(id);
  known.versions.delete(botId);
  for (const [id, record] of known.gone) if (record.botId === botId) known.gone.delete(id);
  for (const [turn, recalled] of state.recalled) {
    state.recalled.set(
      turn,
      recalled.filter((item) => item.botId !== botId),
    );
  }
  memories.delete(botId);
}

/** Returns the id of the memory that says it. */
function save(work: ModelWork, botId: BotId, seed: MemorySeed): MemoryId {
  refusePin({ ...seed, approvedAt: null });
  const there = twin(work, botId, seed);
  if (there === undefined) {
    const { validFrom, isSuggested, ...rest } = seed;
    if (isSuggested === true) suggest(work, botId, seed);
    else put(work, { ...blank(work, botId), ...rest, validFrom: validFrom ?? work.at });
    return seed.id;
  }
  work.known.push({ id: seed.id, sameAs: there.id });
  // A mere suggestion confirms nothing.
  if (seed.isSuggested === true || (seed.trust === "tool" && there.trust !== "tool")) return there.id;
  const trust = confirmedTrust(there, seed.trust);
  const importance = Math.max(there.importance, seed.importance);
  const pinned = there.pinned || seed.pinned;
  const isNews = trust !== there.trust || importance !== there.importance || pinned !== there.pinned;
  if (isNews) put(work, { ...there, trust, importance, pinned });
  return there.id;
}

function remove(work: ModelWork, { id, botId }: Memory): void {
  const { known, recalled } = work.state;
  for (const memory of filterValues(known.memories, ({ supersededBy }) => supersededBy === id)) {
    put(work, { ...memory, supersededBy: memory.id });
  }
  known.memories.delete(id);
  known.vectors.delete(id);
  const version = (known.versions.get(botId) ?? 0) + 1;
  known.versions.set(botId, version);
  known.gone.set(id, { botId, version });
  for (const [turn, items] of recalled) {
    recalled.set(
      turn,
      items.filter((item) => item.memoryId !== id),
    );
  }
  const ids = noted(work, botId);
  ids.changed.delete(id);
  ids.deleted.add(id);
  forgetProposals(work, id);
}

function putBlock({ state, at, events }: ModelWork, op: Extract<MemoryOp, { op: "block.put" }>): void {
  const { botId, label, text, maxChars, ifVersion } = op;
  get(state.bots, botId);
  const key = `${botId}/${label}`;
  const versions = state.known.blocks.get(key) ?? [];
  const was = versions.at(-1);
  if (ifVersion !== null && ifVersion !== (was?.version ?? 0)) throw new AppError("conflict", "another version");
  if (text.length > maxChars) throw new AppError("limit_exceeded", "too long");
  if (was?.text === text && was.maxChars === maxChars) return;
  const labels = [...state.known.blocks.keys()].filter((each) => each.startsWith(`${botId}/`)).length;
  if (was === undefined && labels >= maxBlocks) throw new AppError("limit_exceeded", "too many blocks");
  const version = (was?.version ?? 0) + 1;
  const block = { botId, label, text, maxChars, version, updatedAt: at };
  state.known.blocks.set(key, [...versions, block].slice(-50));
  events.push({ type: "block.changed", botId, label, version });
}

export function setSessionMemory(work: ModelWork, id: SessionId, memory: "on" | "off"): void {
  const { state } = work;
  if (get(state.sessions, id).memory === memory) return;
  capture(work, id);
  state.known.captured.set(id, state.entries.get(id)?.length ?? 0);
}
