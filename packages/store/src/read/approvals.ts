/** Reads the rules of approvals (TO1). */
import type { ApprovalQueries } from "@reef/engine/port/approvals";
import type { ApprovalRule } from "@reef/protocol/approval";
import { approvalRuleColumns } from "../columns.ts";
import { type Source, statement } from "../sql.ts";
import type { ApprovalRuleRow } from "../trust-tables.ts";

const allRules = statement<object, ApprovalRuleRow>((db) =>
  db.selectFrom("approval_rules").select(approvalRuleColumns).orderBy("created_at").orderBy("id"),
);

export function approvalQueries(source: Source): ApprovalQueries {
  return { approvalRules: async () => (await source.all(allRules, {})).map(rowToRule) };
}

function rowToRule(row: ApprovalRuleRow): ApprovalRule {
  return {
    id: row.id,
    botId: row.bot_id,
    tool: row.tool,
    arguments: row.arguments === null ? null : JSON.parse(row.arguments),
    decision: row.decision,
    askId: row.ask_id,
    createdAt: row.created_at,
  };
}
