/**
 * Ends a turn, as operations for its last unit: what becomes of its messages, the result for its parent (SU3), and the
 * notice to senders whose message died (MB7). All in one commit with the end itself (MB5).
 */

import type { EntryId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { makeId } from "../ids.ts";
import { senderOf } from "../mailbox/sending.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { oneLine } from "../prompt/defuse.ts";
import { resultOps } from "./call-result.ts";
import { openCalls } from "./calls.ts";
import { cancelEnd, cancelledByInterrupt, cancelNotice } from "./end.ts";
import type { CutOff, OpenTurn } from "./open-turn.ts";
import { resultToParent, resultToTask } from "./task-result.ts";
import { askOutcome } from "./unknown-outcome.ts";

/** The canceller's name for a turn stopped because its parent was: it owes no result. */
export const cancelledByParent = "parent";

/** Settles a turn that ended with an answer. */
export async function settleDone(
  open: OpenTurn,
  answer: { readonly entryId: EntryId | null; readonly text: string },
): Promise<readonly (Op | TurnOp)[]> {
  return [
    ...answerRequests(open, answer.text),
    { op: "turn.settle", state: "done", messages: "acted", answeredBy: answer.entryId, error: null },
    ...(await resultToParent(open, { state: "done", text: answer.text })),
    ...(await resultToTask(open, { state: "done", text: answer.text })),
  ];
}

/** Settles a turn that failed for good: its messages are dead and their senders get a notice. */
export async function settleFailed(open: OpenTurn, error: string): Promise<readonly (Op | TurnOp)[]> {
  const told = open.messages
    .filter((message) => message.state === "delivered")
    .flatMap((message) => tellSender(open, message, error));
  return [
    ...closeCalls(open, "The turn failed before this could run."),
    notice(open, { text: `The turn failed: ${error}`, notice: { type: "failed" } }),
    { op: "turn.settle", state: "failed", messages: "dead", answeredBy: null, error },
    ...told,
    ...(await resultToParent(open, { state: "failed", text: error })),
    ...(await resultToTask(open, { state: "failed", text: error })),
  ];
}

/** Settles a turn that was stopped. Its text so far stays, marked as partial. */
export async function settleCancelled(
  open: OpenTurn,
  stop: { readonly by: string; readonly reason: string },
): Promise<readonly (Op | TurnOp)[]> {
  const interrupted = stop.by === cancelledByInterrupt;
  const said = open.deps.live.text(open.turn.id).trim();
  const partial: readonly Op[] = said === "" ? [] : [partialEntry(open, said)];
  return [
    ...partial,
    ...closeCalls(open, "Stopped before this could run."),
    notice(open, cancelNotice(stop)),
    { op: "turn.settle", ...cancelEnd(stop) },
    ...openRequests(open).flatMap((message) => tellSender(open, message, `its turn was stopped: ${stop.reason}`)),
    ...(interrupted || stop.by === cancelledByParent
      ? []
      : [
          ...(await resultToParent(open, { state: "cancelled", text: stop.reason })),
          ...(await resultToTask(open, { state: "cancelled", text: stop.reason })),
        ]),
  ];
}

/** Answers callers that cannot wait in a turn and were promised a message. It always arrives, as a result does. */
function answerRequests(open: OpenTurn, text: string): readonly Op[] {
  const { session, bot, turn } = open;
  return openRequests(open).map((request) => ({
    op: "message.send",
    message: {
      id: makeId("message"),
      sessionId: request.from.sessionId,
      from: senderOf({ session, bot }),
      text: text === "" ? "(no text)" : text,
      purpose: "text",
      mode: "queue",
      chainId: turn.chainId,
      hops: turn.hops + 1,
      replyTo: request.id,
      notBefore: null,
      held: false,
      idempotencyKey: `answer:${request.id}`,
    },
  }));
}

type Request = Message & { readonly from: Extract<Message["from"], { kind: "session" }> };

function openRequests({ messages }: OpenTurn): readonly Request[] {
  return messages.filter(
    (message): message is Request =>
      message.purpose === "request" &&
      message.state === "delivered" &&
      message.from.kind === "session" &&
      message.answeredBy === null,
  );
}

function tellSender(open: OpenTurn, message: Message, error: string): readonly Op[] {
  // A parent learns of it by the result. A dead system message notifies no one, or two failing sessions would notify
  // each other for ever.
  if (message.from.kind !== "session" || message.purpose === "task") return [];
  return [
    {
      op: "message.send",
      message: {
        id: makeId("message"),
        sessionId: message.from.sessionId,
        from: { kind: "system", reason: "dead_letter", sessionId: open.session.id },
        text: `Your message ${message.id} to “${oneLine(open.session.title)}” could not be handled: ${error}`,
        purpose: "text",
        mode: "queue",
        chainId: message.chainId,
        hops: message.hops + 1,
        replyTo: null,
        notBefore: null,
        held: false,
        idempotencyKey: `dead:${message.id}:${message.retries}`,
      },
    },
  ];
}

function cutOffText({ hasEnded }: CutOff): string {
  const end = hasEnded ? "This was stopped while it ran." : "This could not be stopped and may still be running.";
  return `${end} Whether it took effect is unknown.`;
}

/** Gives calls without a result one, so that the transcript stays whole. */
function closeCalls(open: OpenTurn, text: string): readonly (Op | TurnOp)[] {
  return openCalls(open.entries, open.turn.id).flatMap((call) => {
    const cutOff = open.cutOff.get(call.callId);
    const outcome = { text: cutOff === undefined ? text : cutOffText(cutOff), isError: true };
    return resultOps(open, call, { outcome, durationMs: 0 });
  });
}

/**
 * Gives calls that this worker leaves behind their results, so that the turn does not make them again when it goes on;
 * all but those that may run twice. Where its tool says so, a person is asked instead (TU3).
 */
export function leaveCalls(open: OpenTurn): readonly (Op | TurnOp)[] {
  return [...open.cutOff.values()].flatMap((cutOff) => {
    if (cutOff.afterCrash === "replay") return [];
    if (cutOff.afterCrash === "ask") return [askOutcome(open, cutOff.call)];
    return resultOps(open, cutOff.call, { outcome: { text: cutOffText(cutOff), isError: true }, durationMs: 0 });
  });
}

function partialEntry(open: OpenTurn, text: string): Op {
  const { session, turn } = open;
  return {
    op: "entry.append",
    entry: { id: makeId("entry"), sessionId: session.id, kind: "bot", text, turnId: turn.id, partial: true },
  };
}

function notice(
  open: OpenTurn,
  { text, notice }: { readonly text: string; readonly notice: NonNullable<OpenTurn["entries"][number]["notice"]> },
): Op {
  const { session, turn } = open;
  return {
    op: "entry.append",
    entry: { id: makeId("entry"), sessionId: session.id, kind: "notice", text, turnId: turn.id, notice },
  };
}
