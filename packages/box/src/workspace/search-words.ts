/** Searches files of a workspace for exact words, line by line, where ripgrep cannot run. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { openPlace } from "./beneath.ts";
import { builtFolders, isOurs } from "./list.ts";
import { walkFolder } from "./walk.ts";

const maxSearchedBytes = 5_000_000;
const maxAllBytes = 200_000_000;
const maxLine = 400;

/** Returns `path:line:text` of each match, in the order of the walk. */
export async function searchWords(
  root: string,
  path: string,
  { words, limit }: { readonly words: string; readonly limit: number },
): Promise<readonly string[]> {
  await using place = await openPlace(root, path);
  const prefix = place.names.length === 0 ? "" : `${place.names.join("/")}/`;
  const matches: string[] = [];
  let readBytes = 0;
  const options = {
    maxDepth: 50,
    maxEntries: 100_000,
    enters: ({ path: found }: { readonly path: Buffer }) => !builtFolders.has(nameOf(found)),
  };
  for await (const { kind, stat, at, path: found } of walkFolder(place.path, options)) {
    if (kind !== "file" || stat.size > maxSearchedBytes || isOurs(nameOf(found))) continue;
    readBytes += stat.size;
    if (readBytes > maxAllBytes || matches.length >= limit) break;
    const bytes = await readFound(at, stat.size);
    if (bytes === null || bytes.subarray(0, 8_000).includes(0) || !bytes.includes(words)) continue;
    for (const [index, line] of bytes.toString().split("\n").entries()) {
      if (!line.includes(words)) continue;
      matches.push(`${prefix}${found}:${index + 1}:${line.slice(0, maxLine)}`);
      if (matches.length >= limit) break;
    }
  }
  return matches;
}

async function readFound(at: Buffer, size: number): Promise<Buffer | null> {
  if (size === 0) return null;
  const handle = await open(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (handle === null) return null;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

function nameOf(path: Buffer): string {
  return path.subarray(path.lastIndexOf(0x2f) + 1).toString();
}
