/** Reads Anthropic's list, which comes in pages. */
import { textOf, toFields, toList } from "./fields.ts";
import { type ListedModel, maxListed } from "./listed-model.ts";
import type { AskServer } from "./ollama.ts";
import { readModel } from "./read-model.ts";

const maxPages = 20;

/** `ask` calls the address that ends before `/models`. */
export async function listAnthropic(ask: AskServer): Promise<readonly ListedModel[]> {
  const models: ListedModel[] = [];
  let after: string | null = null;
  for (let page = 0; page < maxPages && models.length < maxListed; page += 1) {
    const answer = toFields(
      await ask(`/models?limit=1000${after === null ? "" : `&after_id=${encodeURIComponent(after)}`}`),
    );
    models.push(
      ...toList(answer.data)
        .map(readOne)
        .filter((model) => model !== null),
    );
    const last = textOf(answer.last_id);
    // A server that repeats itself must not be asked forever.
    if (answer.has_more !== true || last === null || last === after) break;
    after = last;
  }
  return models;
}

/** Its `type` is `model` for all of them. */
function readOne(row: unknown): ListedModel | null {
  const model = readModel(row);
  return model === null ? null : { ...model, abilities: { ...model.abilities, chat: true, embedding: false } };
}
