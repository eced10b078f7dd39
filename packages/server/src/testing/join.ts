/** Starts a server that is joined to a gateway, for tests: to the double, or to a real one. */
import { rm } from "node:fs/promises";
import type { Entry } from "@reef/protocol/entry";
import type { Gateway } from "@reef/protocol/gateway";
import type { GatewayId, SessionId } from "@reef/protocol/ids";
import type { Progress } from "@reef/protocol/progress";
import type { GatewayHint } from "@reef/protocol/socket";
import { makeFolder, type Served, type ServeOptions, serve } from "./serve.ts";

export interface Joined extends Served {
  readonly gatewayId: GatewayId;
  /** The frames from the socket, with the time on the clock of `performance`. */
  readonly hints: readonly (GatewayHint & { readonly atMs: number })[];
  readonly entries: readonly (Entry & { readonly atMs: number })[];
  /** Resolves when the gateway is ready and has been read. */
  ready(): Promise<Gateway>;
  transcript(id: SessionId): Promise<readonly Entry[]>;
  ended(progress: Progress): Promise<Progress>;
  /** Stops the server and starts it on the same folder. */
  restart(whileDown?: () => Promise<void>): Promise<Joined>;
}

export interface GatewayAddress {
  readonly url: string;
  readonly token: string;
}

export async function serveJoined(place: GatewayAddress, options: ServeOptions = {}): Promise<Joined> {
  const folder = options.folder ?? (await makeFolder());
  const served = await serve({ ownRuntimes: true, ...options, folder });
  const { client } = served;
  const known = (await client.gateways()).items[0];
  if (known === undefined) await client.putSecret("home", { value: place.token, origin: place.url });
  const token = { from: "secret", name: "home" } as const;
  const { id: gatewayId } = known ?? (await client.createGateway({ name: "home", url: place.url, token }));
  const hints: (GatewayHint & { atMs: number })[] = [];
  const entries: (Entry & { atMs: number })[] = [];
  const socket = served.connect({
    after: -1,
    onReset: () => undefined,
    onEvent: (event) => {
      if (event.type === "entry.created") entries.push({ ...event.entry, atMs: performance.now() });
    },
    onGateway: (hint) => hints.push({ ...hint, atMs: performance.now() }),
  });
  await eventually(() => socket.state === "open");
  async function stop(): Promise<void> {
    socket.close();
    await served[Symbol.asyncDispose]();
  }
  return {
    ...served,
    gatewayId,
    hints,
    entries,
    ready: () =>
      eventually(async () => {
        const gateway = await client.gateway(gatewayId);
        return gateway.state === "ready" && gateway.sessions !== null && gateway;
      }),
    transcript: async (id) => (await client.entries(id, { limit: 1000 })).items,
    ended: (progress) =>
      eventually(async () => {
        const now = await client.progress(progress.id);
        return now.state !== "running" && now;
      }),
    async restart(whileDown) {
      await stop();
      await whileDown?.();
      return await serveJoined(place, { ...options, folder });
    },
    async [Symbol.asyncDispose]() {
      await stop();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Retries until `check` returns a value; a gateway that comes back takes a while. */
export async function eventually<Value>(
  check: () => Promise<Value> | Value,
  withinMs = 120_000,
): Promise<Exclude<NonNullable<Value>, false>> {
  for (const endMs = performance.now() + withinMs; performance.now() < endMs; ) {
    const value = await check();
    if (value) return value as Exclude<NonNullable<Value>, false>;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`what was waited for did not come within ${withinMs} ms`);
}
