/** Keeps the mark of a data folder in a file: it is complete or not there, after any crash. */
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type MoveMark, parseMark } from "./mark.ts";

const fileName = "move.json";

export async function readFolderMark(folder: string): Promise<MoveMark | null> {
  const path = join(folder, fileName);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return text === null ? null : parseMark(text, path);
}

export async function writeFolderMark(folder: string, mark: MoveMark | null): Promise<void> {
  const path = join(folder, fileName);
  if (mark === null) await rm(path, { force: true });
  else {
    const handle = await open(`${path}.new`, "w", 0o600);
    await handle.writeFile(`${JSON.stringify(mark, null, 2)}\n`);
    await handle.sync();
    await handle.close();
    await rename(`${path}.new`, path);
  }
  const directory = await open(folder, "r");
  // Not every system syncs a folder; the file itself is on disk.
  await directory.sync().catch(() => undefined);
  await directory.close();
}
