/**
 * Takes back what a turn changed in a workspace. Only what still is as the turn left it is touched: a path that changed
 * since is named and left alone. Nothing is followed and nothing outside is touched, whatever links are there now.
 */
import { lchown, lstat, rmdir, symlink, unlink } from "node:fs/promises";
import { openPlace } from "../workspace/beneath.ts";
import { makeFolder, putFile } from "../workspace/files.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import { changedPaths } from "./changes.ts";
import { byPath, isSame, type Manifest, type SnapshotEntry } from "./manifest.ts";
import type { Objects } from "./objects.ts";
import { maxKeptFileBytes } from "./take.ts";

export interface Undone {
  /** Brought back as they were before the turn. */
  readonly restored: readonly string[];
  /** Created by the turn, now deleted. */
  readonly deleted: readonly string[];
  /** Left alone, with why. */
  readonly left: readonly { readonly path: string; readonly why: string }[];
}

export async function undoChanges(
  workspace: Workspace,
  {
    objects,
    before,
    after,
    now,
  }: { readonly objects: Objects; readonly before: Manifest; readonly after: Manifest; readonly now: Manifest },
): Promise<Undone> {
  const [old, fresh, current] = [byPath(before), byPath(after), byPath(now)];
  const restored: string[] = [];
  const deleted: string[] = [];
  const left: { path: string; why: string }[] = [];
  const wanted = changedPaths(before, after).filter((path) => {
    const [from, to, is] = [old.get(path), fresh.get(path), current.get(path)];
    if (isSame(is, from)) return false;
    if (from?.kind === "left out" || to?.kind === "left out") left.push({ path, why: "its content is not kept" });
    else if (!isSame(is, to)) left.push({ path, why: "it changed after the turn" });
    else return true;
    return false;
  });
  const isKept = (path: string) => left.some((one) => one.path.startsWith(`${path}/`));

  // From the deepest up, so that folders are empty when their turn comes.
  for (const path of wanted.toReversed()) {
    const [from, to] = [old.get(path), fresh.get(path)];
    if (to === undefined || (from !== undefined && from.kind === to.kind)) continue;
    if (to.kind === "folder" && isKept(path)) continue;
    const why = await remove(workspace, path, to);
    if (why !== null) left.push({ path, why });
    else if (from === undefined) deleted.push(path);
  }
  for (const path of wanted) {
    const from = old.get(path);
    if (from === undefined) continue;
    const why = await bringBack(workspace, { objects, entry: from });
    if (why !== null) left.push({ path, why });
    else restored.push(path);
  }
  return { restored, deleted: deleted.toSorted(), left };
}

/** Returns why it could not be deleted; null if it is gone. */
async function remove({ root }: Workspace, path: string, entry: SnapshotEntry): Promise<string | null> {
  try {
    await using place = await openPlace(root, path, { isExact: true });
    await (entry.kind === "folder" ? rmdir(place.path) : unlink(place.path));
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "not_found") return null;
    return code === "ENOTEMPTY" ? "something else is in it" : sayWhy(error);
  }
}

/** Returns why it could not be brought back; null if it is as it was. */
async function bringBack(
  { root, owner }: Workspace,
  { objects, entry }: { readonly objects: Objects; readonly entry: SnapshotEntry },
): Promise<string | null> {
  try {
    const make = (at: string) => makeFolder(at, owner);
    await using place = await openPlace(root, entry.path, { isExact: true, makeFolder: make });
    switch (entry.kind) {
      case "folder":
        await make(place.path);
        return null;
      case "link":
        await unlinkFile(place.path);
        await symlink(entry.target, place.path);
        if (owner !== null) await lchown(place.path, owner.uid, owner.gid);
        return null;
      case "file": {
        const bytes = await objects.get(entry.sha256, maxKeptFileBytes);
        if (bytes === null) return "its content is no longer kept";
        await putFile(place, { bytes, mode: entry.mode, owner });
        return null;
      }
      case "left out":
        return "its content is not kept";
    }
  } catch (error) {
    return sayWhy(error);
  }
}

async function unlinkFile(path: string): Promise<void> {
  const stat = await lstat(path).catch(() => null);
  if (stat !== null) await unlink(path);
}

function sayWhy(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\/proc\/self\/fd\/\d+\//g, "") : "it could not be changed";
}
