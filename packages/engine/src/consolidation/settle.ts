/**
 * Settles proposals for a person. Accepting takes in what a proposal adds and ends what it replaces or forgets, in one
 * unit; undoing makes every old version hold again (ME4, ME7). What cannot be done is reported for each proposal.
 */

import type { ConsolidationOutcome, ProposalAcceptance, ProposalChoice } from "@reef/protocol/consolidation";
import { AppError } from "@reef/protocol/error";
import type { ConsolidationId, MemoryId, ProposalId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { sameKey } from "../memory/same-key.ts";
import type { ConsolidationRecord, ProposalRecord } from "../port/consolidation.ts";
import type { Op } from "../port/unit.ts";
import { resolveConsolidation } from "./read.ts";

type Target = "accepted" | "rejected" | "undone";

export interface Settlement extends ProposalChoice {
  readonly to: Target;
  readonly by: "person" | "policy";
  readonly texts?: ProposalAcceptance["texts"];
}

const fromByTarget = {
  accepted: ["open", "rejected", "undone"],
  rejected: ["open"],
  undone: ["accepted"],
} as const satisfies Record<Target, readonly ProposalRecord["state"][]>;

/** Without `ids`, accepts or rejects the open ones, and undoes the accepted ones. */
export async function settleProposals(
  deps: Deps,
  id: ConsolidationId,
  settlement: Settlement,
): Promise<ConsolidationOutcome> {
  const record = await found(deps.store.read.consolidation(id), "consolidation", id);
  const chosen = choose(record, settlement);
  const refused: { id: ProposalId; reason: string }[] = [];
  for (const proposal of chosen) {
    try {
      await commitOps(deps, ...(await toOps(deps, record, { proposal, settlement })));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused.push({ id: proposal.id, reason: error.message });
    }
  }
  const after = await found(deps.store.read.consolidation(id), "consolidation", id);
  return { consolidation: await resolveConsolidation(deps, after), refused };
}

/**
 * Settles the proposal that suggests this memory. Returns false if there is none; throws `conflict` if it cannot be
 * settled.
 */
export async function settleSuggestion(deps: Deps, id: MemoryId, to: "accepted" | "rejected"): Promise<boolean> {
  const record = await deps.store.read.consolidationAdding(id);
  const proposal = record?.proposals.find(({ memoryId }) => memoryId === id);
  if (record === null || proposal === undefined) return false;
  const { refused } = await settleProposals(deps, record.id, { to, ids: [proposal.id], by: "person" });
  const [why] = refused;
  if (why !== undefined) throw new AppError("conflict", why.reason);
  return true;
}

function choose(
  { id, proposals }: ConsolidationRecord,
  { to, ids, texts = {} }: Settlement,
): readonly ProposalRecord[] {
  const byId = new Map(proposals.map((proposal) => [proposal.id, proposal]));
  const usual = to === "undone" ? "accepted" : "open";
  const chosen =
    ids === undefined
      ? proposals.filter(({ state }) => state === usual)
      : [...new Set(ids)].map((each) => {
          const proposal = byId.get(each);
          if (proposal === undefined) throw new AppError("not_found", `${id} has no proposal ${each}`);
          return proposal;
        });
  for (const each of Object.keys(texts)) {
    if (chosen.some((proposal) => proposal.id === each && proposal.isNew)) continue;
    throw new AppError("invalid_request", `texts: ${each} is not an accepted proposal that adds a memory`);
  }
  // Undoes the proposal accepted last first.
  return to === "undone" ? chosen.toReversed() : chosen;
}

interface Step {
  readonly proposal: ProposalRecord;
  readonly settlement: Settlement;
}

async function toOps(deps: Deps, { botId }: ConsolidationRecord, step: Step): Promise<readonly Op[]> {
  const { proposal, settlement } = step;
  const { to, by } = settlement;
  const { memoryId } = proposal;
  const memory = memoryId === null ? null : ((await deps.store.read.memoriesOf(botId, [memoryId]))[0] ?? null);
  const settle = { op: "proposal.settle" as const, botId, id: proposal.id, from: fromByTarget[to], to, by };
  switch (to) {
    case "accepted":
      return acceptOps(deps, step, { memory, settle });
    case "rejected":
      return [settle, ...(memory !== null && proposal.isNew ? [archive(memory, "forgotten")] : [])];
    case "undone":
      if (memory === null) return [settle, { op: "memory.restore", botId, ids: proposal.ends }];
      return [settle, ...undoOps(proposal, memory)];
    default:
      return to satisfies never;
  }
}

interface Acceptance {
  readonly memory: Memory | null;
  readonly settle: Extract<Op, { readonly op: "proposal.settle" }>;
}

async function acceptOps(
  deps: Deps,
  { proposal, settlement }: Step,
  { memory, settle }: Acceptance,
): Promise<readonly Op[]> {
  const { botId } = settle;
  const ends = await readEnds(deps, settle, proposal);
  if (memory === null) return [settle, { op: "memory.archive", botId, ids: ends, reason: "forgotten" }];
  if (!proposal.isNew) return [settle, { op: "memory.replace", botId, ids: ends, by: memory.id }];
  const text = settlement.texts?.[proposal.id] ?? memory.text;
  const isReworded = text !== memory.text;
  if (isReworded && memory.archivedFor !== "suggested") {
    throw new AppError("conflict", "it is no longer a suggestion: accept it as it is, then correct the memory");
  }
  const twin = await deps.store.read.memoryByKey(botId, sameKey({ ...memory, text }));
  if (twin !== null) {
    // Another memory says the same by now, so that one replaces what this one was to replace.
    return [
      { ...settle, sameAs: twin.id },
      archive(memory, "undone"),
      ...replaceOps(
        botId,
        ends.filter((id) => id !== twin.id),
        twin.id,
      ),
    ];
  }
  return [
    settle,
    ...(isReworded ? [{ op: "memory.reword" as const, botId, id: memory.id, text }] : []),
    { op: "memory.restore", botId, ids: [memory.id] },
    ...replaceOps(botId, ends, memory.id),
  ];
}

function replaceOps(botId: Memory["botId"], ids: readonly MemoryId[], by: MemoryId): readonly Op[] {
  return ids.length === 0 ? [] : [{ op: "memory.replace", botId, ids, by }];
}

/**
 * Returns what still holds of what it ends. Throws `conflict` if a person has corrected or pinned one of them since.
 */
async function readEnds(
  deps: Deps,
  { botId }: Acceptance["settle"],
  { ends }: ProposalRecord,
): Promise<readonly MemoryId[]> {
  const memories = await deps.store.read.memoriesOf(botId, ends);
  const pinned = memories.find((memory) => memory.pinned);
  if (pinned !== undefined) throw new AppError("conflict", `${pinned.id} has been pinned: unpin it first`);
  const corrected = memories.find(({ supersededBy }) => supersededBy !== null);
  if (corrected !== undefined) throw new AppError("conflict", `${corrected.id} has been corrected since`);
  return memories.filter(({ archivedAt }) => archivedAt === null).map(({ id }) => id);
}

function undoOps({ action, isNew, ends }: ProposalRecord, memory: Memory): readonly Op[] {
  if (isNew && memory.supersededBy !== null) {
    throw new AppError(
      "conflict",
      `${memory.id} has been corrected since: what it replaced would contradict the correction`,
    );
  }
  const { botId } = memory;
  return [
    ...(isNew && memory.archivedAt === null ? [archive(memory, "undone")] : []),
    ...(action === "add" ? [] : [{ op: "memory.reinstate" as const, botId, ids: ends, by: memory.id }]),
  ];
}

function archive({ id, botId }: Memory, reason: "forgotten" | "undone"): Op {
  return { op: "memory.archive", botId, ids: [id], reason };
}
