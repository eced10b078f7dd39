/**
 * Runs the calls of an answer one after another, each result committed with what the tool changed (MB5, TU1). Calls
 * that wait are opened first and waited for together.
 */

import { AppError } from "@reef/protocol/error";
import type { IsoTime } from "@reef/protocol/time";
import { isoToMs, msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { isStoreFailure } from "../commit.ts";
import { makeId } from "../ids.ts";
import { isBoundMet, unlessBoundMet } from "../mailbox/chain-bounds.ts";
import type { ToolCallRequest } from "../port/runtime.ts";
import { sinceMs } from "../port/told-numbers.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { mayUse } from "../tool/catalogue.ts";
import type { Tool, ToolOutcome } from "../tool/tool.ts";
import { errorResult } from "../tool/tool.ts";
import { commitStep } from "./commit-step.ts";
import type { OpenTurn } from "./open-turn.ts";
import { countRepeats, tellRepeat, unreadableText } from "./repeats.ts";
import { orStopped, Stopped, throwIfStopped } from "./stop.ts";

/** Returns `waiting` if the turn has given its lane back. */
export async function runCalls(open: OpenTurn, calls: readonly ToolCallRequest[]): Promise<"done" | "waiting"> {
  const waiting: Waiting[] = [];
  for (const [index, call] of calls.entries()) {
    throwIfStopped(open.signal);
    // A call that waited for a person is run again: its duration counts from its first run.
    const startedMs = isoToMs(await startOf(open, call));
    const joins = index === calls.length - 1 && waiting.length === 0;
    await unlessBoundMet(async () => {
      const outcome = await runCall(open, call);
      if (outcome.type !== "wait") return commitResult(open, call, { outcome, startedMs, joins });
      await commitStart(open, call, outcome.ops ?? []);
      waiting.push({ call, startedMs, outcome });
    });
  }
  return commitWait(open, waiting);
}

interface Waiting {
  readonly call: ToolCallRequest;
  readonly startedMs: number;
  readonly outcome: Extract<ToolOutcome, { type: "wait" }>;
}

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
    await commitResult(open, refusedCall.call, {
      outcome,
      startedMs: refusedCall.startedMs,
      joins: waiting.length === 1,
    });
    return commitWait(
      open,
      waiting.filter((other) => other !== refusedCall),
    );
  }
}

async function runCall(open: OpenTurn, call: ToolCallRequest): Promise<ToolOutcome> {
  const { deps, bot } = open;
  const tool = deps.catalogue.get(call.name);
  if (tool === undefined || !mayUse(bot, call.name)) {
    const names = deps.catalogue.specsFor(bot).map((spec) => spec.name);
    return errorResult(`there is no tool “${call.name}”; available tools: ${names.join(", ") || "none"}`);
  }
  if (typeof call.input === "string") return errorResult(unreadableText);
  const input = tool.input.safeParse(call.input);
  if (!input.success) return errorResult(`the input is invalid:\n${z.prettifyError(input.error)}`);
  if (tool.effects.kind === "outside") await commitStart(open, call, []);
  return runTool(open, call, { tool, input: input.data });
}

async function runTool(
  open: OpenTurn,
  call: ToolCallRequest,
  { tool, input }: { readonly tool: Tool; readonly input: unknown },
): Promise<ToolOutcome> {
  const { deps, bot, session, turn, messages, signal } = open;
  const startedAt = await startOf(open, call);
  try {
    const answers = "wait" as const;
    const run = { deps, bot, session, turn, messages, signal, callId: call.callId, startedAt, answers };
    return await orStopped(tool.run(run, input), signal);
  } catch (error) {
    if (error instanceof Stopped) throw error;
    if (!(error instanceof AppError)) deps.log.error({ error, tool: tool.name, turnId: turn.id }, "a tool failed");
    return errorResult(error instanceof Error ? error.message : "the tool failed");
  }
}

/** A call that waited is run again, and its time-outs count from its first run. */
async function startOf(open: OpenTurn, call: ToolCallRequest): Promise<IsoTime> {
  if (open.claim.reason !== "new") {
    const turn = await open.deps.store.read.turn(open.turn.id);
    const start = turn?.stepList.find((step) => step.kind === "tool_start" && step.callId === call.callId);
    if (start !== undefined) return start.at;
  }
  return msToIso(open.deps.clock.now());
}

/** Commits once per call: a call that is run again has its start already. */
async function commitStart(open: OpenTurn, call: ToolCallRequest, ops: readonly (Op | TurnOp)[]): Promise<void> {
  const step = { kind: "tool_start" as const, callId: call.callId, tool: call.name, entryId: null };
  const isAgain = open.claim.reason !== "new" && ops.length === 0 && (await hasStart(open, call));
  if (isAgain) return;
  await commitStep(open, ...ops, {
    op: "turn.step",
    step: { ...step, inputTokens: 0, outputTokens: 0, durationMs: 0 },
  });
}

async function hasStart(open: OpenTurn, call: ToolCallRequest): Promise<boolean> {
  const turn = await open.deps.store.read.turn(open.turn.id);
  return turn?.stepList.some((step) => step.kind === "tool_start" && step.callId === call.callId) ?? false;
}

async function commitResult(
  open: OpenTurn,
  call: ToolCallRequest,
  {
    outcome,
    startedMs,
    joins,
  }: {
    readonly outcome: Extract<ToolOutcome, { type: "result" }>;
    readonly startedMs: number;
    readonly joins: boolean;
  },
): Promise<void> {
  const durationMs = sinceMs(startedMs, open.deps.clock.now());
  countRepeats(open.repeats, open.entries);
  const tell = (result: Pick<typeof outcome, "text" | "isError" | "files">) => {
    const isError = result.isError ?? false;
    return { ...result, text: tellRepeat(open.repeats, call, { text: result.text, isError }), isError };
  };
  const join: readonly TurnOp[] = joins ? [{ op: "turn.join" }] : [];
  try {
    await commitStep(
      open,
      ...resultOps(open, call, { outcome: tell(outcome), durationMs }),
      ...(outcome.ops ?? []),
      ...join,
    );
  } catch (error) {
    if (isBoundMet(error)) throw error;
    // The store enforces the limits (SU2): a refusal is an outcome of the call.
    if (!(error instanceof AppError) || isStoreFailure(error)) throw error;
    const refused = tell({ text: `refused: ${error.message}`, isError: true });
    await commitStep(open, ...resultOps(open, call, { outcome: refused, durationMs }), ...join);
  }
}

/** Returns the result of a call as an entry, with its step. */
export function resultOps(
  open: OpenTurn,
  call: ToolCallRequest,
  result: {
    readonly outcome: Pick<Extract<ToolOutcome, { type: "result" }>, "text" | "isError" | "files">;
    readonly durationMs: number;
  },
): readonly (Op | TurnOp)[] {
  const id = makeId("entry");
  const { outcome, durationMs } = result;
  return [
    {
      op: "entry.append",
      entry: {
        id,
        sessionId: open.session.id,
        kind: "tool_result",
        text: outcome.text,
        turnId: open.turn.id,
        tool: { callId: call.callId, name: call.name, isError: outcome.isError ?? false, durationMs },
        ...(outcome.files === undefined || outcome.files.length === 0 ? {} : { attachments: [...outcome.files] }),
      },
    },
    {
      op: "turn.step",
      step: {
        kind: "tool_result",
        callId: call.callId,
        tool: call.name,
        entryId: id,
        inputTokens: 0,
        outputTokens: 0,
        durationMs,
      },
    },
  ];
}
