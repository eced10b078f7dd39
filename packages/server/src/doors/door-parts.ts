/** Declares what the doors use, and keeps requests to one bot in order while they decide where they belong. */
import type { Edge } from "../http/edge.ts";
import type { ServerLog } from "../observe/log.ts";

export interface Doors {
  readonly edge: Edge;
  readonly log: Pick<ServerLog, "error" | "debug">;
  /** Runs acts with the same key one after another. */
  readonly inOrder: <Result>(key: string, act: () => Promise<Result>) => Promise<Result>;
  /** How many requests wait for an answer. */
  readonly waiting: { count: number };
}

export function createDoors(edge: Edge, log: Doors["log"]): Doors {
  const tails = new Map<string, Promise<unknown>>();
  return {
    edge,
    log,
    waiting: { count: 0 },
    inOrder(key, act) {
      const tail = (tails.get(key) ?? Promise.resolve()).then(act, act);
      const settled = tail.catch(() => undefined).finally(() => tails.get(key) === settled && tails.delete(key));
      tails.set(key, settled);
      return tail;
    },
  };
}
