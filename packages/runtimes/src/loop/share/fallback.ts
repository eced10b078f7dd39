/**
 * Lets another model answer while a bot's own one is down or its limits are far off (TU9): the bot's fallback model, else
 * the server's. Each step tries the bot's own first, so it is back as soon as it answers. A transcript says once in each
 * turn that another model answers; the step and its cost name the one that did.
 */
import { RuntimeFailure, type RuntimeStep, type TurnContext } from "@reef/engine/port/runtime";
import { type Loop, modelKey, settingsOf } from "../loop-state.ts";
import type { ModelChoice } from "../models.ts";
import { chooseNamed } from "../turn-model.ts";

interface Choosing {
  readonly loop: Loop;
  readonly context: TurnContext;
  readonly choice: ModelChoice;
}

export async function* withFallback(
  choosing: Choosing,
  run: (choice: ModelChoice, hasFallback: boolean) => AsyncGenerator<RuntimeStep, void>,
): AsyncGenerator<RuntimeStep, void> {
  const { context, choice } = choosing;
  const fallback = await fallbackOf(choosing);
  try {
    yield* run(choice, fallback !== null);
    return;
  } catch (error) {
    if (fallback === null || !(error instanceof RuntimeFailure) || error.model === null) throw error;
    context.signal.throwIfAborted();
    yield { type: "retry", reason: error.message };
    yield* tellOnce(choosing, fallback, error.model.state);
    try {
      yield* run(fallback, false);
    } catch (second) {
      // Both are away: the turn waits for its own model.
      throw second instanceof RuntimeFailure && second.isOutage ? error : second;
    }
  }
}

/** Returns null without one, and for one that cannot be used: it must not stop a turn that needs none. */
async function fallbackOf({ loop, context, choice }: Choosing): Promise<ModelChoice | null> {
  const name = context.bot.fallbackModel ?? settingsOf(loop).fallbackModel;
  if (name === undefined) return null;
  try {
    const fallback = await chooseNamed(loop, name);
    return modelKey(fallback) === modelKey(choice) ? null : fallback;
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    loop.log.warn({ model: name, reason: error.message }, "the fallback model cannot be used");
    return null;
  }
}

function* tellOnce(
  { context, choice }: Choosing,
  fallback: ModelChoice,
  state: "down" | "limited",
): Generator<RuntimeStep> {
  const why = state === "down" ? "is down" : "limits its requests";
  const text = `${modelKey(choice)} ${why}: ${modelKey(fallback)} answers instead.`;
  const isOfTurn = (entry: TurnContext["entries"][number]) => entry.turnId === context.turn.id;
  if (context.entries.some((entry) => isOfTurn(entry) && entry.notice?.type === "model" && entry.text === text)) return;
  yield { type: "notice", text, about: "model" };
}
