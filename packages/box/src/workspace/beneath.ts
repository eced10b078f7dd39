/**
 * Opens files of a workspace without ever leaving it, whatever a command of the bot does to its folders in the same
 * moment. Each name is opened relative to the folder that is already open (`/proc/self/fd/N/name`, Linux's openat for
 * Node) and never follows a link. Links are read and walked by our own rules: one that leads out is refused.
 */
import { constants } from "node:fs";
import { type FileHandle, open, readlink } from "node:fs/promises";
import { AppError } from "@reef/protocol/error";
import { boxRoot, parsePath, sayPath } from "./relative-path.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY, O_NONBLOCK } = constants;
const maxLinks = 20;

/** An open folder inside the workspace and a name in it. Disposing closes the folder. */
export interface Place extends AsyncDisposable {
  /** Null for the workspace itself. */
  readonly name: string | null;
  /** From the workspace, after all links. */
  readonly names: readonly string[];
  /** Stays right when the folder is moved; it must not be used after disposal. */
  readonly folderPath: string;
  /** The path of the name in the open folder. The last name may still be a link: open it with `O_NOFOLLOW`. */
  readonly path: string;
}

interface Folder {
  readonly handle: FileHandle;
  readonly name: string;
}

/** Returns the path of an open folder, through which names in it are reached without walking to it again. */
export function pathOf(handle: FileHandle): string {
  return `/proc/self/fd/${handle.fd}`;
}

/** Opens the workspace's folder itself; refuses one that was replaced by a link. */
export async function openRoot(root: string): Promise<FileHandle> {
  return await open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ELOOP" || cause.code === "ENOTDIR")
      throw new AppError("unavailable", "the workspace is not a folder: something replaced it", { cause });
    throw cause;
  });
}

export interface PlaceOptions {
  /** Creates missing folders on the way, at the path it gets. Without it, they are an error. */
  readonly makeFolder?: (path: string) => Promise<void>;
  /** Refuses links on the way, and takes one at the end for itself. Otherwise links inside the workspace are walked. */
  readonly isExact?: boolean;
}

/** Walks to the place of a path. Throws `invalid_request` for a path that leaves the workspace, `not_found`. */
export async function openPlace(
  root: string,
  path: string,
  { makeFolder, isExact = false }: PlaceOptions = {},
): Promise<Place> {
  const names = [...parsePath(path)];
  const stack: Folder[] = [{ handle: await openRoot(root), name: "" }];
  let links = 0;
  const top = () => stack.at(-1) as Folder;
  try {
    while (names.length > 0) {
      const name = names.shift() as string;
      if (name === "..") {
        if (stack.length === 1) throw leadsOut(path);
        await stack.pop()?.handle.close();
        continue;
      }
      const at = `${pathOf(top().handle)}/${name}`;
      const link = isExact && names.length === 0 ? null : await readLink(at);
      if (link !== null && isExact)
        throw new AppError("conflict", `a link is now on the way to ${sayPath(path)}: not followed`);
      if (link !== null) {
        links += 1;
        if (links > maxLinks) throw new AppError("invalid_request", `${sayPath(path)} leads through too many links`);
        names.unshift(...linkNames(link, path));
        if (link.startsWith("/")) await closeDownTo(stack, 1);
        continue;
      }
      if (names.length === 0) return makePlace(stack, name);
      const handle = await openFolder(at).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT" || makeFolder === undefined) throw sayFailure(error, path);
        await makeFolder(at);
        return await openFolder(at).catch((again: NodeJS.ErrnoException) => {
          throw sayFailure(again, path);
        });
      });
      stack.push({ handle, name });
    }
    return makePlace(stack, null);
  } catch (error) {
    await closeDownTo(stack, 0);
    throw error;
  }
}

/** Opens the thing at a place for reading, never a link, without waiting for a pipe's other end. */
export function openToRead(place: Place, flags = 0): Promise<FileHandle> {
  return open(place.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | flags);
}

/** Turns a file system's error into a sentence about the path as the bot wrote it. */
export function sayFailure(error: NodeJS.ErrnoException, path: string): Error {
  switch (error.code) {
    case "ENOENT":
      return new AppError("not_found", `${sayPath(path)} does not exist in the workspace`, { cause: error });
    case "ENOTDIR":
      return new AppError("invalid_request", `a part of ${sayPath(path)} is a file where a folder is expected`, {
        cause: error,
      });
    case "EISDIR":
      return new AppError("invalid_request", `${sayPath(path)} is a folder`, { cause: error });
    case "ELOOP":
      return new AppError("conflict", `${sayPath(path)} changed while it was opened: try again`, { cause: error });
    case "ENAMETOOLONG":
      return new AppError("invalid_request", "the path is too long", { cause: error });
    case "EACCES":
    case "EPERM":
      return new AppError("invalid_request", `the workspace's permissions do not allow it for ${sayPath(path)}`, {
        cause: error,
      });
    case "ENOSPC":
    case "EDQUOT":
      return new AppError("storage_full", "the disk is full", { cause: error });
    default:
      return error;
  }
}

function makePlace(stack: Folder[], name: string | null): Place {
  const folders = stack.slice(1).map((folder) => folder.name);
  const folderPath = pathOf((stack.at(-1) as Folder).handle);
  return {
    name,
    names: name === null ? folders : [...folders, name],
    folderPath,
    path: name === null ? `${folderPath}/.` : `${folderPath}/${name}`,
    async [Symbol.asyncDispose]() {
      await closeDownTo(stack, 0);
    },
  };
}

/** Returns the target of a link; null for anything else, also for what does not exist. */
async function readLink(at: string): Promise<string | null> {
  return await readlink(at).catch(() => null);
}

/** A link's own words may climb; the walk refuses when it climbs too far. */
function linkNames(target: string, path: string): string[] {
  const isOutside = target.startsWith("/") && target !== boxRoot && !target.startsWith(`${boxRoot}/`);
  if (isOutside) throw leadsOut(path);
  const inside = target.startsWith("/") ? target.slice(boxRoot.length) : target;
  return inside.split("/").filter((name) => name !== "" && name !== ".");
}

function openFolder(at: string): Promise<FileHandle> {
  return open(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

async function closeDownTo(stack: Folder[], length: number): Promise<void> {
  while (stack.length > length) await stack.pop()?.handle.close();
}

function leadsOut(path: string): AppError {
  return new AppError("invalid_request", `${sayPath(path)} is a link that leads out of the workspace: not followed`);
}
