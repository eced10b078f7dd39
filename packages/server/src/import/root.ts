/**
 * Reads a folder to import, and nothing outside it (SE6). No symbolic link is followed, not even one that stays inside;
 * names cannot climb out; sizes and counts are bounded. What is refused is returned with its reason, for a person to
 * read.
 */
import { constants } from "node:fs";
import { lstat, open, readdir, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { AppError } from "@reef/protocol/error";

export interface Root {
  readonly path: string;
  /** Returns the names in a folder, sorted; anything that is neither file nor folder is reported. */
  list(folder: string): Promise<Listed>;
  /** Returns the whole text of a file. */
  read(file: string, maxBytes: number): Promise<ReadText>;
  /** Returns a whole file of any kind. */
  readBytes(file: string, maxBytes: number): Promise<ReadBytes>;
}

export interface Listed {
  readonly files: readonly { readonly name: string; readonly modifiedMs: number; readonly sizeBytes: number }[];
  readonly folders: readonly string[];
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

export type ReadText =
  | { readonly state: "text"; readonly text: string }
  | { readonly state: "missing" }
  | { readonly state: "refused"; readonly reason: string };

export type ReadBytes =
  | { readonly state: "bytes"; readonly bytes: Uint8Array }
  | Exclude<ReadText, { readonly state: "text" }>;

const maxNames = 20_000;

/** Throws `invalid_request` when it is not a readable folder. */
export async function openRoot(given: string): Promise<Root> {
  if (!isAbsolute(given)) throw badRoot(given, "expected a whole path, such as /home/me/.openclaw");
  const path = await realpath(given).catch((cause: NodeJS.ErrnoException) => {
    throw badRoot(
      given,
      cause.code === "ENOENT" ? "there is no such folder on the server" : `it cannot be read (${cause.code})`,
    );
  });
  if (!(await lstat(path)).isDirectory()) throw badRoot(given, "it is a file; expected the folder of an OpenClaw");
  return {
    path,
    list: (folder) => list(path, folder),
    async read(file, maxBytes) {
      const found = await read(path, file, maxBytes);
      return found.state === "bytes" ? { state: "text", text: found.bytes.toString("utf8") } : found;
    },
    readBytes: (file, maxBytes) => read(path, file, maxBytes),
  };
}

/**
 * Requires a folder that the settings name, for a login (SE6). A browser may be left open, and an error about a path
 * reveals what is there; with the token, a client has the rights of the machine's user and may name any folder.
 */
export async function requireAllowedRoot(root: Root, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => null);
    if (real !== null && (root.path === real || root.path.startsWith(real.endsWith(sep) ? real : real + sep))) return;
  }
  throw notAllowed();
}

/** Returns the same error whether the folder exists or not: a login must not find out what is on the machine. */
export function notAllowed(): AppError {
  const message =
    "this folder may not be imported from the console; on the machine, add it to REEF_IMPORT_FOLDERS and restart Reef, put a copy into the folder “import” of Reef's data folder, or ask with Reef's token";
  return new AppError("invalid_request", message, { fields: [{ path: "source.path", message }] });
}

/** Returns the part of `path` inside the root, or null when it is outside. */
export function insideOf(root: Root, path: string): string | null {
  const inner = isAbsolute(path) ? relative(root.path, path) : path;
  return inner.split(/[\\/]/).includes("..") || isAbsolute(inner) ? null : inner;
}

function badRoot(path: string, reason: string): AppError {
  return new AppError("invalid_request", `${path}: ${reason}`, { fields: [{ path: "source.path", message: reason }] });
}

async function list(root: string, folder: string): Promise<Listed> {
  const files: { name: string; modifiedMs: number; sizeBytes: number }[] = [];
  const folders: string[] = [];
  const refused: { path: string; reason: string }[] = [];
  const where = await resolveInside(root, folder);
  if (where.state !== "inside") {
    if (where.state === "refused") refused.push({ path: folder, reason: where.reason });
    return { files, folders, refused };
  }
  const names = await readdir(where.path, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOTDIR") refused.push({ path: folder, reason: `it cannot be read (${cause.code})` });
    return [];
  });
  for (const each of names.toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, maxNames)) {
    const path = join(folder, each.name);
    if (each.isDirectory()) folders.push(each.name);
    else if (each.isFile()) {
      const { mtimeMs, size } = await lstat(join(where.path, each.name));
      files.push({ name: each.name, modifiedMs: mtimeMs, sizeBytes: size });
    } else if (each.isSymbolicLink()) refused.push({ path, reason: "a symbolic link: not followed" });
    else refused.push({ path, reason: "neither a file nor a folder" });
  }
  if (names.length > maxNames) {
    refused.push({ path: folder, reason: `${names.length} names; only the first ${maxNames} are looked at` });
  }
  return { files, folders, refused };
}

async function read(
  root: string,
  file: string,
  maxBytes: number,
): Promise<{ readonly state: "bytes"; readonly bytes: Buffer } | Exclude<ReadBytes, { readonly state: "bytes" }>> {
  const where = await resolveInside(root, file);
  if (where.state !== "inside") return where;
  try {
    // Checked and opened as one step: it may be changed to a link in between.
    await using handle = await open(where.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) return { state: "refused", reason: "not a file" };
    if (stat.size > maxBytes) {
      return { state: "refused", reason: `${stat.size} bytes; at most ${maxBytes} are read of one file` };
    }
    return { state: "bytes", bytes: await handle.readFile() };
  } catch (cause) {
    return { state: "refused", reason: `it cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown"})` };
  }
}

type Resolved =
  | { readonly state: "inside"; readonly path: string }
  | { readonly state: "missing" }
  | { readonly state: "refused"; readonly reason: string };

async function resolveInside(root: string, inner: string): Promise<Resolved> {
  const path = join(root, inner);
  if (path !== root && !path.startsWith(root.endsWith(sep) ? root : root + sep)) {
    return { state: "refused", reason: "outside of the folder" };
  }
  try {
    const real = await realpath(path);
    return real === path
      ? { state: "inside", path }
      : { state: "refused", reason: "reached by a symbolic link: not followed" };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR"
      ? { state: "missing" }
      : { state: "refused", reason: `it cannot be read (${code ?? "unknown"})` };
  }
}
