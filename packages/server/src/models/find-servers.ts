/**
 * Looks for model servers on this machine, at their default ports. Any program may listen there, so each is recognised
 * only by the shape of its answer. It asks only loopback, and the address that the settings give for Ollama.
 */
import type { FoundServer, ProviderKind } from "@reef/protocol/provider";
import { dialects } from "@reef/runtimes/loop/provider/dialects/all";
import { fetchJson } from "@reef/runtimes/loop/provider/list/fetch-json";
import { textOf, toFields, toList } from "@reef/runtimes/loop/provider/list/fields";
import type { ProviderSettings } from "@reef/runtimes/loop/settings";

type LocalKind = Extract<ProviderKind, "ollama" | "lmstudio" | "llamacpp" | "vllm">;
type Get = (path: string) => Promise<unknown>;

const timeoutMs = 1_000;
const maxNames = 200;

/** Reads the names of its models; null when it is another program. */
const readNames: Readonly<Record<LocalKind, (get: Get) => Promise<readonly string[] | null>>> = {
  async ollama(get) {
    const { models } = toFields(await get("/api/tags"));
    if (!Array.isArray(models)) return null;
    return namesOf(models, "name");
  },
  async lmstudio(get) {
    const { data } = toFields(await get("/api/v0/models"));
    if (!Array.isArray(data)) return null;
    const isIts = data.every((row) => textOf(toFields(row).type) !== null && textOf(toFields(row).state) !== null);
    return isIts ? namesOf(data, "id") : null;
  },
  async llamacpp(get) {
    const settings = toFields(await get("/props")).default_generation_settings;
    if (Object.keys(toFields(settings)).length === 0) return null;
    return namesOf(toList(toFields(await get("/v1/models")).data), "id");
  },
  async vllm(get) {
    const rows = toList(toFields(await get("/v1/models")).data);
    const isIts = rows.length > 0 && rows.every((row) => toFields(row).owned_by === "vllm");
    return isIts ? namesOf(rows, "id") : null;
  },
};

/** Returns them in the order of the kinds. Rejects only with the signal's reason; takes about a second. */
export async function findServers({ ollamaUrl, signal }: FindOptions): Promise<readonly FoundServer[]> {
  if (ollamaUrl === "off") return [];
  const kinds = Object.keys(readNames) as readonly LocalKind[];
  const found = await Promise.all(
    kinds.map((kind) => lookAt(kind, { signal, root: kind === "ollama" ? ollamaUrl : (dialects[kind].baseUrl ?? "") })),
  );
  return found.filter((server) => server !== null);
}

export interface FindOptions {
  readonly ollamaUrl: string;
  readonly signal: AbortSignal;
}

interface ServerAddress {
  /** With or without `/v1`. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/** Returns null when nothing answers there, or another program does. */
export async function lookAt(kind: LocalKind, { root, signal }: ServerAddress): Promise<FoundServer | null> {
  const address = root.replace(/\/+$/, "").replace(/\/v1$/, "");
  const provider: ProviderSettings = { kind };
  try {
    const names = await readNames[kind]((path) => fetchJson(`${address}${path}`, { provider, signal, timeoutMs }));
    return names === null ? null : { kind, title: dialects[kind].title, baseUrl: `${address}/v1`, models: [...names] };
  } catch {
    signal.throwIfAborted();
    return null; // nothing listens there: the usual case
  }
}

function namesOf(rows: readonly unknown[], field: string): readonly string[] {
  return rows
    .slice(0, maxNames)
    .map((row) => textOf(toFields(row)[field])?.slice(0, 200) ?? null)
    .filter((name) => name !== null);
}
