/** Reads consolidations for people: with the memories they name, as those are now, and the lines they were made of. */
import type { Consolidation, Proposal, ProposalSource } from "@reef/protocol/consolidation";
import type { BotId, MemoryId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { Deps } from "../deps.ts";
import type { ConsolidationRecord, ProposalRecord } from "../port/consolidation.ts";

/** Newest first. `open` selects those with a pending proposal. */
export async function listConsolidations(
  deps: Deps,
  botId: BotId,
  { open, ...page }: PageRequest & { readonly open?: boolean | undefined },
): Promise<Page<Consolidation>> {
  const { items, next } = await deps.store.read.consolidations(botId, { open }, page);
  const consolidations: Consolidation[] = [];
  for (const record of items) consolidations.push(await resolveConsolidation(deps, record));
  return { items: consolidations, next };
}

export async function resolveConsolidation({ store }: Deps, record: ConsolidationRecord): Promise<Consolidation> {
  const { botId } = record;
  const named = record.proposals.flatMap(({ memoryId, ends, sources }) => [
    ...(memoryId === null ? [] : [memoryId]),
    ...ends,
    ...sources,
  ]);
  const memories = await store.read.memoriesOf(botId, [...new Set(named)]);
  const byId = new Map(memories.map((memory) => [memory.id, memory]));
  return { ...record, proposals: record.proposals.map((proposal) => toProposal(proposal, byId)) };
}

function toProposal(record: ProposalRecord, byId: ReadonlyMap<MemoryId, Memory>): Proposal {
  const { memoryId, isNew: _, ends, sources, ...rest } = record;
  const find = (ids: readonly MemoryId[]) => ids.flatMap((id) => byId.get(id) ?? []);
  return {
    ...rest,
    memory: memoryId === null ? null : (byId.get(memoryId) ?? null),
    ends: find(ends),
    sources: find(sources).map(toSource),
  };
}

function toSource({ id, source, speaker, text, occurredAt, createdAt }: Memory): ProposalSource {
  const isEntry = source.kind === "entry";
  return {
    memoryId: id,
    sessionId: isEntry ? source.sessionId : null,
    entryId: isEntry ? source.entryId : null,
    speaker,
    text,
    at: occurredAt ?? createdAt,
  };
}
