/**
 * Keeps the sign-ins at remote MCP servers as secrets of their own, each for the one address it was given for (SE8), and
 * leads a person through one: to the server's page, and back.
 */
import { readMcpServer } from "@reef/engine/mcp/servers";
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { originOf } from "@reef/engine/provider/origin";
import {
  beginSignIn,
  finishSignIn,
  isBegun,
  type KeptSignIn,
  type OwnClient,
  type SignInParts,
  tokenProvider,
} from "@reef/mcp/sign-in";
import { AppError } from "@reef/protocol/error";
import type { McpServerId } from "@reef/protocol/ids";
import type { McpServerRecord } from "@reef/protocol/mcp";
import { msToIso } from "@reef/protocol/time";
import { createSecretReader } from "../models/secret-reader.ts";
import type { Vault } from "../models/vault.ts";
import type { ServerLog } from "../observe/log.ts";

export interface SignInsParts {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: ServerLog;
  readonly fetch: typeof fetch;
}

type HttpServer = Pick<McpServerRecord, "id" | "transport">;

export interface SignIns {
  /** For a connection to a server that people sign in at. */
  provider(server: HttpServer): ReturnType<typeof tokenProvider>;
  /** Returns the address of the page where a person allows Reef. */
  begin(id: McpServerId, redirectUrl: string): Promise<string>;
  /** Takes what the page sent back. Throws `unauthorized` unless a sign-in was begun with this state. */
  finish(answer: {
    readonly state: string;
    readonly code: string;
    readonly iss: string | undefined;
  }): Promise<McpServerRecord>;
  /** Forgets the tokens. */
  signOut(id: McpServerId): Promise<void>;
}

/** The name of the secret that holds a server's sign-in. */
function signInSecret(id: McpServerId): string {
  return `sign-in-${id}`;
}

export function createSignIns({ store, vault, clock, log, fetch }: SignInsParts): SignIns {
  const readSecret = createSecretReader({ store, vault, clock, log }, "the client secret");
  const ownClientOf = (transport: Extract<HttpServer["transport"], { kind: "http" }>): OwnClient | null => {
    const { oauth, url } = transport;
    if (oauth === undefined) return null;
    return {
      clientId: oauth.clientId,
      scope: oauth.scope,
      async readSecret() {
        if (oauth.clientSecret === undefined) return null;
        const read = await readSecret(oauth.clientSecret.secret, originOf(url));
        if (read.state === "missing")
          throw new AppError("unavailable", `${read.reason} (${oauth.clientSecret.secret})`);
        return read.value;
      },
    };
  };
  const partsOf = ({ id, transport }: HttpServer): SignInParts => {
    if (transport.kind !== "http") throw new AppError("invalid_request", "only a service can be signed in at");
    const name = signInSecret(id);
    const origin = originOf(transport.url);
    return {
      serverUrl: transport.url,
      ownClient: ownClientOf(transport),
      clock,
      fetch,
      place: {
        async read() {
          const found = (await store.read.sealedSecrets()).find(({ record }) => record.name === name);
          if (found === undefined || found.record.origin !== origin) return {};
          const text = await vault.open(name, found.sealed);
          if (text === null) return {};
          try {
            return JSON.parse(text) as KeptSignIn;
          } catch (error) {
            log.warn({ error, serverId: id }, "a sign-in could not be read");
            return {};
          }
        },
        async write(kept) {
          const sealed = await vault.seal(name, JSON.stringify(kept));
          await store.commit({ at: msToIso(clock.now()), ops: [{ op: "secret.put", name, sealed, origin }] });
        },
      },
    };
  };

  return {
    provider: (server) => tokenProvider(partsOf(server)),
    begin: async (id, redirectUrl) => beginSignIn(partsOf(await readMcpServer({ store }, id)), redirectUrl),
    async finish({ state, code, iss }) {
      for (const server of await store.read.mcpServers()) {
        if (server.transport.kind !== "http" || server.transport.signIn !== true) continue;
        const parts = partsOf(server);
        if (!isBegun(await parts.place.read(), state, clock.now())) continue;
        await finishSignIn(parts, { code, iss });
        return server;
      }
      throw new AppError("unauthorized", "this sign-in was not begun here, or is over: begin it again under Tools");
    },
    async signOut(id) {
      const name = signInSecret(id);
      const isKept = (await store.read.secrets()).some((secret) => secret.name === name);
      if (isKept) await store.commit({ at: msToIso(clock.now()), ops: [{ op: "secret.delete", name }] });
    },
  };
}
