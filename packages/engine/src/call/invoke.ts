/**
 * Runs a tool that a bot calls from outside the loop, because its runtime runs tools itself. The caller is bound here,
 * never read from the input (MB9). Each call is done once: its result is kept in the unit that does it, and a repeated
 * call gets that result. While a turn of ours runs in the session, the call belongs to it: its chain (MB10), its fence,
 * its cancel.
 */
import type { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import type { Session } from "@reef/protocol/session";
import { msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { decidingRule } from "../ask/approval-rules.ts";
import { commitOps, isStoreFailure } from "../commit.ts";
import { makeId } from "../ids.ts";
import type { Op } from "../port/unit.ts";
import type { ToolRun } from "../tool/tool.ts";
import { mostArguments } from "../turn/bounded-step.ts";
import type { TurnDeps } from "../turn/open-turn.ts";
import { callableTools, isCallable } from "./bot-tools.ts";
import { findCallSession } from "./call-session.ts";
import { callInTurn } from "./in-turn.ts";
import {
  type CallRequest,
  type CallResult,
  failed,
  lateText,
  type PreparedCall,
  runGuarded,
  toCallResult,
} from "./outcome.ts";
import { isRunning, waitForTurn } from "./wait.ts";

/** How long to wait for a turn that is between two claims, in milliseconds. */
const turnWaitMs = 10_000;

/**
 * Contract: never rejects because of the tool or its input; that is a result with `isError`. Throws `not_found` for a
 * session that is not the bot's own. An answer that takes longer than `waitMs` is delivered to the session as a
 * message, even after a crash.
 */
export async function callTool(
  deps: TurnDeps,
  bot: Bot,
  request: CallRequest,
  signal: AbortSignal,
): Promise<CallResult> {
  const tool = (await deps.catalogue.forBot(bot)).get(request.name);
  if (tool === undefined || !isCallable(tool)) {
    const names = (await callableTools(deps, bot)).map(({ name }) => name);
    return failed(`there is no tool “${request.name}”; available tools: ${names.join(", ") || "none"}`);
  }
  const size = (JSON.stringify(request.input) ?? "").length;
  if (size > mostArguments)
    return failed(`the arguments have ${size} characters, more than ${mostArguments}: do it in smaller parts`);
  const parsed = tool.input.safeParse(request.input);
  if (!parsed.success) return failed(`the input is invalid:\n${z.prettifyError(parsed.error)}`);
  const ruled = decidingRule(await deps.store.read.approvalRules(), {
    botId: bot.id,
    tool: request.name,
    input: request.input,
  });
  if (ruled?.decision === "deny") return failed("This did not run: a rule of your person does not allow it.");
  if (ruled?.decision === "ask")
    return failed("This did not run: a person must allow it first, which is possible only in a turn that Reef runs.");
  const { session, isLent } = await findCallSession(deps, bot, { ref: request.session, changes: tool.changes });
  const kept = await deps.store.read.keptCall(session.id, request.key);
  if (kept !== null) return kept;
  const call: PreparedCall = { tool, input: parsed.data, request, signal };
  // What runs in a lent session, or beside another program, is not the caller's.
  if (isLent || request.isApart === true || session.turnId === null)
    return callAlone(deps, { bot, session, isLent }, call);
  const running = await waitForTurn(deps, session.turnId, { withinMs: turnWaitMs, signal });
  if (running !== null) return callInTurn(running, call);
  // The turn has ended since, so what the gateway runs belongs to no turn here.
  if (!(await isRunning(deps, session))) return callAlone(deps, { bot, session, isLent }, call);
  return failed("Reef is not following this run at the moment; try again shortly");
}

/** Runs a call without a turn. Nothing waits then: answers come to the session as messages, which begin a turn. */
async function callAlone(
  deps: TurnDeps,
  { bot, session, isLent }: { readonly bot: Bot; readonly session: Session; readonly isLent: boolean },
  { tool, input, request, signal }: PreparedCall,
): Promise<CallResult> {
  const { key } = request;
  const run: ToolRun = {
    deps,
    bot,
    session,
    turn: { id: null, chainId: makeId("chain"), hops: 0, waits: [] },
    messages: [],
    callId: key,
    startedAt: msToIso(deps.clock.now()),
    answers: "message",
    // We do not see what the run has heard in the gateway.
    hasHeardOthers: true,
    isLent,
    signal,
  };
  const outcome = await runGuarded(deps, tool, () => tool.run(run, input));
  const result: CallResult =
    outcome.type === "wait" ? { text: lateText(outcome), isError: false } : toCallResult(outcome);
  const ops = (outcome.ops ?? []).filter((op): op is Op => op.op !== "turn.take");
  const keep = (kept: CallResult): Op => ({ op: "call.keep", sessionId: session.id, callId: key, ...kept });
  try {
    await commitOps(deps, keep(result), ...ops);
    return result;
  } catch (error) {
    if (!(error instanceof AppError) || isStoreFailure(error)) throw error;
    const earlier = await deps.store.read.keptCall(session.id, key);
    if (earlier !== null) return earlier;
    const refused = failed(`refused: ${error.message}`);
    await commitOps(deps, keep(refused));
    return refused;
  }
}
