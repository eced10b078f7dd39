/**
 * Runs the steps of writes inside one transaction. What is known to be needed is locked at its beginning, in a fixed
 * order; what turns out to be needed later is only tried, and a lock that another transaction holds makes this one start
 * again with it (`LockNeeded`). So no transaction waits while another may wait for it. Statements without an answer are
 * sent without waiting; they are known to have worked when `done` resolves.
 */
import { sharedDeathsMax } from "@reef/engine/port/store";
import type { BotId } from "@reef/protocol/ids";
import { botColumns, sessionColumns, turnColumns } from "../columns.ts";
import type { Statement } from "../sql.ts";
import type { BotRow, SessionRow, TurnRow } from "../tables.ts";
import type { NumberStep, Step } from "../write/steps.ts";
import * as turnStatements from "../write/turn-statements.ts";
import type { RowCache } from "../write/work.ts";
import type { Link } from "./link.ts";
import { type Fields, isBot, type LockKey, lockOfChain, lockOfText, type Owners, ownerOfRow } from "./locks.ts";
import { type Query, type QueryCompiler, queryOf } from "./prepared.ts";
import { isScan, replace } from "./replaced-statements.ts";

/** The transaction must start again with these locks. */
export class LockNeeded extends Error {
  readonly keys: readonly LockKey[];

  constructor(keys: readonly LockKey[]) {
    super(`locks are needed: ${keys.join(", ")}`);
    this.name = "LockNeeded";
    this.keys = keys;
  }
}

export interface Transaction {
  /** Answers a step of a write. Numbers of events are left to the caller, which takes them for a whole group. */
  answer(step: Exclude<Step, NumberStep>): unknown;
  takePosition(): Promise<number>;
  /** Resolves when everything sent so far has worked; rejects with the first failure. */
  done(): Promise<void>;
  send<Row>(query: Query): Promise<Row[]>;
  run(text: string): Promise<string>;
  /** The server's clock, in milliseconds, once the locks were held. */
  readonly serverMs: number;
  /** Locks taken after a savepoint are lost when it is undone. */
  locks(): ReadonlySet<LockKey>;
  setLocks(keys: ReadonlySet<LockKey>): void;
  /** Call when a savepoint was undone: what failed before it no longer counts. */
  forgive(): void;
  /** True if a claim passed over what another transaction has locked. */
  hasSkipped(): boolean;
}

export interface TransactionParts {
  readonly link: Link;
  readonly compiler: QueryCompiler;
  readonly owners: Owners;
  readonly cache: RowCache;
  /** Which lock a statement's table needs, found once. */
  readonly lockByStatement: Map<object, LockKey | null>;
  /** True if the server would answer a commit before it is on disk. */
  readonly mustSync: boolean;
}

/** A worker that stands still gives up its locks; a lock that never comes is an error, not a hang. */
const begin = "begin; set local idle_in_transaction_session_timeout = '5s'; set local lock_timeout = '10s'";

const columnsOf = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
const lockBots = `select ${columnsOf(botColumns)} from bots where id = any($1) order by id for update`;
const tryBots = `select ${columnsOf(botColumns)} from bots where id = any($1) order by id for update skip locked`;
const lockNames = "select pg_advisory_xact_lock(hashtextextended(name, 5)) from unnest($1::text[]) as name";
const tryNames = `select name from unnest($1::text[]) as name where pg_try_advisory_xact_lock(hashtextextended(name, 5))`;
const serverTime = "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms";
const namedSessions = `select ${columnsOf(sessionColumns)} from sessions where id = any($1)`;
const namedTurns = `select ${columnsOf(turnColumns)} from turns
  where id = any($1) or id in (select turn_id from sessions where id = any($2))`;
const botsOfSessions = "select id, bot_id from sessions where id = any($1)";
const suspectExists = `select 1 as one from turns
  where state in ('running', 'waiting') and shared_deaths >= ${sharedDeathsMax} limit 1`;

