/**
 * Writes what a bot knows. Every change of a memory gives it the next version of its bot, by which an index follows;
 * memories that say the same are one row (ME3), and what is replaced stays (ME4).
 */
import { confirmedTrust, refusePin } from "@reef/engine/memory/trust";
import type { MemorySeed } from "@reef/engine/port/memory-seed";
import type { MemoryFields } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { BotId, MemoryId, TurnId } from "@reef/protocol/ids";
import type { ArchiveReason, Recalled } from "@reef/protocol/memory";
import { changesToColumns } from "../fields/codec.ts";
import { memoryCodecs } from "../fields/memory.ts";
import type { MemoryRow } from "../memory-tables.ts";
import { memorySeedToRow } from "../rows/memory.ts";
import * as embeddingStatements from "./embedding-statements.ts";
import * as statements from "./memory-statements.ts";
import { deleteConsolidationsOf, forgetProposals } from "./proposals.ts";
import { all, one, run, type Write } from "./steps.ts";
import { getBot, missing, noteMemory, type Work } from "./work.ts";

/** The bot's memory while a unit changes it. */
export interface Owner {
  readonly n: number;
  readonly botId: BotId;
  version: number;
  readonly conversations: Map<string, number>;
}

/** Returns the result of `change`, and records the versions it took. */
export function* withOwner<Result>(work: Work, botId: BotId, change: (owner: Owner) => Write<Result>): Write<Result> {
  yield* getBot(work, botId);
  let row = yield* one(statements.ownerOfBot, { bot_id: botId });
  if (row === undefined) {
    yield* run(statements.insertOwner, { bot_id: botId, version: 0 });
    row = yield* one(statements.ownerOfBot, { bot_id: botId });
  }
  if (row === undefined) throw new Error("expected the owner that was just written");
  const owner: Owner = { n: row.n, botId, version: row.version, conversations: new Map() };
  const result = yield* change(owner);
  if (owner.version !== row.version) yield* run(statements.updateOwner, owner);
  return result;
}

export function* saveMemories(work: Work, botId: BotId, seeds: readonly MemorySeed[]): Write<void> {
  yield* withOwner(work, botId, function* (owner) {
    for (const seed of seeds) yield* saveMemory(work, owner, seed);
  });
}

/** Returns the memory that holds what the seed says: a new one, or the existing one. */
function* saveMemory(work: Work, owner: Owner, seed: MemorySeed): Write<MemoryRow> {
  refusePin({ ...seed, approvedAt: null });
  const conversation = seed.conversation === null ? null : yield* conversationNumber(owner, seed.conversation);
  const row = memorySeedToRow(seed, { owner: owner.n, version: owner.version + 1, conversation, at: work.at });
  const known = yield* twinOf(owner, row.same_key ?? "");
  if (known === undefined) return yield* insertMemory(work, owner, row);
  work.known.push({ id: seed.id, sameAs: known.id });
  // A mere suggestion confirms nothing.
  return seed.isSuggested === true ? known : yield* confirm(work, owner, { known, seed });
}

/** Returns the active memory with this hash of a key. */
export function* twinOf(owner: Owner, hash: string): Write<MemoryRow | undefined> {
  return yield* one(statements.memoryByKey, { owner: owner.n, same_key: hash });
}

export function* insertMemory(work: Work, owner: Owner, row: MemoryRow): Write<MemoryRow> {
  owner.version += 1;
  yield* run(statements.insertMemory, row);
  noteMemory(work, owner.botId, { changed: row.id });
  return row;
}

function* confirm(
  work: Work,
  owner: Owner,
  { known, seed }: { readonly known: MemoryRow; readonly seed: MemorySeed },
): Write<MemoryRow> {
  if (seed.trust === "tool" && known.trust !== "tool") return known;
  const trust = confirmedTrust({ trust: known.trust, approvedAt: known.approved_at, kind: known.kind }, seed.trust);
  const importance = Math.max(known.importance ?? 0.5, seed.importance);
  const pinned = seed.pinned ? 1 : known.pinned;
  if (trust === known.trust && importance === (known.importance ?? 0.5) && pinned === known.pinned) return known;
  return yield* update(work, owner, { ...known, trust, importance, pinned });
}

export function* changeMemory(work: Work, botId: BotId, { id, fields }: Change): Write<void> {
  yield* withOwner(work, botId, function* (owner) {
    const row = { ...(yield* getMemory(owner, id)), ...changesToColumns(memoryCodecs, fields) };
    refusePin({ trust: row.trust, approvedAt: row.approved_at, pinned: row.pinned === 1 });
    yield* update(work, owner, row);
  });
}

interface Change {
  readonly id: MemoryId;
  readonly fields: Partial<MemoryFields>;
}

export function* supersedeMemory(
  work: Work,
  botId: BotId,
  { id, by }: { readonly id: MemoryId; readonly by: MemorySeed },
): Write<void> {
  yield* withOwner(work, botId, function* (owner) {
    const old = yield* getMemory(owner, id);
    if (old.superseded_by !== null) throw new AppError("conflict", `${id} is superseded by ${old.superseded_by}`);
    if (old.archived_at !== null) throw new AppError("conflict", `${id} is archived: restore it first`);
    const validFrom = by.validFrom ?? work.at;
    if (validFrom < (old.valid_from ?? old.created_at)) {
      throw new AppError("invalid_request", `validFrom must not be before ${old.valid_from ?? old.created_at}`);
    }
    const row = yield* saveMemory(work, owner, by);
    if (row.id === id) return;
    yield* update(work, owner, { ...old, valid_to: validFrom, superseded_by: row.id, pinned: 0 });
  });
}

