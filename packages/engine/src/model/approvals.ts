/** Keeps rules of approvals in the in-memory store. */
import type { ApprovalRule } from "@reef/protocol/approval";
import { AppError } from "@reef/protocol/error";
import { ruleKey } from "../ask/approval-rules.ts";
import { type ApprovalOp, type ApprovalQueries, maxApprovalRules } from "../port/approvals.ts";
import { get, type ModelWork } from "./state.ts";

export function applyApprovalOp({ state, at, events }: ModelWork, op: ApprovalOp): void {
  if (op.op === "approval.delete") {
    const key = [...state.approvals].find(([, { id }]) => id === op.id)?.[0];
    if (key === undefined) throw new AppError("not_found", `there is no rule ${op.id}`);
    state.approvals.delete(key);
  } else {
    if (op.rule.botId !== null) get(state.bots, op.rule.botId);
    state.approvals.delete(ruleKey(op.rule));
    if (state.approvals.size >= maxApprovalRules) throw new AppError("limit_exceeded", "there are too many rules");
    state.approvals.set(ruleKey(op.rule), { ...op.rule, createdAt: at });
  }
  events.push({ type: "approval_rules.changed" });
}

export function approvalQueries(
  current: () => { readonly approvals: ReadonlyMap<string, ApprovalRule> },
): ApprovalQueries {
  return { approvalRules: async () => [...current().approvals.values()] };
}
