/** Writes the rules of approvals (TO1). */
import { ruleKey } from "@reef/engine/ask/approval-rules";
import { type ApprovalOp, maxApprovalRules } from "@reef/engine/port/approvals";
import { AppError } from "@reef/protocol/error";
import type { ApprovalRuleId, BotId } from "@reef/protocol/ids";
import { approvalRuleColumns } from "../columns.ts";
import { eachParam, statement } from "../sql.ts";
import type { ApprovalRuleRow } from "../trust-tables.ts";
import { one, run, type Write } from "./steps.ts";
import { getBot, missing, type Work } from "./work.ts";

const ruleById = statement<{ id: ApprovalRuleId }, { key: string }>((db, param) =>
  db.selectFrom("approval_rules").select("key").where("id", "=", param("id")),
);
const countRules = statement<object, { count: number }>((db) =>
  db.selectFrom("approval_rules").select(({ fn }) => fn.countAll<number>().as("count")),
);
const insertRule = statement<ApprovalRuleRow>((db, param) =>
  db.insertInto("approval_rules").values(eachParam(param, approvalRuleColumns)),
);
const deleteRule = statement<{ key: string }>((db, param) =>
  db.deleteFrom("approval_rules").where("key", "=", param("key")),
);
const deleteRulesOfBot = statement<{ bot: BotId }>((db, param) =>
  db.deleteFrom("approval_rules").where("bot_id", "=", param("bot")),
);

export function* applyApprovalOp(work: Work, op: ApprovalOp): Write<void> {
  if (op.op === "approval.delete") {
    const { key } = (yield* one(ruleById, { id: op.id })) ?? missing("rule", op.id);
    yield* run(deleteRule, { key });
  } else {
    const { rule } = op;
    const key = ruleKey(rule);
    if (rule.botId !== null) yield* getBot(work, rule.botId);
    yield* run(deleteRule, { key });
    const { count = 0 } = (yield* one(countRules, {})) ?? {};
    if (Number(count) >= maxApprovalRules) throw new AppError("limit_exceeded", "there are too many rules");
    yield* run(insertRule, {
      key,
      id: rule.id,
      bot_id: rule.botId,
      tool: rule.tool,
      arguments: rule.arguments === null ? null : JSON.stringify(rule.arguments),
      decision: rule.decision,
      ask_id: rule.askId,
      created_at: work.at,
    });
  }
  work.events.push({ type: "approval_rules.changed" });
}

export function deleteApprovalRulesOf(bot: BotId): Write<void> {
  return run(deleteRulesOfBot, { bot });
}
