/**
 * Reads and writes single files of a workspace. A file is written beside its place and renamed over it, so that it is
 * never half written, and a link at its name is replaced, not followed.
 */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lstat, mkdir, open, rename, unlink } from "node:fs/promises";
import type { BoxLimits } from "@reef/protocol/box";
import { AppError } from "@reef/protocol/error";
import { openPlace, openToRead, type Place, sayFailure } from "./beneath.ts";
import { sayPath } from "./relative-path.ts";
import { requireRoom } from "./usage.ts";
import type { BoxOwner, Workspace } from "./workspaces.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Reads a whole file. Throws `payload_too_large` above `maxBytes`, `not_found`, `invalid_request`. */
export async function readWhole(root: string, path: string, maxBytes: number): Promise<Buffer> {
  await using place = await openPlace(root, path);
  const handle = await openToRead(place).catch((error: NodeJS.ErrnoException) => {
    throw sayFailure(error, path);
  });
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new AppError("invalid_request", `${sayPath(path)} is a folder: list it instead`);
    if (!stat.isFile())
      throw new AppError("invalid_request", `${sayPath(path)} is a pipe, socket or device, not a file`);
    if (stat.size > maxBytes) throw tooLarge(path, stat.size, maxBytes);
    const chunks: Buffer[] = [];
    let length = 0;
    // A command may be writing to it: its size is only where it began.
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(1_000_000, maxBytes + 1)));
      if (bytesRead === 0) return Buffer.concat(chunks);
      length += bytesRead;
      if (length > maxBytes) throw tooLarge(path, length, maxBytes);
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/**
 * Writes a whole file and creates missing folders. Keeps the mode of the file it replaces. Throws `storage_full`,
 * `invalid_request`. Returns whether a file was there.
 */
export async function writeWhole(
  workspace: Workspace,
  path: string,
  content: { readonly bytes: Uint8Array; readonly limits: BoxLimits },
): Promise<"created" | "replaced"> {
  const { root, owner } = workspace;
  await requireRoom(workspace, content.limits, content.bytes.byteLength);
  await using place = await openPlace(root, path, { makeFolder: (folder) => makeFolder(folder, owner) });
  if (place.name === null) throw new AppError("invalid_request", `${sayPath(path)} is the workspace itself`);
  const before = await lstat(place.path).catch(() => null);
  if (before?.isDirectory()) throw new AppError("invalid_request", `${sayPath(path)} is a folder`);
  const mode = before?.isFile() ? before.mode & 0o777 : 0o644;
  await putFile(place, { bytes: content.bytes, mode, owner }).catch((error) => {
    throw sayFailure(error as NodeJS.ErrnoException, path);
  });
  return before === null ? "created" : "replaced";
}

/** Puts a file at a place in one step, whatever file or link is there. Rejects with the file system's error. */
export async function putFile(
  place: Place,
  { bytes, mode, owner }: { readonly bytes: Uint8Array; readonly mode: number; readonly owner: BoxOwner | null },
): Promise<void> {
  const temporary = `${place.folderPath}/.reef-${randomBytes(8).toString("hex")}`;
  try {
    const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      await handle.writeFile(bytes);
      if (owner !== null) await handle.chown(owner.uid, owner.gid);
      await handle.chmod(mode & 0o777);
    } finally {
      await handle.close();
    }
    await rename(temporary, place.path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

/** Creates one folder at a path in an open folder. Another one created in the same moment is as good. */
export async function makeFolder(at: string, owner: BoxOwner | null): Promise<void> {
  const isNew = await mkdir(at, { mode: 0o755 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
      return false;
    },
  );
  if (isNew && owner !== null) await chownFolder(at, owner);
}

/** Through an open folder: between its creation and now, a command could have put a link in its place. */
async function chownFolder(at: string, owner: BoxOwner): Promise<void> {
  const handle = await open(at, constants.O_DIRECTORY | O_NOFOLLOW);
  try {
    await handle.chown(owner.uid, owner.gid);
  } finally {
    await handle.close();
  }
}

function tooLarge(path: string, size: number, maxBytes: number): AppError {
  return new AppError(
    "payload_too_large",
    `${sayPath(path)} has ${size.toLocaleString("en-US")} bytes; at most ${maxBytes.toLocaleString("en-US")} are read`,
  );
}
