/**
 * Decides where a gateway's token may come from, and that it goes only to its own address (SE8). A secret belongs to an
 * origin; the settings give a variable, or a file anywhere, to an address; a request names nothing else of the
 * environment, and only files meant for it. Checked before a gateway is stored, and again at each attempt: one stored
 * before these rules is refused too.
 */

import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import { originOf } from "@reef/engine/provider/origin";
import { AppError } from "@reef/protocol/error";
import type { GatewayRecord, TokenSource } from "@reef/protocol/gateway";
import { msToIso } from "@reef/protocol/time";
import type { ReadGatewayToken, ReadToken } from "@reef/runtimes/openclaw/token";
import { type Config, type Environment, openclawTokenVariable, openclawTokenVariablesSetting } from "../config.ts";
import type { Vault } from "../models/vault.ts";
import type { ServerLog } from "../observe/log.ts";
import { readTokenFile, secretFilePath } from "./token-file.ts";

export interface GatewayTokens {
  /** Throws `invalid_request` for a source that a request may not name for this address. */
  assertMayName(gateway: Pick<GatewayRecord, "url" | "token">): void;
  readonly read: ReadGatewayToken;
}

export interface TokensParts {
  readonly config: Config;
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: ServerLog;
}

type AddressedToken = Pick<GatewayRecord, "url" | "token">;

const quietMs = 60_000;

export function createGatewayTokens(parts: TokensParts): GatewayTokens {
  const { config, environment } = parts;
  const readSecret = secretReader(parts);
  return {
    assertMayName({ url, token }) {
      const problem = problemOf(config, { url, token });
      if (problem === null) return;
      throw new AppError("invalid_request", problem, { fields: [{ path: "token.name", message: problem }] });
    },
    async read({ url, token }) {
      const problem = problemOf(config, { url, token });
      if (problem !== null) return { state: "missing", reason: problem };
      switch (token.from) {
        case "secret":
          return readSecret(token.name, originOf(url));
        case "env":
          return readVariable(environment, token.name);
        case "file": {
          const isConfigured = token.name === config.openclawTokenFile;
          const place = isConfigured ? null : secretFilePath(config.data, { name: token.name, url });
          return readTokenFile(place ?? { path: token.name, folder: null }, url);
        }
      }
    },
  };
}

/** Returns why this source is not used for this address; null when it may be. */
function problemOf(config: Config, { url, token }: AddressedToken): string | null {
  if (token.from === "secret") return null;
  const given = addressesGiven(config, token);
  if (given.some((address) => originOf(address) === originOf(url))) return null;
  if (token.from === "file" && secretFilePath(config.data, { name: token.name, url }) !== null) return null;
  if (given.length > 0) {
    const what = token.from === "env" ? `the variable ${token.name}` : "this file";
    return `the server's settings give ${what} to another address than ${originOf(url)}: enter the token itself`;
  }
  return token.from === "env"
    ? `the server's settings give no gateway the variable ${token.name}: enter the token itself, or name the variable with the gateway's address in ${openclawTokenVariablesSetting}`
    : "only a file in the folder “secrets” of the server's data folder can hold a gateway's token: enter the token itself, or put the file there";
}

/** Returns the addresses that the settings give a variable or a file to. */
function addressesGiven(config: Config, { from, name }: TokenSource): readonly string[] {
  const { openclawUrl, openclawTokenFile, openclawTokenVariables } = config;
  const isOfUrl = from === "env" ? name === openclawTokenVariable : name === openclawTokenFile;
  const listed =
    from === "env" && Object.hasOwn(openclawTokenVariables, name) ? openclawTokenVariables[name] : undefined;
  return [...(isOfUrl && openclawUrl !== undefined ? [openclawUrl] : []), ...(listed === undefined ? [] : [listed])];
}

function readVariable(environment: Environment, name: string): ReadToken {
  const token = environment[name]?.trim();
  if (token) return { state: "token", token };
  return { state: "missing", reason: `the environment variable ${name} is not set; set it and restart Reef` };
}

function secretReader({ store, vault, clock, log }: TokensParts) {
  const notedMs = new Map<string, number>();
  return async (name: string, origin: string): Promise<ReadToken> => {
    const missing = (reason: string): ReadToken => ({ state: "missing", reason });
    try {
      const found = (await store.read.sealedSecrets()).find(({ record }) => record.name === name);
      if (found === undefined) return missing("its token is gone: enter it again");
      const { record, sealed } = found;
      if (record.origin !== null && record.origin !== origin) {
        return missing(`its token was given for ${record.origin}: enter it again for ${origin}`);
      }
      const token = await vault.open(name, sealed);
      if (token === null) return missing("its token cannot be decrypted: enter it again");
      const now = clock.now();
      if (record.lastUsedAt === null || now - (notedMs.get(name) ?? 0) >= quietMs) {
        notedMs.set(name, now);
        await store.commit({ at: msToIso(now), ops: [{ op: "secret.used", name, origin }] });
      }
      return { state: "token", token };
    } catch (error) {
      log.warn({ error }, "a gateway's token could not be read");
      return missing("its token cannot be read now");
    }
  };
}
