/**
 * Says what became of a task: the result for the session that gave it, sent in the unit that settles the turn (SU3),
 * with the verdict where the task has a contract (SU4).
 */

import type { ResultContract } from "@reef/protocol/contract";
import type { Message } from "@reef/protocol/message";
import type { TaskWithDetail } from "@reef/protocol/task";
import { msToIso } from "@reef/protocol/time";
import type { Turn } from "@reef/protocol/turn";
import { makeId } from "../ids.ts";
import { senderOf } from "../mailbox/sending.ts";
import type { Op } from "../port/unit.ts";
import { sayBroken, sayMet } from "../prompt/contract-words.ts";
import { settleTask } from "../task/settle-task.ts";
import { brokenReports, misfitsOf, mostReports } from "../tool/check-report.ts";
import { findReport, reportOf } from "../tool/report-result.ts";
import type { OpenTurn } from "./open-turn.ts";

export interface Outcome {
  readonly state: "done" | "failed" | "cancelled";
  readonly text: string;
}

export async function resultToParent(open: OpenTurn, outcome: Outcome): Promise<readonly Op[]> {
  const { turn, entries } = open;
  const task = await owedTask(open);
  if (task === null) return [];
  const report = findReport(entries, turn.id);
  if (outcome.state === "done" && report === null && (await hasWorkingChildren(open))) return [];
  const text =
    outcome.state === "done"
      ? saidResult(open, report, outcome.text)
      : `The task ${describe(outcome.state)}: ${outcome.text}`;
  return [sendResult(open, { task, turn, text: text === "" ? "(no text)" : text })];
}

/**
 * Returns what the model is told if its turn was to end without the checked result that its task asks for; null if the
 * turn may end. A turn is told once.
 */
export async function askForReport(open: OpenTurn, text: string): Promise<string | null> {
  const { session, turn, entries } = open;
  const { contract } = session;
  if (contract === null || findReport(entries, turn.id) !== null) return null;
  const broken = brokenReports(entries, turn.id);
  const wasAsked = entries.some(({ turnId, notice }) => turnId === turn.id && notice?.type === "contract");
  if (wasAsked || broken.length >= mostReports || isFit(open, contract, text)) return null;
  const isOwed = (await owedTask(open)) !== null || (await boardTask(open))?.status === "in_progress";
  if (!isOwed || (await hasWorkingChildren(open))) return null;
  const [latest] = broken.slice(-1);
  const reasons = latest?.reasons ?? (text === "" ? [] : misfits(open, contract, text));
  return [
    "This task asks for a result that is checked, and none was accepted yet: report it with report_result.",
    ...reasons.map((reason) => `- ${reason}`),
  ].join("\n");
}

/** Returns what the turn's end changes in the task that its session was given from the board (TK4). */
export async function resultToTask(open: OpenTurn, outcome: Outcome): Promise<readonly Op[]> {
  const task = await boardTask(open);
  if (task === null) return [];
  const { session, turn, entries, deps } = open;
  const at = { sessionId: session.id, at: msToIso(deps.clock.now()) };
  if (outcome.state !== "done") return settleTask(task, { state: outcome.state, text: outcome.text }, at);
  const report = findReport(entries, turn.id);
  if (report === null && (await hasWorkingChildren(open))) return [];
  const { contract } = session;
  const isResult = report === null && contract !== null && isFit(open, contract, outcome.text);
  const [latest] = brokenReports(entries, turn.id).slice(-1);
  const reasons = latest?.reasons ?? ["it was never reported with report_result"];
  const accepted = report ?? (isResult ? outcome.text : null);
  return settleTask(task, { state: "done", report: accepted, reasons, text: outcome.text }, at);
}

/** The task of the board that the session works on. Others have no contract without a parent, and cost no read. */
async function boardTask({ session, deps }: OpenTurn): Promise<TaskWithDetail | null> {
  if (session.parentId !== null || session.contract === null) return null;
  return deps.store.read.taskOfSession(session.id);
}

/** Returns the task whose result is still owed. */
async function owedTask({ session, deps }: OpenTurn): Promise<Message | null> {
  if (session.parentId === null || session.taskMessageId === null) return null;
  const task = await deps.store.read.message(session.taskMessageId);
  return task === null || task.answeredBy !== null ? null : task;
}

function saidResult(open: OpenTurn, report: string | null, answer: string): string {
  const { session, turn, entries } = open;
  const { contract } = session;
  if (contract === null) return report ?? answer;
  if (report !== null) return `${sayMet(contract)}\n\n${report}`;
  const [latest] = brokenReports(entries, turn.id).slice(-1);
  if (latest !== undefined) return sayBroken(latest.reasons, reportOf(entries, latest.callId));
  if (isFit(open, contract, answer)) return `${sayMet(contract)}\n\n${answer}`;
  const reasons = ["it was never reported with report_result", ...misfits(open, contract, answer)];
  return sayBroken(reasons, answer);
}

/** True if a final answer is a result as good as a reported one: only its form is asked for, and it has it. */
function isFit(open: OpenTurn, contract: ResultContract, answer: string): boolean {
  return contract.evidence.length === 0 && misfits(open, contract, answer).length === 0;
}

function misfits({ deps }: OpenTurn, contract: ResultContract, answer: string): readonly string[] {
  if (deps.contracts === undefined) return ["results cannot be checked here"];
  return misfitsOf(deps.contracts, contract, answer);
}

/** True if a child's result was not taken in by this turn: it may still change what there is to say. */
async function hasWorkingChildren(open: OpenTurn): Promise<boolean> {
  const children = await open.deps.store.read.openChildren(open.session.id);
  const taken = new Set<string>(open.messages.map((message) => message.id));
  return children.some((child) => child.task.answeredBy === null || !taken.has(child.task.answeredBy));
}

function describe(state: "failed" | "cancelled"): string {
  return state === "failed" ? "failed" : "was cancelled";
}

/** Sends a result. It always arrives: neither the hop limit nor links hold it back. */
export function sendResult(
  child: Pick<OpenTurn, "session" | "bot">,
  result: { readonly task: Message; readonly turn: Pick<Turn, "chainId" | "hops">; readonly text: string },
): Op {
  const { session, bot } = child;
  if (session.parentId === null) throw new Error("expected a spawned session");
  return {
    op: "message.send",
    message: {
      id: makeId("message"),
      sessionId: session.parentId,
      from: senderOf({ session, bot }),
      text: result.text,
      purpose: "result",
      mode: "queue",
      chainId: result.turn.chainId,
      hops: result.turn.hops + 1,
      replyTo: result.task.id,
      notBefore: null,
      held: false,
      idempotencyKey: `result:${result.task.id}`,
    },
  };
}
