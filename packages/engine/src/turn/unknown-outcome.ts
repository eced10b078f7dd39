/**
 * TU3: asks a person about a call that a crash cut off, where its tool says so: nobody else can know whether it took
 * effect. The answer runs it again, or becomes its result.
 */
import type { Ask } from "@reef/protocol/ask";
import { toAskCall } from "../ask/approvals.ts";
import { makeId } from "../ids.ts";
import type { ToolCallRequest } from "../port/runtime.ts";
import type { Op } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";
import { errorResult, type ToolOutcome } from "../tool/tool.ts";
import { asCode } from "./approval.ts";
import type { OpenTurn } from "./open-turn.ts";

const runAgain = "Run it again";
const itHappened = "It happened";
const skipIt = "Skip it";

export function askOutcome({ session, bot, turn }: OpenTurn, call: ToolCallRequest): Op {
  const shown = JSON.stringify(call.input ?? {}, null, 2);
  return {
    op: "ask.open",
    ask: {
      id: makeId("ask"),
      kind: "unknown",
      sessionId: session.id,
      botId: bot.id,
      turnId: turn.id,
      callId: call.callId,
      messageId: null,
      chainId: turn.chainId,
      question: `The server stopped while “${oneLine(bot.name)}” used ${call.name}. Did it happen? If you know its result, answer with that.\n\n${asCode(shown)}`,
      options: [runAgain, itHappened, skipIt],
      freeText: true,
      call: toAskCall(call.name, call.input),
    },
  };
}

/** Returns null if the call is to run again. */
export function settleOutcome({ callId }: ToolCallRequest, ask: Ask): ToolOutcome | null {
  if (ask.state === "open") return { type: "wait", waits: [{ for: "ask", callId, askId: ask.id }], until: null };
  if (ask.state === "cancelled" || ask.answer === null || ask.answer === skipIt)
    return errorResult(
      "The server stopped while this ran. Whether it took effect is unknown; the person decided not to run it again.",
    );
  if (ask.answer === runAgain) return null;
  const happened = "The server stopped while this ran. The person says that it happened";
  if (ask.answer === itHappened) return { type: "result", text: `${happened}; its result is not known.` };
  return { type: "result", text: `${happened}, with this result:\n\n${ask.answer}` };
}
