/**
 * BO1: a turn that repeats itself, or has used up its model calls, pauses with an ask instead of going on or failing.
 * Its lane is free during that time. The person's answer is taken once: the step `resumed` names the ask, in the unit
 * that takes it, so that a crash, a shutdown or a failure in between can neither lose it nor take it twice.
 */
import type { AskId } from "@reef/protocol/ids";
import { makeId } from "../ids.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { withoutFrames } from "../prompt/quote.ts";
import { commitStep } from "./commit-step.ts";
import type { OpenTurn } from "./open-turn.ts";
import { countRepeats, findLoop, type Repeat } from "./repeats.ts";
import { settleCancelled } from "./settle.ts";

const goOn = "Go on";
const stopHere = "Stop";

/** Returns true if the turn waits for a person now. */
export async function pauseIfNeeded(open: OpenTurn, maxCalls: number): Promise<boolean> {
  countRepeats(open.repeats, open.entries);
  const repeat = findLoop(open.repeats);
  const calls = open.turn.usage.modelCalls;
  if (repeat !== null) await pause(open, repeatQuestion(open, repeat));
  else if (calls - open.pauses.callsBefore >= maxCalls) await pause(open, limitQuestion(open, calls, maxCalls));
  else return false;
  return true;
}

/** Takes the person's answer, if there is one. */
export async function takeAnswer(open: OpenTurn): Promise<"goes on" | "waits" | "ended"> {
  const { ask } = open.pauses;
  if (ask === null) return "goes on";
  const { state, answer } = ask;
  if (state === "open" || answer === null) {
    await commitStep(open, waitFor(ask.id));
    return "waits";
  }
  if (answer === stopHere) {
    await commitStep(
      open,
      ...(await settleCancelled(open, { by: "person", reason: "a person was asked and stopped it" })),
    );
    return "ended";
  }
  await commitStep(open, ...wordsOf(open, answer), resumedStep(ask.id));
  open.pauses = { ask: null, callsBefore: open.turn.usage.modelCalls };
  return "goes on";
}

async function pause(open: OpenTurn, question: string): Promise<void> {
  const { session, bot, turn } = open;
  const id = makeId("ask");
  const about = { id, kind: "loop" as const, sessionId: session.id, botId: bot.id, turnId: turn.id };
  const ask = {
    ...about,
    callId: null,
    messageId: null,
    chainId: turn.chainId,
    question,
    options: [goOn, stopHere],
    freeText: true,
  };
  await commitStep(open, { op: "ask.open", ask }, waitFor(id));
}

function waitFor(askId: AskId): TurnOp {
  return { op: "turn.wait", waits: [{ for: "ask", callId: null, askId }], readyAt: null };
}

function resumedStep(askId: AskId): TurnOp {
  const counts = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
  return { op: "turn.step", step: { kind: "resumed", callId: askId, tool: null, entryId: null, ...counts } };
}

/** The notice restarts the count; the person's text is in the transcript as a person's words. */
function wordsOf(open: OpenTurn, answer: string): readonly Op[] {
  const head = { sessionId: open.session.id, turnId: open.turn.id };
  const isGuidance = answer !== goOn;
  const text = isGuidance
    ? "This turn was paused. A person was asked whether it may go on, and answered:"
    : "This turn was paused. A person was asked whether it may go on, and allowed it.";
  const notice = { ...head, id: makeId("entry"), kind: "notice" as const, text, notice: { type: "loop" as const } };
  const words = {
    ...head,
    id: makeId("entry"),
    kind: "person" as const,
    text: answer,
    from: { kind: "person" as const },
  };
  return [
    { op: "entry.append", entry: notice },
    ...(isGuidance ? [{ op: "entry.append" as const, entry: words }] : []),
  ];
}

function repeatQuestion({ bot }: OpenTurn, { name, input, text, sinceNews }: Repeat): string {
  return [
    `“${bot.name}” has made the same call ${sinceNews} times, with the same result each time. May it go on?`,
    `Call: ${name} ${shorten(JSON.stringify(input) ?? "")}`,
    `Result: ${shorten(withoutFrames(text))}`,
  ].join("\n\n");
}

function limitQuestion({ bot }: OpenTurn, calls: number, maxCalls: number): string {
  const made = `${calls} model ${calls === 1 ? "call" : "calls"}`;
  return `“${bot.name}” has made ${made} in this turn. May it make up to ${maxCalls} more?`;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 299).toWellFormed()}…`;
}
