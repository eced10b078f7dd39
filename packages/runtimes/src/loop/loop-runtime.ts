/**
 * The `loop` runtime: one call of `run` is one answer of a model, or one compaction of the window. The engine owns what
 * happens between: it commits the answer, runs the tools and calls again, so a turn that dies goes on from its last entry.
 * Tools are given by schema only; nothing here runs one.
 */

import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { Clock } from "@reef/engine/port/clock";
import type {
  Completion,
  CompletionRequest,
  Runtime,
  RuntimeStep,
  ToolCallRequest,
  TurnContext,
} from "@reef/engine/port/runtime";
import type { Entry } from "@reef/protocol/entry";
import { type CallTimes, callModel, defaultCallTimes, type ModelAnswer, type ModelCall } from "./call-model.ts";
import { type CompactionPlan, compactionText, fitTranscript, summaryPrompt, windowTokens } from "./compaction.ts";
import { CallError } from "./failure.ts";
import type { ModelChoice } from "./models.ts";
import { costOf } from "./price.ts";
import { cleanText } from "./provider/outgoing/clean-text.ts";
import { fitRoles } from "./provider/outgoing/fit-roles.ts";
import { ownToolName, prepareReceiver, toFunctionTools, toolsFor } from "./provider/outgoing/prepare.ts";
import type { Receiver } from "./provider/outgoing/receiver.ts";
import type { ModelSource } from "./settings.ts";
import { charsToTokens, tokensToChars } from "./tokens.ts";
import {
  chooseForBot,
  chooseForTurn,
  connect,
  type LoopLog,
  type Models,
  modelKey,
  notStored,
  outputLimit,
  tellWithoutTools,
} from "./turn-model.ts";
import { buildWindow, readTranscript, tokensBeside } from "./window.ts";

export interface LoopOptions {
  readonly models: ModelSource;
  readonly clock: Clock;
  readonly log: LoopLog;
  readonly times?: Partial<CallTimes>;
}

interface Loop extends Models {
  readonly clock: Clock;
  readonly times: CallTimes;
  /** By how much each model counts more tokens than we estimate. */
  readonly density: Map<string, number>;
  /** Room of models that refused a window as too long although it should have fitted. */
  readonly learnedRoom: Map<string, number>;
  /** Tokens of the longest transcript that each model has taken. */
  readonly taken: Map<string, number>;
}

/** Tokens. A refusal of less is met for this call alone: what a provider says by mistake must not shorten every session. */
const leastLearned = 2_000;

/**
 * The runtime that runs turns on language models. Start-up loads no provider: the first call of each kind does, once.
 * Many turns may run at once. A call throws `RuntimeFailure` whose message names model, host and what to do, and never a
 * key; after an abort it throws the signal's reason at once (TU6).
 */
export function createLoopRuntime({ models, clock, log, times }: LoopOptions): Runtime {
  const loop: Loop = {
    models,
    clock,
    log,
    times: { ...defaultCallTimes, ...times },
    learned: new Map(),
    density: new Map(),
    learnedRoom: new Map(),
    taken: new Map(),
  };
  return {
    name: "loop",
    run: (context) => runStep(loop, context),
    complete: (request) => completeOnce(loop, request),
  };
}

