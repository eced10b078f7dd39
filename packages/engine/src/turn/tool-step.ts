/**
 * Runs the calls of an answer: one after another, or side by side where their tools allow it, each result committed
 * with what the tool changed (MB5, TU1). Calls that wait are opened first and waited for together.
 */

import { AppError } from "@reef/protocol/error";
import { isoToMs } from "@reef/protocol/time";
import { unlessBoundMet } from "../mailbox/chain-bounds.ts";
import type { ToolCallRequest } from "../port/runtime.ts";
import type { BotTools } from "../tool/catalogue.ts";
import type { Tool, ToolOutcome } from "../tool/tool.ts";
import { errorResult } from "../tool/tool.ts";
import { askApproval } from "./approval.ts";
import { commitResult } from "./call-result.ts";
import { commitStart, commitStarts, startOf } from "./call-start.ts";
import { commitStep } from "./commit-step.ts";
import { findTool } from "./find-tool.ts";
import { type Gates, readGates } from "./gates.ts";
import type { OpenTurn } from "./open-turn.ts";
import { runOutside } from "./outside-call.ts";
import { orStopped, Stopped, throwIfStopped } from "./stop.ts";
import { settleOutcome } from "./unknown-outcome.ts";

/** Returns `waiting` if the turn has given its lane back. */
export async function runCalls(open: OpenTurn, calls: readonly ToolCallRequest[]): Promise<"done" | "waiting"> {
  const tools = await orStopped(open.deps.catalogue.forBot(open.bot), open.signal);
  const waiting: Waiting[] = [];
  const gates = await readGates(open, tools, calls);
  const groups = groupCalls(tools, gates, calls);
  for (const [index, group] of groups.entries()) {
    throwIfStopped(open.signal);
    const isLast = index === groups.length - 1;
    if (group.length > 1) {
      await runBeside(open, tools, { calls: group, joins: isLast && waiting.length === 0 });
      continue;
    }
    for (const call of group) {
      // A call that waited for a person is run again: its duration counts from its first run.
      const startedMs = isoToMs(await startOf(open, call));
      const joins = isLast && waiting.length === 0;
      await unlessBoundMet(async () => {
        const outcome = await runCall(open, { tools, gates }, { call, waiting });
        if (outcome === "later") return;
        if (outcome.type !== "wait") return commitResult(open, call, { outcome, startedMs, joins });
        await commitStart(open, call, outcome.ops ?? []);
        waiting.push({ call, startedMs, outcome });
      });
    }
  }
  return commitWait(open, waiting);
}

interface Waiting {
  readonly call: ToolCallRequest;
  readonly startedMs: number;
  readonly outcome: Extract<ToolOutcome, { type: "wait" }>;
}

/** Neighbours that can run side by side are one group. */
function groupCalls(
  tools: BotTools,
  gates: Gates,
  calls: readonly ToolCallRequest[],
): readonly (readonly ToolCallRequest[])[] {
  const groups: ToolCallRequest[][] = [];
  let isOpen = false;
  for (const call of calls) {
    const isIndependent = canRunBeside(tools, call) && gates.of(call).type === "run";
    if (isOpen && isIndependent) groups.at(-1)?.push(call);
    else groups.push([call]);
    isOpen = isIndependent;
  }
  return groups;
}

function canRunBeside(tools: BotTools, call: ToolCallRequest): boolean {
  const found = findTool(tools, call);
  if ("refused" in found) return false;
  const { effects } = found.tool;
  return effects.kind === "outside" && effects.isIndependent === true;
}

/** Commits all starts together, and each result when it arrives. */
async function runBeside(
  open: OpenTurn,
  tools: BotTools,
  { calls, joins }: { readonly calls: readonly ToolCallRequest[]; readonly joins: boolean },
): Promise<void> {
  await commitStarts(open, calls);
  const rest = [...calls];
  const running = new Map<string, Promise<{ readonly call: ToolCallRequest; readonly outcome: ToolOutcome }>>();
  const startedMs = open.deps.clock.now();
  const fill = () => {
    while (running.size < open.deps.settings.callsAtOnce) {
      const call = rest.shift();
      if (call === undefined) return;
      running.set(
        call.callId,
        runStarted(open, tools, call).then((outcome) => ({ call, outcome })),
      );
    }
  };
  try {
    for (fill(); running.size > 0; fill()) {
      const { call, outcome } = await Promise.race(running.values());
      running.delete(call.callId);
      const done = outcome.type === "result" ? outcome : cannotWait;
      await commitResult(open, call, { outcome: done, startedMs, joins: joins && running.size + rest.length === 0 });
    }
  } finally {
    // Each of them has said by then whether it could be stopped.
    await Promise.allSettled(running.values());
  }
}

