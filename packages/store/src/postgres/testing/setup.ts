/** Runs once before the project `postgres`: starts a server, and makes the database that those of tests are copied from. */
import { createManualClock } from "@reef/engine/testing/manual-clock";
import type { TestProject } from "vitest/node";
import { openPostgresStore } from "../open.ts";
import { databaseUrl, runOnServer, templateName } from "./databases.ts";
import { startTestServer } from "./server.ts";

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  await runOnServer(
    server.url,
    `drop database if exists ${templateName} with (force)`,
    `create database ${templateName}`,
  );
  const store = await openPostgresStore({ url: databaseUrl(server.url, templateName), clock: createManualClock() });
  await store[Symbol.asyncDispose]();
  project.provide("postgresUrl", server.url);
  return async () => {
    await runOnServer(server.url, `drop database if exists ${templateName} with (force)`);
    await server[Symbol.asyncDispose]();
  };
}
