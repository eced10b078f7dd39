/**
 * Keeps consolidations and settles their proposals. A proposal names memories and holds no text of them; a stretch of
 * entries is consolidated once; what a proposal ends holds again when it is undone (ME4, ME7).
 */
import { sameKey } from "@reef/engine/memory/same-key";
import type { ConsolidationOp, ProposalSeed } from "@reef/engine/port/consolidation";
import { AppError } from "@reef/protocol/error";
import type { ConsolidationId } from "@reef/protocol/ids";
import type { MemoryRow } from "../memory-tables.ts";
import { hashKey, memorySeedToRow } from "../rows/memory.ts";
import { usdToNanos } from "../rows/usage.ts";
import { spend } from "./budgets.ts";
import * as statements from "./consolidation-statements.ts";
import { findMemories, getMemory, insertMemory, type Owner, twinOf, update, withOwner } from "./memories.ts";
import { one, run, type Write } from "./steps.ts";
import { getBot, getSession, missing, touchBot, type Work } from "./work.ts";

type OpOf<Name extends ConsolidationOp["op"]> = Extract<ConsolidationOp, { readonly op: Name }>;

export function* saveConsolidation(work: Work, { consolidation }: OpOf<"consolidation.save">): Write<void> {
  const { id, botId, sessionId, cause, by, model, note, fromSeq, throughSeq, usage, proposals } = consolidation;
  const session = yield* getSession(work, sessionId);
  if (session.bot_id !== botId) missing("session", sessionId);
  if (session.memory === "off")
    throw new AppError("conflict", "this session is incognito: nothing in it is remembered");
  const seen = yield* one(statements.consolidatedThrough, { bot_id: botId, session_id: sessionId });
  if ((seen?.through_seq ?? 0) >= fromSeq) {
    throw new AppError("conflict", `entries up to ${seen?.through_seq} of this session were already looked at`);
  }
  yield* run(statements.insertConsolidation, {
    id,
    bot_id: botId,
    session_id: sessionId,
    cause,
    made_by: by,
    model,
    note,
    from_seq: fromSeq,
    through_seq: throughSeq,
    usage: JSON.stringify(usage),
    created_at: work.at,
  });
  yield* withOwner(work, botId, function* (owner) {
    for (const proposal of proposals) yield* saveProposal(work, owner, { proposal, consolidationId: id });
  });
  const bot = yield* getBot(work, botId);
  bot.model_calls += usage.modelCalls;
  bot.input_tokens += usage.inputTokens;
  bot.output_tokens += usage.outputTokens;
  bot.cost_nanos += usdToNanos(usage.costUsd);
  bot.unpriced_calls += usage.unpricedCalls;
  touchBot(work, bot, usage.modelCalls > 0);
  if (usage.modelCalls > 0) yield* spend(work, { botId, sessionId, chainId: null }, usage);
  work.events.push({ type: "consolidation.changed", botId, consolidationId: id });
}

function* saveProposal(
  work: Work,
  owner: Owner,
  { proposal: seed, consolidationId }: { readonly proposal: ProposalSeed; readonly consolidationId: ConsolidationId },
): Write<void> {
  const { id, action, memory, reason, ...proposal } = seed;
  const ends = (yield* findMemories(owner, proposal.ends)).filter(isActive);
  const twin = memory === null ? undefined : yield* twinOf(owner, hashKey(sameKey(memory)));
  const isNew = memory !== null && twin === undefined;
  const ended = ends.filter((row) => row.id !== twin?.id);
  if (!isNew && ended.length === 0) return;
  if (isNew) {
    const place = { owner: owner.n, version: owner.version + 1, conversation: null, at: work.at };
    yield* insertMemory(work, owner, memorySeedToRow({ ...memory, isSuggested: true, pinned: false }, place));
  }
  yield* run(statements.insertProposal, {
    id,
    consolidation_id: consolidationId,
    bot_id: owner.botId,
    action,
    state: "open",
    memory_id: isNew ? memory.id : (twin?.id ?? null),
    is_new: isNew ? 1 : 0,
    sources: JSON.stringify(proposal.sources),
    reason,
    settled_by: null,
    settled_at: null,
  });
  for (const row of ended) yield* run(statements.insertProposalEnd, { proposal_id: id, memory_id: row.id });
}