async function* runStep(loop: Loop, context: TurnContext): AsyncGenerator<RuntimeStep, void> {
  const choice = await chooseForTurn(loop, context);
  const call = await prepareCall({ loop, context, choice });
  yield* tellWithoutTools(context, choice);
  const transcript = readTranscript(context.entries);
  let room = roomFor({ loop, context, choice });
  // A provider that refuses the window as too long gets half of it, until it takes it.
  for (let halvings = 0; ; halvings += 1) {
    const receiver = await prepareReceiver({ context, choice, entries: transcript.entries, room });
    const weighed = { ...transcript, tokensBeside: (entry: Entry) => tokensBeside(entry, receiver) };
    const fit = fitTranscript(weighed, room);
    if (fit.type === "compact") {
      yield* compact({ loop, call, context, plan: fit.plan, room });
      return;
    }
    const { instructions, recalled } = context;
    const window = buildWindow(transcript, { instructions, recalled, maxEntryChars: fit.maxEntryChars, receiver });
    const prompt = withCacheMarks(fitRoles(window, choice.profile), choice);
    const tools = toFunctionTools(toolsFor(context, choice.profile), receiver);
    const tokens = windowTokens(weighed, fit.maxEntryChars);
    try {
      const answer = yield* callModel({
        ...call,
        options: { ...call.options, prompt, ...(tools.length > 0 && { tools }) },
      });
      loop.taken.set(modelKey(choice), Math.max(tokens, loop.taken.get(modelKey(choice)) ?? 0));
      yield toAnswer({ loop, context, choice, answer, receiver, tokens });
      return;
    } catch (error) {
      if (!(error instanceof CallError) || error.kind !== "overflow" || halvings === 4) throw error;
      loop.log.warn({ turnId: context.turn.id, model: choice.modelId }, "window too long for the model: shortening it");
      yield { type: "retry", reason: error.message };
      const refused = Math.min(room, tokens);
      room = refused / 2;
      learnRoom(loop, modelKey(choice), refused);
    }
  }
}

/** From now on half of what was refused, but no less than what the model has taken before. */
function learnRoom({ learnedRoom, taken }: Loop, model: string, refused: number): void {
  const known = Math.max(leastLearned, taken.get(model) ?? 0);
  if (refused > known) learnedRoom.set(model, Math.max(known, refused / 2));
}

/** Retries pass unseen: nobody reads along. */
async function completeOnce(loop: Loop, { bot, instructions, text, signal }: CompletionRequest): Promise<Completion> {
  const choice = await chooseForBot(loop, bot);
  const prompt: LanguageModelV4Prompt = [
    { role: "system", content: cleanText(instructions) },
    { role: "user", content: [{ type: "text", text: cleanText(text) }] },
  ];
  const steps = callModel({
    model: await connect(choice),
    choice,
    signal,
    clock: loop.clock,
    times: loop.times,
    seed: bot.id,
    options: { prompt: fitRoles(prompt, choice.profile), ...outputLimit(bot, choice), ...notStored(choice) },
  });
  for (;;) {
    const next = await steps.next();
    if (next.done !== true) continue;
    const answer = next.value;
    const counted = {
      inputTokens: answer.inputTokens ?? charsToTokens(instructions.length + text.length),
      outputTokens: answer.outputTokens ?? charsToTokens(answer.text.length),
    };
    return { text: answer.text, model: modelKey(choice), ...counted, ...withCost(choice, { ...answer, ...counted }) };
  }
}

function withCost(choice: ModelChoice, answer: Parameters<typeof costOf>[1]): { readonly costUsd?: number } {
  const costUsd = costOf(choice.price, answer);
  return costUsd === undefined ? {} : { costUsd };
}

interface Preparation {
  readonly loop: Loop;
  readonly context: TurnContext;
  readonly choice: ModelChoice;
}

async function prepareCall({ loop, context, choice }: Preparation): Promise<ModelCall> {
  const { bot, turn, signal } = context;
  return {
    model: await connect(choice),
    choice,
    signal,
    clock: loop.clock,
    times: loop.times,
    seed: turn.id,
    options: { prompt: [], ...outputLimit(bot, choice), ...notStored(choice) },
  };
}

/** Tokens for the transcript: three quarters of what the model takes, less instructions and tools, and the answer in any case. */
function roomFor({ loop, context, choice }: Preparation): number {
  const { bot } = context;
  const own = bot.limits.contextTokens ?? choice.contextTokens;
  const limit = choice.isContextKnown ? Math.min(own, choice.contextTokens) : own;
  const most = Math.min(limit * 0.75, limit - (outputLimit(bot, choice).maxOutputTokens ?? 0));
  const room = Math.max(most - fixedTokens(context, choice), limit * 0.2) / (loop.density.get(modelKey(choice)) ?? 1);
  return Math.min(room, loop.learnedRoom.get(modelKey(choice)) ?? room);
}

