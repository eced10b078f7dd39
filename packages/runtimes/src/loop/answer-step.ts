/**
 * Gets one answer of a bot's model to the transcript, or one compaction of it. Every transcript has some window that
 * the model accepts: a window refused as too long is shortened until it is accepted, and one refused without a reason
 * is tried once with less (PR5).
 */
import { RuntimeFailure, type RuntimeStep, type ToolCallRequest, type TurnContext } from "@reef/engine/port/runtime";
import type { CallFacts } from "@reef/engine/port/unit";
import type { Entry } from "@reef/protocol/entry";
import { cutCallStart } from "./answer-calls.ts";
import { compact } from "./compact.ts";
import { fitTranscript, newestPart, windowTokens } from "./compaction.ts";
import { CallError } from "./failure/call-error.ts";
import { type Loop, type ModelMemory, memoryOf } from "./loop-state.ts";
import { makeCall } from "./make-call.ts";
import { callMended } from "./mended-call.ts";
import type { ModelAnswer } from "./model-answer.ts";
import type { ModelChoice } from "./models.ts";
import { costOfAnswer } from "./price.ts";
import { ownToolName, planReceiver, toolNamesFor, toolsFor } from "./provider/outgoing/prepare.ts";
import { contextTokensOf, fixedTokens, learnRoom, leastRoom, roomFor } from "./room.ts";
import { withFallback } from "./share/fallback.ts";
import { charsToTokens } from "./tokens.ts";
import { chooseForTurn, tellWithoutTools } from "./turn-model.ts";
import { readTranscript, type Transcript, tokensBeside } from "./window.ts";

const mostShortenings = 12;
/** The shortest window, in tokens, for which a refusal without a reason may mean that it is too long. */
const suspectFrom = 8_000;
const suspectRoom = 1_500;

interface Step {
  readonly loop: Loop;
  readonly context: TurnContext;
  readonly choice: ModelChoice;
  readonly memory: ModelMemory;
  /** True if another model answers when this one is away (TU9). */
  readonly hasFallback: boolean;
}

export async function* runStep(loop: Loop, context: TurnContext): AsyncGenerator<RuntimeStep, void> {
  const choice = await chooseForTurn(loop, context);
  yield* withFallback({ loop, context, choice }, (chosen, hasFallback) =>
    runStepOn({ loop, context, choice: chosen, hasFallback, memory: memoryOf(loop, chosen) }),
  );
}

