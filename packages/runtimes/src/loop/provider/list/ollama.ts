/** Reads Ollama's own list: its `/v1/models` only has names, and `/api/show` says what each model can do. */

import { type Fields, textOf, toFields, tokensOf, toList, wordsOf } from "./fields.ts";
import type { ListedModel } from "./listed-model.ts";
import { listedModel, maxIdLength } from "./listed-model.ts";

export type AskServer = (path: string, body?: unknown) => Promise<unknown>;

/** How many models are asked one by one what they can do, and how many in parallel. */
const maxShown = 200;
const atOnce = 4;
/** Kinds of networks that make vectors. */
const vectorFamily = /bert|nomic|embed/i;

/** Newest first, in its own order. `ask` calls its own address, without `/v1`. */
export async function listOllama(ask: AskServer): Promise<readonly ListedModel[]> {
  const rows = toList(toFields(await ask("/api/tags")).models).map(toFields);
  const running = await readRunning(ask);
  const models: ListedModel[] = [];
  for (let start = 0; start < rows.length; start += atOnce) {
    const some = rows.slice(start, start + atOnce);
    const read = await Promise.all(some.map((row) => readOne({ row, running, ask, isShown: start < maxShown })));
    models.push(...read.filter((model) => model !== null));
  }
  return models;
}

/** Returns the tokens that each running model accepts, by name; older servers only give the names. */
async function readRunning(ask: AskServer): Promise<ReadonlyMap<string, number | null>> {
  const answer = await ask("/api/ps").catch(() => null);
  const rows = toList(toFields(answer).models).map(toFields);
  return new Map(rows.map((row) => [nameOf(row) ?? "", tokensOf(row.context_length)] as const));
}

interface One {
  readonly row: Fields;
  readonly running: ReadonlyMap<string, number | null>;
  readonly ask: AskServer;
  readonly isShown: boolean;
}

async function readOne({ row, running, ask, isShown }: One): Promise<ListedModel | null> {
  const id = nameOf(row);
  if (id === null || id.length > maxIdLength) return null;
  // A model that cannot be shown (just deleted, or on an old server) is still listed.
  const shown = isShown ? toFields(await ask("/api/show", { model: id, name: id }).catch(() => null)) : {};
  const details = { ...toFields(row.details), ...toFields(shown.details) };
  const can = wordsOf(shown.capabilities) ?? wordsOf(row.capabilities);
  const families = [textOf(details.family), ...toList(details.families).map(textOf)].filter((each) => each !== null);
  const isVectors = can === null ? families.some((family) => vectorFamily.test(family)) : can.includes("embedding");
  return listedModel(id, {
    abilities: {
      chat: can === null ? (isVectors ? false : null) : can.includes("completion"),
      tools: can === null ? null : can.includes("tools"),
      vision: can === null ? null : can.includes("vision"),
      reasoning: can === null ? null : can.includes("thinking"),
      embedding: can === null && !isVectors ? null : isVectors,
    },
    contextTokens: trainedTokensOf(toFields(shown.model_info)),
    runningTokens: running.get(id) ?? setTokensOf(shown.parameters),
    isElastic: true,
    isLoaded: running.has(id),
  });
}

function nameOf(row: Fields): string | null {
  return textOf(row.model) ?? textOf(row.name);
}

/** Reads `llama.context_length`, `qwen3.context_length` and so on. */
function trainedTokensOf(modelFields: Fields): number | null {
  const [, value] = Object.entries(modelFields).find(([name]) => /^[^.]+\.context_length$/.test(name)) ?? [];
  return tokensOf(value);
}

/** Reads `num_ctx 8192` among its parameters. */
function setTokensOf(parameters: unknown): number | null {
  return typeof parameters === "string" ? tokensOf(/^\s*num_ctx\s+(\d{1,9})\s*$/m.exec(parameters)?.[1]) : null;
}
