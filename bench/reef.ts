/** Starts the system under measurement: Reef as its own process on the built bundle, and a scripted model beside it. */
import { readFileSync } from "node:fs";
import type { Client } from "@reef/client/client";
import type { WebSocketLike } from "@reef/client/socket";
import { connectSocket } from "@reef/client/socket";
import type { Event } from "@reef/protocol/event";
import type { Session } from "@reef/protocol/session";
import type { ScriptFunction } from "@reef/runtimes/testing/model-script";
import type { ModelServer } from "@reef/runtimes/testing/model-server";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import WebSocket from "ws";
import type { ReefProcess } from "../e2e/support/reef-process.ts";
import { startReef } from "../e2e/support/reef-process.ts";

export interface Bench extends AsyncDisposable {
  readonly reef: ReefProcess;
  readonly model: ModelServer;
  readonly client: Client;
  /** Calls back with every event and the time it arrived here, in ms since the epoch. */
  onEvent(listener: (event: Event, atMs: number) => void): Promise<{ close(): void }>;
}

export async function startBench(options: {
  readonly script?: ScriptFunction;
  readonly env?: Readonly<Record<string, string>>;
  /** How many requests the model keeps for the bench to inspect. */
  readonly keepRequests?: number;
}): Promise<Bench> {
  const model = await startModelServer({
    keep: options.keepRequests ?? 100_000,
    ...(options.script && { script: options.script }),
  });
  const reef = await startReef({
    env: {
      REEF_MODEL_BASE_URL: `${model.url}/v1`,
      REEF_MODEL: "scripted",
      REEF_MODEL_API_KEY: "none",
      ...options.env,
    },
  });
  return {
    reef,
    model,
    client: reef.client,
    onEvent: (listener) =>
      new Promise((resolve) => {
        const socket = connectSocket({
          baseUrl: reef.url,
          after: -1,
          webSocket: (url) =>
            new WebSocket(url, { headers: { authorization: `Bearer ${reef.token}` } }) as unknown as WebSocketLike,
          onEvent: (event) => listener(event, nowMs()),
          onReset: () => undefined,
          onState: (state) => {
            if (state === "open") resolve(socket);
          },
        });
      }),
    async [Symbol.asyncDispose]() {
      await reef[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

/** Returns milliseconds since the epoch, with fractions, comparable between processes of one machine. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Returns the resident memory of a process, in MB (10^6 bytes). */
export function residentMb(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return (Number(line?.[1] ?? Number.NaN) * 1024) / 1e6;
}

export async function makeSessions(client: Client, count: number): Promise<readonly Session[]> {
  const bot = await client.createBot({ name: "bench" });
  return Promise.all(
    Array.from({ length: count }, (_, index) => client.createSession({ botId: bot.id, title: `session ${index}` })),
  );
}
