/** Answers reads of what bots know from the in-memory store: filter, sort, cut. */
import { waitsForApproval } from "../memory/trust.ts";
import type { MemoryQueries } from "../port/queries.ts";
import type { MemoryRecord } from "./known-state.ts";
import { isActive, keyOf } from "./memory-records.ts";
import { type Cut, filterValues, type ModelState } from "./state.ts";
import { vectorQueries } from "./vectors.ts";

export function knownQueries(current: () => ModelState, cut: Cut): MemoryQueries {
  const all = (keep: (memory: MemoryRecord) => boolean) => filterValues(current().known.memories, keep);
  const plain = ({ version: _version, ...memory }: MemoryRecord) => memory;
  const byVersion = (a: { readonly version: number }, b: { readonly version: number }) => a.version - b.version;
  const blocksOf = (botId: string, label: string) => current().known.blocks.get(`${botId}/${label}`) ?? [];
  return {
    ...vectorQueries(current),
    memory: async (id) => all((memory) => memory.id === id).map(plain)[0] ?? null,
    memoriesOf: async (botId, ids) =>
      ids.flatMap((id) => all((memory) => memory.id === id && memory.botId === botId).map(plain)[0] ?? []),
    memories: async (botId, { state = "active", kind, without, trust, pinned, unapproved, sessionId }, page) => {
      const found = all(
        (memory) =>
          memory.botId === botId &&
          (state === "all" ||
            (state === "active" && isActive(memory)) ||
            (state === "archived" && memory.archivedAt !== null && memory.archivedFor !== "suggested") ||
            (state === "suggested" && memory.archivedFor === "suggested") ||
            (state === "superseded" && memory.archivedAt === null && memory.supersededBy !== null)) &&
          (kind === undefined || memory.kind === kind) &&
          memory.kind !== without &&
          (trust === undefined || memory.trust === trust) &&
          (pinned === undefined || memory.pinned === pinned) &&
          (sessionId === undefined || ("sessionId" in memory.source && memory.source.sessionId === sessionId)) &&
          (unapproved === undefined || unapproved === waitsForApproval(memory)),
      );
      return cut(found.sort(byVersion).reverse().map(plain), page);
    },
    memoryByKey: async (botId, key) =>
      all((memory) => memory.botId === botId && isActive(memory) && keyOf(memory) === key).map(plain)[0] ?? null,
    memoriesFrom: async (botId, { sessionId, turnId, import: name }) =>
      all(
        ({ botId: owner, source }) =>
          owner === botId &&
          (sessionId === undefined || ("sessionId" in source && source.sessionId === sessionId)) &&
          (turnId === undefined || (source.kind === "turn" && source.turnId === turnId)) &&
          (name === undefined || (source.kind === "import" && source.name === name)),
      )
        .sort(byVersion)
        .map(plain),
    pinnedMemories: async (botId) =>
      all((memory) => memory.botId === botId && memory.pinned && isActive(memory))
        .sort(byVersion)
        .reverse()
        .map(plain),
    memoriesBeside: async ({ id, botId, conversation }, reach) => {
      if (conversation === null) return [];
      const lines = all(
        (memory) =>
          memory.botId === botId && memory.conversation === conversation && (isActive(memory) || memory.id === id),
      );
      // The map keeps the order of creation.
      const sorted = lines.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
      const at = sorted.findIndex((memory) => memory.id === id);
      return [...sorted.slice(Math.max(0, at - reach), at), ...sorted.slice(at + 1, at + 1 + reach)].map(plain);
    },
    knowsBeyond: async (botId, sessionId) =>
      all(
        (memory) =>
          memory.botId === botId &&
          (memory.source.kind === "entry" ? memory.source.sessionId !== sessionId : isActive(memory)),
      ).length > 0,
    memoryVersion: async (botId) => current().known.versions.get(botId) ?? 0,
    memoryChanges: async (botId, after, limit) => {
      const gone = [...current().known.gone]
        .filter(([, gone]) => gone.botId === botId)
        .map(([id, { version }]) => ({ id, version, memory: null }));
      const there = all((memory) => memory.botId === botId).map((memory) => ({
        id: memory.id,
        version: memory.version,
        memory: memory.archivedAt === null ? plain(memory) : null,
      }));
      return [...there, ...gone]
        .filter(({ version }) => version > after)
        .sort(byVersion)
        .slice(0, limit);
    },
    memoryCounts: async (botId) => {
      const own = all((memory) => memory.botId === botId);
      const active = own.filter(isActive);
      const ofKind = (kind: string) => active.filter((memory) => memory.kind === kind).length;
      return {
        active: active.length,
        superseded: own.filter((memory) => memory.archivedAt === null && memory.supersededBy !== null).length,
        archived: own.filter((memory) => memory.archivedAt !== null).length,
        unapproved: active.filter(waitsForApproval).length,
        byKind: {
          fact: ofKind("fact"),
          note: ofKind("note"),
          summary: ofKind("summary"),
          document: ofKind("document"),
          entry: ofKind("entry"),
        },
      };
    },
    expiredMemories: async (at, limit) =>
      all((memory) => memory.archivedAt === null && memory.expiresAt !== null && memory.expiresAt <= at)
        .sort((a, b) => order(a.expiresAt ?? "", b.expiresAt ?? ""))
        .slice(0, limit)
        .map(plain),
    memoriesArchivedBefore: async (at, limit) =>
      all((memory) => memory.archivedAt !== null && memory.archivedAt < at)
        .sort((a, b) => order(a.archivedAt ?? "", b.archivedAt ?? ""))
        .slice(0, limit)
        .map(plain),
    leastImportantMemories: async (botId, limit) =>
      all((memory) => memory.botId === botId && isActive(memory) && !memory.pinned)
        .sort((a, b) => a.importance - b.importance)
        .slice(0, limit)
        .map(plain),
    sessionsToCapture: async (botId) =>
      filterValues(
        current().sessions,
        (session) =>
          session.botId === botId &&
          session.memory === "on" &&
          (current().known.captured.get(session.id) ?? 0) < (current().entries.get(session.id)?.length ?? 0),
      ).map(({ id }) => id),
    blocks: async (botId) =>
      [...current().known.blocks]
        .filter(([key]) => key.startsWith(`${botId}/`))
        .flatMap(([, versions]) => versions.at(-1) ?? [])
        .sort((a, b) => order(a.label, b.label)),
    block: async (botId, label) => blocksOf(botId, label).at(-1) ?? null,
    blockHistory: async (botId, label) => blocksOf(botId, label).toReversed(),
    readersOf: async (botId) => current().known.readers.get(botId) ?? [],
    readableBy: async (botId) =>
      [...current().known.readers].flatMap(([owner, readers]) => (readers.includes(botId) ? [owner] : [])).sort(),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
