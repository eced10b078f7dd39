/**
 * Prepares the data folder before anything in it is opened: it must exist, be readable by its owner alone (SE5) and
 * writable, and have its database if it was used before. An error is one sentence that says what to do, and then
 * nothing is changed.
 */
import { access, chmod, constants, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@reef/protocol/error";

/** Files that exist only if Reef has run here. */
const traces = ["token", "logins.json", "search.db", "recall", "files", "secrets.key"] as const;

/** Throws `unavailable`. With `mayBeEmpty`, a database missing beside traces of an earlier run is not an error. */
export async function prepareDataFolder(
  folder: string,
  { mayBeEmpty }: { readonly mayBeEmpty: boolean },
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(`the data folder ${folder} cannot be created (${cause.code})`, cause);
  });
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(`the data folder ${folder} is not writable for this user (${cause.code})`, cause);
  });
  const names = await readdir(folder);
  const left = traces.filter((name) => names.includes(name));
  if (!names.includes("reef.db") && left.length > 0 && !mayBeEmpty) {
    throw unusable(
      `the data folder ${folder} was used before (it holds ${left.join(", ")}), but its database reef.db is missing; ` +
        "put it back from a backup, or set REEF_START_EMPTY=1 once to begin with an empty one",
    );
  }
  for (const name of names) await requireWritable(folder, name);
  await closeToOthers(folder, names);
}

async function requireWritable(folder: string, name: string): Promise<void> {
  if (!/^reef\.(db|lock)/.test(name)) return;
  await access(join(folder, name), constants.R_OK | constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(`${name} in the data folder ${folder} is read-only for this user (${cause.code})`, cause);
  });
}

/**
 * Closes folders and files of earlier versions, which every user of the machine could read. What belongs to another
 * user is left alone.
 */
async function closeToOthers(folder: string, names: readonly string[]): Promise<void> {
  await chmod(folder, 0o700).catch(() => undefined);
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null || (found.mode & 0o077) === 0) continue;
    await chmod(path, found.isDirectory() ? 0o700 : 0o600).catch(() => undefined);
  }
}

function unusable(message: string, cause?: unknown): AppError {
  return new AppError("unavailable", message, { cause });
}
