/**
 * Keeps bytes of files in a folder: `ab/abcdef…` by hash, `incoming/` while they arrive. A file is written and synced
 * under another name, then renamed, then its folder is synced: a file under its hash is complete, after any crash
 * (MB11). Only the owner of the store's lock may open it: anything in `incoming/` was left by a dead process.
 */
import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { makeId } from "@reef/engine/ids";
import type { FileBytes, ReceivedBytes } from "@reef/engine/port/files";
import { AppError } from "@reef/protocol/error";
import { diskIsFull, hasRoom, toDiskProblem } from "../sqlite/disk.ts";

const incomingName = "incoming";
const hashPattern = /^[0-9a-f]{64}$/;

/** After this many bytes, checks whether the disk has room for more. */
const checkedEvery = 1_000_000;

/** Creates the folder if it is missing. Nothing outside it is read or written. */
export async function openFileFolder(folder: string): Promise<FileBytes> {
  const incoming = join(folder, incomingName);
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  for (const name of await readdir(incoming)) await rm(join(incoming, name), { recursive: true, force: true });
  const kept = createInventory(folder);
  const arriving = { bytes: 0 };

  return {
    async receive(chunks) {
      const path = join(incoming, makeId("file"));
      const handle = await openAgain(() => open(path, "wx+", 0o600), [folder, incoming]).catch(failed);
      const state = { sizeBytes: 0, isKept: false };
      const drop = async () => {
        await handle.close().catch(() => undefined);
        arriving.bytes -= state.sizeBytes;
        state.sizeBytes = 0;
        if (!state.isKept) await rm(path, { force: true });
      };
      const hash = createHash("sha256");
      let checkedAt = 0;
      try {
        for await (const chunk of chunks) {
          if (state.sizeBytes >= checkedAt) {
            requireRoom(incoming);
            checkedAt += checkedEvery;
          }
          state.sizeBytes += chunk.byteLength;
          arriving.bytes += chunk.byteLength;
          hash.update(chunk);
          await writeAll(handle, chunk);
        }
      } catch (error) {
        await drop();
        throw error;
      }
      const sha256 = hash.digest("hex");
      const { sizeBytes } = state;
      return {
        sha256,
        sizeBytes,
        read: (offset, length) => readAt(handle, offset, length),
        async keep() {
          await handle.sync().catch(failed);
          await moveIn(folder, { path, sha256 });
          state.isKept = true;
          await kept.note(sha256, sizeBytes);
        },
        [Symbol.asyncDispose]: drop,
      } satisfies ReceivedBytes;
    },
    size: (sha256) => sizeOf(pathOf(folder, sha256)),
    read: (sha256) => readFile(pathOf(folder, sha256)).catch(nullWhenMissing),
    async stream(sha256, { first, last }) {
      const handle = await open(pathOf(folder, sha256), "r").catch(nullWhenMissing);
      if (handle === null) return null;
      return Readable.toWeb(handle.createReadStream({ start: first, end: last })) as ReadableStream<Uint8Array>;
    },
    async delete(sha256) {
      await rm(pathOf(folder, sha256), { force: true });
      await kept.note(sha256, null);
    },
    async *hashes() {
      yield* await kept.hashes();
    },
    used: async () => (await kept.bytes()) + arriving.bytes,
  };
}

/** Recreates folders that someone deleted, but not the data folder around them. */
async function openAgain<Handle>(act: () => Promise<Handle>, folders: readonly string[]): Promise<Handle> {
  const handle = await act().catch(nullWhenMissing);
  if (handle !== null) return handle;
  for (const path of folders) {
    await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return;
      if (error.code !== "ENOENT") throw error;
      const text = "the data folder was moved or deleted, so no file can be saved; put it back and restart Reef";
      throw new AppError("unavailable", text, { cause: error });
    });
  }
  return await act();
}

/** Where a folder of files keeps the bytes with this hash. */
export function pathOf(folder: string, sha256: string): string {
  if (!hashPattern.test(sha256)) throw new Error("this is not a hash");
  return join(folder, sha256.slice(0, 2), sha256);
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let rest = chunk; rest.byteLength > 0; ) {
    const { bytesWritten } = await handle.write(rest).catch(failed);
    rest = rest.subarray(bytesWritten);
  }
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let size = 0;
  while (size < length) {
    const { bytesRead } = await handle.read(bytes, size, length - size, offset + size);
    if (bytesRead === 0) break;
    size += bytesRead;
  }
  return bytes.subarray(0, size);
}

/** Moves it to its hash, durably: the names in a folder are on disk once the folder is synced. */
async function moveIn(folder: string, { path, sha256 }: { readonly path: string; readonly sha256: string }) {
  const own = join(folder, sha256.slice(0, 2));
  try {
    const made = await mkdir(own, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(folder);
    await rename(path, pathOf(folder, sha256));
    await syncFolder(own);
  } catch (error) {
    failed(error);
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders; the rename itself must suffice there.
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(nullWhenMissing);
  return found?.size ?? null;
}

/** Lists what is kept. Read when first needed, never at the start; from then on only this process changes it. */
function createInventory(folder: string) {
  interface Inventory {
    readonly sizeByHash: Map<string, number>;
    bytes: number;
  }
  let reading: Promise<Inventory> | null = null;
  const read = async (): Promise<Inventory> => {
    reading ??= readSizes(folder).then((sizeByHash) => {
      return { sizeByHash, bytes: [...sizeByHash.values()].reduce((sum, size) => sum + size, 0) };
    });
    try {
      return await reading;
    } catch (error) {
      reading = null;
      throw error;
    }
  };
  return {
    bytes: async () => (await read()).bytes,
    hashes: async () => [...(await read()).sizeByHash.keys()],
    async note(sha256: string, size: number | null): Promise<void> {
      const inventory = await read();
      inventory.bytes += (size ?? 0) - (inventory.sizeByHash.get(sha256) ?? 0);
      if (size === null) inventory.sizeByHash.delete(sha256);
      else inventory.sizeByHash.set(sha256, size);
    },
  };
}

async function readSizes(folder: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const { name: start } of await readdir(folder, { withFileTypes: true })) {
    if (!/^[0-9a-f]{2}$/.test(start)) continue;
    const names = (await readdir(join(folder, start))).filter(
      (name) => hashPattern.test(name) && name.startsWith(start),
    );
    const found = await Promise.all(
      names.map(async (name) => [name, await sizeOf(join(folder, start, name))] as const),
    );
    for (const [name, size] of found) sizes.set(name, size ?? 0);
  }
  return sizes;
}

function nullWhenMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

/** Leaves the last room on the disk to the database: messages go on when files cannot. */
function requireRoom(folder: string): void {
  if (!hasRoom(folder)) throw new AppError(diskIsFull.code, diskIsFull.message);
}

function failed(error: unknown): never {
  // The file system allows no larger file, which is the same as a full disk for the sender.
  const isTooBig = error instanceof Error && "code" in error && error.code === "EFBIG";
  const problem = isTooBig ? diskIsFull : toDiskProblem(error);
  if (problem === null) throw error;
  throw new AppError(problem.code, problem.message, { cause: error });
}
