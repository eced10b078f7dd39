/** Fills a data folder through the store's own port, so that a bench measures what a user would have. */
import { makeId } from "@reef/engine/ids";
import type { Op } from "@reef/engine/port/unit";
import { newBotFields } from "@reef/engine/registry/new-bot";
import type { SessionId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import { openSqliteStore } from "@reef/store/sqlite/open";

const clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
};
const batch = 200;

export interface SeedOptions {
  readonly folder: string;
  readonly bots: number;
  readonly sessions: number;
  /** Entries of the first session; every other has two. */
  readonly entriesOfFirst?: number;
}

/** Returns the sessions' ids, first to last. */
export async function seedFolder({
  folder,
  bots,
  sessions,
  entriesOfFirst = 2,
}: SeedOptions): Promise<readonly SessionId[]> {
  await using store = await openSqliteStore({ folder, clock });
  const commit = (ops: readonly Op[]) => store.commit({ at: msToIso(clock.now()), ops });
  const botIds = Array.from({ length: bots }, () => makeId("bot"));
  await commit(
    botIds.map((id, index) => ({
      op: "bot.create" as const,
      bot: {
        id,
        name: `bot ${index}`,
        ...newBotFields,
        runtime: "demo" as const,
      },
    })),
  );
  const ids: SessionId[] = [];
  for (let start = 0; start < sessions; start += batch) {
    const ops: Op[] = [];
    for (let index = start; index < Math.min(sessions, start + batch); index += 1) {
      const id = makeId("session");
      ids.push(id);
      const botId = botIds[index % bots];
      if (botId === undefined) throw new Error("expected at least one bot");
      ops.push({
        op: "session.create",
        session: {
          id,
          botId,
          title: `session ${index}`,
          topicId: null,
          pinned: false,
          parentId: null,
          taskMessageId: null,
        },
      });
      ops.push(...entryOps(id, 2));
    }
    await commit(ops);
  }
  const first = ids[0];
  if (first !== undefined) {
    for (let made = 2; made < entriesOfFirst; made += 1000)
      await commit(entryOps(first, Math.min(1000, entriesOfFirst - made)));
  }
  return ids;
}

function entryOps(sessionId: SessionId, count: number): Op[] {
  return Array.from({ length: count }, (_, index) => ({
    op: "entry.append" as const,
    entry: {
      id: makeId("entry"),
      sessionId,
      kind: index % 2 === 0 ? ("person" as const) : ("bot" as const),
      text: `Entry ${index}: ${"words that a person or a bot would say. ".repeat(5)}`,
    },
  }));
}
