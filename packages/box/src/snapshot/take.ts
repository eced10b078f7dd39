/**
 * Takes a snapshot: reads what changed since the last one and keeps it. Commands may go on writing: each file is what it
 * was when it was read. Files are opened without following links, so nothing outside of the workspace is ever kept.
 */
import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, open, readlink, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isOurs } from "../workspace/list.ts";
import { type Found, pathText, walkFolder } from "../workspace/walk.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import type { EntryByPath, Manifest, SnapshotEntry } from "./manifest.ts";
import type { Objects } from "./objects.ts";

/** The largest file whose content is kept. */
export const maxKeptFileBytes = 10_000_000;
const maxEntries = 20_000;
const maxAllBytes = 500_000_000;
const maxDepth = 64;
/** A file that changed within this time could change again without looking so. */
const recentMs = 100;

/** Files that are read together. */
const maxReading = 8;
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

interface Described {
  readonly entry: SnapshotEntry;
  readonly writtenBytes: number;
}

/** What tools fetch or build again. */
const built = new Set(["node_modules", ".venv", "venv", "__pycache__", ".cache"]);

export async function takeSnapshot(
  { root, state }: Workspace,
  { objects, last }: { readonly objects: Objects; readonly last: EntryByPath },
): Promise<{ readonly manifest: Manifest; readonly writtenBytes: number }> {
  const nowMs = await diskTime(state);
  const entries: SnapshotEntry[] = [];
  const reading = new Set<Promise<void>>();
  const found = { seen: 0, bytes: 0, written: 0, isPartial: false };
  const options = {
    maxDepth,
    maxEntries: maxEntries + 1,
    enters: ({ path }: Found) => !built.has(nameOf(path)),
    onSkipped: () => {
      found.isPartial = true;
    },
  };
  for await (const one of walkFolder(root, options)) {
    found.seen += 1;
    const path = pathText(one.path);
    if (found.seen > maxEntries || path === null) {
      found.isPartial = true;
      continue;
    }
    if (isOurs(path)) continue;
    const described = await describe(one, path);
    if (typeof described !== "function") add(described);
    else {
      if (reading.size >= maxReading) await Promise.race(reading);
      const work: Promise<void> = described().then(add);
      reading.add(work);
      // What failed stays, so that the waits reject with it: a file left out in silence would look deleted.
      void work.then(
        () => reading.delete(work),
        () => undefined,
      );
    }
  }
  await Promise.all(reading);
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { manifest: { entries: sorted, isPartial: found.isPartial }, writtenBytes: found.written };

  function add({ entry, writtenBytes }: Described): void {
    entries.push(entry);
    found.written += writtenBytes;
  }

  /** Returns work that is left when the file is open, since the walk may then go on. */
  async function describe(one: Found, path: string): Promise<Described | (() => Promise<Described>)> {
    const stamp = stampOf(one.stat);
    const leftOut = (why: "large" | "built" | "unreadable" | "special") =>
      ({ entry: { kind: "left out", path, why, stamp: why === "built" ? "" : stamp }, writtenBytes: 0 }) as const;
    switch (one.kind) {
      case "folder":
        if (built.has(nameOf(one.path))) return leftOut("built");
        return { entry: { kind: "folder", path, mode: one.stat.mode & 0o777 }, writtenBytes: 0 };
      case "link": {
        const target = await readlink(one.at, "utf8").catch(() => null);
        return target === null ? leftOut("unreadable") : { entry: { kind: "link", path, target }, writtenBytes: 0 };
      }
      case "other":
        return leftOut("special");
      case "file": {
        found.bytes += one.stat.size;
        if (one.stat.size > maxKeptFileBytes || found.bytes > maxAllBytes) return leftOut("large");
        const before = last.get(path);
        if (before?.kind === "file" && before.stamp === stamp) return { entry: before, writtenBytes: 0 };
        const handle = await open(one.at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null);
        if (handle === null) return leftOut("unreadable");
        return async () => {
          const bytes = await readWhole(handle);
          if (bytes === null) return leftOut("unreadable");
          const { sha256, writtenBytes } = await objects.put(bytes);
          const isRecent = one.stat.ctimeMs > nowMs - recentMs;
          const mode = one.stat.mode & 0o777;
          const file = { kind: "file", path, mode, sizeBytes: bytes.byteLength, sha256 } as const;
          return { entry: { ...file, stamp: isRecent ? null : stamp }, writtenBytes };
        };
      }
    }
  }
}

/** A command can set a file's other times back; the time of its last change is the kernel's own. */
function stampOf({ ino, size, mtimeMs, ctimeMs, mode }: Stats): string {
  return [ino, size, mtimeMs, ctimeMs, mode].join(" ");
}

async function readWhole(handle: FileHandle): Promise<Buffer | null> {
  try {
    const { size, isFile } = await handle.stat().then((now) => ({ size: now.size, isFile: now.isFile() }));
    if (!isFile || size > maxKeptFileBytes) return null;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

/** Returns the time by which the disk stamps files now. */
async function diskTime(folder: string): Promise<number> {
  const path = join(folder, `time-${randomBytes(4).toString("hex")}`);
  await writeFile(path, "", { mode: 0o600 });
  try {
    return (await stat(path)).ctimeMs;
  } finally {
    await rm(path, { force: true });
  }
}

function nameOf(path: Buffer): string {
  return path.subarray(path.lastIndexOf(0x2f) + 1).toString();
}
