/** These calls decide what bots may do: the rules of approvals. */
import type { ApprovalRule, NewApprovalRule } from "@reef/protocol/approval";
import type { ApprovalRuleId, BotId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { CallOptions, Send } from "./call.ts";

export function trustCalls(send: Send) {
  return {
    /** All rules, or those of one bot alone; oldest first, one page. */
    approvalRules: (query: { readonly botId?: BotId } = {}, options?: CallOptions) =>
      send<Page<ApprovalRule>>({ method: "GET", path: "/v1/approvals/rules", query: { ...query }, ...options }),
    /** Replaces the rule with the same bot, tool and arguments. */
    createApprovalRule: (rule: NewApprovalRule) =>
      send<ApprovalRule>({ method: "POST", path: "/v1/approvals/rules", body: rule }),
    deleteApprovalRule: (id: ApprovalRuleId) => send<void>({ method: "DELETE", path: `/v1/approvals/rules/${id}` }),
  };
}
