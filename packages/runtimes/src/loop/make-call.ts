/** The calls that go out: a turn's, with its window and tools, and those beside turns, with neither. */
import type { LanguageModelV4FunctionTool, LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { TurnContext } from "@reef/engine/port/runtime";
import type { CallTimes, ModelCall } from "./call-model.ts";
import { type Loop, memoryOf } from "./loop-state.ts";
import { loadModel, type ModelChoice } from "./models.ts";
import type { Wire } from "./provider/profile.ts";
import { buildWindow, type Transcript } from "./window.ts";

export interface TurnCall {
  readonly loop: Loop;
  readonly context: TurnContext;
  readonly choice: ModelChoice;
  readonly transcript: Transcript;
  readonly maxEntryChars: number;
  readonly mayBeEmpty: boolean;
}

export async function makeCall(request: TurnCall): Promise<ModelCall> {
  const { loop, context, choice, transcript, maxEntryChars, mayBeEmpty } = request;
  const { instructions, recalled, tools, bot, turn, signal } = context;
  const { correction } = memoryOf(loop, choice);
  const window = buildWindow(transcript, { instructions, recalled, maxEntryChars });
  const sent = correction.tools === false ? [] : tools;
  const base = baseCall({ loop, choice, signal, seed: turn.id });
  return {
    ...base,
    times: timesFor(loop.times, turn.attempts),
    mayBeEmpty,
    options: {
      prompt: withCacheMarks(window, choice),
      ...outputLimit(bot.limits.maxOutputTokens, correction.maxOutputTokens),
      ...(sent.length > 0 && { tools: sent.map(toFunctionTool), toolChoice: { type: "auto" as const } }),
      ...notStored(choice),
    },
  };
}

export interface SideCall {
  readonly loop: Loop;
  readonly choice: ModelChoice;
  readonly prompt: LanguageModelV4Prompt;
  readonly signal: AbortSignal;
  readonly seed: string;
  readonly maxOutputTokens?: number | undefined;
}

export async function makeSideCall({ prompt, maxOutputTokens, ...request }: SideCall): Promise<ModelCall> {
  const { correction } = memoryOf(request.loop, request.choice);
  const options = {
    prompt,
    ...outputLimit(maxOutputTokens, correction.maxOutputTokens),
    ...notStored(request.choice),
  };
  return { ...baseCall(request), options };
}

function baseCall({ loop, choice, signal, seed }: Omit<SideCall, "prompt">): Omit<ModelCall, "options"> {
  return {
    connect: (fetch) => loadModel(choice, fetch),
    wire: wireOf(choice),
    choice,
    manners: memoryOf(loop, choice).manners,
    signal,
    clock: loop.clock,
    times: loop.times,
    seed,
    mayBeEmpty: false,
    noteUse: () => loop.models.noteUse(choice.providerName),
  };
}

function wireOf({ provider }: ModelChoice): Wire {
  return provider.kind === "anthropic" ? "anthropic" : provider.kind === "openai" ? "responses" : "chat";
}

/** A turn that was tried before has waited already: fewer attempts are left to it. */
function timesFor(times: CallTimes, attempts: number): CallTimes {
  return attempts === 0 ? times : { ...times, tries: Math.min(times.tries, 2) };
}

function outputLimit(wanted: number | undefined, most: number | null | undefined) {
  const known = [wanted, wanted === undefined ? undefined : most].filter((limit) => typeof limit === "number");
  return known.length === 0 ? {} : { maxOutputTokens: Math.min(...known) };
}

function toFunctionTool({ name, description, inputSchema }: TurnContext["tools"][number]): LanguageModelV4FunctionTool {
  return { type: "function", name, description, inputSchema };
}

/** Transcripts stay here: the provider is not to keep a second one. */
function notStored({ provider }: ModelChoice): Pick<ModelCall["options"], "providerOptions"> {
  return provider.kind === "openai"
    ? { providerOptions: { openai: { store: false, include: ["reasoning.encrypted_content"] } } }
    : {};
}

/** Anthropic bills what stands before a mark at a tenth when it was sent before; the others find out by themselves. */
function withCacheMarks(window: LanguageModelV4Prompt, { provider }: ModelChoice): LanguageModelV4Prompt {
  if (provider.kind !== "anthropic") return window;
  const mark = { anthropic: { cacheControl: { type: "ephemeral" } } };
  return window.map((message, at) =>
    message.role === "system" || at === window.length - 1 ? { ...message, providerOptions: mark } : message,
  );
}
