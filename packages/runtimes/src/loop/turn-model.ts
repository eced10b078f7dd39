/**
 * Which model a turn runs on: the bot's own, or one that sees where pictures came in; with what its server and its answers
 * told of it. Settings may change at any time: each call takes them as they stand at its start.
 */
import { RuntimeFailure, type RuntimeStep, type TurnContext } from "@reef/engine/port/runtime";
import { type Loop, memoryOf, settingsOf } from "./loop-state.ts";
import { chooseModel, type ModelChoice, withFacts, withLearned } from "./models.ts";
import { hasNewPictures } from "./provider/outgoing/prepare.ts";
import { withoutToolsText } from "./remarks.ts";

/** The bot's model, or the one that sees where pictures came in and the bot's own sees none. */
export async function chooseForTurn(loop: Loop, context: TurnContext): Promise<ModelChoice> {
  const own = await chooseNamed(loop, context.bot.model);
  const { visionModel } = settingsOf(loop);
  if (own.profile.vision === true || visionModel === undefined || !hasNewPictures(context)) return own;
  try {
    const seeing = await chooseNamed(loop, visionModel);
    // Who set it said that it sees; only the server's own word counts more.
    const { vision } = seeing.profile;
    return vision === false ? own : learnedOf(loop, { ...seeing, listed: { ...seeing.listed, vision: true } });
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    loop.log.warn({ model: visionModel, reason: error.message }, "the vision model cannot be used: pictures are named");
    return own;
  }
}

/** The model of this name, whatever it is asked. */
export async function chooseNamed(loop: Loop, name: string | null): Promise<ModelChoice> {
  const choice = chooseModel(settingsOf(loop), name);
  return learnedOf(loop, withFacts(choice, await loop.models.facts(choice)));
}

/** As its answers taught until now. */
export function learnedOf(loop: Loop, choice: ModelChoice): ModelChoice {
  return withLearned(choice, memoryOf(loop, choice).correction);
}

/** Told once in a session, as far as its window shows. */
export function* tellWithoutTools(
  { tools, entries }: TurnContext,
  { profile, modelId }: ModelChoice,
): Generator<RuntimeStep> {
  if (profile.tools !== false || tools.length === 0) return;
  const text = withoutToolsText(modelId);
  if (entries.some(({ notice, text: told }) => notice?.type === "model" && told === text)) return;
  yield { type: "notice", text, about: "model" };
}
