/**
 * One answer of a bot's model to the transcript, or one compaction of it. Whatever the transcript holds, there is a window
 * of it that the model takes: one that is refused as too long is shortened until it is taken, and one that is refused
 * without a reason is tried once with less (PR5).
 */
import { RuntimeFailure, type RuntimeStep, type ToolCallRequest, type TurnContext } from "@reef/engine/port/runtime";
import type { Entry } from "@reef/protocol/entry";
import { cutCallStart } from "./answer-draft.ts";
import type { ModelAnswer } from "./call-model.ts";
import { compact } from "./compact.ts";
import { fitTranscript, newestPart, windowTokens } from "./compaction.ts";
import { CallError } from "./failure/call-error.ts";
import { type Loop, type ModelMemory, memoryOf, settingsOf } from "./loop-state.ts";
import { makeCall } from "./make-call.ts";
import { callMended } from "./mended-call.ts";
import { chooseModel, type ModelChoice } from "./models.ts";
import { costOfAnswer } from "./price.ts";
import { contextOf, fixedTokens, learnRoom, leastRoom, roomFor } from "./room.ts";
import { charsToTokens } from "./tokens.ts";
import { readTranscript, type Transcript } from "./window.ts";

const mostShortenings = 12;
/** Longest window, in tokens, that a refusal without a reason is taken at its word for. */
const suspectFrom = 8_000;

interface Step {
  readonly loop: Loop;
  readonly context: TurnContext;
  readonly choice: ModelChoice;
  readonly memory: ModelMemory;
}

export async function* runStep(loop: Loop, context: TurnContext): AsyncGenerator<RuntimeStep, void> {
  const choice = chooseModel(settingsOf(loop), context.bot.model);
  const memory = memoryOf(loop, choice);
  const step: Step = { loop, context, choice, memory };
  let transcript = readTranscript(context.entries);
  let suspected: CallError | null = null;
  const limit = contextOf(context, choice, memory);
  const most = roomFor(context, limit, memory);
  let room = Math.min(most, memory.learnedRoom ?? most);
  for (let shortenings = 0; ; shortenings += 1) {
    const fit = fitTranscript(transcript, room);
    if (fit.type === "compact" && suspected === null) {
      yield* compact({ ...step, plan: fit.plan, room });
      return;
    }
    const maxEntryChars = fit.type === "fits" ? fit.maxEntryChars : Math.max(200, room);
    const tokens = windowTokens(transcript, maxEntryChars);
    try {
      const answer = yield* askOnce({ ...step, transcript, maxEntryChars });
      // What only a shorter window got through was too long.
      if (suspected !== null) learnRoom(memory, windowTokens(readTranscript(context.entries), maxEntryChars));
      memory.taken = Math.max(tokens, memory.taken);
      yield* answered(step, answer, tokens);
      return;
    } catch (error) {
      if (suspected !== null && !(error instanceof RuntimeFailure && error.retry)) throw suspected;
      if (!(error instanceof CallError) || shortenings >= mostShortenings) throw error;
      const isSuspect =
        error.kind === "unexplained" && tokens > leastRoom && isLong(tokens + fixedTokens(context), limit);
      if (error.kind !== "overflow" && !isSuspect) throw error;
      const refused = Math.min(room, tokens);
      if (refused <= leastRoom && shortenings > 0) throw tooTight(step, error);
      yield { type: "retry", reason: error.message };
      room = refused / 2;
      if (isSuspect) {
        suspected = error;
        transcript = newestPart(transcript, room);
      } else {
        room = Math.min(room, roomToldBy(step, error) ?? room);
        learnRoom(memory, refused);
      }
      loop.log.warn(
        { turnId: context.turn.id, model: choice.modelId, room },
        "window too long for the model: shortening",
      );
    }
  }
}

function isLong(tokens: number, limit: number): boolean {
  return tokens > Math.min(suspectFrom, limit * 0.6);
}

