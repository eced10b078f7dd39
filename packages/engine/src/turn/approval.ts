/**
 * TO1: asks a person before a call runs, where its tool says so. The turn gives its lane back until then; the answer
 * lets exactly this call run, or becomes its result.
 */
import { makeId } from "../ids.ts";
import type { ToolCallRequest } from "../port/runtime.ts";
import { oneLine } from "../prompt/defuse.ts";
import { errorResult, type ToolOutcome } from "../tool/tool.ts";
import type { OpenTurn } from "./open-turn.ts";

const allow = "Allow once";
const refuse = "Don’t allow";

/** Returns null if the call may run; else what becomes of it. `what` says what it will do. */
export async function askApproval(open: OpenTurn, call: ToolCallRequest, what: string): Promise<ToolOutcome | null> {
  const { deps, bot, session, turn } = open;
  const { callId } = call;
  const ask = await deps.store.read.askOfCall(turn.id, callId);
  if (ask === null) {
    const id = makeId("ask");
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
            options: [allow, refuse],
            freeText: true,
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
      if (ask.answer === allow) return null;
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
function asCode(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function shorten(text: string): string {
  return text.length <= longestCard ? text : `${text.slice(0, longestCard).toWellFormed()}…`;
}
