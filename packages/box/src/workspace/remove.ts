/** Deletes a file, a link or a folder of a workspace. Links are deleted, never followed. */
import { constants } from "node:fs";
import { lstat, open, readdir, rmdir, unlink } from "node:fs/promises";
import { AppError } from "@reef/protocol/error";
import { openPlace, pathOf, sayFailure } from "./beneath.ts";

const maxDepth = 500;

/** Throws `not_found`, `invalid_request` for the workspace itself. */
export async function removePath(root: string, path: string): Promise<void> {
  await using place = await openPlace(root, path, { isExact: true });
  if (place.name === null) throw new AppError("invalid_request", "the workspace itself is not deleted like this");
  await removeAt(place.path, 1).catch((error: NodeJS.ErrnoException) => {
    throw sayFailure(error, path);
  });
}

async function removeAt(at: string, depth: number): Promise<void> {
  const stat = await lstat(at);
  if (!stat.isDirectory()) return await unlink(at);
  if (depth > maxDepth) throw new AppError("invalid_request", `the folder is deeper than ${maxDepth} folders`);
  const handle = await open(at, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    for (const name of await readdir(pathOf(handle), { encoding: "buffer" })) {
      // A name that is not text cannot be given to the calls below as one.
      const text = name.toString();
      if (!Buffer.from(text).equals(name)) throw new AppError("invalid_request", "a name in it is not text");
      await removeAt(`${pathOf(handle)}/${text}`, depth + 1);
    }
  } finally {
    await handle.close();
  }
  await rmdir(at);
}
