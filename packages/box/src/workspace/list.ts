/** Lists a folder of a workspace, for bots and for people. Links are shown with their target and not followed. */
import { readlink } from "node:fs/promises";
import { AppError } from "@reef/protocol/error";
import { openPlace } from "./beneath.ts";
import { sayPath } from "./relative-path.ts";
import { type Kind, pathText, walkFolder } from "./walk.ts";

export interface Listed {
  /** From the workspace. */
  readonly path: string;
  readonly kind: Kind;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly changedMs: number;
  /** Of a link. */
  readonly target: string | null;
}

export interface Listing {
  readonly entries: readonly Listed[];
  /** True if there is more than was asked for. */
  readonly isCut: boolean;
}

/** Folders that tools fill with what can be fetched or built again. */
export const builtFolders = new Set(["node_modules", ".venv", "venv", "__pycache__", ".git", "target", ".cache"]);

/**
 * Lists what is in a folder, folders first, then by name; deeper levels follow their folder. Shows `builtFolders` and
 * does not enter them, unless the listing starts there. Throws `not_found`, `invalid_request`.
 */
export async function listFolder(
  root: string,
  path: string,
  { depth, limit }: { readonly depth: number; readonly limit: number },
): Promise<Listing> {
  await using place = await openPlace(root, path);
  const prefix = place.names.length === 0 ? "" : `${place.names.join("/")}/`;
  const entries: Listed[] = [];
  const options = {
    maxDepth: depth,
    maxEntries: limit + 1,
    enters: ({ path: found }: { readonly path: Buffer }) => !builtFolders.has(nameOf(found.toString())),
  };
  try {
    for await (const { path: found, kind, stat, at } of walkFolder(place.path, options)) {
      const text = pathText(found) ?? found.toString("latin1");
      const target = kind === "link" ? await readlink(at, "utf8").catch(() => null) : null;
      entries.push({ path: `${prefix}${text}`, kind, sizeBytes: stat.size, changedMs: stat.mtimeMs, target });
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException | AppError;
    if (code === "unavailable") throw new AppError("invalid_request", `${sayPath(path)} is a file, not a folder`);
    if (code === "ENOENT") throw new AppError("not_found", `${sayPath(path)} does not exist in the workspace`);
    throw error;
  }
  const shown = entries.slice(0, limit).filter(({ path: found }) => !isOurs(found));
  return { entries: shown.toSorted(byTree), isCut: entries.length > limit };
}

/** Returns whether a name is of a file that Reef is writing at this moment. */
export function isOurs(path: string): boolean {
  return /^\.reef-[0-9a-f]{16}$/.test(nameOf(path));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function byTree(a: Listed, b: Listed): number {
  const [left, right] = [a.path.split("/"), b.path.split("/")];
  const at = left.findIndex((name, index) => name !== right[index]);
  if (at < 0) return left.length - right.length;
  const isFolder = (parts: readonly string[], { kind }: Listed) => parts.length > at + 1 || kind === "folder";
  const [leftIs, rightIs] = [isFolder(left, a), isFolder(right, b)];
  if (right[at] === undefined) return 1;
  if (leftIs !== rightIs) return leftIs ? -1 : 1;
  return (left[at] ?? "") < (right[at] ?? "") ? -1 : 1;
}