/** Room as the refusal itself tells it; what it says the model takes is kept. */
function roomToldBy({ loop, context, choice, memory }: Step, { failure }: CallError): number | null {
  const { contextTokens } = failure;
  if (contextTokens === null || contextTokens >= contextOf(context, choice, memory)) return null;
  memory.correction = { ...memory.correction, contextTokens };
  loop.models.learn(choice, { contextTokens });
  return roomFor(context, contextTokens, memory);
}

function tooTight({ context, choice }: Step, error: CallError): CallError {
  const fixed = fixedTokens(context);
  const advice = `the instructions and tools alone are about ${fixed} tokens: choose a model that takes more than "${choice.modelId}", or give the bot fewer tools and shorter instructions`;
  return new CallError({ ...error.failure, kind: "answer", message: `${error.failure.message}; ${advice}` }, 1);
}

interface Asking extends Step {
  readonly transcript: Transcript;
  readonly maxEntryChars: number;
}

function askOnce({ loop, context, choice, transcript, maxEntryChars }: Asking) {
  const mayBeEmpty = hasWorked(context);
  const make = () => makeCall({ loop, context, choice, transcript, maxEntryChars, mayBeEmpty });
  return callMended({ loop, choice, make });
}

/** The newest of the turn is a tool's result, and it is no error. */
function hasWorked({ entries, turn }: TurnContext): boolean {
  const last = entries.findLast(({ turnId, kind }) => turnId === turn.id && kind !== "notice");
  return last?.kind === "tool_result" && last.tool?.isError !== true;
}

async function* answered(step: Step, answer: ModelAnswer, given: number): AsyncGenerator<RuntimeStep, void> {
  const { context, choice, memory } = step;
  const estimate = given + fixedTokens(context);
  if (answer.inputTokens !== null && estimate > 1000) {
    memory.density = Math.min(6, Math.max(1, answer.inputTokens / estimate));
  }
  for (const text of answer.remarks) yield { type: "notice", about: "model", text };
  const said = answer.text.length + answer.reasoning.length + JSON.stringify(answer.calls).length;
  const tokens = {
    inputTokens: answer.inputTokens ?? estimate,
    outputTokens: answer.outputTokens ?? charsToTokens(said),
  };
  const cost = costOfAnswer(choice.price, { ...answer, ...tokens });
  if (answer.isCutInCall && cutAnswersInRow(context) >= mostCuts - 1) {
    yield { type: "paid", ...tokens, ...cost };
    throw alwaysCut(step, answer);
  }
  yield {
    type: "answer",
    text: answer.text,
    calls: withFreshIds(answer.calls, context.entries),
    ...tokens,
    ...cost,
    ...(answer.reasoning !== "" && { reasoning: answer.reasoning }),
    ...(answer.kept !== null && { opaque: answer.kept }),
  };
}

/** Answers cut in the middle of a call, one after another, that a turn goes on after. */
const mostCuts = 3;

function cutAnswersInRow({ entries, turn }: TurnContext): number {
  const results = entries.filter(({ turnId, kind }) => turnId === turn.id && kind === "tool_result");
  const other = results.findLastIndex(({ text }) => !text.startsWith(cutCallStart));
  return results.length - 1 - other;
}

function alwaysCut({ choice }: Step, { outputTokens }: ModelAnswer): RuntimeFailure {
  const at = outputTokens === null ? "" : `, last at ${outputTokens} tokens`;
  return new RuntimeFailure(
    `${mostCuts} answers in a row of model "${choice.modelId}" were cut off in the middle of a tool call${at}; raise the bot's maxOutputTokens, or ask for less at once`,
    { retry: false },
  );
}

/** Some servers number their calls anew in every answer; a result must find its one call. */
function withFreshIds(calls: readonly ToolCallRequest[], entries: readonly Entry[]): ToolCallRequest[] {
  const used = new Set(entries.map(({ tool }) => tool?.callId));
  return calls.map((call) => {
    let callId = call.callId || "call";
    for (let n = 2; used.has(callId); n += 1) callId = `${call.callId || "call"}_${n}`;
    used.add(callId);
    return { ...call, callId };
  });
}
