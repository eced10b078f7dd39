/** Keeps consolidations in the in-memory store, with each operation and read as port/consolidation.ts describes it. */

import { AppError, assertNever } from "@reef/protocol/error";
import type { BotId, MemoryId, SessionId } from "@reef/protocol/ids";
import { addUsage } from "@reef/protocol/usage";
import type {
  ConsolidationOp,
  ConsolidationQueries,
  ConsolidationRecord,
  ProposalRecord,
  ProposalSeed,
} from "../port/consolidation.ts";
import { spend } from "./budgets.ts";
import { isActive, own, put, some, suggest, twin } from "./memory-records.ts";
import { type Cut, change, filterValues, get, type ModelState, type ModelWork } from "./state.ts";

type OpOf<Name extends ConsolidationOp["op"]> = Extract<ConsolidationOp, { readonly op: Name }>;

export function applyConsolidationOp(work: ModelWork, op: ConsolidationOp): void {
  switch (op.op) {
    case "consolidation.save":
      save(work, op);
      return;
    case "proposal.settle":
      settle(work, op);
      return;
    case "memory.reword": {
      const memory = own(work, op.botId, op.id);
      if (memory.archivedFor !== "suggested") throw new AppError("conflict", "it is no suggestion");
      put(work, { ...memory, text: op.text });
      return;
    }
    case "memory.replace": {
      const next = own(work, op.botId, op.by);
      if (!isActive(next)) throw new AppError("conflict", "it does not hold");
      for (const id of new Set(op.ids)) {
        if (id === op.by) continue;
        const old = own(work, op.botId, id);
        if (!isActive(old) || old.pinned) throw new AppError("conflict", "it cannot be replaced");
        const validTo = old.validFrom > next.validFrom ? old.validFrom : next.validFrom;
        put(work, { ...old, validTo, supersededBy: op.by });
      }
      return;
    }
    case "memory.reinstate":
      for (const old of some(work, op.botId, op.ids)) {
        if (old.supersededBy !== op.by || old.archivedAt !== null || twin(work, op.botId, old) !== undefined) continue;
        put(work, { ...old, validTo: null, supersededBy: null });
      }
      return;
    case "memory.policy": {
      get(work.state.bots, op.botId);
      const { policies } = work.state.known;
      if ((policies.get(op.botId) ?? "propose") === op.consolidation) return;
      policies.set(op.botId, op.consolidation);
      work.events.push({ type: "memory_policy.changed", botId: op.botId });
      return;
    }
    default:
      assertNever(op);
  }
}

function save(work: ModelWork, { consolidation }: OpOf<"consolidation.save">): void {
  const { state, at, events } = work;
  const { botId, sessionId, usage, proposals: seeds, ...rest } = consolidation;
  const session = get(state.sessions, sessionId);
  if (session.botId !== botId) throw new AppError("not_found", "it is another bot's session");
  if (session.memory === "off") throw new AppError("conflict", "the session is incognito");
  if ((throughOf(state, botId).get(sessionId) ?? 0) >= rest.fromSeq)
    throw new AppError("conflict", "looked at already");
  const proposals = seeds.flatMap((seed) => saveProposal(work, botId, seed));
  state.known.consolidations.set(rest.id, { ...rest, botId, sessionId, usage, proposals, createdAt: at });
  const bot = get(state.bots, botId);
  change(state.bots, botId, { spend: addUsage(bot.spend, usage) });
  if (usage.modelCalls > 0) spend(work, { botId, sessionId, chainId: null }, usage);
  events.push({ type: "consolidation.changed", botId, consolidationId: rest.id });
}

function saveProposal(work: ModelWork, botId: BotId, seed: ProposalSeed): readonly ProposalRecord[] {
  const there = seed.memory === null ? undefined : twin(work, botId, seed.memory);
  const isNew = seed.memory !== null && there === undefined;
  const ends = some(work, botId, seed.ends).filter((memory) => isActive(memory) && memory.id !== there?.id);
  if (!isNew && ends.length === 0) return [];
  if (isNew && seed.memory !== null) suggest(work, botId, seed.memory);
  return [
    {
      id: seed.id,
      action: seed.action,
      state: "open",
      reason: seed.reason,
      memoryId: isNew ? (seed.memory?.id ?? null) : (there?.id ?? null),
      isNew,
      ends: ends.map(({ id }) => id).toSorted(),
      sources: [...seed.sources],
      settledBy: null,
      settledAt: null,
    },
  ];
}

function settle({ state, at, events }: ModelWork, op: OpOf<"proposal.settle">): void {
  const { botId, id, from, to, by, sameAs } = op;
  const [record] = filterValues(state.known.consolidations, ({ proposals }) =>
    proposals.some((proposal) => proposal.id === id),
  );
  const proposal = record?.proposals.find((proposal) => proposal.id === id);
  if (record === undefined || proposal === undefined || record.botId !== botId) {
    throw new AppError("not_found", "no such proposal");
  }
  if (!from.includes(proposal.state)) throw new AppError("conflict", `it is ${proposal.state}`);
  const named = sameAs === undefined ? {} : { memoryId: sameAs, isNew: false };
  const settled: ProposalRecord = { ...proposal, ...named, state: to, settledBy: by, settledAt: at };
  const proposals = record.proposals.map((proposal) => (proposal.id === id ? settled : proposal));
  state.known.consolidations.set(record.id, { ...record, proposals });
  events.push({ type: "consolidation.changed", botId, consolidationId: record.id });
}

/** Deleting a memory deletes the proposals that name it. */
export function forgetProposals({ state, events }: ModelWork, memoryId: MemoryId): void {
  for (const record of filterValues(state.known.consolidations, () => true)) {
    const left = record.proposals.filter(
      (proposal) => proposal.memoryId !== memoryId && !proposal.ends.includes(memoryId),
    );
    if (left.length === record.proposals.length) continue;
    state.known.consolidations.set(record.id, { ...record, proposals: left });
    events.push({ type: "consolidation.changed", botId: record.botId, consolidationId: record.id });
  }
}

export function consolidationQueries(current: () => ModelState, cut: Cut): ConsolidationQueries {
  const all = (keep: (record: ConsolidationRecord) => boolean) => filterValues(current().known.consolidations, keep);
  return {
    consolidations: async (botId, { open }, page) => {
      const isWanted = (record: ConsolidationRecord) =>
        open !== true || record.proposals.some(({ state }) => state === "open");
      return cut(all((record) => record.botId === botId && isWanted(record)).toReversed(), page);
    },
    consolidation: async (id) => current().known.consolidations.get(id) ?? null,
    consolidationAdding: async (id) =>
      all(({ proposals }) => proposals.some((proposal) => proposal.isNew && proposal.memoryId === id))[0] ?? null,
    consolidatedThrough: async (botId) => throughOf(current(), botId),
    consolidationPolicy: async (botId) => current().known.policies.get(botId) ?? "propose",
  };
}

function throughOf({ known }: ModelState, botId: BotId): ReadonlyMap<SessionId, number> {
  const through = new Map<SessionId, number>();
  for (const { sessionId, throughSeq } of filterValues(known.consolidations, (record) => record.botId === botId)) {
    through.set(sessionId, Math.max(through.get(sessionId) ?? 0, throughSeq));
  }
  return through;
}
