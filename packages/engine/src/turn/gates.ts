/**
 * Says before an answer's calls run which of them may: what the rules and the tools say, and what a person said already
 * (TO1), also about a call that a crash cut off (TU3).
 */
import type { ApprovalRule } from "@reef/protocol/approval";
import type { Ask } from "@reef/protocol/ask";
import { decidingRule } from "../ask/approval-rules.ts";
import type { ToolCallRequest } from "../port/runtime.ts";
import type { BotTools } from "../tool/catalogue.ts";
import { findTool } from "./find-tool.ts";
import type { OpenTurn } from "./open-turn.ts";

export type Gate =
  | { readonly type: "run" }
  | { readonly type: "refuse"; readonly text: string }
  /** `what` says what the call will do, in words for a person. */
  | { readonly type: "approve"; readonly what: string; readonly input: unknown }
  /** A crash cut it off, and a person was asked what happened. */
  | { readonly type: "settle"; readonly ask: Ask };

export interface Gates {
  of(call: ToolCallRequest): Gate;
  /** True if the call waits for a person, or may have to. */
  needsPerson(call: ToolCallRequest): boolean;
  readonly rules: readonly ApprovalRule[];
}

export async function readGates(open: OpenTurn, tools: BotTools, calls: readonly ToolCallRequest[]): Promise<Gates> {
  const { store } = open.deps;
  const rules = await store.read.approvalRules();
  // A turn that was claimed for the first time has asked nothing that it does not remember.
  const asks = open.claim.reason === "new" ? [] : await store.read.asksOfTurn(open.turn.id);
  const gateByCall = new Map(calls.map((call) => [call.callId, decide(open, { tools, call, rules, asks })]));
  const of = (call: ToolCallRequest) => gateByCall.get(call.callId) ?? run;
  return {
    rules,
    of,
    needsPerson: (call) => of(call).type === "approve" || of(call).type === "settle",
  };
}

const run: Gate = { type: "run" };

interface Deciding {
  readonly tools: BotTools;
  readonly call: ToolCallRequest;
  readonly rules: readonly ApprovalRule[];
  readonly asks: readonly Ask[];
}

function decide({ bot }: OpenTurn, { tools, call, rules, asks }: Deciding): Gate {
  const ask = asks.findLast(({ callId }) => callId === call.callId);
  if (ask?.kind === "unknown") return { type: "settle", ask };
  const found = findTool(tools, call);
  // The refusal is the result of the call.
  if ("refused" in found) return run;
  const { tool, input } = found;
  const wanted = tool.asksFirst?.(input) ?? null;
  const rule = decidingRule(rules, { botId: bot.id, tool: tool.name, input: call.input });
  if (ask?.kind === "approval") return { type: "approve", what: wanted ?? asJson(call.input), input: call.input };
  switch (rule?.decision) {
    case "allow":
      return run;
    case "deny":
      return { type: "refuse", text: "This did not run: a rule of your person does not allow it." };
    case "ask":
      return { type: "approve", what: wanted ?? asJson(call.input), input: call.input };
    case undefined:
      return wanted === null ? run : { type: "approve", what: wanted, input: call.input };
  }
}

function asJson(input: unknown): string {
  return JSON.stringify(input ?? {}, null, 2);
}
