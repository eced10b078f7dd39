/**
 * Prints what `reef providers` and `reef models` show: where models come from, and what they can do. Never prints a
 * key.
 */
import type { Model } from "@reef/protocol/model";
import type { Shell } from "./shell.ts";

export async function listProviders({ client, print }: Shell): Promise<void> {
  const [{ items }, { inUse }] = await Promise.all([client.providers(), client.modelDefaults()]);
  if (items.length === 0) print("no provider is set up: add one in the console, or set REEF_MODEL_BASE_URL");
  for (const { name, kind, baseUrl, source, hasKey, enabled, problem } of items) {
    const state = enabled ? (problem ?? "ready") : "off";
    print(
      `${name.padEnd(14)}  ${kind.padEnd(17)}  ${source.padEnd(11)}  ${hasKey ? "key" : "   "}  ${baseUrl}  ${state}`,
    );
  }
  for (const [role, used] of Object.entries(inUse)) {
    if (used !== null) print(`default for ${role}: ${used.model} (${used.source})`);
  }
  await listProviderWaits({ client, print });
}

/** Prints what turns wait for because a model is away, if anything. */
async function listProviderWaits({ client, print }: Pick<Shell, "client" | "print">): Promise<void> {
  const { items } = await client.providerWaits();
  for (const { model, state, waiting, failed, reason } of items) {
    const counts = `${waiting} waiting, ${failed} failed`;
    print(
      `${model} ${state === "down" ? "is down" : "limits its requests"}: ${counts}; “reef retry ${model}”: ${reason}`,
    );
  }
}

/** Tries everything again that waits for the model, or failed because it was away. */
export async function retryModel({ client, print }: Shell, model: string): Promise<void> {
  const { woken, retried } = await client.retryProvider(model);
  print(`${woken} waiting turns and ${retried} undelivered messages are tried again`);
}

/** Prints all models, or those whose id or name contains these words. */
export async function listModels({ client, print }: Shell, words: string): Promise<void> {
  const { items, problems } = await client.models(words === "" ? {} : { q: words });
  for (const model of items) print(sayModel(model));
  for (const { provider, reason } of problems) print(`${provider}: ${reason}`);
  if (items.length === 0 && problems.length === 0) print("no models");
}

function sayModel({ id, abilities, contextTokens, price }: Model): string {
  const can = Object.entries(abilities).flatMap(([name, value]) => (value === true ? [name] : []));
  const window = contextTokens === null ? "" : `  ${Math.round(contextTokens / 1000)}k tokens`;
  const cost = price === null ? "" : `  $${price.input}/$${price.output} per million`;
  return `${id.padEnd(40)}  ${can.join(" ") || "abilities unknown"}${window}${cost}`;
}
