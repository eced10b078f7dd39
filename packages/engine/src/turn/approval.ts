/**
 * TO1: asks a person before a call runs, where its tool says so. The turn gives its lane back until then; the answer
 * lets this call run, once or with a rule that remembers it, or becomes its result.
 */
import type { ApprovalRule } from "@reef/protocol/approval";
import { allowAlways, allowArguments, allowOnce, approvalOptions, refuse, toAskCall } from "../ask/approvals.ts";
import { makeId } from "../ids.ts";
import type { ToolCallRequest } from "../port/runtime.ts";
import { oneLine } from "../prompt/defuse.ts";
import { errorResult, type ToolOutcome } from "../tool/tool.ts";
import type { OpenTurn } from "./open-turn.ts";

export interface Approving {
  /** What the call will do, in words for a person. */
  readonly what: string;
  readonly rules: readonly ApprovalRule[];
}

/** Returns null if the call may run; else what becomes of it. */
export async function askApproval(
  open: OpenTurn,
  call: ToolCallRequest,
  { what, rules }: Approving,
): Promise<ToolOutcome | null> {
  const { deps, bot, session, turn } = open;
  const { callId } = call;
  const ask = await deps.store.read.askOfCall(turn.id, callId, "approval");
  if (ask === null) {
    const id = makeId("ask");
    const shown = toAskCall(call.name, call.input);
    return {
      type: "wait",
      waits: [{ for: "ask", callId, askId: id }],
      until: null,
      ops: [
        {
          op: "ask.open",
          ask: {
            id,
            kind: "approval",
            sessionId: session.id,
            botId: bot.id,
            turnId: turn.id,
            callId,
            messageId: null,
            chainId: turn.chainId,
            question: `May “${oneLine(bot.name)}” use ${call.name}?\n\n${asCode(shorten(what))}`,
            options: approvalOptions(rules, { botId: bot.id, tool: call.name, input: call.input }, shown),
            freeText: true,
            call: shown,
          },
        },
      ],
    };
  }
  switch (ask.state) {
    case "open":
      return { type: "wait", waits: [{ for: "ask", callId, askId: ask.id }], until: null };
    case "cancelled":
      return errorResult("This did not run: the request for approval was cancelled.");
    case "answered":
      if (ask.answer === allowOnce || ask.answer === allowAlways || ask.answer === allowArguments) return null;
      return errorResult(
        ask.answer === refuse
          ? "This did not run: the person did not allow it."
          : `This did not run. The person answered: ${ask.answer ?? ""}`,
      );
  }
}

/** As much as a card shows; the transcript has the whole call. */
const longestCard = 4_000;

/** A model wrote it, so no mark in it may change how the card looks. */
export function asCode(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function shorten(text: string): string {
  return text.length <= longestCard ? text : `${text.slice(0, longestCard).toWellFormed()}…`;
}
