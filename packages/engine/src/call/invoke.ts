/**
 * A tool that a bot calls from outside the loop: its runtime runs tools by itself. Who calls is bound here, never read
 * from the input (MB9). Each call is done once: its result is kept in the unit that does it, and a repeated call gets it.
 * While a turn of ours runs in the session the call belongs to that turn: its chain (MB10), its fence, its cancel.
 */
import type { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import type { Session } from "@reef/protocol/session";
import { msToIso } from "@reef/protocol/time";
import type { ToolDescription } from "@reef/protocol/tool";
import { z } from "zod";
import { commitOps, isStoreFailure } from "../commit.ts";
import { textWithFiles } from "../file/say-files.ts";
import { makeId } from "../ids.ts";
import type { Op } from "../port/unit.ts";
import { mayUse } from "../tool/catalogue.ts";
import { errorResult, type Tool, type ToolOutcome, type ToolRun } from "../tool/tool.ts";
import type { TurnDeps } from "../turn/open-turn.ts";
import { findCallSession, type SessionRef } from "./call-session.ts";
import { callInTurn } from "./in-turn.ts";
import { isRunning, waitForTurn } from "./wait.ts";

export interface CallRequest {
  readonly session: SessionRef;
  readonly name: string;
  readonly input: unknown;
  /** As its runtime names it; models may number from 1 in every answer. */
  readonly callId: string;
  /** Names the call in its session for good: one that is repeated is not done again. */
  readonly key: string;
  /** How long the caller stays for an answer that takes time, in milliseconds. */
  readonly waitMs: number;
  /** Its runtime says that others have spoken in the run. Nothing is believed that would raise the trust (ME5). */
  readonly hasHeardOthers: boolean;
}

export interface CallResult {
  readonly text: string;
  readonly isError: boolean;
}

/** A call as it is about to be run. */
export interface PreparedCall {
  readonly tool: Tool;
  readonly input: unknown;
  readonly request: CallRequest;
  readonly signal: AbortSignal;
}

/** How long a turn that is between two claims is waited for, in milliseconds. */
const turnWaitMs = 10_000;

/**
 * Never rejects for what the tool or its input is: that is a result with `isError`. Errors: `not_found` for a session that is
 * not the bot's own. An answer that does not come within `waitMs` comes to the session as a message, for certain.
 */
export async function callTool(
  deps: TurnDeps,
  bot: Bot,
  request: CallRequest,
  signal: AbortSignal,
): Promise<CallResult> {
  const tool = deps.catalogue.get(request.name);
  if (tool === undefined || !isCallable(tool) || !mayUse(bot, request.name)) {
    const names = callableTools(deps, bot).map(({ name }) => name);
    return failed(`there is no tool “${request.name}”; there are: ${names.join(", ") || "none"}`);
  }
  const parsed = tool.input.safeParse(request.input);
  if (!parsed.success) return failed(`the input does not fit:\n${z.prettifyError(parsed.error)}`);
  const { session, isLent } = await findCallSession(deps, bot, { ref: request.session, changes: tool.changes });
  const kept = await deps.store.read.keptCall(session.id, request.key);
  if (kept !== null) return kept;
  const call: PreparedCall = { tool, input: parsed.data, request, signal };
  // What runs in a session that was lent is not the caller's.
  if (isLent || session.turnId === null) return callAlone(deps, { bot, session, isLent }, call);
  const running = await waitForTurn(deps, session.turnId, { withinMs: turnWaitMs, signal });
  if (running !== null) return callInTurn(running, call);
  // It ended meanwhile: what runs over there is nobody's turn here any more.
  if (!(await isRunning(deps, session))) return callAlone(deps, { bot, session, isLent }, call);
  return failed("Reef does not follow this run at the moment; try again shortly");
}

/** The tools that a bot may call from outside the loop, in the words its model is to see. */
export function callableTools({ catalogue }: Pick<TurnDeps, "catalogue">, bot: Bot): readonly ToolDescription[] {
  return catalogue.descriptions.filter(({ name }) => {
    const tool = catalogue.get(name);
    return tool !== undefined && isCallable(tool) && mayUse(bot, name);
  });
}

/** What acts on the world could be done twice by a call that is repeated after a crash (TU3). */
function isCallable(tool: Tool): boolean {
  return tool.effects.kind === "unit";
}

/** Without a turn there is nothing that could wait: answers come to the session as messages, which begin a turn. */
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
    // What the run has heard over there is not seen here.
    hasHeardOthers: true,
    isLent,
    signal,
  };
  const outcome = await runGuarded(deps, tool, () => tool.run(run, input));
  const result: CallResult =
    outcome.type === "wait" ? { text: lateText(outcome), isError: false } : toCallResult(outcome);
  const ops = (outcome.ops ?? []).filter((op): op is Op => op.op !== "turn.take");
  const keep = (of: CallResult): Op => ({ op: "call.keep", sessionId: session.id, callId: key, ...of });
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

/** Files are named to a caller that has no place for them. */
export function toCallResult(outcome: Extract<ToolOutcome, { type: "result" }>): CallResult {
  const { text, isError = false, files = [] } = outcome;
  return { text: textWithFiles({ text, attachments: files }), isError };
}

/** What a tool throws is an outcome of its call. */
export async function runGuarded(deps: TurnDeps, tool: Tool, run: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AppError)) deps.log.error({ error, tool: tool.name }, "a tool failed");
    return errorResult(error instanceof Error ? error.message : "the tool failed");
  }
}

/** Said when the caller stays no longer. */
export function lateText(outcome: Extract<ToolOutcome, { type: "wait" }>): string {
  const isAsk = outcome.waits.some((wait) => wait.for === "ask");
  if (isAsk) return "The question is asked; nobody has answered yet. The answer comes to this session as a message.";
  const open = outcome.waits.flatMap((wait) => (wait.for === "message" ? [wait.messageId] : []));
  return `Not settled yet: ${open.join(", ")}. What was asked for is answered by a message to this session: go on, or end here.`;
}

export function failed(text: string): CallResult {
  return { text, isError: true };
}
