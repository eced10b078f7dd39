/**
 * Applies requests on one connection, in the order they were made, in groups of what is waiting. What fails for a
 * passing reason (a lock, a deadlock, a lost connection) is applied again, within bounds. A commit whose answer was lost
 * is looked up, so that it is neither repeated nor lost (MB1).
 */
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@reef/protocol/error";
import type { WriteRequest } from "../write/requests.ts";
import { isConnectionLost, isOfPooler, isPassing, isUnreachable, toUnitError } from "./failure.ts";
import { CommitUnknown, type GroupDone, OneFailed, type Outcome, writeGroup } from "./group.ts";
import type { Link, Naming } from "./link.ts";
import type { LockKey, Owners } from "./locks.ts";
import { type QueryCompiler, queryOf } from "./prepared.ts";
import { LockNeeded } from "./transaction.ts";

const groupMax = 128;
const passingTriesMax = 8;
const lockTriesMax = 60;
/** For how long a lost connection is tried again before the waiting requests are told. */
const reconnectMs = 5_000;
/** How often it is tried after that, without anyone waiting. */
const recoverMs = 1_000;
/** A transaction that takes longer has a dead connection. */
const watchMs = 30_000;

export interface LaneParts {
  readonly connect: () => Promise<Link>;
  readonly compiler: QueryCompiler;
  readonly owners: Owners;
  readonly lockByStatement: Map<object, LockKey | null>;
  readonly naming: Naming;
  readonly mustSync: boolean;
  readonly leaseMs: (serverMs: number) => number;
  /** Called after the commit and before the requests are answered (SY1). */
  readonly onCommitted: (done: GroupDone) => Promise<void>;
  /** Called when they have been answered. */
  readonly onAnswered: (done: GroupDone) => void;
  /** Why nothing can be saved now; null when that is over. */
  readonly onProblem: (problem: string | null) => void;
}

export interface Lane {
  write(request: WriteRequest): Promise<Extract<Outcome, { readonly applied: unknown }>["applied"]>;
  /** Finishes what is waiting. */
  close(): Promise<void>;
}

type Applied = Awaited<ReturnType<Lane["write"]>>;

interface Waiting {
  readonly request: WriteRequest;
  readonly resolve: (applied: Applied) => void;
  readonly reject: (error: unknown) => void;
}

export function openLane(parts: LaneParts): Lane {
  let link: Link | null = null;
  let isClosed = false;
  let running: Promise<void> | null = null;
  const waiting: Waiting[] = [];
  let connecting: Promise<Link> | null = null;
  let recovering: Promise<void> | null = null;
  const closed = new AbortController();

  const connect = (): Promise<Link> => {
    connecting ??= parts
      .connect()
      .then((opened) => {
        link = opened;
        parts.onProblem(null);
        return opened;
      })
      .finally(() => {
        connecting = null;
      });
    return connecting;
  };
  /** SV1: while there is a problem nobody writes, so the lane itself finds out that it is over. */
  const recover = async () => {
    while (!isClosed && link?.isOpen() !== true) {
      await delay(recoverMs, undefined, { signal: closed.signal, ref: false }).catch(() => undefined);
      if (!isClosed && link?.isOpen() !== true) await connect().catch(() => undefined);
    }
    recovering = null;
  };
  const connected = async (): Promise<Link> => {
    if (link?.isOpen() === true) return link;
    link = null;
    const endsAt = performance.now() + reconnectMs;
    for (let waitMs = 50; ; waitMs = Math.min(1_000, waitMs * 2)) {
      try {
        return await connect();
      } catch (error) {
        parts.onProblem(isUnreachable);
        if (performance.now() + waitMs > endsAt) {
          recovering ??= recover();
          throw new AppError("unavailable", isUnreachable, { cause: error });
        }
        await delay(waitMs);
      }
    }
  };

  const writeOnce = async (
    on: Link,
    options: Pick<Parameters<typeof writeGroup>[1], "requests" | "keys" | "withSavepoints">,
  ): Promise<GroupDone> => {
    const watch = setTimeout(() => on.destroy(), watchMs);
    try {
      return await writeGroup({ ...parts, link: on }, { ...options, leaseMs: parts.leaseMs });
    } finally {
      clearTimeout(watch);
    }
  };

  const writeAll = async (requests: readonly WriteRequest[]): Promise<GroupDone> => {
    const keys = new Set<LockKey>();
    let withSavepoints = false;
    for (let [tries, locks] = [0, 0]; ; ) {
      const on = await connected();
      try {
        return await writeOnce(on, { requests, keys, withSavepoints });
      } catch (error) {
        if (error instanceof LockNeeded) {
          for (const key of error.keys) keys.add(key);
          locks += 1;
          if (locks > lockTriesMax)
            throw new AppError("unavailable", "too many others change the same bots; try again");
        } else if (error instanceof OneFailed) {
          withSavepoints = true;
        } else if (error instanceof CommitUnknown) {
          if (await hasCommitted(await connected(), error)) return error.done;
        } else if (isPassing(error, tries) || isConnectionLost(error)) {
          if (isOfPooler(error)) parts.naming.isAllowed = false;
          tries += 1;
          // With savepoints, a breach of a rule is found to be one request's own.
          if (tries >= 2 && requests.length > 1) withSavepoints = true;
          if (tries > (isClosed ? 1 : passingTriesMax)) throw error;
          await delay(Math.min(200, 2 ** tries * 5));
        } else throw error;
      }
    }
  };

  const writeWaiting = async () => {
    while (waiting.length > 0) {
      const taken = waiting.splice(0, groupMax);
      try {
        const done = await writeAll(taken.map(({ request }) => request));
        await parts.onCommitted(done);
        for (const [place, { resolve, reject }] of taken.entries()) {
          const outcome = done.outcomes[place] as Outcome;
          if ("error" in outcome) reject(outcome.error);
          else resolve(outcome.applied);
        }
        parts.onAnswered(done);
      } catch (error) {
        for (const { reject } of taken) reject(toUnitError(error));
      }
    }
    running = null;
  };

  return {
    write(request) {
      if (isClosed) return Promise.reject(new AppError("unavailable", "the store is closed"));
      return new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        // What else this tick asks for goes with it.
        running ??= new Promise<void>((next) => setImmediate(next)).then(writeWaiting);
      });
    },
    async close() {
      isClosed = true;
      closed.abort();
      await running;
      await recovering;
      await link?.close();
    },
  };
}

/** Asks the server what became of the transaction. One that is still under way is waited for. */
async function hasCommitted(link: Link, { transactionId, cause }: CommitUnknown): Promise<boolean> {
  // Without an event it was a renewal of leases, which can be repeated.
  if (transactionId === null) return false;
  for (let tries = 0; tries < 50; tries++) {
    const [row] = await link.send<{ status: string | null }>(
      queryOf("select pg_xact_status($1::text::xid8) as status", [transactionId]),
    );
    if (row?.status === "committed") return true;
    if (row?.status === "aborted") return false;
    await delay(100);
  }
  const text = "the database did not say whether this change was saved; check before you repeat it";
  throw new AppError("unavailable", text, { cause });
}
