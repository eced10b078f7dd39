/**
 * Chooses the model of a turn: the bot's own, or one that sees when there are pictures; with what its server and its
 * answers showed of it. Settings may change at any time: each call uses those at its start.
 */
import { RuntimeFailure, type RuntimeStep, type TurnContext } from "@reef/engine/port/runtime";
import { type Loop, memoryOf, settingsOf } from "./loop-state.ts";
import { chooseModel, type ModelChoice, withFacts, withLearned } from "./models.ts";
import { hasNewPictures } from "./provider/outgoing/prepare.ts";
import { withoutToolsText } from "./remarks.ts";

/** Returns the bot's model, or the one that sees when there are pictures that the bot's own cannot see. */
export async function chooseForTurn(loop: Loop, context: TurnContext): Promise<ModelChoice> {
  const own = await chooseNamed(loop, context.bot.model);
  const { visionModel } = settingsOf(loop);
  if (own.profile.vision === true || visionModel === undefined || !hasNewPictures(context)) return own;
  try {
    const seeing = await chooseNamed(loop, visionModel);
    // The setting implies that it sees; only the server's own statement counts more.
    const { vision } = seeing.profile;
    return vision === false ? own : learnedOf(loop, { ...seeing, listed: { ...seeing.listed, vision: true } });
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    loop.log.warn({ model: visionModel, reason: error.message }, "the vision model cannot be used: pictures are named");
    return own;
  }
}

/** Returns the model of this name, whatever the turn needs. */
export async function chooseNamed(loop: Loop, name: string | null): Promise<ModelChoice> {
  const choice = chooseModel(settingsOf(loop), name);
  return learnedOf(loop, withFacts(choice, await loop.models.facts(choice)));
}

/** Returns it with what its answers have taught so far. */
export function learnedOf(loop: Loop, choice: ModelChoice): ModelChoice {
  return withLearned(choice, memoryOf(loop, choice).correction);
}

/** Reported once in a session, as far as its window shows. */
export function* tellWithoutTools(
  { tools, entries }: TurnContext,
  { profile, modelId }: ModelChoice,
): Generator<RuntimeStep> {
  if (profile.tools !== false || tools.length === 0) return;
  const text = withoutToolsText(modelId);
  if (entries.some(({ notice, text: told }) => notice?.type === "model" && told === text)) return;
  yield { type: "notice", text, about: "model" };
}
