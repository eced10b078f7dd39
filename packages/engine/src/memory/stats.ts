/** Reports how much a bot remembers, and whether its index is in step. */
import type { BotId } from "@reef/protocol/ids";
import type { MemoryStats } from "@reef/protocol/memory";
import type { Deps } from "../deps.ts";
import type { MemoryCounts } from "../port/queries.ts";

export async function readStats(deps: Deps, botId: BotId): Promise<MemoryStats> {
  const { store, settings, index } = deps;
  const counts = await store.read.memoryCounts(botId);
  const size = (await index?.size(botId)) ?? { version: 0, rows: 0, sizeBytes: 0 };
  const inStep = size.version === (await store.read.memoryVersion(botId));
  return {
    ...counts,
    quota: settings.memoryQuota,
    index: { rows: size.rows, sizeBytes: size.sizeBytes, inStep },
    embedding: await readEmbedding(deps, botId, counts),
  };
}

async function readEmbedding(
  { store, embedding }: Deps,
  botId: BotId,
  { active, superseded }: MemoryCounts,
): Promise<MemoryStats["embedding"]> {
  if (embedding === undefined) return null;
  const { model, state, error } = embedding.queue.progress;
  if (model === null) return null;
  return {
    model,
    done: await store.read.vectorCount(botId, model),
    of: active + superseded,
    state,
    error: error ?? embedding.questions.failure,
  };
}
