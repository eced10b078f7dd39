/**
 * What a bot knows. Every change of a memory gives it the next version of its bot, by which an index follows; the same
 * said twice is one row (ME3), and what is replaced stays (ME4).
 */
import { higherTrust, refusePin } from "@reef/engine/memory/trust";
import type { MemorySeed } from "@reef/engine/port/memory-seed";
import type { MemoryFields } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { BotId, MemoryId, TurnId } from "@reef/protocol/ids";
import type { ArchiveReason, Recalled } from "@reef/protocol/memory";
import { changesToColumns } from "../fields/codec.ts";
import { memoryCodecs } from "../fields/memory.ts";
import { memorySeedToRow } from "../rows/memory.ts";
import type { MemoryRow } from "../tables.ts";
import * as embeddingStatements from "./embedding-statements.ts";
import * as statements from "./memory-statements.ts";
import { deleteConsolidationsOf, forgetProposals } from "./proposals.ts";
import { getBot, missing, noteMemory, type Work } from "./work.ts";

/** The bot's memory while a unit changes it. */
export interface Owner {
  readonly n: number;
  readonly botId: BotId;
  version: number;
  readonly conversations: Map<string, number>;
}

/** Gives what `change` gives; the versions it took are written down. */
export function withOwner<Result>(work: Work, botId: BotId, change: (owner: Owner) => Result): Result {
  getBot(work, botId);
  let row = work.connection.get(statements.ownerOfBot, { bot_id: botId });
  if (row === undefined) {
    work.connection.run(statements.insertOwner, { bot_id: botId, version: 0 });
    row = work.connection.get(statements.ownerOfBot, { bot_id: botId });
  }
  if (row === undefined) throw new Error("expected the owner that was just written");
  const owner: Owner = { n: row.n, botId, version: row.version, conversations: new Map() };
  const result = change(owner);
  if (owner.version !== row.version) work.connection.run(statements.updateOwner, owner);
  return result;
}

export function saveMemories(work: Work, botId: BotId, seeds: readonly MemorySeed[]): void {
  withOwner(work, botId, (owner) => {
    for (const seed of seeds) saveMemory(work, owner, seed);
  });
}

/** The memory that holds what the seed says: a new one, or the one that says it already. */
function saveMemory(work: Work, owner: Owner, seed: MemorySeed): MemoryRow {
  refusePin({ ...seed, approvedAt: null });
  const conversation = seed.conversation === null ? null : conversationNumber(work, owner, seed.conversation);
  const row = memorySeedToRow(seed, { owner: owner.n, version: owner.version + 1, conversation, at: work.at });
  const known = twinOf(work, owner, row.same_key ?? "");
  if (known === undefined) return insertMemory(work, owner, row);
  work.known.push({ id: seed.id, sameAs: known.id });
  // What is only suggested confirms nothing.
  return seed.isSuggested === true ? known : confirm(work, owner, { known, seed });
}

/** The active memory with this hash of a key. */
export function twinOf(work: Work, owner: Owner, hash: string): MemoryRow | undefined {
  return work.connection.get(statements.memoryByKey, { owner: owner.n, same_key: hash });
}

export function insertMemory(work: Work, owner: Owner, row: MemoryRow): MemoryRow {
  owner.version += 1;
  work.connection.run(statements.insertMemory, row);
  noteMemory(work, owner.botId, { changed: row.id });
  return row;
}

function confirm(
  work: Work,
  owner: Owner,
  { known, seed }: { readonly known: MemoryRow; readonly seed: MemorySeed },
): MemoryRow {
  if (seed.trust === "tool" && known.trust !== "tool") return known;
  const trust = higherTrust(known.trust, seed.trust);
  const importance = Math.max(known.importance ?? 0.5, seed.importance);
  const pinned = seed.pinned ? 1 : known.pinned;
  if (trust === known.trust && importance === (known.importance ?? 0.5) && pinned === known.pinned) return known;
  return update(work, owner, { ...known, trust, importance, pinned });
}

export function changeMemory(work: Work, botId: BotId, { id, fields }: Change): void {
  withOwner(work, botId, (owner) => {
    const row = { ...getMemory(work, owner, id), ...changesToColumns(memoryCodecs, fields) };
    refusePin({ trust: row.trust, approvedAt: row.approved_at, pinned: row.pinned === 1 });
    update(work, owner, row);
  });
}

interface Change {
  readonly id: MemoryId;
  readonly fields: Partial<MemoryFields>;
}

export function supersedeMemory(
  work: Work,
  botId: BotId,
  { id, by }: { readonly id: MemoryId; readonly by: MemorySeed },
): void {
  withOwner(work, botId, (owner) => {
    const old = getMemory(work, owner, id);
    if (old.superseded_by !== null) throw new AppError("conflict", `${id} is superseded by ${old.superseded_by}`);
    if (old.archived_at !== null) throw new AppError("conflict", `${id} is archived: restore it first`);
    const validFrom = by.validFrom ?? work.at;
    if (validFrom < (old.valid_from ?? old.created_at)) {
      throw new AppError("invalid_request", `validFrom must not be before ${old.valid_from ?? old.created_at}`);
    }
    const row = saveMemory(work, owner, by);
    if (row.id === id) return;
    update(work, owner, { ...old, valid_to: validFrom, superseded_by: row.id, pinned: 0 });
  });
}

