/**
 * Keeps contents of files by their hash, compressed, in a folder that no box sees. A content is written under another
 * name and renamed, so that one under its hash is whole. It is a store of our own, not Git: a workspace full of
 * repositories, with hooks, filters and attributes of its own, is only bytes to it, and nothing of it is ever run.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip, gzipSync } from "node:zlib";

const pack = promisify(gzip);
const unpack = promisify(gunzip);

export interface Objects {
  /** Returns the hash, and the bytes that were written: 0 if they were there. */
  put(bytes: Buffer): Promise<{ readonly sha256: string; readonly writtenBytes: number }>;
  /** Returns null if the content is gone, or is not what its name says. */
  get(sha256: string, maxBytes: number): Promise<Buffer | null>;
  /** Deletes all but these; returns the bytes that are left. */
  keepOnly(hashes: ReadonlySet<string>): Promise<number>;
}

export function openObjects(folder: string): Objects {
  const groups = new Set<string>();
  const pathOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256);
  return {
    async put(bytes) {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const path = pathOf(sha256);
      // An empty file is what a power cut leaves: waiting for the disk at each of thousands of files takes too long.
      const size = (await stat(path).catch(() => null))?.size ?? 0;
      if (size > 0) return { sha256, writtenBytes: 0 };
      const group = sha256.slice(0, 2);
      if (!groups.has(group)) await mkdir(join(folder, group), { recursive: true, mode: 0o700 });
      groups.add(group);
      // Handing a small content to another thread takes longer than packing it.
      const packed = bytes.byteLength < 20_000 ? gzipSync(bytes, { level: 1 }) : await pack(bytes, { level: 1 });
      const temporary = `${path}.${randomBytes(4).toString("hex")}`;
      await writeFile(temporary, packed, { mode: 0o600 });
      await rename(temporary, path);
      return { sha256, writtenBytes: packed.byteLength };
    },
    async get(sha256, maxBytes) {
      const packed = await readFile(pathOf(sha256)).catch(() => null);
      const bytes = packed === null ? null : await unpack(packed, { maxOutputLength: maxBytes }).catch(() => null);
      return bytes !== null && createHash("sha256").update(bytes).digest("hex") === sha256 ? bytes : null;
    },
    async keepOnly(hashes) {
      let left = 0;
      for (const group of await readdir(folder).catch(() => [])) {
        for (const name of await readdir(join(folder, group))) {
          const path = join(folder, group, name);
          if (hashes.has(name)) left += (await stat(path)).size;
          else await rm(path, { force: true });
        }
      }
      return left;
    },
  };
}
