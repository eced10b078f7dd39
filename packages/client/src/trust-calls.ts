/** These calls decide what bots may do, and say who did what: the rules of approvals, and the audit. */
import type { AccessPair } from "@reef/protocol/access";
import type { ApprovalRule, NewApprovalRule } from "@reef/protocol/approval";
import type { AuditFilter, AuditLine, AuditVerdict } from "@reef/protocol/audit";
import type { ApprovalRuleId, BotId, SessionId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { CallOptions, Send } from "./call.ts";
import type { PageQuery } from "./core-client.ts";

export function trustCalls(send: Send) {
  return {
    /** All rules, or those of one bot alone; oldest first, one page. */
    approvalRules: (query: { readonly botId?: BotId } = {}, options?: CallOptions) =>
      send<Page<ApprovalRule>>({ method: "GET", path: "/v1/approvals/rules", query: { ...query }, ...options }),
    /** Replaces the rule with the same bot, tool and arguments. */
    createApprovalRule: (rule: NewApprovalRule) =>
      send<ApprovalRule>({ method: "POST", path: "/v1/approvals/rules", body: rule }),
    deleteApprovalRule: (id: ApprovalRuleId) => send<void>({ method: "DELETE", path: `/v1/approvals/rules/${id}` }),
    /** Whether the one may write to the other and read it, and why; each end is a bot or a session. */
    access: (query: { readonly from: BotId | SessionId; readonly to: BotId | SessionId }, options?: CallOptions) =>
      send<AccessPair>({ method: "GET", path: "/v1/access", query: { ...query }, ...options }),
    /** Who did what, newest first. */
    audit: (query: AuditFilter & PageQuery = {}, options?: CallOptions) =>
      send<Page<AuditLine>>({ method: "GET", path: "/v1/audit", query: { ...query }, ...options }),
    /** Reads the whole audit and says whether its chain holds. */
    verifyAudit: (options?: CallOptions) => send<AuditVerdict>({ method: "GET", path: "/v1/audit/verify", ...options }),
  };
}
