/** Reads LM Studio's own list, with kinds of models and what is loaded; its `/v1/models` only has names. */
import { textOf, toFields, tokensOf, toList } from "./fields.ts";
import type { ListedModel } from "./listed-model.ts";
import type { AskServer } from "./ollama.ts";
import { readModel } from "./read-model.ts";

/** `ask` calls its own address, without `/v1`. */
export async function listLmStudio(ask: AskServer): Promise<readonly ListedModel[]> {
  const rows = toList(toFields(await ask("/api/v0/models")).data);
  return rows.map(readOne).filter((model) => model !== null);
}

function readOne(row: unknown): ListedModel | null {
  const fields = toFields(row);
  const model = readModel({ ...fields, context_length: fields.max_context_length });
  if (model === null) return null;
  const type = textOf(fields.type)?.toLowerCase();
  const talks = type === "llm" || type === "vlm";
  return {
    ...model,
    abilities: {
      ...model.abilities,
      vision: type === undefined ? model.abilities.vision : type === "vlm",
      embedding: type === "embeddings",
      chat: type === undefined ? null : talks,
    },
    runningTokens: tokensOf(fields.loaded_context_length),
    isElastic: true,
    isLoaded: textOf(fields.state) === "loaded",
  };
}
