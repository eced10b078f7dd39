/**
 * Starts a real server for tests: real store in its own folder, real engine, a runtime that answers by script, any free
 * port.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@reef/client/client";
import { connectSocket, type ReefSocket, type SocketOptions } from "@reef/client/socket";
import type { Runtime } from "@reef/engine/port/runtime";
import { createScriptedRuntime, type Script } from "@reef/engine/testing/scripted-runtime";
import type { Session } from "@reef/protocol/session";
import { WebSocket } from "ws";
import { type Config, type Environment, readConfig } from "../config.ts";
import { createLog, type ServerLog } from "../observe/log.ts";
import type { Runtimes } from "../runtimes.ts";
import { type Server, startServer } from "../server.ts";
import type { SocketLimits } from "../socket/socket-server.ts";

export interface ServeOptions {
  readonly script?: Script;
  /** Answers single questions to a bot's model; without it no model can be asked. */
  readonly complete?: NonNullable<Runtime["complete"]>;
  /** Uses the runtimes that the configuration sets up, instead of one that answers by script. */
  readonly ownRuntimes?: boolean;
  /** Kept afterwards; by default, a new one that is deleted with the server. */
  readonly folder?: string;
  readonly config?: Partial<Config>;
  /** The server's environment beside its settings. */
  readonly environment?: Environment;
  readonly socketLimits?: Partial<SocketLimits>;
  /** Silent by default. */
  readonly log?: ServerLog;
}

export interface Served extends AsyncDisposable {
  readonly server: Server;
  readonly client: Client;
  readonly folder: string;
  /** Sends a request with the token, without a network between. */
  request(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  connect(options: Pick<SocketOptions, "after" | "onEvent" | "onReset"> & Partial<SocketOptions>): ReefSocket;
  newSession(title?: string): Promise<Session>;
}

export async function serve(options: ServeOptions = {}): Promise<Served> {
  const folder = options.folder ?? (await makeFolder());
  const environment = {
    REEF_DATA: folder,
    REEF_PORT: "0",
    REEF_OLLAMA_URL: "off",
    REEF_TOKEN: "test-token-0123456789",
  };
  const config = { ...(await readConfig(environment)), ...options.config };
  const server = await startServer({
    config,
    log: options.log ?? createLog("silent"),
    environment: options.environment ?? {},
    ...(options.ownRuntimes !== true && {
      runtimes: scripted(
        options.script ?? (({ entries }) => `you said: ${entries.at(-1)?.text ?? ""}`),
        options.complete,
      ),
    }),
    ...(options.socketLimits && { socketLimits: options.socketLimits }),
  });
  const client = createClient({ baseUrl: server.url, token: server.token });
  return {
    server,
    client,
    folder,
    async request(method, path, body, headers = {}) {
      const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
      return server.app.request(`${server.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${server.token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(text === undefined ? {} : { body: text }),
      });
    },
    connect: (socketOptions) =>
      connectSocket({
        baseUrl: server.url,
        webSocket: (url) => new WebSocket(url, { headers: { authorization: `Bearer ${server.token}` } }),
        ...socketOptions,
      }),
    async newSession(title) {
      const bot = await client.createBot({ name: title ?? "dev" });
      return client.createSession({ botId: bot.id, ...(title === undefined ? {} : { title }) });
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

export function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "reef-server-"));
}

/** Retries until `check` returns a value; fails after 30 s. */
export async function until<Value>(check: () => Promise<Value> | Value): Promise<Exclude<NonNullable<Value>, false>> {
  for (const endMs = performance.now() + 30_000; performance.now() < endMs; ) {
    const value = await check();
    if (value) return value as Exclude<NonNullable<Value>, false>;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("what was waited for did not come within 30 s");
}

function scripted(script: Script, complete: Runtime["complete"]): Runtimes {
  return {
    byName: new Map([["loop", { ...createScriptedRuntime(script), complete }]]),
    defaults: () => ({ runtime: "loop", model: "scripted" }),
  };
}
