/** Reads one file of the root, bounded, and never through a link that took its place. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { reasonOf } from "./walk.ts";

export type ReadText =
  | { readonly text: string; readonly bytes: Uint8Array; readonly modifiedMs: number }
  | { readonly reason: string };

export function readText(path: string, maxBytes: number): ReadText {
  let handle: number | null = null;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = fstatSync(handle);
    if (!stat.isFile()) return { reason: "not a file" };
    if (stat.size > maxBytes) return { reason: `${stat.size} bytes: at most ${maxBytes} are read of such a file` };
    const bytes = readWhole(handle, maxBytes);
    if (bytes === null) return { reason: `it grew past ${maxBytes} bytes while it was read` };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), bytes, modifiedMs: stat.mtimeMs };
  } catch (error) {
    if (error instanceof TypeError) return { reason: "it isn't text in UTF-8" };
    if ((error as NodeJS.ErrnoException).code === "ELOOP") return { reason: "a symbolic link: not followed" };
    return { reason: reasonOf(error) };
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

/** A file may grow while it is read, so its size says nothing. Null if it has more bytes. */
function readWhole(handle: number, maxBytes: number): Uint8Array | null {
  const parts: Buffer[] = [];
  let total = 0;
  for (;;) {
    const part = Buffer.allocUnsafe(64 * 1024);
    const length = readSync(handle, part, 0, part.length, null);
    if (length === 0) return Buffer.concat(parts, total);
    total += length;
    if (total > maxBytes) return null;
    parts.push(part.subarray(0, length));
  }
}
