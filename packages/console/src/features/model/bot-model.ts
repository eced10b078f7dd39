/**
 * Finds what keeps a bot from working on its model, as far as that is known in advance. Unknown is not a
 * problem: a model that is not listed may well work.
 */
import type { Bot } from "@reef/protocol/bot";
import type { Model, ModelDefaultsInUse } from "@reef/protocol/model";
import type { Provider } from "@reef/protocol/provider";

export type ModelTrouble =
  /** It runs on the demo, which is not a language model. */
  | { readonly type: "demo" }
  /** It names no model, and the server has no default. */
  | { readonly type: "no-model" }
  | { readonly type: "no-provider"; readonly provider: string }
  | { readonly type: "provider-off"; readonly provider: string }
  | { readonly type: "no-key"; readonly provider: string }
  | { readonly type: "no-tools"; readonly model: string };

export interface KnownModels {
  readonly models: readonly Model[];
  readonly providers: readonly Provider[];
  /** The server's default; null when there is none. */
  readonly serverModel: string | null;
}

export function modelTrouble(bot: Pick<Bot, "runtime" | "model">, known: KnownModels): ModelTrouble | null {
  if (bot.runtime === "demo") return { type: "demo" };
  if (bot.runtime !== "loop") return null;
  const name = bot.model ?? known.serverModel;
  if (name === null) return { type: "no-model" };
  const model = findModel(known.models, name);
  const prefix = model?.provider ?? name.slice(0, Math.max(0, name.indexOf("/")));
  const provider = known.providers.find((each) => each.name === prefix);
  if (provider && !provider.enabled) return { type: "provider-off", provider: provider.name };
  if (provider && provider.secret !== null && !provider.hasKey) return { type: "no-key", provider: provider.name };
  if (prefix !== "" && !provider && !model) return { type: "no-provider", provider: prefix };
  if (model?.abilities.tools === false) return { type: "no-tools", model: model.model };
  return null;
}

/**
 * Returns the bot's model, if it is known to see no pictures and no other model is set up to see them for it; else
 * null.
 */
export function blindModel(
  bot: Pick<Bot, "runtime" | "model">,
  { models, defaults }: { readonly models: readonly Model[]; readonly defaults: Pick<ModelDefaultsInUse, "inUse"> },
): string | null {
  if (bot.runtime !== "loop" || defaults.inUse.vision !== null) return null;
  const name = bot.model ?? defaults.inUse.chat?.model;
  const model = name === undefined ? null : findModel(models, name);
  return model?.abilities.vision === false ? model.model : null;
}

/** Finds it by its whole id, or by its id at the provider when only one provider has it. */
export function findModel(models: readonly Model[], name: string): Model | null {
  const whole = models.find(({ id }) => id === name);
  if (whole) return whole;
  const bare = models.filter(({ model }) => model === name);
  return bare.length === 1 ? (bare[0] ?? null) : null;
}
