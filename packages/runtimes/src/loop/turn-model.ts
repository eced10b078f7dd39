/**
 * Which model a turn runs on, and how it is driven: the bot's own, or one that sees where pictures came in; with what its
 * server and its answers told of it. Settings may change at any time: each call takes them as they stand at its start.
 */
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { RuntimeFailure, type RuntimeStep, type TurnContext } from "@reef/engine/port/runtime";
import type { Bot } from "@reef/protocol/bot";
import { chooseModel, connectModel, type ModelChoice, refineChoice } from "./models.ts";
import { hasNewPictures } from "./provider/outgoing/prepare.ts";
import type { ProfileCorrection } from "./provider/profile.ts";
import type { ModelSettings, ModelSource } from "./settings.ts";

export interface LoopLog {
  warn(object: Readonly<Record<string, unknown>>, message: string): void;
}

export interface Models {
  readonly models: ModelSource;
  readonly log: LoopLog;
  /** What the answers of each model taught of it, by provider and model id. */
  readonly learned: Map<string, ProfileCorrection>;
}

/** The bot's model, or the one that sees where pictures came in and the bot's own sees none. */
export async function chooseForTurn(loop: Models, context: TurnContext): Promise<ModelChoice> {
  const settings = settingsOf(loop);
  const own = await chooseForBot(loop, context.bot);
  const { visionModel } = settings;
  if (own.profile.vision === true || visionModel === undefined || !hasNewPictures(context)) return own;
  try {
    const seeing = await refine(loop, chooseModel(settings, visionModel));
    // Who set it said that it sees; only a server's own word counts more.
    return seeing.profile.vision === false ? own : { ...seeing, profile: { ...seeing.profile, vision: true } };
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    loop.log.warn({ model: visionModel, reason: error.message }, "the vision model cannot be used: pictures are named");
    return own;
  }
}

/** The bot's model, whatever it is asked. */
export async function chooseForBot(loop: Models, bot: Pick<Bot, "model">): Promise<ModelChoice> {
  return refine(loop, chooseModel(settingsOf(loop), bot.model));
}

async function refine({ models, learned }: Models, choice: ModelChoice): Promise<ModelChoice> {
  return refineChoice(choice, { facts: await models.facts(choice), learned: learned.get(modelKey(choice)) });
}

/** Told once in a session, as far as its window shows. */
export function* tellWithoutTools(
  { tools, entries }: TurnContext,
  { profile, modelId }: ModelChoice,
): Generator<RuntimeStep> {
  if (profile.tools !== false || tools.length === 0) return;
  const text = `The model "${modelId}" takes no tools, so it works without them here.`;
  if (entries.some(({ notice, text: told }) => notice?.type === "model" && told === text)) return;
  yield { type: "notice", text, about: "model" };
}

function settingsOf({ models }: Models): ModelSettings {
  const settings = models.settings();
  if (settings !== null) return settings;
  throw new RuntimeFailure("no model is set up: add a provider and choose a default model, then retry", {
    retry: false,
  });
}

/** Transcripts stay here: the provider is not to keep a second one. */
export function notStored({ profile }: ModelChoice): Pick<LanguageModelV4CallOptions, "providerOptions"> {
  return profile.wire === "responses" ? { providerOptions: { openai: { store: false } } } : {};
}

/** The bot's own, else the provider's, and no more than the model gives. */
export function outputLimit(
  { limits }: Pick<Bot, "limits">,
  choice: ModelChoice,
): { readonly maxOutputTokens?: number } {
  const wanted = limits.maxOutputTokens ?? choice.provider.overrides?.maxOutputTokens;
  if (wanted === undefined) return {};
  return { maxOutputTokens: Math.min(wanted, choice.profile.maxOutputTokens ?? wanted) };
}

export async function connect(choice: ModelChoice): Promise<LanguageModelV4> {
  try {
    return await connectModel(choice);
  } catch (cause) {
    throw new RuntimeFailure(`the package of provider "${choice.providerName}" could not be loaded`, {
      retry: false,
      cause,
    });
  }
}

export function modelKey({ providerName, modelId }: ModelChoice): string {
  return `${providerName}/${modelId}`;
}
