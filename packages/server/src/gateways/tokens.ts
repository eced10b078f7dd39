/**
 * Decides where a gateway's token may come from, and that it goes only to its own address (SE8). A secret belongs to an
 * origin; the settings give a variable, or a file anywhere, to an address; a request names nothing else of the
 * environment, and only files meant for it. Checked before a gateway is stored, and again at each attempt: one stored
 * before these rules is refused too.
 */

import { originOf } from "@reef/engine/provider/origin";
import { AppError } from "@reef/protocol/error";
import type { GatewayRecord, TokenSource } from "@reef/protocol/gateway";
import type { ReadGatewayToken, ReadToken } from "@reef/runtimes/openclaw/token";
import { type Config, type Environment, openclawTokenVariable, openclawTokenVariablesSetting } from "../config.ts";
import { createSecretReader, type ReadSecret, type SecretReaderParts } from "../models/secret-reader.ts";
import { readTokenFile, secretFilePath } from "./token-file.ts";

export interface GatewayTokens {
  /** Throws `invalid_request` for a source that a request may not name for this address. */
  assertMayName(gateway: Pick<GatewayRecord, "url" | "token">): void;
  readonly read: ReadGatewayToken;
}

export interface TokensParts extends SecretReaderParts {
  readonly config: Config;
  readonly environment: Environment;
}

type AddressedToken = Pick<GatewayRecord, "url" | "token">;

export function createGatewayTokens(parts: TokensParts): GatewayTokens {
  const { config, environment } = parts;
  const readSecret = createSecretReader(parts, "its token");
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
          return toToken(readSecret(token.name, originOf(url)));
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

async function toToken(read: Promise<ReadSecret>): Promise<ReadToken> {
  const found = await read;
  return found.state === "value" ? { state: "token", token: found.value } : found;
}
