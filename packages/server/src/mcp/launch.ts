/**
 * Decides how an MCP server is started: its secrets are put in their places (SE8), and a program runs in the box, or
 * outside of it only where the settings allow that (TO4).
 */

import { originOfTransport } from "@reef/engine/provider/origin";
import type { Launch } from "@reef/mcp/connection";
import { AppError } from "@reef/protocol/error";
import type { McpServerRecord, McpValue } from "@reef/protocol/mcp";
import { unboxedServersSetting } from "../config.ts";
import { createSecretReader, type SecretReaderParts } from "../models/secret-reader.ts";

export interface LaunchParts extends SecretReaderParts {
  readonly allowUnboxed: boolean;
}

export function createLaunch({ allowUnboxed, ...parts }: LaunchParts) {
  const readSecret = createSecretReader(parts, "a secret of it");
  return async ({ name, transport }: Pick<McpServerRecord, "name" | "transport">): Promise<Launch> => {
    const origin = originOfTransport(transport);
    const fill = async (values: Readonly<Record<string, McpValue>>) => {
      const filled: Record<string, string> = {};
      for (const [key, value] of Object.entries(values)) {
        if (typeof value === "string") {
          filled[key] = value;
          continue;
        }
        const read = await readSecret(value.secret, origin);
        if (read.state === "missing") throw new AppError("unavailable", `${read.reason} (${value.secret})`);
        filled[key] = read.value;
      }
      return filled;
    };
    if (transport.kind === "http") return { kind: "http", url: transport.url, headers: await fill(transport.headers) };
    if (!allowUnboxed) {
      throw new AppError(
        "unavailable",
        `“${name}” is a program, and this Reef starts no programs of MCP servers: the owner of the server can allow that with ${unboxedServersSetting}=1`,
      );
    }
    const { command, args } = transport;
    return { kind: "stdio", command, args, env: await fill(transport.env) };
  };
}