/** What is sent beside the transcript, by estimate. */
function fixedTokens(context: TurnContext, { profile }: ModelChoice): number {
  const { instructions, recalled } = context;
  const tools = JSON.stringify(toolsFor(context, profile));
  return charsToTokens(instructions.length + (recalled?.length ?? 0) + tools.length);
}

interface Compacting {
  readonly loop: Loop;
  readonly context: TurnContext;
  readonly call: ModelCall;
  readonly plan: CompactionPlan;
  readonly room: number;
}

async function* compact({ loop, call, context, plan, room }: Compacting): AsyncGenerator<RuntimeStep, void> {
  const prompt = fitRoles(summaryPrompt(plan, tokensToChars(room * 0.8)), call.choice.profile);
  const { providerOptions } = call.options;
  const options = { prompt, ...(providerOptions && { providerOptions }) };
  let answer: ModelAnswer | null = null;
  try {
    answer = yield* withoutDeltas(callModel({ ...call, options }));
  } catch (error) {
    call.signal.throwIfAborted();
    // First words are a poor summary, but the turn goes on and the transcript keeps it all. So they wait for the second
    // attempt of a failure that passes, and are no way around one that the next call would meet again.
    if (!(error instanceof CallError) || error.kind === "refused") throw error;
    if (error.retry && context.turn.attempts === 0) throw error;
    loop.log.warn({ model: call.choice.modelId, reason: error.message }, "no summary by the model: using first words");
  }
  yield {
    type: "compaction",
    text: compactionText(plan, answer && answer.text.trim() !== "" ? answer.text : null),
    throughSeq: plan.throughSeq,
    tokensBefore: plan.tokensBefore,
    ...(answer === null ? { inputTokens: 0, outputTokens: 0, costUsd: 0 } : counted(call.choice, answer)),
  };
}

function counted(choice: ModelChoice, answer: ModelAnswer) {
  const tokens = { inputTokens: answer.inputTokens ?? 0, outputTokens: answer.outputTokens ?? 0 };
  return { ...tokens, ...withCost(choice, { ...answer, ...tokens }) };
}

async function* withoutDeltas(steps: ReturnType<typeof callModel>): AsyncGenerator<RuntimeStep, ModelAnswer> {
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
    if (next.value.type === "retry") yield next.value;
  }
}

interface Answered extends Preparation {
  readonly answer: ModelAnswer;
  readonly receiver: Receiver;
  /** Of the transcript it was given, by estimate. */
  readonly tokens: number;
}

function toAnswer({ loop, context, choice, answer, receiver, tokens: given }: Answered): RuntimeStep {
  const estimate = given + fixedTokens(context, choice);
  if (answer.inputTokens !== null && estimate > 1000) {
    loop.density.set(modelKey(choice), Math.min(6, Math.max(1, answer.inputTokens / estimate)));
  }
  const tokens = {
    inputTokens: answer.inputTokens ?? estimate,
    outputTokens: answer.outputTokens ?? charsToTokens(answer.text.length + JSON.stringify(answer.calls).length),
  };
  return {
    type: "answer",
    text: answer.text,
    calls: withFreshIds(
      answer.calls.map((each) => ({ ...each, name: ownToolName(each.name, receiver) })),
      context.entries,
    ),
    ...tokens,
    ...withCost(choice, { ...answer, ...tokens }),
  };
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

/** Anthropic bills what stands before a mark at a tenth when it was sent before; the others find out by themselves. */
function withCacheMarks(window: LanguageModelV4Prompt, { profile }: ModelChoice): LanguageModelV4Prompt {
  if (profile.wire !== "anthropic") return window;
  const mark = { anthropic: { cacheControl: { type: "ephemeral" } } };
  return window.map((message, at) =>
    message.role === "system" || at === window.length - 1 ? { ...message, providerOptions: mark } : message,
  );
}
