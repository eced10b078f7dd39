/**
 * Decides how an MCP server is started: its secrets are put in their places (SE8), and a program runs in a box of its
 * own, or outside of it only where the settings allow that (TO4).
 */
import type { Programs } from "@reef/box/programs";
import { originOfTransport } from "@reef/engine/provider/origin";
import type { Launch } from "@reef/mcp/connection";
import { AppError } from "@reef/protocol/error";
import type { McpServerRecord, McpValue } from "@reef/protocol/mcp";
import { unboxedServersSetting } from "../config.ts";
import { createSecretReader, type SecretReaderParts } from "../models/secret-reader.ts";
import type { SignIns } from "./sign-ins.ts";

export interface LaunchParts extends SecretReaderParts {
  readonly allowUnboxed: boolean;
  readonly programs: Pick<Programs, "start">;
  readonly signIns: Pick<SignIns, "provider">;
}

export function createLaunch({ allowUnboxed, programs, signIns, ...parts }: LaunchParts) {
  const readSecret = createSecretReader(parts, "a secret of it");
  return async ({
    id,
    name,
    transport,
    box,
  }: Pick<McpServerRecord, "id" | "name" | "transport" | "box">): Promise<Launch> => {
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
    if (transport.kind === "http") {
      const { url, signIn } = transport;
      const headers = await fill(transport.headers);
      return {
        kind: "http",
        url,
        headers,
        ...(signIn === true ? { authProvider: await signIns.provider({ id, transport }) } : {}),
      };
    }
    const { command, args } = transport;
    const env = await fill(transport.env);
    if (allowUnboxed) return { kind: "stdio", command, args, env };
    return {
      kind: "pipes",
      async start() {
        try {
          return await programs.start({ name: id, command, args, env, box });
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          const way = `the owner of this Reef can allow programs outside of a box with ${unboxedServersSetting}=1`;
          throw new AppError("unavailable", `“${name}” was not started: ${error.message} (${way})`, { cause: error });
        }
      },
    };
  };
}
