/**
 * Holds one connection to the server, on which queries are sent without waiting for the answers of those before. They
 * run in the order they were sent. Statements are prepared under names that follow from their texts; when a pooler in
 * between turns out to mix up names, they are sent without (`Session`).
 */
import pg from "pg";
import { ConnectionLost, codeOf } from "./failure.ts";
import { nameOfText } from "./names.ts";
import type { Query } from "./prepared.ts";
import type { Target } from "./target.ts";
import { typesOfRows } from "./values.ts";

export interface Link {
  /** Rejects with the server's error, or with `ConnectionLost`. */
  send<Row>(query: Query): Promise<Row[]>;
  /** Runs several statements without parameters, and returns the last one's command, such as `COMMIT`. */
  run(text: string): Promise<string>;
  /** Reports messages of `listen`, with their texts. */
  onNotice(listener: (text: string) => void): void;
  isOpen(): boolean;
  /** Ends it without waiting: what was sent may or may not have happened. */
  destroy(): void;
  close(): Promise<void>;
}

/** Whether prepared statements may have names, for all connections of a store. */
export interface Naming {
  isAllowed: boolean;
}

const connectMs = 10_000;

export interface LinkOptions {
  readonly naming: Naming;
  /** Shown by the server. */
  readonly name: string;
  /**
   * Sends each query when the one before is answered. Needed outside transactions where a pooler stands between: it may
   * take the server's connection away after the first answer, with the rest on its way.
   */
  readonly isSerial?: boolean;
}

export async function openLink(target: Target, { naming, name, isSerial = false }: LinkOptions): Promise<Link> {
  const client = new pg.Client({
    ...target.config,
    application_name: `reef ${name}`,
    types: typesOfRows,
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
  } as pg.ClientConfig);
  const state: { lost: ConnectionLost | null } = { lost: null };
  const lose = (cause: unknown) => {
    state.lost ??= new ConnectionLost(cause);
  };
  client.on("error", lose);
  client.on("end", () => lose(null));
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  /** The driver reports a lost connection in many ways; a server's error has a code of five characters. */
  const toError = (error: unknown): unknown => {
    if (/^[0-9A-Z]{5}$/.test(codeOf(error)) && !codeOf(error).startsWith("E")) return error;
    lose(error);
    return state.lost;
  };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    if (!isSerial) return act();
    const result = last.then(act);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    send: <Row>({ text, values, isKept }: Query) =>
      inTurn(async () => {
        if (state.lost !== null) throw state.lost;
        const named = isKept && naming.isAllowed ? { name: nameOfText(text) } : {};
        try {
          const { rows } = await client.query({ ...named, text, values: values as unknown[] });
          return rows as Row[];
        } catch (error) {
          throw toError(error);
        }
      }),
    run: (text) =>
      inTurn(async () => {
        if (state.lost !== null) throw state.lost;
        try {
          const results: unknown = await client.query(text);
          const lastResult = (Array.isArray(results) ? results.at(-1) : results) as pg.QueryResult;
          return lastResult.command;
        } catch (error) {
          throw toError(error);
        }
      }),
    onNotice: (listener) => void client.on("notification", ({ payload }) => listener(payload ?? "")),
    isOpen: () => state.lost === null,
    destroy() {
      lose(null);
      client.connection.stream.destroy();
    },
    async close() {
      await client.end().catch(() => undefined);
    },
  };
}
