/** Keeps vectors of memories in the in-memory store. */
import type { BotId, MemoryId } from "@reef/protocol/ids";
import { textToVector } from "../memory/vector.ts";
import type { MemoryQueries } from "../port/queries.ts";
import type { MemoryOp } from "../port/unit.ts";
import type { VectorRecord } from "./known-state.ts";
import { get, type ModelState, type ModelWork } from "./state.ts";

export function keepVectors({ state }: ModelWork, op: Extract<MemoryOp, { op: "memory.embed" }>): void {
  const { botId, model, through } = op;
  get(state.bots, botId);
  const { known } = state;
  const was = known.embedded.get(botId);
  let version = was?.version ?? 0;
  for (const { id, vector } of op.vectors) {
    const memory = known.memories.get(id);
    if (memory?.botId !== botId || memory.archivedAt !== null) continue;
    version += 1;
    known.vectors.set(id, { botId, model, version, vector: textToVector(vector) });
  }
  const before = was?.model === model ? was.through : 0;
  known.embedded.set(botId, { model, through: Math.max(before, through), version });
}

type Reads = Pick<MemoryQueries, "embeddingState" | "vectorCount" | "vectorChanges" | "embeddedOf" | "botsToEmbed">;

export function vectorQueries(current: () => ModelState): Reads {
  const vectorsOf = (botId: BotId, model: string): readonly (VectorRecord & { readonly id: MemoryId })[] =>
    [...current().known.vectors]
      .map(([id, record]) => ({ id, ...record }))
      .filter((record) => record.botId === botId && record.model === model)
      .sort((a, b) => a.version - b.version);
  return {
    embeddingState: async (botId) => current().known.embedded.get(botId) ?? null,
    vectorCount: async (botId, model) => vectorsOf(botId, model).length,
    vectorChanges: async (botId, { model, after, limit }) =>
      vectorsOf(botId, model)
        .filter(({ version }) => version > after)
        .slice(0, limit)
        .map(({ version, id, vector }) => ({ version, id, vector })),
    embeddedOf: async (botId, model, ids) => {
      const held = new Set(vectorsOf(botId, model).map(({ id }) => id));
      return ids.filter((id) => held.has(id));
    },
    botsToEmbed: async (model, limit) => {
      const { embedded, versions } = current().known;
      const isBehind = ([botId, version]: readonly [BotId, number]) => {
        const state = embedded.get(botId);
        return version > 0 && (state?.model !== model || state.through < version);
      };
      return [...versions]
        .filter(isBehind)
        .map(([botId]) => botId)
        .slice(0, limit);
    },
  };
}
