/**
 * Reads files that hold tokens of gateways (SE8): one in the folder `secrets` of the data folder, with its address on
 * an optional second line, or one written by `reef openclaw connect` of earlier releases, whose name says its address.
 * Nothing else is read for a request: no path leads out, not even by a link, and a large or endless file is not read.
 */
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { originOf } from "@reef/engine/provider/origin";
import type { ReadToken } from "@reef/runtimes/openclaw/token";

const maxBytes = 8_192;
const maxLength = 4_096;

/** Returns the absolute path of a file that a request may name; null for any other. */
export function secretFilePath(dataFolder: string, { name, url }: { readonly name: string; readonly url: string }) {
  const folder = join(dataFolder, "secrets");
  const path = isAbsolute(name) ? resolve(name) : resolve(folder, name);
  const inner = relative(folder, path);
  if (inner !== "" && !isAbsolute(inner) && inner.split(sep)[0] !== "..") return { path, folder };
  const place = `${new URL(url).host.replace(/[^a-z0-9.-]/gi, "-")}.token`;
  const ofConnect = join(dataFolder, "openclaw", place);
  return path === ofConnect ? { path, folder: join(dataFolder, "openclaw") } : null;
}

/**
 * Reads the token. The file must be in `folder` when all links are followed; null for one that the settings name. Never
 * rejects.
 */
export async function readTokenFile(
  { path, folder }: { readonly path: string; readonly folder: string | null },
  url: string,
): Promise<ReadToken> {
  const missing = (reason: string): ReadToken => ({ state: "missing", reason });
  try {
    const real = await realpath(path);
    if (folder !== null && !real.startsWith((await realpath(folder)) + sep)) {
      return missing(`the file ${path} with its token is a link that leads out of ${folder}: it is not read`);
    }
    // A pipe must not block the read.
    await using handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size > maxBytes) {
      return missing(`the file ${path} contains no token: expected a file of at most ${maxBytes} bytes`);
    }
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    const [token = "", address, ...rest] = buffer.toString("utf8", 0, bytesRead).trim().split(/\s+/);
    if (token === "" || token.length > maxLength || rest.length > 0) {
      return missing(
        `the file ${path} contains no token: expected one word, and in a second line the address it is for`,
      );
    }
    if (address === undefined) return { state: "token", token };
    if (!URL.canParse(address))
      return missing(`the second line of the file ${path} is not an address such as ws://127.0.0.1:18789`);
    if (originOf(address) === originOf(url)) return { state: "token", token };
    return missing(`the token in the file ${path} was given for another address than ${originOf(url)}`);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return missing(`the file ${path} with its token cannot be read (${code})`);
  }
}
