/** Defines the endpoints of approval rules: what runs without asking, what asks first, and what never runs (TO1). */
import { createApprovalRule, deleteApprovalRule } from "@reef/engine/ask/approvals";
import { ApprovalRule, NewApprovalRule } from "@reef/protocol/approval";
import { ApprovalRuleId, BotId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Asks";

export function approvalRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/approvals/rules",
        tag,
        summary: "List approval rules, oldest first",
        description:
          "The most specific rule decides: one for the bot before one for every bot, then one that names the tool before a pattern, then one with arguments before one without. Without a rule, the tool decides. There are at most 1,000, so they are one page; with `botId`, only that bot's.",
        query: z.strictObject({ botId: BotId.optional() }),
        status: 200,
        answer: pageOf(ApprovalRule),
      },
      async ({ query: { botId } }) => {
        const rules = await deps.store.read.approvalRules();
        return { items: rules.filter((rule) => botId === undefined || rule.botId === botId), next: null };
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/approvals/rules",
        tag,
        summary: "Create an approval rule",
        description: "Replaces the rule with the same bot, tool and arguments.",
        body: NewApprovalRule,
        status: 201,
        answer: ApprovalRule,
      },
      ({ body }) => createApprovalRule(deps, body),
    ),
    route(
      {
        method: "delete",
        path: "/v1/approvals/rules/{id}",
        tag,
        summary: "Revoke an approval rule",
        description: "Calls that come later are decided without it.",
        params: z.object({ id: ApprovalRuleId }),
        status: 204,
        answer: null,
      },
      ({ params: { id } }) => deleteApprovalRule(deps, id),
    ),
  ];
}
