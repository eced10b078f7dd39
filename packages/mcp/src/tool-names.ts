/**
 * Names a server's tools as models see them: `server__tool`, within the letters and the length that every provider
 * takes. Pure.
 */
import { createHash } from "node:crypto";

/** OpenAI's limit, the shortest of all providers'. */
const longest = 64;
const hashLength = 6;

/** Returns a name for each tool; two tools of one server never get the same. */
export function fullNames(server: string, tools: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const tool of tools) {
    const plain = `${server}__${tool.replace(/[^A-Za-z0-9_-]/g, "_")}`;
    const isPlain = plain.length <= longest && !taken.has(plain);
    const name = isPlain ? plain : `${plain.slice(0, longest - hashLength - 1)}_${hashOf(tool)}`;
    taken.add(name);
    names.set(tool, name);
  }
  return names;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, hashLength);
}
