/** Offers the answers to a request for approval, and makes the rule that an answer is to be remembered by (TO1). */
import type { ApprovalRule, AskCall, NewApprovalRule } from "@reef/protocol/approval";
import type { Ask } from "@reef/protocol/ask";
import type { ApprovalRuleId } from "@reef/protocol/ids";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { ApprovalOp } from "../port/approvals.ts";
import { decidingRule, exactPattern, type RuledCall } from "./approval-rules.ts";

export const allowOnce = "Allow once";
export const allowAlways = "Always allow for this bot";
export const allowArguments = "Always allow with these arguments";
export const refuse = "Don’t allow";

/** The longest JSON of a call's input that a card shows and a rule can remember. */
const inputMax = 20_000;
/** The longest text in an input that had to be cut. */
const shownTextMax = 2_000;

type RuleSeed = Omit<ApprovalRule, "createdAt">;

/** Leaves out an answer whose rule would not decide, because a more specific one asks. */
export function approvalOptions(rules: readonly ApprovalRule[], call: RuledCall, shown: AskCall): string[] {
  const isEnough = (option: string) => {
    const rule = ruleOf(option, { botId: call.botId, call: shown, id: null });
    return rule !== null && decidingRule([...rules.filter((other) => !isSame(other, rule)), rule], call) === rule;
  };
  return [allowOnce, ...[allowAlways, allowArguments].filter(isEnough), refuse];
}

function isSame(a: Pick<ApprovalRule, "arguments" | "botId" | "tool">, b: typeof a): boolean {
  return a.botId === b.botId && a.tool === b.tool && JSON.stringify(a.arguments) === JSON.stringify(b.arguments);
}

/** Returns the operation that remembers the answer; none for one that counts once. */
export function rememberAnswer({ kind, botId, call, id, origin }: Ask, answer: string): readonly ApprovalOp[] {
  // What a gateway is to remember, it remembers itself.
  if (kind !== "approval" || call === undefined || origin !== undefined) return [];
  const rule = ruleOf(answer, { botId, call, id });
  return rule === null ? [] : [{ op: "approval.put", rule }];
}

function ruleOf(
  answer: string,
  { botId, call, id }: { readonly botId: Ask["botId"]; readonly call: AskCall; readonly id: Ask["id"] | null },
): RuleSeed | null {
  const head = { id: makeId("approvalRule"), botId, tool: exactTool(call.tool), decision: "allow", askId: id } as const;
  if (answer === allowAlways) return { ...head, arguments: null };
  if (answer !== allowArguments || call.isCut) return null;
  const pattern = exactPattern(call.input);
  return pattern.length > inputMax ? null : { ...head, arguments: pattern };
}

/** A name is no pattern. */
function exactTool(name: string): string {
  return name.replace(/[\\*]/g, "\\$&");
}

/** Cuts long texts of the input, so that the ask stays small; the transcript has the whole call. */
export function toAskCall(tool: string, input: unknown): AskCall {
  if (JSON.stringify(input ?? null).length <= inputMax) return { tool, input, isCut: false };
  const cut = cutTexts(input, 0);
  const isSmall = JSON.stringify(cut).length <= 4 * inputMax;
  return {
    tool,
    input: isSmall ? cut : `${JSON.stringify(input).slice(0, shownTextMax).toWellFormed()}…`,
    isCut: true,
  };
}

function cutTexts(value: unknown, depth: number): unknown {
  if (typeof value === "string")
    return value.length <= shownTextMax ? value : `${value.slice(0, shownTextMax).toWellFormed()}…`;
  if (typeof value !== "object" || value === null) return value;
  if (depth >= 8) return "…";
  if (Array.isArray(value)) return value.slice(0, 100).map((each) => cutTexts(each, depth + 1));
  const entries = Object.entries(value).slice(0, 100);
  return Object.fromEntries(entries.map(([key, each]) => [key.slice(0, 200), cutTexts(each, depth + 1)]));
}

/** Throws `not_found` for a bot that does not exist, and `limit_exceeded`. */
export async function createApprovalRule(deps: Deps, input: NewApprovalRule): Promise<ApprovalRule> {
  const { botId = null, arguments: pattern = null, tool, decision } = input;
  if (botId !== null) await found(deps.store.read.bot(botId), "bot", botId);
  const id = makeId("approvalRule");
  await commitOps(deps, { op: "approval.put", rule: { id, botId, tool, arguments: pattern, decision, askId: null } });
  return found(ruleById(deps, id), "approval rule", id);
}

export async function deleteApprovalRule(deps: Deps, id: ApprovalRuleId): Promise<void> {
  await commitOps(deps, { op: "approval.delete", id });
}

async function ruleById(deps: Deps, id: ApprovalRuleId): Promise<ApprovalRule | null> {
  return (await deps.store.read.approvalRules()).find((rule) => rule.id === id) ?? null;
}
