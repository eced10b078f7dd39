/**
 * Lists a bot's tools with where each comes from, what the rules say about it, and whether a runtime that runs tools
 * itself may call it.
 */
import type { ApprovalRule } from "@reef/protocol/approval";
import type { Bot } from "@reef/protocol/bot";
import type { BotTool, ToolDescription } from "@reef/protocol/tool";
import { decidingRule } from "../ask/approval-rules.ts";
import type { Catalogue } from "../tool/catalogue.ts";
import { type Tool, toTraits } from "../tool/tool.ts";
import type { TurnDeps } from "../turn/open-turn.ts";

type ListDeps = Pick<TurnDeps, "catalogue" | "store">;

/** Returns all tools that the bot has at this moment; of an agent of a gateway, those that it can call there. */
export async function listBotTools({ catalogue, store }: ListDeps, bot: Bot): Promise<readonly BotTool[]> {
  const tools = await catalogue.forBot(bot);
  const rules = await store.read.approvalRules();
  return tools.specs.flatMap((spec) => {
    const tool = tools.get(spec.name);
    if (tool === undefined || (bot.agent !== null && !isCallable(tool))) return [];
    return [{ ...spec, ...toTraits(tool), ...describeForBot(tool, { bot, rules }) }];
  });
}

/** Returns every one of Reef's own tools, also those that the bot may not use. */
export async function listOwnTools({ catalogue, store }: ListDeps, bot: Bot): Promise<readonly BotTool[]> {
  const rules = await store.read.approvalRules();
  return catalogue.descriptions.flatMap((description) => {
    const tool = catalogue.get(description.name);
    return tool === undefined ? [] : [{ ...description, ...describeForBot(tool, { bot, rules }) }];
  });
}

/** Returns the tools that a bot may call from outside the loop, described for its model. */
export async function callableTools(
  { catalogue }: { readonly catalogue: Catalogue },
  bot: Bot,
): Promise<readonly ToolDescription[]> {
  const tools = await catalogue.forBot(bot);
  return tools.specs.flatMap((spec) => {
    const tool = tools.get(spec.name);
    return tool !== undefined && isCallable(tool) ? [{ ...spec, ...toTraits(tool) }] : [];
  });
}

/**
 * Excludes tools that act on the world: a call repeated after a crash could act twice (TU3). What a search finds is
 * offered by Reef's loop alone.
 */
export function isCallable({ effects, origin }: Tool): boolean {
  return effects.kind === "unit" && origin?.kind !== "search";
}

function describeForBot(
  tool: Tool,
  { bot, rules }: { readonly bot: Bot; readonly rules: readonly ApprovalRule[] },
): Pick<BotTool, "origin" | "approval" | "callable"> {
  return {
    origin: tool.origin ?? { kind: "reef" },
    approval: approvalOf(tool, { bot, rules }),
    callable: isCallable(tool),
  };
}

function approvalOf(
  tool: Tool,
  { bot, rules }: { readonly bot: Bot; readonly rules: readonly ApprovalRule[] },
): BotTool["approval"] {
  const about = (rule: ApprovalRule) =>
    decidingRule([{ ...rule, arguments: null }], { botId: bot.id, tool: tool.name, input: {} }) !== null;
  if (rules.some((rule) => rule.arguments !== null && about(rule))) return { decision: "depends", ruleId: null };
  const rule = decidingRule(rules, { botId: bot.id, tool: tool.name, input: {} });
  if (rule !== null) return { decision: rule.decision, ruleId: rule.id };
  return { decision: tool.asksFirst === undefined ? "allow" : "ask", ruleId: null };
}
