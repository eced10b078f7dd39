/** Reads the proposals of consolidations, and how far each session was consolidated. */
import type { ConsolidationQueries, ConsolidationRecord, ProposalRecord } from "@reef/engine/port/consolidation";
import type { Usage } from "@reef/protocol/bot";
import type { BotId, ConsolidationId, MemoryId, SessionId, TopicId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { sql } from "kysely";
import type { ConsolidationRow, MemoryPolicyRow, ProposalEndRow, ProposalRow } from "../memory-tables.ts";
import { type Source, statement } from "../sql.ts";
import { cursorToSortKey, makePage } from "./page.ts";

const consolidationById = statement<{ id: ConsolidationId }, ConsolidationRow>((db, param) =>
  db.selectFrom("consolidations").selectAll().where("id", "=", param("id")),
);
const consolidationAdding = statement<{ memory_id: MemoryId }, ConsolidationRow>((db, param) =>
  db
    .selectFrom("consolidations")
    .selectAll("consolidations")
    .innerJoin("proposals", "proposals.consolidation_id", "consolidations.id")
    .where("proposals.memory_id", "=", param("memory_id"))
    .where("proposals.is_new", "=", sql.lit(1 as const)),
);
const throughOfBot = statement<{ bot_id: BotId }, { session_id: SessionId; through_seq: number }>((db, param) =>
  db
    .selectFrom("consolidations")
    .select((build) => ["session_id", build.fn.max("through_seq").as("through_seq")])
    .where("bot_id", "=", param("bot_id"))
    .groupBy("session_id"),
);
const policyOfBot = statement<{ bot_id: BotId }, MemoryPolicyRow>((db, param) =>
  db.selectFrom("memory_policies").selectAll().where("bot_id", "=", param("bot_id")),
);

export function consolidationQueries(source: Source): ConsolidationQueries {
  const withProposals = async (rows: readonly ConsolidationRow[]): Promise<readonly ConsolidationRecord[]> => {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const proposals = await source.query((db) =>
      db.selectFrom("proposals").selectAll().where("consolidation_id", "in", ids).orderBy("id"),
    );
    const ends = await source.query((db) =>
      db
        .selectFrom("proposal_ends")
        .selectAll("proposal_ends")
        .innerJoin("proposals", "proposals.id", "proposal_ends.proposal_id")
        .where("proposals.consolidation_id", "in", ids)
        .orderBy("proposal_ends.memory_id"),
    );
    const byConsolidation = Map.groupBy(proposals, (row) => row.consolidation_id);
    const byProposal = Map.groupBy(ends, (row) => row.proposal_id);
    return rows.map((row) => rowToRecord(row, byConsolidation.get(row.id) ?? [], byProposal));
  };
  return {
    consolidations: async (botId, { open }, page) => {
      const after = cursorToSortKey(page, ["string"]);
      const rows = await source.query((db) => {
        let query = db
          .selectFrom("consolidations")
          .selectAll()
          .where("bot_id", "=", botId)
          .orderBy("id", "desc")
          .limit(page.limit + 1);
        if (after !== null) query = query.where("id", "<", after[0] as ConsolidationId);
        if (open === true) {
          const waiting = (id: "consolidations.id") =>
            sql<boolean>`exists (select 1 from proposals where consolidation_id = ${sql.ref(id)} and state = 'open')`;
          query = query.where(waiting("consolidations.id"));
        }
        return query;
      });
      const shown = makePage(rows, { limit: page.limit, sortKeyOf: ({ id }) => [id], toItem: (row) => row });
      return { items: [...(await withProposals(shown.items))], next: shown.next };
    },
    consolidation: async (id) => (await withProposals(await source.all(consolidationById, { id })))[0] ?? null,
    consolidationAdding: async (id) =>
      (await withProposals(await source.all(consolidationAdding, { memory_id: id })))[0] ?? null,
    consolidatedThrough: async (botId) => {
      const rows = await source.all(throughOfBot, { bot_id: botId });
      return new Map(rows.map((row) => [row.session_id, row.through_seq]));
    },
    consolidationPolicy: async (botId) =>
      (await source.all(policyOfBot, { bot_id: botId }))[0]?.consolidation ?? "propose",
  };
}

interface UseRow {
  bot_id: BotId;
  usage: string;
  created_at: IsoTime;
  model: string | null;
  root_id: SessionId | null;
  topic_id: TopicId | null;
}

const usages = statement<{ since: IsoTime; before: IsoTime }, UseRow>((db, param) =>
  db
    .selectFrom("consolidations")
    .leftJoin("sessions", "sessions.id", "consolidations.session_id")
    .select([
      "consolidations.bot_id",
      "consolidations.usage",
      "consolidations.created_at",
      "consolidations.model",
      "sessions.root_id",
      "sessions.topic_id",
    ])
    .where("consolidations.created_at", ">=", param("since"))
    .where("consolidations.created_at", "<", param("before"))
    .orderBy("consolidations.created_at"),
);

export interface ConsolidationUse {
  readonly botId: BotId;
  readonly at: IsoTime;
  readonly usage: Usage;
  readonly model: string | null;
  readonly rootId: SessionId | null;
  readonly topicId: TopicId | null;
}

/** Reads the usage of consolidations in this range, which no turn's step reports. */
export async function readConsolidationUses(
  source: Source,
  range: { readonly since: IsoTime; readonly before: IsoTime },
): Promise<readonly ConsolidationUse[]> {
  const rows = await source.all(usages, range);
  return rows
    .map(
      (row): ConsolidationUse => ({
        botId: row.bot_id,
        at: row.created_at,
        usage: JSON.parse(row.usage),
        model: row.model,
        rootId: row.root_id,
        topicId: row.topic_id,
      }),
    )
    .filter(({ usage }) => usage.modelCalls > 0);
}

function rowToRecord(
  row: ConsolidationRow,
  proposals: readonly ProposalRow[],
  endsByProposal: ReadonlyMap<string, readonly ProposalEndRow[]>,
): ConsolidationRecord {
  return {
    id: row.id,
    botId: row.bot_id,
    sessionId: row.session_id,
    cause: row.cause,
    by: row.made_by,
    model: row.model,
    note: row.note,
    fromSeq: row.from_seq,
    throughSeq: row.through_seq,
    usage: JSON.parse(row.usage),
    createdAt: row.created_at,
    proposals: proposals.map(
      (proposal): ProposalRecord => ({
        id: proposal.id,
        action: proposal.action,
        state: proposal.state,
        memoryId: proposal.memory_id,
        isNew: proposal.is_new === 1,
        ends: (endsByProposal.get(proposal.id) ?? []).map((end) => end.memory_id),
        sources: JSON.parse(proposal.sources),
        reason: proposal.reason,
        settledBy: proposal.settled_by,
        settledAt: proposal.settled_at,
      }),
    ),
  };
}
