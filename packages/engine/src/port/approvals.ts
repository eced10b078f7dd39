/** Defines how a store keeps the rules of approvals (TO1). */
import type { ApprovalRule } from "@reef/protocol/approval";
import type { ApprovalRuleId } from "@reef/protocol/ids";

export type ApprovalOp =
  /**
   * Keeps the rule. One with the same bot, tool and arguments is replaced. Throws `not_found` for a bot that does not
   * exist, and `limit_exceeded` past `maxApprovalRules`.
   */
  | { readonly op: "approval.put"; readonly rule: Omit<ApprovalRule, "createdAt"> }
  /** Throws `not_found` if there is no such rule. */
  | { readonly op: "approval.delete"; readonly id: ApprovalRuleId };

export interface ApprovalQueries {
  /** Oldest first. */
  approvalRules(): Promise<readonly ApprovalRule[]>;
}

/** They are read before each answer's calls. */
export const maxApprovalRules = 1_000;
