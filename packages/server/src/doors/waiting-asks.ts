/** Finds the asks that a turn waits for: its own, or that of a session it spawned, which waits in its place. */
import type { Queries } from "@reef/engine/port/queries";
import type { Ask } from "@reef/protocol/ask";
import type { SessionId } from "@reef/protocol/ids";
import type { Turn } from "@reef/protocol/turn";

/** Returns none while the turn is at work, or waits for something else. */
export async function findWaitingAsks(
  read: Queries,
  { sessionId, turn }: { readonly sessionId: SessionId; readonly turn: Pick<Turn, "state" | "waits"> },
): Promise<readonly Ask[]> {
  if (turn.state !== "waiting") return [];
  const ids = turn.waits.flatMap((wait) => (wait.for === "ask" ? [wait.askId] : []));
  const own = (await Promise.all(ids.map((id) => read.ask(id)))).filter((ask) => ask !== null);
  if (own.length > 0) return own.filter(({ state }) => state === "open");
  const session = await read.session(sessionId);
  if (session === null || session.waitsFor === null) return [];
  const filter = { sessionId: session.waitsFor.sessionId, state: "open" } as const;
  return (await read.asks(filter, { limit: 1, cursor: null })).items;
}
