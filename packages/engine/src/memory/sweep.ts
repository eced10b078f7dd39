/**
 * ME7: archives expired memories and, over the quota, the least important ones; deletes what has been archived for 30
 * days. Each sweep reports what it did.
 */
import { eachPage } from "@reef/protocol/each-page";
import type { BotId } from "@reef/protocol/ids";
import type { Memory, SweepReport } from "@reef/protocol/memory";
import { msToIso } from "@reef/protocol/time";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import type { MemoryOp } from "../port/unit.ts";

const chunk = 500;

export async function sweepMemories(deps: Deps): Promise<SweepReport> {
  const { store, clock, settings } = deps;
  const expired = await inChunks(deps, {
    read: () => store.read.expiredMemories(msToIso(clock.now()), chunk),
    toOp: (botId, ids) => ({ op: "memory.archive", botId, ids, reason: "expired" }),
  });
  const goneBefore = msToIso(clock.now() - settings.archiveMs);
  const gone = await inChunks(deps, {
    read: () => store.read.memoriesArchivedBefore(goneBefore, chunk),
    toOp: (botId, ids) => ({ op: "memory.delete", botId, ids }),
  });
  return { expired, overQuota: await sweepQuotas(deps), gone };
}

async function sweepQuotas(deps: Deps): Promise<number> {
  const { store, settings } = deps;
  let swept = 0;
  for await (const bots of eachPage((cursor) => store.read.bots({ limit: 200, cursor }))) {
    for (const { id } of bots) {
      // Every memory is a change, so fewer changes mean fewer memories: most bots need no counting.
      if ((await store.read.memoryVersion(id)) <= settings.memoryQuota) continue;
      const { active } = await store.read.memoryCounts(id);
      for (let over = active - settings.memoryQuota; over > 0; over -= chunk) {
        const memories = await store.read.leastImportantMemories(id, Math.min(over, chunk));
        if (memories.length === 0) break;
        const ids = memories.map((memory) => memory.id);
        await commitOps(deps, { op: "memory.archive", botId: id, ids, reason: "quota" });
        swept += ids.length;
      }
    }
  }
  return swept;
}

interface Chunks {
  readonly read: () => Promise<readonly Memory[]>;
  readonly toOp: (botId: BotId, ids: readonly Memory["id"][]) => MemoryOp;
}

async function inChunks(deps: Deps, { read, toOp }: Chunks): Promise<number> {
  let count = 0;
  for (;;) {
    const memories = await read();
    if (memories.length === 0) return count;
    const byBot = Map.groupBy(memories, ({ botId }) => botId);
    const ops = [...byBot].map(([botId, owned]) =>
      toOp(
        botId,
        owned.map(({ id }) => id),
      ),
    );
    await commitOps(deps, ...ops);
    count += memories.length;
  }
}
