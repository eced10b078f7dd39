/**
 * Walks a folder and nothing outside it (SE6): no symbolic link is followed, depth and counts are bounded, and what is
 * refused is named with its reason. It only reads. Synchronous, since it runs in a thread of its own: 5,000 folders then
 * take a fraction of a second.
 *
 * A folder that hasn't changed since it was read isn't read again, so that looking every few seconds costs one `lstat` a
 * folder.
 */
import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { UnreadFile } from "@reef/protocol/root";

export interface Folder {
  /** Inside the root, with `/`; empty for the root itself. */
  readonly path: string;
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** True if its names are those of the last walk. */
  readonly isSame: boolean;
}

export interface WalkNotes {
  readonly unreadable: UnreadFile[];
  readonly skipped: UnreadFile[];
}

interface Kept extends Pick<Folder, "files" | "folders"> {
  readonly stamp: string;
  readonly refused: readonly UnreadFile[];
}

export type FolderCache = Map<string, Kept>;

const deepest = 40;
const mostNames = 50_000;
const mostFolders = 200_000;
/** A change within the resolution of a file system's clock wouldn't be seen: such a folder is read again, in milliseconds. */
const youngMs = 2_000;

/** Made by tools, and large; each is named as skipped. */
const leftOut = new Set([".git", "node_modules", ".venv", "venv", "__pycache__"]);

/** Yields every folder, parents before children and by name. */
export function* walk(
  root: string,
  { cache, notes, nowMs }: { readonly cache: FolderCache; readonly notes: WalkNotes; readonly nowMs: number },
): Generator<Folder> {
  const seen = new Set<string>();
  const open: string[] = [""];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.size >= mostFolders) {
      notes.unreadable.push({ path, reason: `more than ${mostFolders} folders: the rest isn't looked at` });
      break;
    }
    seen.add(path);
    const kept = cache.get(path);
    const read = readFolder(root, path, { kept, nowMs });
    if ("reason" in read) {
      cache.delete(path);
      notes.unreadable.push({ path: path === "" ? "." : path, reason: read.reason });
      continue;
    }
    cache.set(path, read);
    notes.unreadable.push(...read.refused);
    const folders = read.folders.filter((name) => {
      const inside = path === "" ? name : `${path}/${name}`;
      if (leftOut.has(name)) notes.skipped.push({ path: inside, reason: "left out: made by tools" });
      else if (path.split("/").length >= deepest)
        notes.unreadable.push({ path: inside, reason: `deeper than ${deepest} folders: not looked at` });
      else return true;
      return false;
    });
    yield { path, files: read.files, folders, isSame: read === kept };
    for (const name of folders.toReversed()) open.push(path === "" ? name : `${path}/${name}`);
  }
  for (const path of cache.keys()) if (!seen.has(path)) cache.delete(path);
}

function readFolder(
  root: string,
  path: string,
  { kept, nowMs }: { readonly kept: Kept | undefined; readonly nowMs: number },
): Kept | { readonly reason: string } {
  const whole = join(root, path);
  try {
    const stat = lstatSync(whole);
    if (!stat.isDirectory()) return { reason: "no longer a folder" };
    const isYoung = nowMs - stat.mtimeMs < youngMs;
    const stamp = isYoung ? "" : `${stat.mtimeMs}:${stat.ctimeMs}:${stat.ino}`;
    if (kept !== undefined && stamp !== "" && kept.stamp === stamp) return kept;
    return { stamp, ...sortNames(path, readdirSync(whole, { withFileTypes: true })) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

function sortNames(path: string, found: readonly Dirent[]): Omit<Kept, "stamp"> {
  const files: string[] = [];
  const folders: string[] = [];
  const refused: UnreadFile[] = [];
  const names = found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const each of names.slice(0, mostNames)) {
    const inside = path === "" ? each.name : `${path}/${each.name}`;
    if (each.isDirectory()) folders.push(each.name);
    else if (each.isFile()) files.push(each.name);
    else if (each.isSymbolicLink()) refused.push({ path: inside, reason: "a symbolic link: not followed" });
    else refused.push({ path: inside, reason: "neither a file nor a folder" });
  }
  if (names.length > mostNames)
    refused.push({ path, reason: `${names.length} names: only the first ${mostNames} are looked at` });
  return { files, folders, refused };
}

export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "no permission to read it";
  if (code === "ENOENT") return "it disappeared while it was read";
  return `it can't be read (${code ?? "unknown"})`;
}