export function* archiveMemories(
  work: Work,
  botId: BotId,
  { ids, reason }: { readonly ids: readonly MemoryId[]; readonly reason: ArchiveReason },
): Write<void> {
  yield* withOwner(work, botId, function* (owner) {
    for (const row of yield* findMemories(owner, ids)) {
      const isLeft = row.archived_at === null || row.archived_for === "suggested";
      if (!isLeft) continue;
      yield* run(embeddingStatements.deleteVector, { id: row.id });
      yield* update(work, owner, { ...row, archived_at: work.at, archived_for: reason });
    }
  });
}

export function* restoreMemories(work: Work, botId: BotId, ids: readonly MemoryId[]): Write<void> {
  yield* withOwner(work, botId, function* (owner) {
    for (const row of yield* findMemories(owner, ids)) {
      if (row.archived_at === null) continue;
      const key = { owner: owner.n, same_key: row.same_key ?? "" };
      const isSaid = row.same_key !== null && row.superseded_by === null;
      if (isSaid && (yield* one(statements.memoryByKey, key)) !== undefined) continue;
      yield* update(work, owner, { ...row, archived_at: null, archived_for: null });
    }
  });
}

export function* deleteMemories(work: Work, botId: BotId, ids: readonly MemoryId[]): Write<void> {
  yield* withOwner(work, botId, function* (owner) {
    for (const row of yield* findMemories(owner, ids)) yield* deleteMemory(work, owner, row);
  });
}

export function* deleteMemory(work: Work, owner: Owner, { id }: MemoryRow): Write<void> {
  for (const replaced of yield* all(statements.forgetReplacement, { id, bot: owner.n })) {
    // It must not hold again, so it stays ended, superseded by itself.
    yield* update(work, owner, { ...replaced, superseded_by: replaced.id });
  }
  yield* run(embeddingStatements.deleteVector, { id });
  yield* run(statements.deleteMemory, { id });
  yield* run(statements.deleteRecallsOfMemory, { memory_id: id });
  owner.version += 1;
  yield* run(statements.insertGone, { owner: owner.n, version: owner.version, id });
  noteMemory(work, owner.botId, { deleted: id });
  yield* forgetProposals(work, owner.botId, id);
}

export function* noteRecalled(turnId: TurnId, recalled: readonly Recalled[]): Write<void> {
  yield* run(statements.deleteRecallsOfTurn, { turn_id: turnId });
  for (const [place, { memoryId, botId, score, why }] of recalled.entries()) {
    const row = { turn_id: turnId, place, memory_id: memoryId, bot_id: botId, score, why: JSON.stringify(why) };
    yield* run(statements.insertRecall, row);
  }
}

/** Deletes everything the bot knows, and what others recorded of it. */
export function* deleteMemoryOf(botId: BotId): Write<void> {
  const owner = yield* one(statements.ownerOfBot, { bot_id: botId });
  yield* deleteConsolidationsOf(botId);
  yield* run(statements.deleteAllBlocks, { bot_id: botId });
  yield* run(statements.deleteGrants, { owner_id: botId });
  yield* run(statements.deleteGrantsOfReader, { reader_id: botId });
  if (owner === undefined) return;
  yield* run(statements.deleteAllRecalls, { bot_id: botId });
  yield* run(embeddingStatements.deleteAllVectors, { owner: owner.n });
  yield* run(embeddingStatements.deleteEmbedded, { owner: owner.n });
  yield* run(statements.deleteAllMemories, { owner: owner.n });
  yield* run(statements.deleteAllGone, { owner: owner.n });
  yield* run(statements.deleteAllConversations, { owner: owner.n });
  yield* run(statements.deleteOwner, { n: owner.n });
}

export function* conversationNumber(owner: Owner, name: string): Write<number> {
  const known = owner.conversations.get(name);
  if (known !== undefined) return known;
  const key = { owner: owner.n, name };
  let found = yield* one(statements.conversationByName, key);
  if (found === undefined) {
    yield* run(statements.insertConversation, key);
    found = yield* one(statements.conversationByName, key);
  }
  if (found === undefined) throw new Error("expected the conversation that was just written");
  owner.conversations.set(name, found.n);
  return found.n;
}

export function* update(work: Work, owner: Owner, row: MemoryRow): Write<MemoryRow> {
  owner.version += 1;
  const changed = { ...row, version: owner.version, updated_at: work.at };
  yield* run(statements.updateMemory, changed);
  noteMemory(work, owner.botId, { changed: row.id });
  return changed;
}

/** Another bot's memory counts as missing (ME1). */
export function* getMemory(owner: Owner, id: MemoryId): Write<MemoryRow> {
  const row = yield* one(statements.memoryById, { id });
  return row?.owner === owner.n ? row : missing("memory", id);
}

export function* findMemories(owner: Owner, ids: readonly MemoryId[]): Write<MemoryRow[]> {
  const found: MemoryRow[] = [];
  for (const id of new Set(ids)) {
    const row = yield* one(statements.memoryById, { id });
    if (row?.owner === owner.n) found.push(row);
  }
  return found;
}