export function archiveMemories(
  work: Work,
  botId: BotId,
  { ids, reason }: { readonly ids: readonly MemoryId[]; readonly reason: ArchiveReason },
): void {
  withOwner(work, botId, (owner) => {
    for (const row of findMemories(work, owner, ids)) {
      const isLeft = row.archived_at === null || row.archived_for === "suggested";
      if (!isLeft) continue;
      work.connection.run(embeddingStatements.deleteVector, { id: row.id });
      update(work, owner, { ...row, archived_at: work.at, archived_for: reason });
    }
  });
}

export function restoreMemories(work: Work, botId: BotId, ids: readonly MemoryId[]): void {
  withOwner(work, botId, (owner) => {
    for (const row of findMemories(work, owner, ids)) {
      if (row.archived_at === null) continue;
      const key = { owner: owner.n, same_key: row.same_key ?? "" };
      const isSaid = row.same_key !== null && row.superseded_by === null;
      if (isSaid && work.connection.get(statements.memoryByKey, key) !== undefined) continue;
      update(work, owner, { ...row, archived_at: null, archived_for: null });
    }
  });
}

export function deleteMemories(work: Work, botId: BotId, ids: readonly MemoryId[]): void {
  withOwner(work, botId, (owner) => {
    for (const row of findMemories(work, owner, ids)) deleteMemory(work, owner, row);
  });
}

export function deleteMemory(work: Work, owner: Owner, { id }: MemoryRow): void {
  for (const replaced of work.connection.all(statements.forgetReplacement, { id, bot: owner.n })) {
    // It must not come back as what holds: it stays ended, superseded by itself.
    update(work, owner, { ...replaced, superseded_by: replaced.id });
  }
  work.connection.run(embeddingStatements.deleteVector, { id });
  work.connection.run(statements.deleteMemory, { id });
  work.connection.run(statements.deleteRecallsOfMemory, { memory_id: id });
  owner.version += 1;
  work.connection.run(statements.insertGone, { owner: owner.n, version: owner.version, id });
  noteMemory(work, owner.botId, { deleted: id });
  forgetProposals(work, owner.botId, id);
}

export function noteRecalled(work: Work, turnId: TurnId, recalled: readonly Recalled[]): void {
  work.connection.run(statements.deleteRecallsOfTurn, { turn_id: turnId });
  for (const [place, { memoryId, botId, score, why }] of recalled.entries()) {
    const row = { turn_id: turnId, place, memory_id: memoryId, bot_id: botId, score, why: JSON.stringify(why) };
    work.connection.run(statements.insertRecall, row);
  }
}

/** Everything the bot knows, and what others noted of it. */
export function deleteMemoryOf(work: Work, botId: BotId): void {
  const owner = work.connection.get(statements.ownerOfBot, { bot_id: botId });
  deleteConsolidationsOf(work, botId);
  work.connection.run(statements.deleteAllBlocks, { bot_id: botId });
  work.connection.run(statements.deleteGrants, { owner_id: botId });
  work.connection.run(statements.deleteGrantsOfReader, { reader_id: botId });
  if (owner === undefined) return;
  work.connection.run(statements.deleteAllRecalls, { bot_id: botId });
  work.connection.run(embeddingStatements.deleteAllVectors, { owner: owner.n });
  work.connection.run(embeddingStatements.deleteEmbedded, { owner: owner.n });
  work.connection.run(statements.deleteAllMemories, { owner: owner.n });
  work.connection.run(statements.deleteAllGone, { owner: owner.n });
  work.connection.run(statements.deleteAllConversations, { owner: owner.n });
  work.connection.run(statements.deleteOwner, { n: owner.n });
}

export function conversationNumber(work: Work, owner: Owner, name: string): number {
  const known = owner.conversations.get(name);
  if (known !== undefined) return known;
  const of = { owner: owner.n, name };
  let found = work.connection.get(statements.conversationByName, of);
  if (found === undefined) {
    work.connection.run(statements.insertConversation, of);
    found = work.connection.get(statements.conversationByName, of);
  }
  if (found === undefined) throw new Error("expected the conversation that was just written");
  owner.conversations.set(name, found.n);
  return found.n;
}

export function update(work: Work, owner: Owner, row: MemoryRow): MemoryRow {
  owner.version += 1;
  const changed = { ...row, version: owner.version, updated_at: work.at };
  work.connection.run(statements.updateMemory, changed);
  noteMemory(work, owner.botId, { changed: row.id });
  return changed;
}

/** Another bot's memory is as good as none (ME1). */
export function getMemory(work: Work, owner: Owner, id: MemoryId): MemoryRow {
  const row = work.connection.get(statements.memoryById, { id });
  return row?.owner === owner.n ? row : missing("memory", id);
}

export function findMemories(work: Work, owner: Owner, ids: readonly MemoryId[]): MemoryRow[] {
  return [...new Set(ids)].flatMap((id) => {
    const row = work.connection.get(statements.memoryById, { id });
    return row?.owner === owner.n ? [row] : [];
  });
}
