/** Reads what Home shows: each group up to the limit, with its total. */
import type { Home } from "@reef/protocol/home";
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Deps } from "../deps.ts";

/** More turns than one server runs in parallel by default. */
const mostRunning = 200;

/** Returns at most `limit` of each group. */
export async function readHome({ store }: Pick<Deps, "store">, limit: number): Promise<Home> {
  const { read } = store;
  const page = { limit, cursor: null };
  const [counts, asks, failed, finished, running, unknown, next] = await Promise.all([
    read.sessionCounts(),
    read.waitingAsks(limit),
    read.failures(limit),
    read.sessions({ status: "idle", unread: true }, page),
    read.sessions({ status: "running" }, { limit: mostRunning, cursor: null }),
    read.sessions({ status: "unknown" }, { limit: mostRunning, cursor: null }),
    read.nextSchedules(limit),
  ]);
  const withSession = <Item extends { readonly sessionId: SessionId }>(items: readonly Item[]) =>
    Promise.all(items.map(async (item) => ({ item, session: await read.session(item.sessionId) })));
  const [asking, failing] = [await withSession(asks), await withSession(failed)];
  const { byStatus, askingForBudget, doneUnseen } = counts;
  return {
    needsYou: {
      count: byStatus.needs_you + askingForBudget,
      // An ask settled between the two reads: its event triggers the next read.
      items: asking.flatMap(({ item, session }) => (session === null ? [] : [{ ask: item, session }])),
    },
    failed: {
      count: byStatus.failed,
      items: failing.flatMap(({ item, session }) =>
        session?.status === "failed" ? [{ session, alike: item.alike }] : [],
      ),
    },
    working: {
      count: byStatus.running + byStatus.unknown,
      items: [...running.items, ...unknown.items].sort(byStart).slice(0, limit),
    },
    waiting: byStatus.waiting + byStatus.out_of_budget - askingForBudget,
    queued: byStatus.queued,
    finished: { count: doneUnseen, items: [...finished.items] },
    next: [...next],
    sessions: Object.values(byStatus).reduce((sum, count) => sum + count, 0),
  };
}

function byStart(a: Session, b: Session): number {
  return (a.turnStartedAt ?? "") < (b.turnStartedAt ?? "") ? -1 : 1;
}