/** Begins, locks `keys`, and reads the rows that `ids` name into the cache. */
export async function beginTransaction(
  { link, compiler, owners, cache, lockByStatement, mustSync }: TransactionParts,
  { keys, ids }: { readonly keys: Iterable<LockKey>; readonly ids: ReadonlySet<string> },
): Promise<Transaction> {
  const held = new Set<LockKey>(keys);
  /** Sessions that no bot has: they do not exist. */
  const ownerless = new Set<string>();
  let failure: unknown = null;
  let sent: Promise<unknown>[] = [];
  let hasSkipped = false;
  const noteFailure = (error: unknown) => {
    failure ??= error;
  };
  const track = <Result>(promise: Promise<Result>): Promise<Result> => {
    promise.catch(noteFailure);
    sent.push(promise);
    return promise;
  };
  /** The first failure says why; those after it say only that the transaction is broken. */
  const send = async <Row>(query: Query): Promise<Row[]> => {
    try {
      return await link.send<Row>(query);
    } catch (error) {
      noteFailure(error);
      throw failure;
    }
  };
  const done = async () => {
    const all = sent;
    sent = [];
    await Promise.allSettled(all);
    if (failure !== null) throw failure;
  };

  const learnAll = (rows: readonly unknown[]) => {
    for (const row of rows as readonly Fields[]) if (row.bot_id !== undefined) owners.learn(row.id, row.bot_id);
  };
  const findOwners = async (sessions: readonly string[]) => {
    const rows = await send<{ id: string; bot_id: BotId }>(queryOf(botsOfSessions, [sessions]));
    learnAll(rows);
    for (const id of sessions) if (owners.get(id) === undefined) ownerless.add(id);
  };
  /** Returns the locks that these rows need and that are not held; a promise only if a session is not known yet. */
  const missingFor = (rows: Iterable<Fields>): ReadonlySet<LockKey> | Promise<ReadonlySet<LockKey>> => {
    const missing = new Set<LockKey>();
    const unknown = new Set<string>();
    for (const row of rows) {
      const owner = ownerOfRow(row);
      if (owner === null) continue;
      const bot = "bot" in owner ? owner.bot : owners.get(owner.session);
      if (bot !== undefined) {
        if (!held.has(bot)) missing.add(bot);
      } else if ("session" in owner && !ownerless.has(owner.session)) unknown.add(owner.session);
    }
    if (unknown.size === 0) return missing;
    return findOwners([...unknown]).then(() => missingFor(rows));
  };
  /** Takes what is free, and returns what is not. */
  const tryLocks = async (wanted: Iterable<LockKey>): Promise<readonly LockKey[]> => {
    const all = [...wanted];
    const bots = all.filter(isBot);
    const names = all.filter((key) => !isBot(key));
    const [freeBots, freeNames] = await Promise.all([
      bots.length === 0 ? [] : send<BotRow>(queryOf(tryBots, [bots])),
      names.length === 0 ? [] : send<{ name: string }>(queryOf(tryNames, [names])),
    ]);
    for (const { id } of freeBots) held.add(id);
    for (const { name } of freeNames) held.add(name);
    return all.filter((key) => !held.has(key));
  };
  const need = async (wanted: Iterable<LockKey>) => {
    const busy = await tryLocks(wanted);
    if (busy.length > 0) throw new LockNeeded(busy);
  };

  const missingBefore = (statement: Statement<never, unknown>, query: Query, params: Fields) => {
    let fixed = lockByStatement.get(statement);
    if (fixed === undefined) {
      fixed = lockOfText(query.text);
      lockByStatement.set(statement, fixed);
    }
    const lock = fixed ?? lockOfChain(query.text, params);
    if (lock !== null) return held.has(lock) ? none : new Set([lock]);
    // Its row says whose it is, once it is read.
    if (typeof params.id === "string" && params.bot_id === undefined && owners.get(params.id) === undefined) {
      if (query.text.startsWith("select")) return none;
    }
    return missingFor([params]);
  };

  const read = async (statement: Statement<never, unknown>, query: Query): Promise<readonly Fields[]> => {
    for (;;) {
      const rows = await send<Fields>(query);
      learnAll(rows);
      const missing = await missingFor(rows);
      if (missing.size === 0) return rows;
      if (!isScan(statement)) {
        // Read again: the row may have changed before the lock was held.
        await need(missing);
        continue;
      }
      const busy = new Set(await tryLocks(missing));
      if (busy.size > 0) hasSkipped = true;
      const again = await send<Fields>(query);
      learnAll(again);
      const kept = again.filter((row) => {
        const owner = ownerOfRow(row);
        return owner === null || ("bot" in owner && held.has(owner.bot) && !busy.has(owner.bot));
      });
      return kept;
    }
  };
  const readStep = async (statement: Statement<never, unknown>, params: object): Promise<readonly unknown[]> => {
    const query = replace(compiler, statement, params);
    if (statement === (turnStatements.suspectThatRuns as unknown)) return await readSuspect(query);
    const before = missingBefore(statement, query, params as Fields);
    const missing = before instanceof Promise ? await before : before;
    if (missing.size > 0) await need(missing);
    return statement === (turnStatements.botsWithWork as unknown)
      ? await readFreeBots(query, compiler.of(statement, params))
      : await read(statement, query);
  };
  /** Bots that the server locked for this claim; `every` names those that others have locked as well. */
  const readFreeBots = async (free: Query, every: Query): Promise<readonly Fields[]> => {
    const [rows, all] = await Promise.all([send<{ id: BotId }>(free), send<{ id: BotId }>(every)]);
    for (const { id } of rows) held.add(id);
    if (all.some(({ id }) => !held.has(id))) hasSkipped = true;
    return rows;
  };
  /** TU4: suspects run one at a time, so while there are any, one worker at a time decides about them. */
  const readSuspect = async (query: Query): Promise<readonly unknown[]> => {
    if ((await send(queryOf(suspectExists))).length === 0) return [];
    const busy = held.has("suspects") ? [] : await tryLocks(["suspects"]);
    return busy.length > 0 ? [{}] : await send(query);
  };
  const runStep = (statement: Statement<never, unknown>, params: object): undefined | Promise<undefined> => {
    const fields = params as Fields;
    owners.learn(fields.id, fields.bot_id);
    const query = replace(compiler, statement, params);
    const missing = missingBefore(statement, query, fields);
    if (!(missing instanceof Promise) && missing.size === 0) {
      track(link.send(query));
      return undefined;
    }
    return Promise.resolve(missing)
      .then((keys) => (keys.size === 0 ? undefined : need(keys)))
      .then(() => {
        track(link.send(query));
        return undefined;
      });
  };

  const { bots, names } = sortKeys(held);
  track(link.run(mustSync ? `${begin}; set local synchronous_commit = on` : begin));
  const lockedBots = bots.length === 0 ? [] : track(link.send<BotRow>(queryOf(lockBots, [bots])));
  if (names.length > 0) track(link.send(queryOf(lockNames, [names])));
  const [sessions, turns] = [
    [...ids].filter((id) => id.startsWith("ses_")),
    [...ids].filter((id) => id.startsWith("trn_")),
  ];
  const foundSessions = sessions.length === 0 ? [] : track(link.send<SessionRow>(queryOf(namedSessions, [sessions])));
  const foundTurns =
    sessions.length + turns.length === 0 ? [] : track(link.send<TurnRow>(queryOf(namedTurns, [turns, sessions])));
  const [clock] = await track(link.send<{ ms: number }>(queryOf(serverTime))).catch(() => []);
  await done();
  for (const row of await lockedBots) cache.bots.set(row.id, row);
  const keep = <Row extends { readonly id: string; readonly bot_id: BotId }>(rows: Map<string, Row>, found: Row[]) => {
    for (const row of found) {
      owners.learn(row.id, row.bot_id);
      if (held.has(row.bot_id)) rows.set(row.id, row);
    }
  };
  keep(cache.sessions as Map<string, SessionRow>, await foundSessions);
  keep(cache.turns as Map<string, TurnRow>, await foundTurns);

  return {
    serverMs: clock?.ms ?? 0,
    done,
    send,
    run: (text) => track(link.run(text)),
    locks: () => new Set(held),
    setLocks(keys) {
      held.clear();
      for (const key of keys) held.add(key);
    },
    forgive() {
      failure = null;
    },
    hasSkipped: () => hasSkipped,
    takePosition: async () => {
      const [row] = await send<{ position: number }>(queryOf("select nextval('acceptance') as position"));
      return row?.position ?? 0;
    },
    answer(step) {
      switch (step.kind) {
        case "one":
          return readStep(step.statement, step.params).then((rows) => rows[0]);
        case "all":
          return readStep(step.statement, step.params);
        case "run":
          return runStep(step.statement, step.params);
        case "each": {
          // Its parameters are read now: the write changes its rows while this is on its way.
          const waits = [...step.rows].map((row) => runStep(step.statement, row)).filter((wait) => wait !== undefined);
          return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
        }
        default:
          return step satisfies never;
      }
    },
  };
}

const none: ReadonlySet<LockKey> = new Set();

function sortKeys(keys: ReadonlySet<LockKey>): { readonly bots: readonly BotId[]; readonly names: readonly string[] } {
  const all = [...keys].toSorted();
  return { bots: all.filter(isBot), names: all.filter((key) => !isBot(key)) };
}
