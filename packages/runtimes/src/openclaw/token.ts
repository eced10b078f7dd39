/** SE5: a gateway's token is read where a person put it, at each attempt, and lives in memory only as long as that takes. */
import { readFile } from "node:fs/promises";
import type { TokenSource } from "@reef/protocol/gateway";

export type Environment = Readonly<Record<string, string | undefined>>;

export type ReadToken =
  | { readonly state: "token"; readonly token: string }
  | { readonly state: "missing"; readonly reason: string };

const maxLength = 4096;

/** Never throws; the reason says what to do and holds nothing of a file's content. */
export async function readToken(source: TokenSource, environment: Environment): Promise<ReadToken> {
  if (source.from === "env") {
    const token = environment[source.name]?.trim();
    if (token) return { state: "token", token };
    return {
      state: "missing",
      reason: `the environment variable ${source.name} is not set; set it and start Reef again`,
    };
  }
  try {
    const token = (await readFile(source.name, "utf8")).trim();
    if (token !== "" && token.length <= maxLength && !/\s/.test(token)) return { state: "token", token };
    return { state: "missing", reason: `the file ${source.name} holds no token: expected one word` };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return { state: "missing", reason: `the file ${source.name} with its token cannot be read (${code})` };
  }
}
