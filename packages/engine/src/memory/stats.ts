/** How much a bot remembers, and whether its index is in step. */
import type { BotId } from "@reef/protocol/ids";
import type { MemoryStats } from "@reef/protocol/memory";
import type { Deps } from "../deps.ts";

export async function readStats({ store, settings, index }: Deps, botId: BotId): Promise<MemoryStats> {
  const counts = await store.read.memoryCounts(botId);
  const size = (await index?.size(botId)) ?? { version: 0, rows: 0, sizeBytes: 0 };
  const inStep = size.version === (await store.read.memoryVersion(botId));
  return {
    ...counts,
    quota: settings.memoryQuota,
    index: { rows: size.rows, sizeBytes: size.sizeBytes, inStep },
  };
}
