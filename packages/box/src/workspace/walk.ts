/**
 * Walks a workspace without leaving it: folders are opened relative to their open parents, and links are shown, never
 * followed. Names are bytes, because a command may create names that are not text. Depth and count are bounded by the
 * caller, since a command may create as many as it likes.
 */
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, opendir } from "node:fs/promises";
import { openRoot, pathOf } from "./beneath.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

export type Kind = "file" | "folder" | "link" | "other";

export interface Found {
  /** From the start of the walk. */
  readonly path: Buffer;
  readonly kind: Kind;
  readonly stat: Stats;
  /** Opens or reads it in its open folder. Only valid until the walk goes on. */
  readonly at: Buffer;
}

export interface WalkOptions {
  readonly maxDepth: number;
  readonly maxEntries: number;
  /** Returns false for a folder that is shown but not entered. Contract: must not throw. */
  readonly enters?: (found: Found) => boolean;
  /** Learns of a folder that cannot be read, or is too deep. */
  readonly onSkipped?: (path: Buffer, reason: "unreadable" | "too deep") => void;
}

/** Yields everything in the folder, each folder before what is in it, and stops silently after `maxEntries`. */
export async function* walkFolder(root: string, options: WalkOptions): AsyncGenerator<Found> {
  const handle = await openRoot(root);
  const budget = { left: options.maxEntries };
  yield* walkOpen(handle, { prefix: null, depth: 1 }, { ...options, budget });
}

interface Position {
  readonly prefix: Buffer | null;
  readonly depth: number;
}

async function* walkOpen(
  handle: FileHandle,
  { prefix, depth }: Position,
  options: WalkOptions & { readonly budget: { left: number } },
): AsyncGenerator<Found> {
  try {
    const folder = pathOf(handle);
    const entries = await opendir(folder, { encoding: "buffer" as BufferEncoding }).catch(() => null);
    if (entries === null) {
      options.onSkipped?.(prefix ?? Buffer.alloc(0), "unreadable");
      return;
    }
    for await (const entry of entries) {
      if (options.budget.left <= 0) return;
      options.budget.left -= 1;
      // With this encoding names are buffers, which the types do not know.
      const name = entry.name as unknown as Buffer;
      const at = Buffer.concat([Buffer.from(`${folder}/`), name]);
      const path = prefix === null ? name : Buffer.concat([prefix, Buffer.from("/"), name]);
      const stat = await lstat(at).catch(() => null);
      if (stat === null) continue; // deleted since
      const found: Found = { path, at, stat, kind: kindOf(stat) };
      yield found;
      if (found.kind !== "folder" || options.enters?.(found) === false) continue;
      if (depth >= options.maxDepth) {
        options.onSkipped?.(path, "too deep");
        continue;
      }
      const inner = await open(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch(() => null);
      if (inner === null) options.onSkipped?.(path, "unreadable");
      else yield* walkOpen(inner, { prefix: path, depth: depth + 1 }, options);
    }
  } finally {
    await handle.close();
  }
}

function kindOf(stat: Stats): Kind {
  return stat.isFile() ? "file" : stat.isDirectory() ? "folder" : stat.isSymbolicLink() ? "link" : "other";
}

/** Returns a path as text; null if its bytes are not valid UTF-8. */
export function pathText(path: Buffer): string | null {
  const text = path.toString("utf8");
  return text.includes("\uFFFD") && !Buffer.from(text).equals(path) ? null : text;
}