async function* runStepOn(step: Step): AsyncGenerator<RuntimeStep, void> {
  const { loop, context, choice, memory } = step;
  yield* tellWithoutTools(context, choice);
  let transcript = readTranscript(context.entries);
  let suspected: CallError | null = null;
  const limit = contextTokensOf(step);
  const most = roomFor(step, limit);
  let room = Math.min(most, memory.learnedRoom ?? most);
  for (let shortenings = 0; ; shortenings += 1) {
    const receiver = planReceiver({ context, choice, entries: transcript.entries, room });
    const weighed = { ...transcript, tokensBeside: (entry: Entry) => tokensBeside(entry, receiver) };
    const fit = fitTranscript(weighed, room);
    if (fit.type === "compact" && suspected === null) {
      yield* compact({ ...step, plan: fit.plan, room });
      return;
    }
    const maxEntryChars = fit.type === "fits" ? fit.maxEntryChars : Math.max(200, room);
    const tokens = windowTokens(weighed, maxEntryChars);
    try {
      const answer = yield* askOnce({ ...step, transcript, maxEntryChars, room });
      // The window was too long if only a shorter one was accepted.
      if (suspected !== null) learnRoom(memory, windowTokens(readTranscript(context.entries), maxEntryChars));
      memory.taken = Math.max(tokens, memory.taken);
      yield* answered(step, answer, tokens);
      return;
    } catch (error) {
      if (suspected !== null && !(error instanceof RuntimeFailure && error.retry)) throw suspected;
      if (!(error instanceof CallError) || shortenings >= mostShortenings) throw error;
      const isSuspect =
        error.kind === "unexplained" && tokens > leastRoom && isLong(tokens + fixedTokens(context, choice), limit);
      if (error.kind !== "overflow" && !isSuspect) throw error;
      const refused = Math.min(room, tokens);
      if (refused <= leastRoom && shortenings > 0) throw tooTight(step, error);
      yield { type: "retry", reason: error.message };
      room = refused / 2;
      if (isSuspect) {
        suspected = error;
        // There is one attempt, so it uses a window that any model accepts.
        room = Math.min(refused / 4, suspectRoom);
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

/** Returns the room that the refusal itself names, and remembers the limit it states. */
function roomToldBy(step: Step, { failure }: CallError): number | null {
  const { loop, choice, memory } = step;
  const { contextTokens } = failure;
  if (contextTokens === null || contextTokens >= contextTokensOf(step)) return null;
  memory.correction = { ...memory.correction, contextTokens };
  loop.models.learn(choice, { contextTokens });
  return roomFor(step, contextTokens);
}

function tooTight({ context, choice }: Step, error: CallError): CallError {
  const fixed = fixedTokens(context, choice);
  const advice = `the instructions and tools alone are about ${fixed} tokens: choose a model that takes more than "${choice.modelId}", or give the bot fewer tools and shorter instructions`;
  return new CallError({ ...error.failure, kind: "answer", message: `${error.failure.message}; ${advice}` }, 1);
}

interface Asking extends Step {
  readonly transcript: Transcript;
  readonly maxEntryChars: number;
  readonly room: number;
}

function askOnce({ loop, context, choice, hasFallback, transcript, maxEntryChars, room }: Asking) {
  const mayBeEmpty = hasWorked(context);
  const make = () => makeCall({ loop, context, choice, hasFallback, transcript, maxEntryChars, room, mayBeEmpty });
  return callMended({ loop, choice, make });
}

/** True when the newest entry of the turn is a tool's result without an error. */
function hasWorked({ entries, turn }: TurnContext): boolean {
  const last = entries.findLast(({ turnId, kind }) => turnId === turn.id && kind !== "notice");
  return last?.kind === "tool_result" && last.tool?.isError !== true;
}

async function* answered(step: Step, answer: ModelAnswer, given: number): AsyncGenerator<RuntimeStep, void> {
  const { context, choice, memory } = step;
  const estimate = given + fixedTokens(context, choice);
  if (answer.inputTokens !== null && estimate > 1000) {
    memory.density = Math.min(6, Math.max(1, answer.inputTokens / estimate));
  }
  for (const text of answer.remarks) yield { type: "notice", about: "model", text };
  const names = toolNamesFor(toolsFor(context, choice.profile), choice.profile);
  const calls = answer.calls.map((call) => ({ ...call, name: ownToolName(call.name, names) }));
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
    calls: withFreshIds(calls, context.entries),
    ...tokens,
    ...cost,
    ...(answer.reasoning !== "" && { reasoning: answer.reasoning }),
    ...(answer.kept !== null && { opaque: answer.kept }),
    facts: factsOf(step, answer),
  };
}

function factsOf(step: Step, answer: ModelAnswer): CallFacts {
  const { context, choice, memory } = step;
  const limit = contextTokensOf(step);
  const room = Math.min(roomFor(step, limit), memory.learnedRoom ?? Number.POSITIVE_INFINITY);
  const isSaid = choice.isContextKnown || context.bot.limits.contextTokens !== undefined;
  return {
    model: `${choice.providerName}/${choice.modelId}`,
    cachedTokens: answer.cachedInputTokens ?? undefined,
    firstTokenMs: answer.firstTokenMs ?? undefined,
    windowTokens: answer.inputTokens ?? undefined,
    // A guess is not a limit: it only tells when to begin to summarise.
    ...(isSaid && { contextTokens: limit }),
    compactsAt: Math.round(room * memory.density + fixedTokens(context, choice)),
  };
}

/** The most answers in a row cut in the middle of a call after which a turn goes on. */
const mostCuts = 3;

function cutAnswersInRow({ entries, turn }: TurnContext): number {
  const results = entries.filter(({ turnId, kind }) => turnId === turn.id && kind === "tool_result");
  const other = results.findLastIndex(({ text }) => !text.startsWith(cutCallStart));
  return results.length - 1 - other;
}

function alwaysCut({ choice }: Step, { outputTokens }: ModelAnswer): RuntimeFailure {
  const at = outputTokens === null ? "" : `, last at ${outputTokens} tokens`;
  return new RuntimeFailure(
    `${mostCuts} answers in a row of model "${choice.modelId}" were cut off in the middle of a tool call${at}; raise the bot's maxOutputTokens, or ask for less per answer`,
    { retry: false },
  );
}

/** Some servers restart the numbering of calls in every answer; a result must find its one call. */
function withFreshIds(calls: readonly ToolCallRequest[], entries: readonly Entry[]): ToolCallRequest[] {
  const used = new Set(entries.map(({ tool }) => tool?.callId));
  return calls.map((call) => {
    let callId = call.callId || "call";
    for (let n = 2; used.has(callId); n += 1) callId = `${call.callId || "call"}_${n}`;
    used.add(callId);
    return { ...call, callId };
  });
}
