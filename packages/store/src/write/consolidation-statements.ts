/** Holds the writer's statements about consolidations and their proposals, each compiled once. */
import type { BotId, ConsolidationId, MemoryId, ProposalId, SessionId } from "@reef/protocol/ids";
import { sql } from "kysely";
import { memoryColumns } from "../columns.ts";
import type { ConsolidationRow, MemoryPolicyRow, MemoryRow, ProposalEndRow, ProposalRow } from "../memory-tables.ts";
import { eachParam, statement } from "../sql.ts";

export const insertConsolidation = statement<ConsolidationRow>((db, param) =>
  db
    .insertInto("consolidations")
    .values(
      eachParam(param, [
        "id",
        "bot_id",
        "session_id",
        "cause",
        "made_by",
        "model",
        "note",
        "from_seq",
        "through_seq",
        "usage",
        "created_at",
      ]),
    ),
);
export const consolidatedThrough = statement<{ bot_id: BotId; session_id: SessionId }, { through_seq: number | null }>(
  (db, param) =>
    db
      .selectFrom("consolidations")
      .select(({ fn }) => fn.max("through_seq").as("through_seq"))
      .where("bot_id", "=", param("bot_id"))
      .where("session_id", "=", param("session_id")),
);
export const insertProposal = statement<ProposalRow>((db, param) =>
  db
    .insertInto("proposals")
    .values(
      eachParam(param, [
        "id",
        "consolidation_id",
        "bot_id",
        "action",
        "state",
        "memory_id",
        "is_new",
        "sources",
        "reason",
        "settled_by",
        "settled_at",
      ]),
    ),
);
export const insertProposalEnd = statement<ProposalEndRow>((db, param) =>
  db
    .insertInto("proposal_ends")
    .values(eachParam(param, ["proposal_id", "memory_id"]))
    .onConflict((conflict) => conflict.doNothing()),
);
export const proposalById = statement<{ id: ProposalId }, ProposalRow>((db, param) =>
  db.selectFrom("proposals").selectAll().where("id", "=", param("id")),
);
export const settleProposal = statement<ProposalRow>((db, param) =>
  db
    .updateTable("proposals")
    .set(eachParam(param, ["state", "memory_id", "is_new", "settled_by", "settled_at"]))
    .where("id", "=", param("id")),
);
export const proposalsNaming = statement<{ id: MemoryId }, { id: ProposalId; consolidation_id: ConsolidationId }>(
  (db, param) =>
    db
      .selectFrom("proposals")
      .select(["id", "consolidation_id"])
      .where((build) =>
        build.or([
          build("memory_id", "=", param("id")),
          build(
            "id",
            "in",
            build.selectFrom("proposal_ends").select("proposal_id").where("memory_id", "=", param("id")),
          ),
        ]),
      ),
);
/** Selects what consolidations of a session added and no one has accepted. */
export const suggestionsOfSession = statement<{ bot_id: BotId; session_id: SessionId }, MemoryRow>((db, param) =>
  db
    .selectFrom("proposals")
    .innerJoin("consolidations", "consolidations.id", "proposals.consolidation_id")
    .innerJoin("memories", "memories.id", "proposals.memory_id")
    .select(memoryColumns.map((column) => `memories.${column}` as const))
    .where("consolidations.bot_id", "=", param("bot_id"))
    .where("consolidations.session_id", "=", param("session_id"))
    .where("proposals.is_new", "=", sql.lit(1 as const))
    .where("proposals.state", "<>", sql.lit("accepted" as const)),
);
export const deleteProposal = statement<{ id: ProposalId }>((db, param) =>
  db.deleteFrom("proposals").where("id", "=", param("id")),
);
export const deleteProposalEnds = statement<{ id: ProposalId }>((db, param) =>
  db.deleteFrom("proposal_ends").where("proposal_id", "=", param("id")),
);
/** Changes the text of a suggestion. */
export const rewordMemory = statement<Pick<MemoryRow, "id" | "text" | "same_key">>((db, param) =>
  db
    .updateTable("memories")
    .set(eachParam(param, ["text", "same_key"]))
    .where("id", "=", param("id")),
);
export const putPolicy = statement<MemoryPolicyRow>((db, param) =>
  db
    .insertInto("memory_policies")
    .values(eachParam(param, ["bot_id", "consolidation"]))
    .onConflict((conflict) => conflict.column("bot_id").doUpdateSet({ consolidation: sql`excluded.consolidation` })),
);
export const policyOfBot = statement<{ bot_id: BotId }, MemoryPolicyRow>((db, param) =>
  db.selectFrom("memory_policies").selectAll().where("bot_id", "=", param("bot_id")),
);

/** Deletes everything of a deleted bot. */
export const deleteAllProposalEnds = statement<{ bot_id: BotId }>((db, param) =>
  db
    .deleteFrom("proposal_ends")
    .where("proposal_id", "in", db.selectFrom("proposals").select("id").where("bot_id", "=", param("bot_id"))),
);
export const deleteAllProposals = statement<{ bot_id: BotId }>((db, param) =>
  db.deleteFrom("proposals").where("bot_id", "=", param("bot_id")),
);
export const deleteAllConsolidations = statement<{ bot_id: BotId }>((db, param) =>
  db.deleteFrom("consolidations").where("bot_id", "=", param("bot_id")),
);
export const deletePolicy = statement<{ bot_id: BotId }>((db, param) =>
  db.deleteFrom("memory_policies").where("bot_id", "=", param("bot_id")),
);
