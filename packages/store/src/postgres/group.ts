/**
 * Commits in groups, as SQLite's writer does: all waiting requests are applied in one transaction, and none is answered
 * before its commit (MB1). A bad request fails alone: a group is tried without savepoints first, and applied again with
 * one for each request if one of them fails.
 *
 * SY1: numbers of events are taken when every request of the group has been applied, and their counter stays locked
 * until the commit: a reader that has seen a number finds no smaller one later. To that end a write that asks for numbers
 * stops there until all the others have come as far.
 */
import { AppError } from "@reef/protocol/error";
import { type Applied, applyRequest, type WriteRequest } from "../write/requests.ts";
import type { Step, Write } from "../write/steps.ts";
import { emptyCache, forgetRows } from "../write/work.ts";
import { isConnectionLost, isLocked, toUnitError } from "./failure.ts";
import type { Link } from "./link.ts";
import { idsOf, type LockKey, type Owners } from "./locks.ts";
import { queryOf } from "./prepared.ts";
import { beginTransaction, LockNeeded, type Transaction, type TransactionParts } from "./transaction.ts";

export type Outcome = { readonly applied: Applied } | { readonly error: unknown };

export interface GroupDone {
  readonly outcomes: readonly Outcome[];
  /** The number of the group's first event. */
  readonly firstSeq: number;
  /** A claim passed over what another transaction had locked: it is worth another look soon. */
  readonly hasSkipped: boolean;
}

/** Nothing of the group is saved, and one of several requests is to blame: each needs a savepoint. */
export class OneFailed extends Error {}

/** The connection ended while the server was committing. */
export class CommitUnknown extends Error {
  readonly transactionId: string | null;
  readonly done: GroupDone;

  constructor(transactionId: string | null, done: GroupDone, cause: unknown) {
    super("the connection to the database ended during a commit", { cause });
    this.name = "CommitUnknown";
    this.transactionId = transactionId;
    this.done = done;
  }
}

export interface GroupOptions {
  readonly requests: readonly WriteRequest[];
  /** Locks that an earlier try turned out to need. */
  readonly keys: ReadonlySet<LockKey>;
  readonly withSavepoints: boolean;
  /** The clock of leases: the server's, or that of a test. */
  readonly leaseMs: (serverMs: number) => number;
}

/** Rejects with the transaction undone, unless it is `CommitUnknown`. */
export async function writeGroup(
  parts: Omit<TransactionParts, "cache">,
  { requests, keys, withSavepoints, leaseMs }: GroupOptions,
): Promise<GroupDone> {
  const cache = emptyCache();
  const { link } = parts;
  const ids = idsOf(requests);
  try {
    const transaction = await beginTransaction(
      { ...parts, cache },
      { keys: union(keys, botsOf(ids, parts.owners)), ids },
    );
    const steadyMs = leaseMs(transaction.serverMs);
    const applying: Applying[] = [];
    const outcomes: (Outcome | null)[] = [];
    for (const request of requests) {
      const locks = transaction.locks();
      if (withSavepoints) transaction.run("savepoint unit").catch(() => undefined);
      const unit = apply(applyRequest(cache, { ...request, steadyMs }), transaction);
      try {
        await unit.reachesNumbers;
        if (withSavepoints) {
          await transaction.done();
          transaction.run("release savepoint unit").catch(() => undefined);
        }
        applying.push(unit);
        outcomes.push(null);
      } catch (error) {
        if (error instanceof LockNeeded || isConnectionLost(error) || isLocked(error)) throw error;
        if (!withSavepoints) throw requests.length === 1 ? error : new OneFailed(undefined, { cause: error });
        await transaction.done().catch(() => undefined);
        transaction.forgive();
        transaction.setLocks(locks);
        await transaction.run("rollback to savepoint unit; release savepoint unit");
        forgetRows(cache);
        outcomes.push({ error: toUnitError(error) });
      }
    }
    const { firstSeq, transactionId } = await takeNumbers(applying, transaction);
    const applied = await Promise.all(applying.map(({ result }) => result));
    const done: GroupDone = {
      firstSeq,
      hasSkipped: transaction.hasSkipped(),
      outcomes: outcomes.map((outcome) => outcome ?? { applied: applied.shift() as Applied }),
    };
    await commit(transaction, { transactionId, done });
    return done;
  } catch (error) {
    if (!(error instanceof CommitUnknown)) await rollback(link);
    throw error;
  }
}

interface Applying {
  /** Resolves when it asks for numbers or is finished. */
  readonly reachesNumbers: Promise<void>;
  readonly result: Promise<Applied>;
  /** Null if it never asked. */
  readonly asked: () => { readonly count: number; readonly give: (first: number) => void } | null;
}

function apply(write: Write<Applied>, transaction: Transaction): Applying {
  let asked: ReturnType<Applying["asked"]> = null;
  const { promise: reachesNumbers, resolve, reject } = Promise.withResolvers<void>();
  const answer = (step: Step): unknown => {
    if (step.kind !== "number") return transaction.answer(step);
    if (step.series === "acceptance") return transaction.takePosition();
    return new Promise<number>((give) => {
      asked = { count: step.count, give };
      resolve();
    });
  };
  const result = drive(write, answer);
  result.then(() => resolve(), reject);
  reachesNumbers.catch(() => undefined);
  return { reachesNumbers, result, asked: () => asked };
}

/** Drives a write whose answers come later. */
async function drive<Result>(write: Write<Result>, answer: (step: Step) => unknown): Promise<Result> {
  const steps = write[Symbol.iterator]();
  let next = steps.next();
  while (next.done !== true) {
    let answered = answer(next.value);
    if (answered instanceof Promise) answered = await answered;
    next = steps.next(answered);
  }
  return next.value;
}

async function takeNumbers(applying: readonly Applying[], transaction: Transaction) {
  const asking = applying.flatMap((unit) => unit.asked() ?? []);
  const count = asking.reduce((sum, each) => sum + each.count, 0);
  const [row] =
    count === 0
      ? await transaction.send<{ value: number; xid: null }>(queryOf(readLast))
      : await transaction.send<{ value: number; xid: string }>(queryOf(takeNext, [count]));
  if (row === undefined) throw new AppError("unavailable", "the database lost its counter of events; restore a backup");
  const firstSeq = row.value - count + 1;
  let next = firstSeq;
  for (const each of asking) {
    each.give(next);
    next += each.count;
  }
  return { firstSeq, transactionId: row.xid };
}

const readLast = "select value, null as xid from counters where name = 'event'";
const takeNext = `update counters set value = value + $1 where name = 'event'
  returning value, pg_current_xact_id()::text as xid`;

async function commit(
  transaction: Transaction,
  { transactionId, done }: { readonly transactionId: string | null; readonly done: GroupDone },
): Promise<void> {
  // Sent behind the last rows: if one of them failed, the server undoes everything and says so.
  const committed = transaction.run("commit");
  try {
    await transaction.done();
    if ((await committed) !== "COMMIT") throw new Error("the database undid a transaction without saying why");
  } catch (error) {
    if (isConnectionLost(error)) throw new CommitUnknown(transactionId, done, error);
    throw error;
  }
}

async function rollback(link: Link): Promise<void> {
  if (link.isOpen()) await link.run("rollback").catch(() => undefined);
}

function botsOf(ids: ReadonlySet<string>, owners: Owners): LockKey[] {
  return [...ids].flatMap((id) => (id.startsWith("bot_") ? id : (owners.get(id) ?? [])));
}

function union(one: Iterable<LockKey>, other: Iterable<LockKey>): ReadonlySet<LockKey> {
  return new Set([...one, ...other]);
}
