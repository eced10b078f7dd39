/**
 * ME6: forgets by id, by words, or by source, with a dry run and a report. Soft forgetting archives and can be undone;
 * hard forgetting deletes, and is done when the index has lost it too.
 */
import { eachPage } from "@reef/protocol/each-page";
import type { BotId, MemoryId, SessionId } from "@reef/protocol/ids";
import type { ForgetReport, ForgetRequest, Memory } from "@reef/protocol/memory";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import type { SourceFilter } from "../port/queries.ts";
import type { MemoryOp } from "../port/unit.ts";
import { normalise } from "./same-key.ts";
import { findMemories } from "./search.ts";

/** The most that one question forgets. Anything larger must be named by its source. */
const queryHits = 100;
const shown = 100;
const chunk = 1_000;

export async function forgetMemories(deps: Deps, botId: BotId, request: ForgetRequest): Promise<ForgetReport> {
  await found(deps.store.read.bot(botId), "bot", botId);
  const { dryRun = false, hard = false } = request;
  const memories = await findForgotten(deps, botId, request);
  const ids = memories.map(({ id }) => id);
  if (!dryRun) await forgetIds(deps, botId, { ids, hard });
  return {
    dryRun,
    hard,
    count: memories.length,
    memories: memories.slice(0, shown).map(({ id, kind, text, source, trust }) => ({ id, kind, text, source, trust })),
    transcripts: memories.filter(({ source }) => source.kind === "entry").length,
  };
}

/** Forgets one memory for a person. Throws `not_found` if it does not exist. */
export async function forgetMemory(deps: Deps, id: MemoryId, hard: boolean): Promise<void> {
  const { botId } = await found(deps.store.read.memory(id), "memory", id);
  const made = hard ? await findMadeOf(deps, botId, { ids: new Set([id]) }) : [];
  await forgetIds(deps, botId, { ids: [id, ...made.map((memory) => memory.id)], hard });
}

async function forgetIds(
  deps: Deps,
  botId: BotId,
  { ids, hard }: { readonly ids: readonly MemoryId[]; readonly hard: boolean },
): Promise<void> {
  for (let from = 0; from < ids.length; from += chunk) {
    const some = ids.slice(from, from + chunk);
    const op: MemoryOp = hard
      ? { op: "memory.delete", botId, ids: some }
      : { op: "memory.archive", botId, ids: some, reason: "forgotten" };
    await commitOps(deps, op);
  }
  if (hard && ids.length > 0) await deps.index?.inStep(botId);
}

async function findForgotten(deps: Deps, botId: BotId, request: ForgetRequest): Promise<readonly Memory[]> {
  const { ids, query, source, hard } = request;
  const isLeft = (memory: Memory) => hard === true || memory.archivedAt === null;
  if (ids !== undefined) {
    const named = await deps.store.read.memoriesOf(botId, [...new Set(ids)]);
    const made = hard === true ? await findMadeOf(deps, botId, { ids: new Set(ids) }) : [];
    return unique([...named, ...made]).filter(isLeft);
  }
  if (source !== undefined) {
    const from = await deps.store.read.memoriesFrom(botId, toFilter(source));
    const { sessionId, turnId } = source;
    const isWhole = sessionId !== undefined && turnId === undefined;
    const made = isWhole ? await findMadeOf(deps, botId, { sessionId }) : [];
    return unique([...from, ...made]).filter(isLeft);
  }
  if (query === undefined) return [];
  await deps.index?.capture(botId);
  const found = await findMemories(deps, botId, { text: query, k: queryHits, ownOnly: true });
  // A partial match was not meant.
  const most = Math.max(0, ...found.map(({ why }) => why.matched.length));
  const best = found.filter(({ why }) => why.matched.length === most && most > 0).map(({ memory }) => memory);
  return hard === true ? [...best, ...(await findOld(deps, botId, query))] : best;
}

/** Finds what consolidations made of a session, or of these memories as far as nobody has accepted it yet. */
async function findMadeOf(
  deps: Deps,
  botId: BotId,
  source: { readonly sessionId?: SessionId; readonly ids?: ReadonlySet<MemoryId> },
): Promise<readonly Memory[]> {
  const found: MemoryId[] = [];
  const readPage = (cursor: string | null) => deps.store.read.consolidations(botId, {}, { limit: 200, cursor });
  for await (const consolidations of eachPage(readPage)) {
    for (const { sessionId, proposals } of consolidations) {
      for (const { memoryId, isNew, state, sources } of proposals) {
        const isMeant =
          sessionId === source.sessionId ||
          (state !== "accepted" && sources.some((id) => source.ids?.has(id) === true));
        if (memoryId !== null && isNew && isMeant) found.push(memoryId);
      }
    }
  }
  return deps.store.read.memoriesOf(botId, found);
}

function unique(memories: readonly Memory[]): readonly Memory[] {
  return [...new Map(memories.map((memory) => [memory.id, memory])).values()];
}

/** Finds superseded, archived and suggested memories: a search skips them, but a hard forget must not. */
async function findOld(deps: Deps, botId: BotId, query: string): Promise<readonly Memory[]> {
  const words = normalise(query).match(/[\p{L}\p{N}]+/gu) ?? [];
  const old: Memory[] = [];
  for (const state of ["superseded", "archived", "suggested"] as const) {
    const readPage = (cursor: string | null) => deps.store.read.memories(botId, { state }, { limit: 1_000, cursor });
    for await (const page of eachPage(readPage))
      old.push(...page.filter(({ text }) => words.every((word) => normalise(text).includes(word))));
  }
  return old;
}

function toFilter({ sessionId, turnId, import: name }: NonNullable<ForgetRequest["source"]>): SourceFilter {
  return {
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(turnId === undefined ? {} : { turnId }),
    ...(name === undefined ? {} : { import: name }),
  };
}
