/** Reads of what bots know, in the in-memory store: filter, sort, cut. */
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
    memory: async (id) => all((of) => of.id === id).map(plain)[0] ?? null,
    memoriesOf: async (botId, ids) =>
      ids.flatMap((id) => all((of) => of.id === id && of.botId === botId).map(plain)[0] ?? []),
    memories: async (botId, { state = "active", kind, without, trust, pinned, unapproved, sessionId }, page) => {
      const found = all(
        (of) =>
          of.botId === botId &&
          (state === "all" ||
            (state === "active" && isActive(of)) ||
            (state === "archived" && of.archivedAt !== null && of.archivedFor !== "suggested") ||
            (state === "suggested" && of.archivedFor === "suggested") ||
            (state === "superseded" && of.archivedAt === null && of.supersededBy !== null)) &&
          (kind === undefined || of.kind === kind) &&
          of.kind !== without &&
          (trust === undefined || of.trust === trust) &&
          (pinned === undefined || of.pinned === pinned) &&
          (sessionId === undefined || ("sessionId" in of.source && of.source.sessionId === sessionId)) &&
          (unapproved === undefined || unapproved === waitsForApproval(of)),
      );
      return cut(found.sort(byVersion).reverse().map(plain), page);
    },
    memoryByKey: async (botId, key) =>
      all((of) => of.botId === botId && isActive(of) && keyOf(of) === key).map(plain)[0] ?? null,
    memoriesFrom: async (botId, { sessionId, turnId, import: name }) =>
      all(
        ({ botId: of, source }) =>
          of === botId &&
          (sessionId === undefined || ("sessionId" in source && source.sessionId === sessionId)) &&
          (turnId === undefined || (source.kind === "turn" && source.turnId === turnId)) &&
          (name === undefined || (source.kind === "import" && source.name === name)),
      )
        .sort(byVersion)
        .map(plain),
    pinnedMemories: async (botId) =>
      all((of) => of.botId === botId && of.pinned && isActive(of))
        .sort(byVersion)
        .reverse()
        .map(plain),
    memoriesBeside: async ({ id, botId, conversation }, reach) => {
      if (conversation === null) return [];
      const lines = all(
        (of) => of.botId === botId && of.conversation === conversation && (isActive(of) || of.id === id),
      );
      // The order in which they were made is the map's own.
      const sorted = lines.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
      const at = sorted.findIndex((of) => of.id === id);
      return [...sorted.slice(Math.max(0, at - reach), at), ...sorted.slice(at + 1, at + 1 + reach)].map(plain);
    },
    knowsBeyond: async (botId, sessionId) =>
      all((of) => of.botId === botId && (of.source.kind === "entry" ? of.source.sessionId !== sessionId : isActive(of)))
        .length > 0,
    memoryVersion: async (botId) => current().known.versions.get(botId) ?? 0,
    memoryChanges: async (botId, after, limit) => {
      const gone = [...current().known.gone]
        .filter(([, of]) => of.botId === botId)
        .map(([id, { version }]) => ({ id, version, memory: null }));
      const there = all((of) => of.botId === botId).map((of) => ({
        id: of.id,
        version: of.version,
        memory: of.archivedAt === null ? plain(of) : null,
      }));
      return [...there, ...gone]
        .filter(({ version }) => version > after)
        .sort(byVersion)
        .slice(0, limit);
    },
    memoryCounts: async (botId) => {
      const own = all((of) => of.botId === botId);
      const active = own.filter(isActive);
      const ofKind = (kind: string) => active.filter((of) => of.kind === kind).length;
      return {
        active: active.length,
        superseded: own.filter((of) => of.archivedAt === null && of.supersededBy !== null).length,
        archived: own.filter((of) => of.archivedAt !== null).length,
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
      all((of) => of.archivedAt === null && of.expiresAt !== null && of.expiresAt <= at)
        .sort((a, b) => order(a.expiresAt ?? "", b.expiresAt ?? ""))
        .slice(0, limit)
        .map(plain),
    memoriesArchivedBefore: async (at, limit) =>
      all((of) => of.archivedAt !== null && of.archivedAt < at)
        .sort((a, b) => order(a.archivedAt ?? "", b.archivedAt ?? ""))
        .slice(0, limit)
        .map(plain),
    leastImportantMemories: async (botId, limit) =>
      all((of) => of.botId === botId && isActive(of) && !of.pinned)
        .sort((a, b) => a.importance - b.importance)
        .slice(0, limit)
        .map(plain),
    sessionsToCapture: async (botId) =>
      filterValues(
        current().sessions,
        (of) =>
          of.botId === botId &&
          of.memory === "on" &&
          (current().known.captured.get(of.id) ?? 0) < (current().entries.get(of.id)?.length ?? 0),
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
