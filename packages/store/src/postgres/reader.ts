/** Reads everything committed: rows by their keys on one connection, in order; lists and searches through a pool. */
import type { Clock } from "@reef/engine/port/clock";
import type { Compilable, Kysely } from "kysely";
import pg from "pg";
import type { Source, Statement } from "../sql.ts";
import type { Tables } from "../tables.ts";
import { isOfPooler, toUnitError } from "./failure.ts";
import { type Naming, openLink } from "./link.ts";
import { nameOfText } from "./names.ts";
import type { Query, QueryCompiler } from "./prepared.ts";
import { openReadLink } from "./read-link.ts";
import type { Target } from "./target.ts";
import { typesOfRows } from "./values.ts";

export interface Reader extends Source {
  send<Row>(query: Query): Promise<readonly Row[]>;
  /** Runs queries on one connection, as one transaction. */
  inTransaction<Result>(act: (send: Reader["send"]) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const connections = 6;
const queryMs = 60_000;

export function openReader({
  target,
  naming,
  isPooled,
  compiler,
  clock,
  leaseNow,
}: {
  readonly target: Target;
  readonly naming: Naming;
  readonly isPooled: boolean;
  readonly compiler: QueryCompiler;
  readonly clock: Pick<Clock, "now">;
  readonly leaseNow: () => number;
}): Reader {
  const pool = new pg.Pool({
    ...target.config,
    max: connections,
    application_name: "reef lists",
    types: typesOfRows,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // A connection that died half-way would otherwise never answer.
    query_timeout: queryMs,
  });
  pool.on("error", () => undefined);
  const sendOn = async <Row>(on: pg.Pool | pg.PoolClient, { text, values, isKept }: Query): Promise<readonly Row[]> => {
    const named = isKept && naming.isAllowed ? { name: nameOfText(text) } : {};
    return (await on.query({ ...named, text, values: values as unknown[] })).rows as Row[];
  };
  const send = async <Row>(query: Query): Promise<readonly Row[]> => {
    try {
      return await sendOn<Row>(pool, query);
    } catch (error) {
      if (!isOfPooler(error) || !naming.isAllowed) throw toUnitError(error);
      naming.isAllowed = false;
      return await sendOn<Row>(pool, query);
    }
  };
  const transact = async <Result>(act: (send: Reader["send"]) => Promise<Result>): Promise<Result> => {
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      await client.query("begin");
      const result = await act((query) => sendOn(client, query));
      await client.query("commit");
      return result;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      await client.query("rollback").then(
        () => {
          failure = undefined;
        },
        () => undefined,
      );
      throw error;
    } finally {
      client.release(failure);
    }
  };
  const inOrder = openReadLink(() => openLink(target, { naming, name: "reads", isSerial: isPooled }), naming);
  return {
    send,
    all: <P extends object, Row>(statement: Statement<P, Row>, params: P) =>
      inOrder.send<Row>(compiler.of(statement as Statement<never, unknown>, params)).catch((error: unknown) => {
        throw toUnitError(error);
      }),
    query: <Row>(build: (db: Kysely<Tables>) => Compilable<Row>) => send<Row>(compiler.build(build)),
    nowMs: () => clock.now(),
    steadyMs: leaseNow,
    inTransaction: (act) =>
      transact(act).catch((error: unknown) => {
        if (!isOfPooler(error)) throw toUnitError(error);
        naming.isAllowed = false;
        return transact(act);
      }),
    close: async () => {
      await Promise.all([inOrder.close(), pool.end()]);
    },
  };
}
