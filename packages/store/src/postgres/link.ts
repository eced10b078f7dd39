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
  /** Reports messages of `listen`. */
  onNotice(listener: () => void): void;
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

export async function openLink(target: Target, { naming, name }: { naming: Naming; name: string }): Promise<Link> {
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
  return {
    async send<Row>({ text, values, isKept }: Query) {
      if (state.lost !== null) throw state.lost;
      const named = isKept && naming.isAllowed ? { name: nameOfText(text) } : {};
      try {
        const { rows } = await client.query({ ...named, text, values: values as unknown[] });
        return rows as Row[];
      } catch (error) {
        throw toError(error);
      }
    },
    async run(text) {
      if (state.lost !== null) throw state.lost;
      try {
        const results: unknown = await client.query(text);
        const last = (Array.isArray(results) ? results.at(-1) : results) as pg.QueryResult;
        return last.command;
      } catch (error) {
        throw toError(error);
      }
    },
    onNotice: (listener) => void client.on("notification", listener),
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
