/** Gives each test a database of its own, copied from one that has the schema. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { givenPoolerUrl } from "./environment.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the server of this run. */
    postgresUrl: string;
  }
}

export const templateName = "reef_template";

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Ends what is still connected. */
  drop(): Promise<void>;
}

export async function createTestDatabase({ isEmpty = false } = {}): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `reef_${randomBytes(6).toString("hex")}`;
  await runOnServer(server, `create database ${name}${isEmpty ? "" : ` template ${templateName} strategy file_copy`}`);
  return {
    url: databaseUrl(givenPoolerUrl() ?? server, name),
    name,
    drop: () => runOnServer(server, `drop database if exists ${name} with (force)`),
  };
}

export function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

export async function runOnServer(url: string, ...texts: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const text of texts) await client.query(text);
  } finally {
    await client.end();
  }
}
