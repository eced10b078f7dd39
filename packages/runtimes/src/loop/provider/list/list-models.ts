/**
 * Lists a provider's models in its own dialect. For a server of unknown dialect, the generic list shows which one it
 * is, and it is asked again in that. A model with our key in its name is left out (SE8). Bounded: 2,000 models, 10 MiB
 * and 10 seconds an answer.
 */
import type { ProviderKind } from "@reef/protocol/provider";
import type { ProviderSettings } from "../../settings.ts";
import { addressOf } from "../address.ts";
import { kindOfAddress } from "../choose-profile.ts";
import { listAnthropic } from "./anthropic.ts";
import { fetchJson } from "./fetch-json.ts";
import { textOf, toFields, toList } from "./fields.ts";
import { withKnown } from "./known-by-name.ts";
import { type ListedModel, ListFailure, maxListed } from "./listed-model.ts";
import { listLlamaCpp } from "./llama-cpp.ts";
import { listLmStudio } from "./lm-studio.ts";
import { type AskServer, listOllama } from "./ollama.ts";
import { readModel } from "./read-model.ts";
import { holdsSecret } from "./strike-secrets.ts";

export interface ListOptions {
  readonly signal: AbortSignal;
  /** For one answer. */
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 10_000;

/** Returns them in the provider's order, each id once. Rejects with `ListFailure`, or with the signal's reason. */
export async function listModels(provider: ProviderSettings, options: ListOptions): Promise<readonly ListedModel[]> {
  const { signal, timeoutMs = usualTimeoutMs } = options;
  const { baseUrl, query } = addressOf(provider);
  const root = baseUrl.replace(/\/v1$/, "");
  const at =
    (address: string): AskServer =>
    (path, body) =>
      fetchJson(withQuery(`${address}${path}`, query), {
        provider,
        signal,
        timeoutMs,
        ...(body === undefined ? {} : { body }),
      });
  const models = await listAs(kindOf(provider), { base: at(baseUrl), root: at(root) });
  const byId = new Map(
    models
      .filter(({ id }) => !holdsSecret(id, provider))
      .map((model) => (holdsSecret(model.name, provider) ? { ...model, name: model.id } : model))
      .map((model) => [model.id, withKnown(model)]),
  );
  return [...byId.values()].slice(0, maxListed);
}

/** For a server that is only said to resemble OpenAI's, returns the kind that its address implies. */
function kindOf({ kind, baseUrl }: Pick<ProviderSettings, "kind" | "baseUrl">): ProviderKind {
  return kind === "openai-compatible" && baseUrl !== undefined ? (kindOfAddress(baseUrl) ?? kind) : kind;
}

/** Adds the query that every request carries, such as Azure's `api-version`. */
function withQuery(address: string, query: Readonly<Record<string, string>> | null): string {
  if (query === null) return address;
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

interface Addresses {
  /** Calls the address before `/chat/completions`. */
  readonly base: AskServer;
  /** Calls the server's own address, without `/v1`. */
  readonly root: AskServer;
}

async function listAs(kind: ProviderKind, { base, root }: Addresses): Promise<readonly ListedModel[]> {
  switch (kind) {
    case "anthropic":
      return listAnthropic(base);
    case "ollama":
      return orGeneric(() => listOllama(root), base);
    case "lmstudio":
      return orGeneric(() => listLmStudio(root), base);
    case "llamacpp":
      return orGeneric(() => listLlamaCpp(root), base);
    case "xai":
      return orGeneric(() => listXai(base), base);
    default:
      return listGeneric({ base, root });
  }
}

/** A server, or a proxy before it, may support only OpenAI's list. */
async function orGeneric(own: () => Promise<readonly ListedModel[]>, base: AskServer): Promise<readonly ListedModel[]> {
  try {
    const models = await own();
    if (models.length > 0) return models;
  } catch (error) {
    if (!(error instanceof ListFailure) || error.kind === "unreachable" || error.kind === "refused") throw error;
  }
  return toModels(await base("/models"));
}

/** Its list is under `models` instead of `data`, with prices and modalities. */
async function listXai(base: AskServer): Promise<readonly ListedModel[]> {
  return toModels(await base("/language-models"));
}

async function listGeneric({ base, root }: Addresses): Promise<readonly ListedModel[]> {
  const answer = await base("/models");
  const [row] = rowsOf(answer);
  const owner = textOf(toFields(row).owned_by);
  // Local servers sign their lists; their own lists say more.
  const own = { llamacpp: listLlamaCpp, library: listOllama, organization_owner: listLmStudio };
  const more = owner !== null && Object.hasOwn(own, owner) ? own[owner as keyof typeof own] : undefined;
  const better = more === undefined ? [] : await more(root).catch(() => []);
  return better.length > 0 ? better : toModels(answer);
}

function rowsOf(answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer;
  const { data, models } = toFields(answer);
  if (Array.isArray(data) && data.length > 0) return data;
  return toList(models ?? data);
}

function toModels(answer: unknown): readonly ListedModel[] {
  const { data, models } = toFields(answer);
  if (!Array.isArray(answer) && !Array.isArray(data) && !Array.isArray(models)) {
    throw new ListFailure("answer", "The server answered, but with no list of models: is this the address of its API?");
  }
  return rowsOf(answer)
    .slice(0, maxListed)
    .map(readModel)
    .filter((model) => model !== null);
}
