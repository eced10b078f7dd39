/** Returns the embedder that is set up now, and a new one as soon as people change its model, address or key. */
import type { CurrentEmbedder, Embedder } from "@reef/engine/port/embedding";
import { openEmbedder } from "@reef/recall/embedding/open-embedder";
import { sendHttp } from "@reef/runtimes/loop/provider/wire/http-fetch";
import type { Models } from "./open-models.ts";

/** Keeps the embedder while its settings stay the same, because it remembers what it learnt of its server. */
export function createCurrentEmbedder(models: Pick<Models, "embedding">): CurrentEmbedder {
  const state: { settings: string; embedder: Embedder | null } = { settings: "null", embedder: null };
  return () => {
    const settings = models.embedding();
    const text = JSON.stringify(settings);
    if (text !== state.settings) {
      state.embedder = settings === null ? null : openEmbedder(settings, { send: sendHttp });
      state.settings = text;
    }
    return state.embedder;
  };
}
