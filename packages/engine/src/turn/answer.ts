/**
 * Commits a model step: the answer with its reasoning and its calls and, if it asks for nothing, the end of the turn,
 * in one unit (TU1). An answer without calls and without text ends the turn as done, with a notice.
 */
import type { EntryId } from "@reef/protocol/ids";
import { makeId } from "../ids.ts";
import type { ToolCallRequest } from "../port/runtime.ts";
import type { EntrySeed, Op, TurnOp } from "../port/unit.ts";
import { findReport } from "../tool/report-result.ts";
import { type BoundText, boundCalls, boundText } from "./bounded-step.ts";
import { resultOps } from "./call-result.ts";
import { commitStep } from "./commit-step.ts";
import { keptOpaque, keptReasoning } from "./kept-parts.ts";
import type { ModelStep } from "./model-step.ts";
import type { OpenTurn } from "./open-turn.ts";
import { settleDone } from "./settle.ts";
import { askForReport } from "./task-result.ts";

type Answer = Extract<ModelStep, { type: "answer" }>;
type BoundCall = Awaited<ReturnType<typeof boundCalls>>[number];
type Compaction = Extract<ModelStep, { type: "compaction" }>;

/** Returns true if the turn ended with the answer. */
export async function commitAnswer(open: OpenTurn, answer: Answer, durationMs: number): Promise<boolean> {
  const { deps, turn } = open;
  const { text, files, notice } = await boundText(open, answer.text.trim() === "" ? "" : answer.text);
  const entry = answerEntry(open, answer, { text, files });
  const { inputTokens, outputTokens, costUsd } = answer;
  const step = { kind: "model" as const, callId: null, tool: null, entryId: entry?.id ?? null };
  const used = new Set(open.entries.flatMap((entry) => (entry.tool === null ? [] : [entry.tool.callId])));
  const calls = (await boundCalls(open, answer.calls)).map((call) => uniqueCall(call, used));
  const ops: (Op | TurnOp)[] = [
    ...(entry === null ? [] : [{ op: "entry.append" as const, entry }]),
    ...(notice === null ? [] : [longNotice(open, notice)]),
    ...calls.map((call) => callEntry(open, call)),
    ...calls.flatMap((call) => refusalOps(open, call)),
  ];
  if (answer.isByModel !== false) {
    ops.push({ op: "turn.step", step: { ...step, inputTokens, outputTokens, costUsd, durationMs, ...answer.facts } });
  }
  const { recalled } = open.recall;
  if (recalled.length > 0) ops.push({ op: "turn.recalled", recalled: uniqueRecalls(recalled) });
  const owed = answer.calls.length === 0 ? await askForReport(open, text) : null;
  const isEnd = answer.calls.length === 0 && owed === null;
  if (owed !== null) ops.push(owedNotice(open, owed));
  if (isEnd) ops.push(...(await endOps(open, text, entry?.id ?? null)));
  await commitStep(open, ...ops);
  deps.live.drop(turn.id);
  return isEnd;
}

function longNotice({ session, turn }: OpenTurn, text: string): Op {
  const head = { id: makeId("entry"), sessionId: session.id, turnId: turn.id };
  return { op: "entry.append", entry: { ...head, kind: "notice", text, notice: { type: "model" } } };
}

function owedNotice({ session, turn }: OpenTurn, text: string): Op {
  const head = { id: makeId("entry"), sessionId: session.id, turnId: turn.id };
  return { op: "entry.append", entry: { ...head, kind: "notice", text, notice: { type: "contract" } } };
}

/** A call that must not be run gets its result immediately. */
function refusalOps(open: OpenTurn, call: BoundCall): readonly (Op | TurnOp)[] {
  if (call.refusal === undefined) return [];
  const outcome = { text: call.refusal, isError: true, ...(call.files && { files: call.files }) };
  return resultOps(open, call, { outcome, durationMs: 0 });
}

/**
 * Returns null if there is nothing to keep. Without text, the entry holds the reasoning before the calls that follow.
 */
function answerEntry(
  { session, turn }: OpenTurn,
  answer: Answer,
  { text, files }: Pick<BoundText, "text" | "files">,
): EntrySeed | null {
  const reasoning = keptReasoning(answer.reasoning);
  const opaque = keptOpaque(answer.opaque);
  if (text === "" && reasoning === undefined && opaque === undefined) return null;
  return {
    id: makeId("entry"),
    sessionId: session.id,
    kind: "bot",
    text,
    turnId: turn.id,
    ...(files.length > 0 && { attachments: [...files] }),
    ...(answer.externalId !== undefined && { externalId: answer.externalId }),
    ...(reasoning !== undefined && { reasoning }),
    ...(opaque !== undefined && { opaque }),
  };
}

async function endOps(open: OpenTurn, text: string, entryId: EntryId | null): Promise<readonly (Op | TurnOp)[]> {
  if (text !== "") return settleDone(open, { entryId, text });
  // Its report is its answer.
  if (findReport(open.entries, open.turn.id) !== null) return settleDone(open, { entryId: null, text });
  const id = makeId("entry");
  const head = { id, sessionId: open.session.id, turnId: open.turn.id };
  const notice = { type: "model" as const };
  return [
    { op: "entry.append", entry: { ...head, kind: "notice", text: silentText, notice } },
    ...(await settleDone(open, { entryId: id, text })),
  ];
}

const silentText = "The bot ended its turn without saying anything.";

function uniqueRecalls(recalled: OpenTurn["recall"]["recalled"]): OpenTurn["recall"]["recalled"] {
  return [...new Map(recalled.map((each) => [each.memoryId, each])).values()];
}

function callEntry(open: OpenTurn, call: ToolCallRequest): Op {
  const opaque = keptOpaque(call.opaque);
  return {
    op: "entry.append",
    entry: {
      id: makeId("entry"),
      sessionId: open.session.id,
      kind: "tool_call",
      text: "",
      turnId: open.turn.id,
      tool: { callId: call.callId, name: call.name, input: call.input },
      ...(opaque !== undefined && { opaque }),
    },
  };
}

/** Some models number their calls from 1 in every answer; the id pairs a call with its result, so it must be unique. */
function uniqueCall(call: BoundCall, used: Set<string>): BoundCall {
  const callId = call.callId === "" || used.has(call.callId) ? `${call.callId}_${makeId("entry")}` : call.callId;
  used.add(callId);
  return { ...call, callId };
}

export async function commitCompaction(open: OpenTurn, compaction: Compaction, durationMs: number): Promise<void> {
  const { throughSeq, tokensBefore, inputTokens, outputTokens, costUsd, text } = compaction;
  const id = makeId("entry");
  const head = { id, sessionId: open.session.id, turnId: open.turn.id };
  const notice = { type: "compaction" as const, throughSeq, tokensBefore };
  const step = { kind: "compaction" as const, callId: null, tool: null, entryId: id };
  await commitStep(
    open,
    { op: "entry.append", entry: { ...head, kind: "notice", text, notice } },
    { op: "turn.step", step: { ...step, inputTokens, outputTokens, costUsd, durationMs } },
  );
  open.entries = await open.deps.store.read.window(open.session.id);
}
