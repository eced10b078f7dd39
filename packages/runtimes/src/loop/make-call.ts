/** Builds calls: a turn's, with its window and tools, and those outside turns, with neither. */
import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { ReserveCall, TurnContext } from "@reef/engine/port/runtime";
import { type Loop, memoryOf, shareOf } from "./loop-state.ts";
import type { CallTimes, ModelCall } from "./model-call.ts";
import { loadModel, type ModelChoice } from "./models.ts";
import { shapeBody } from "./provider/outgoing/body.ts";
import { fitRoles } from "./provider/outgoing/fit-roles.ts";
import { prepareReceiver, toFunctionTools, toolsFor } from "./provider/outgoing/prepare.ts";
import { learnedOf } from "./turn-model.ts";
import { buildWindow, type Transcript } from "./window.ts";

export interface TurnCall {
  readonly loop: Loop;
  readonly context: TurnContext;
  readonly choice: ModelChoice;
  readonly transcript: Transcript;
  readonly maxEntryChars: number;
  /** Tokens for the transcript. */
  readonly room: number;
  readonly mayBeEmpty: boolean;
  readonly hasFallback: boolean;
}

export async function makeCall(request: TurnCall): Promise<ModelCall> {
  const { loop, context, transcript, maxEntryChars, room, mayBeEmpty, hasFallback } = request;
  const { instructions, recalled, bot, turn, signal } = context;
  // What one attempt taught counts for the next.
  const choice = learnedOf(loop, request.choice);
  const receiver = await prepareReceiver({ context, choice, entries: transcript.entries, room });
  const window = buildWindow(transcript, { instructions, recalled, maxEntryChars, receiver });
  const tools = toFunctionTools(toolsFor(context, choice.profile), receiver);
  return {
    ...baseCall({ loop, choice, signal, botId: bot.id, seed: turn.id, reserve: context.reserve, hasFallback }),
    times: timesFor(loop.times, turn.attempts),
    mayBeEmpty,
    options: {
      prompt: withCacheMarks(fitRoles(window, choice.profile), choice),
      ...outputLimit(choice, bot.limits.maxOutputTokens),
      ...(tools.length > 0 && { tools }),
      ...notStored(choice),
    },
  };
}

export interface SideCall {
  readonly loop: Loop;
  readonly choice: ModelChoice;
  readonly prompt: LanguageModelV4Prompt;
  readonly signal: AbortSignal;
  readonly botId: string;
  readonly seed: string;
  readonly maxOutputTokens?: number | undefined;
  readonly reserve?: ReserveCall | undefined;
  readonly hasFallback?: boolean | undefined;
}

export async function makeSideCall({ prompt, maxOutputTokens, ...request }: SideCall): Promise<ModelCall> {
  const choice = learnedOf(request.loop, request.choice);
  const options = {
    prompt: fitRoles(prompt, choice.profile),
    ...outputLimit(choice, maxOutputTokens),
    ...notStored(choice),
  };
  return { ...baseCall({ ...request, choice }), options };
}

function baseCall({
  loop,
  choice,
  signal,
  botId,
  seed,
  reserve,
  hasFallback = false,
}: Omit<SideCall, "prompt">): Omit<ModelCall, "options"> {
  return {
    connect: (fetch) => loadModel(choice, fetch),
    wire: choice.profile.wire,
    reshape: (body) => shapeBody(body, choice.profile),
    choice,
    manners: memoryOf(loop, choice).manners,
    signal,
    clock: loop.clock,
    times: loop.times,
    share: shareOf(loop, choice),
    botId,
    hasFallback,
    seed,
    reserve,
    density: memoryOf(loop, choice).density,
    mayBeEmpty: false,
    noteUse: () => loop.models.noteUse(choice.providerName),
  };
}

/** Returns fewer attempts for a turn that was tried before, because it has already waited. */
function timesFor(times: CallTimes, attempts: number): CallTimes {
  return attempts === 0 ? times : { ...times, tries: Math.min(times.tries, 2) };
}

/** Returns the tokens of an answer: the bot's setting, else its provider's, and no more than the model allows. */
export function outputLimit({ provider, profile }: ModelChoice, own: number | undefined) {
  const wanted = own ?? provider.overrides?.maxOutputTokens;
  return wanted === undefined ? {} : { maxOutputTokens: Math.min(wanted, profile.maxOutputTokens ?? wanted) };
}

/** Models of OpenAI that do not reason refuse a request for sealed thoughts. */
const withoutThoughts = /gpt-[34]|chatgpt|davinci|babbage|gpt-5[^/]*-chat/i;

/** Transcripts stay here: the provider must not store a second one, and sends its thoughts along instead. */
function notStored({ profile, modelId }: ModelChoice): Pick<ModelCall["options"], "providerOptions"> {
  if (profile.wire !== "responses") return {};
  const include = withoutThoughts.test(modelId) ? {} : { include: ["reasoning.encrypted_content"] };
  return { providerOptions: { openai: { store: false, ...include } } };
}

/** Anthropic bills what precedes a mark at a tenth when it was sent before; the others cache without marks. */
function withCacheMarks(window: LanguageModelV4Prompt, { profile }: ModelChoice): LanguageModelV4Prompt {
  if (profile.wire !== "anthropic") return window;
  const mark = { anthropic: { cacheControl: { type: "ephemeral" } } };
  return window.map((message, at) =>
    message.role === "system" || at === window.length - 1 ? { ...message, providerOptions: mark } : message,
  );
}
