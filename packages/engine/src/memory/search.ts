/**
 * Searches a bot's memory, and what others let it read (ME1). What the index finds is read again from the rows: an id
 * alone is not an answer, nor is a memory archived a moment ago. Every hit says why (ME8).
 */
import { AppError } from "@reef/protocol/error";
import type { BotId, MemoryId } from "@reef/protocol/ids";
import type { Memory, MemoryHit, MemoryKind } from "@reef/protocol/memory";
import { type IsoTime, msToIso } from "@reef/protocol/time";
import type { Deps, MemorySearch } from "../deps.ts";
import type { RecallHit, RecallMeaning, RecallQuery } from "../port/recall.ts";
import { wordInText } from "./readable-why.ts";

export interface MemoryQuery {
  readonly text: string;
  /** True if a person types it into a search field: its last word may be a prefix, and quotes count. */
  readonly isTyped?: boolean;
  /** The most hits to return. */
  readonly k: number;
  /** Searches what held then instead of now (ME4). */
  readonly asOf?: IsoTime | undefined;
  readonly kinds?: readonly MemoryKind[];
  readonly trust?: readonly string[];
  /** Leaves out what others let it read. */
  readonly ownOnly?: boolean;
  /** Aborts when no one waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** How many lines are shown on each side of a found line. */
const reach = 1;
/** Further hits come without the lines beside them. */
const hitsWithLines = 25;

/** Returns the index; throws `unavailable` if there is none. */
export function requireIndex({ index }: Deps): MemorySearch {
  if (index !== undefined) return index;
  throw new AppError("unavailable", "memories cannot be searched here: no index is set up");
}

export interface MemorySearched {
  readonly hits: readonly MemoryHit[];
  readonly degraded: string | null;
}

/** Best first. Any text is a valid question. A revoked grant holds from the next call on. */
export async function searchMemory(deps: Deps, botId: BotId, query: MemoryQuery): Promise<readonly MemoryHit[]> {
  return (await searchWithNote(deps, botId, query)).hits;
}

/** Like `searchMemory`, and says what it had to do without. */
export async function searchWithNote(deps: Deps, botId: BotId, query: MemoryQuery): Promise<MemorySearched> {
  const { found, degraded } = await recallMemories(deps, botId, query);
  const hits: MemoryHit[] = [];
  for (const [place, { memory, score, why }] of found.entries()) {
    const isLine = memory.kind === "entry" && place < hitsWithLines;
    const lines = isLine ? await deps.store.read.memoriesBeside(memory, reach) : [];
    const beside = lines.map(({ id, speaker, text }) => ({ id, speaker, text }));
    hits.push({ memory, score, why, beside });
  }
  return { hits, degraded };
}

export type Found = Omit<MemoryHit, "beside">;

/** Like `searchMemory`, without the lines beside the hits. */
export async function findMemories(deps: Deps, botId: BotId, query: MemoryQuery): Promise<readonly Found[]> {
  return (await recallMemories(deps, botId, query)).found;
}

export interface Recollection {
  readonly found: readonly Found[];
  /** Why meaning did not count, in words for a person; null if it did, or if no model for it is configured. */
  readonly degraded: string | null;
}

/** Like `findMemories`, and says what it had to do without. */
export async function recallMemories(deps: Deps, botId: BotId, query: MemoryQuery): Promise<Recollection> {
  const asked = await deps.embedding?.questions.ask(query.text);
  return {
    found: await findIn(deps, botId, { ...query, meaning: asked?.meaning ?? null }),
    degraded: asked?.degraded ?? null,
  };
}

interface AskedQuery extends MemoryQuery {
  readonly meaning: RecallMeaning | null;
}

async function findIn(deps: Deps, botId: BotId, query: AskedQuery): Promise<readonly Found[]> {
  const owners = query.ownOnly === true ? [] : await deps.store.read.readableBy(botId);
  const found: Found[] = [];
  found.push(...(await findOf(deps, botId, query)));
  for (const owner of owners) found.push(...(await withoutIncognito(deps, await findOf(deps, owner, query))));
  // A single search keeps the order that the index gave.
  if (owners.length > 0) found.sort((a, b) => b.score - a.score);
  return found.slice(0, query.k);
}

/** Hides what is in a session that is incognito by now from other bots, even if its bot lets them read (ME2). */
async function withoutIncognito({ store }: Deps, found: readonly Found[]): Promise<readonly Found[]> {
  const kept: Found[] = [];
  for (const hit of found) {
    const { source } = hit.memory;
    const session = "sessionId" in source ? await store.read.session(source.sessionId) : null;
    if (session?.memory !== "off") kept.push(hit);
  }
  return kept;
}

async function findOf(deps: Deps, owner: BotId, query: AskedQuery): Promise<readonly Found[]> {
  const { store, clock } = deps;
  const { text, k, isTyped, asOf, kinds, trust, meaning } = query;
  const now = msToIso(clock.now());
  const asked: RecallQuery = {
    text,
    k,
    now,
    ...(isTyped === true ? { isTyped } : {}),
    ...(asOf === undefined ? {} : { asOf }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(trust === undefined ? {} : { trust }),
    ...(meaning === null ? {} : { meaning }),
  };
  const { hits } = await requireIndex(deps).search(owner, asked, query.signal);
  const memories = await store.read.memoriesOf(
    owner,
    hits.map(({ id }) => id as MemoryId),
  );
  const byId = new Map(memories.map((memory) => [memory.id as string, memory]));
  return hits.flatMap((hit) => toFound(hit, byId.get(hit.id), { now, asOf }));
}

function toFound(
  { score, why }: RecallHit,
  memory: Memory | undefined,
  { now, asOf }: { readonly now: IsoTime; readonly asOf: IsoTime | undefined },
): readonly Found[] {
  if (memory === undefined || memory.archivedAt !== null) return [];
  if (memory.expiresAt !== null && memory.expiresAt <= (asOf ?? now)) return [];
  if (asOf === undefined && memory.supersededBy !== null && (memory.validTo ?? now) <= now) return [];
  return [
    {
      memory,
      score,
      why: {
        ...why,
        parts: [...why.parts],
        matched: [...why.matched],
        related: why.related.map(({ asked, found }) => ({ asked, found: wordInText(found, memory.text) })),
        neighbours: [...why.neighbours],
      },
    },
  ];
}