const cannotWait = { type: "result", text: "this tool cannot wait for anything", isError: true } as const;

/** A call that would close a circle of waits gets a result that says so; the others wait without it. */
async function commitWait(open: OpenTurn, waiting: readonly Waiting[]): Promise<"done" | "waiting"> {
  if (waiting.length === 0) return "done";
  const waits = waiting.flatMap(({ outcome }) => outcome.waits);
  const deadlines = waiting.flatMap(({ outcome }) => (outcome.until === null ? [] : [outcome.until]));
  try {
    await commitStep(open, { op: "turn.wait", waits, readyAt: deadlines.toSorted()[0] ?? null });
    return "waiting";
  } catch (error) {
    const refused = error instanceof AppError && error.code === "conflict" ? error : null;
    const refusedCall = waiting.find(({ call }) => refused?.fields.some(({ path }) => path === call.callId));
    if (refused === null || refusedCall === undefined) throw error;
    const outcome = { type: "result" as const, text: refused.message, isError: true };
    const { startedMs } = refusedCall;
    await commitResult(open, refusedCall.call, { outcome, startedMs, joins: waiting.length === 1 });
    return commitWait(
      open,
      waiting.filter((other) => other !== refusedCall),
    );
  }
}

/** Requests for approval of one turn that a person has before them at the same time; the rest follow (BO1). */
const approvalsAtOnce = 3;

async function runCall(
  open: OpenTurn,
  { tools, gates }: { readonly tools: BotTools; readonly gates: Gates },
  { call, waiting }: { readonly call: ToolCallRequest; readonly waiting: readonly Waiting[] },
): Promise<ToolOutcome | "later"> {
  const gate = gates.of(call);
  if (gate.type === "refuse") return errorResult(gate.text);
  if (gate.type === "settle") {
    const settled = settleOutcome(call, gate.ask);
    if (settled !== null) return settled;
  }
  const found = findTool(tools, call);
  if ("refused" in found) return errorResult(found.refused);
  const { tool, input } = found;
  if (gate.type === "approve") {
    if (waiting.filter((other) => gates.needsPerson(other.call)).length >= approvalsAtOnce) return "later";
    const unapproved = await askApproval(open, call, { what: gate.what, rules: gates.rules });
    if (unapproved !== null) return unapproved;
  }
  if (tool.effects.kind === "outside") await commitStart(open, call, []);
  return runTool(open, call, { tool, input });
}

/** Runs a call whose start is committed. */
async function runStarted(open: OpenTurn, tools: BotTools, call: ToolCallRequest): Promise<ToolOutcome> {
  const found = findTool(tools, call);
  return "refused" in found ? errorResult(found.refused) : runTool(open, call, found);
}

async function runTool(
  open: OpenTurn,
  call: ToolCallRequest,
  { tool, input }: { readonly tool: Tool; readonly input: unknown },
): Promise<ToolOutcome> {
  const { deps, bot, session, turn, messages } = open;
  const startedAt = await startOf(open, call);
  const place = { sessionId: session.id, turnId: turn.id, callId: call.callId };
  const run = async (signal: AbortSignal): Promise<ToolOutcome> => {
    const answers = "wait" as const;
    const report = (text: string) => deps.live.report(place, text);
    const asked = { deps, bot, session, turn, messages, signal, callId: call.callId, startedAt, answers, report };
    try {
      return await tool.run(asked, input);
    } catch (error) {
      if (error instanceof Stopped) throw error;
      if (!(error instanceof AppError)) deps.log.error({ error, tool: tool.name, turnId: turn.id }, "a tool failed");
      return errorResult(error instanceof Error ? error.message : "the tool failed");
    }
  };
  const { effects } = tool;
  if (effects.kind === "unit") return orStopped(run(open.signal), open.signal);
  try {
    const { timeoutMs = deps.settings.callTimeoutMs, afterCrash } = effects;
    return await runOutside(open, call, { timeoutMs, afterCrash, run });
  } finally {
    deps.live.endReport(place);
  }
}
