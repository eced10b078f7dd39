/**
 * Decides which folders of the machine a program's box may show: those that a person listed, at their own paths, never
 * Reef's data or what the box itself is made of. As root Reef gives its rights up for the program, so a folder has to be
 * open to the box's user, and a sentence says where it is not.
 */
import { access, constants, realpath, stat } from "node:fs/promises";
import { AppError } from "@reef/protocol/error";
import type { McpFolder } from "@reef/protocol/mcp-box";
import type { BoxMount } from "./arguments.ts";
import type { Box } from "./box.ts";

/** The box's own, which nothing may cover. */
const ownFolders = ["/work", "/proc", "/sys", "/dev", "/run", "/opt/reef"];
/** Parts of the system, which every box shows read-only. */
const systemFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/boot", "/var/lib"];

/** `hidden` are folders that no box may show. Throws `unavailable`, in words for people. */
export async function mountsOf(
  box: Pick<Box, "owner">,
  folders: readonly McpFolder[],
  hidden: readonly string[],
): Promise<readonly BoxMount[]> {
  const mounts: BoxMount[] = [];
  // A folder comes before those inside it, which would be covered otherwise.
  for (const { path, write } of folders.toSorted((a, b) => a.path.length - b.path.length)) {
    const refuse = (reason: string) => new AppError("unavailable", `the folder ${path} cannot be shown: ${reason}`);
    const source = await realpath(path).catch(() => null);
    if (source === null) throw refuse("it does not exist, or Reef cannot read it");
    for (const each of [path, source]) {
      if (each === "/" || ownFolders.some((own) => isWithin(each, own))) throw refuse("a box has its own one there");
      if (write && systemFolders.some((system) => isWithin(each, system) || isWithin(system, each))) {
        throw refuse("it belongs to the system, and can only be listed for reading");
      }
    }
    for (const secret of hidden) {
      const real = await realpath(secret).catch(() => secret);
      if (isWithin(source, real) || isWithin(real, source)) throw refuse("Reef keeps its data there");
    }
    const at = await stat(source);
    if (!at.isDirectory() && !at.isFile()) throw refuse("it is neither a folder nor a file");
    await access(source, constants.R_OK).catch(() => {
      throw refuse("Reef cannot read it");
    });
    if (box.owner !== null && !isOpenTo(at, box.owner, write)) {
      const verb = write ? "write to" : "read";
      throw refuse(
        `Reef runs as root, and the box as user ${box.owner.uid}, who cannot ${verb} it: open it with chmod or chown, or run Reef as another user`,
      );
    }
    mounts.push({ source, target: path, isReadOnly: !write, kind: at.isDirectory() ? "folder" : "file" });
  }
  return mounts;
}

function isWithin(path: string, folder: string): boolean {
  return `${path}/`.startsWith(folder === "/" ? "/" : `${folder}/`);
}

function isOpenTo(
  at: { readonly mode: number; readonly uid: number; readonly gid: number; isDirectory(): boolean },
  owner: { readonly uid: number; readonly gid: number },
  write: boolean,
): boolean {
  const wanted = 4 + (write ? 2 : 0) + (at.isDirectory() ? 1 : 0);
  const shift = at.uid === owner.uid ? 6 : at.gid === owner.gid ? 3 : 0;
  return ((at.mode >> shift) & wanted) === wanted;
}