export function* settleProposal(work: Work, { botId, id, from, to, by, sameAs }: OpOf<"proposal.settle">): Write<void> {
  const row = yield* one(statements.proposalById, { id });
  if (row === undefined || row.bot_id !== botId) missing("proposal", id);
  if (!from.includes(row.state)) throw new AppError("conflict", `the proposal is already ${row.state}`);
  const named = sameAs === undefined ? {} : { memory_id: sameAs, is_new: 0 as const };
  yield* run(statements.settleProposal, {
    ...row,
    ...named,
    state: to,
    settled_by: by,
    settled_at: work.at,
  });
  work.events.push({ type: "consolidation.changed", botId, consolidationId: row.consolidation_id });
}

export function* rewordMemory(work: Work, { botId, id, text }: OpOf<"memory.reword">): Write<void> {
  yield* withOwner(work, botId, function* (owner) {
    const row = yield* getMemory(owner, id);
    if (row.archived_for !== "suggested")
      throw new AppError("conflict", `${id} is not a suggestion: correct it instead`);
    const same_key = hashKey(
      sameKey({
        kind: row.kind,
        text,
        speaker: row.speaker,
        conversation: null,
        seq: row.seq,
        occurredAt: row.occurred_at,
        metadata: {},
        source: { kind: "person" },
      }),
    );
    yield* run(statements.rewordMemory, { id, text, same_key });
    yield* update(work, owner, { ...row, text, same_key });
  });
}

export function* replaceMemories(work: Work, { botId, ids, by }: OpOf<"memory.replace">): Write<void> {
  yield* withOwner(work, botId, function* (owner) {
    const next = yield* getMemory(owner, by);
    assertHolds(next);
    for (const id of new Set(ids)) {
      if (id === by) continue;
      const old = yield* getMemory(owner, id);
      assertHolds(old);
      if (old.pinned === 1) throw new AppError("conflict", `${id} is pinned: unpin it first`);
      yield* update(work, owner, { ...old, valid_to: later(startOf(next), startOf(old)), superseded_by: by });
    }
  });
}

export function* reinstateMemories(work: Work, { botId, ids, by }: OpOf<"memory.reinstate">): Write<void> {
  yield* withOwner(work, botId, function* (owner) {
    for (const old of yield* findMemories(owner, ids)) {
      if (old.superseded_by !== by || old.archived_at !== null) continue;
      if (old.same_key !== null && (yield* twinOf(owner, old.same_key)) !== undefined) continue;
      yield* update(work, owner, { ...old, valid_to: null, superseded_by: null });
    }
  });
}

export function* putMemoryPolicy(work: Work, { botId, consolidation }: OpOf<"memory.policy">): Write<void> {
  yield* getBot(work, botId);
  const there = yield* one(statements.policyOfBot, { bot_id: botId });
  if ((there?.consolidation ?? "propose") === consolidation) return;
  yield* run(statements.putPolicy, { bot_id: botId, consolidation });
  work.events.push({ type: "memory_policy.changed", botId });
}

function assertHolds(row: MemoryRow): void {
  if (row.superseded_by !== null) throw new AppError("conflict", `${row.id} is superseded by ${row.superseded_by}`);
  if (row.archived_at !== null) throw new AppError("conflict", `${row.id} is archived: restore it first`);
}

function isActive(row: MemoryRow): boolean {
  return row.superseded_by === null && row.archived_at === null;
}

function startOf({ valid_from, created_at }: MemoryRow) {
  return valid_from ?? created_at;
}

function later<Time extends string>(a: Time, b: Time): Time {
  return b > a ? b : a;
}
