/** Compares two snapshots: which paths changed, and for texts how, as a patch that people read. */
import { createTwoFilesPatch } from "diff";
import { decodeText } from "../workspace/text.ts";
import { byPath, isSame, type Manifest, type SnapshotEntry } from "./manifest.ts";
import type { Objects } from "./objects.ts";
import { maxKeptFileBytes } from "./take.ts";

export interface FileChange {
  readonly path: string;
  readonly change: "created" | "deleted" | "changed";
  /** What it is now, or was. `left out`: its content is not kept, so it cannot be shown or brought back. */
  readonly kind: SnapshotEntry["kind"];
  readonly sizeBefore: number | null;
  readonly sizeAfter: number | null;
  /** A unified diff; null if it is not text, too long, or not kept. */
  readonly patch: string | null;
}

export interface Changes {
  readonly files: readonly FileChange[];
  /** True if more changed than is listed. */
  readonly isCut: boolean;
  /** True if the workspace holds more than snapshots do. */
  readonly isPartial: boolean;
}

const maxListed = 1_000;
const maxPatched = 200;
const maxPatchedBytes = 300_000;
const maxPatchLength = 60_000;
const patchMs = 100;

export function changedPaths(before: Manifest, after: Manifest): readonly string[] {
  const [old, fresh] = [byPath(before), byPath(after)];
  const paths = new Set([...old.keys(), ...fresh.keys()]);
  // Where one side holds more than its snapshot does, absence there says nothing.
  const isKnown = (path: string) => (old.has(path) || !before.isPartial) && (fresh.has(path) || !after.isPartial);
  return [...paths].filter((path) => isKnown(path) && !isSame(old.get(path), fresh.get(path))).toSorted();
}

export async function compareSnapshots(objects: Objects, before: Manifest, after: Manifest): Promise<Changes> {
  const [old, fresh] = [byPath(before), byPath(after)];
  const paths = changedPaths(before, after);
  const files: FileChange[] = [];
  for (const path of paths.slice(0, maxListed)) {
    const [from, to] = [old.get(path), fresh.get(path)];
    const kind = (to ?? from)?.kind ?? "left out";
    const change = from === undefined ? "created" : to === undefined ? "deleted" : "changed";
    const isFolder = kind === "folder";
    // A new or deleted folder shows in what it holds.
    if (isFolder && change !== "changed" && paths.some((other) => other.startsWith(`${path}/`))) continue;
    const patch = files.length < maxPatched ? await patchOf(objects, { path, from, to }) : null;
    files.push({ path, change, kind, sizeBefore: sizeOf(from), sizeAfter: sizeOf(to), patch });
  }
  return { files, isCut: paths.length > maxListed, isPartial: before.isPartial || after.isPartial };
}

async function patchOf(
  objects: Objects,
  {
    path,
    from,
    to,
  }: { readonly path: string; readonly from: SnapshotEntry | undefined; readonly to: SnapshotEntry | undefined },
): Promise<string | null> {
  const [before, after] = [await textOf(objects, from), await textOf(objects, to)];
  if (before === null || after === null) return null;
  const patch = createTwoFilesPatch(from ? path : "", to ? path : "", before, after, undefined, undefined, {
    context: 3,
    timeout: patchMs,
  });
  return patch === undefined || patch.length > maxPatchLength ? null : patch;
}

async function textOf(objects: Objects, entry: SnapshotEntry | undefined): Promise<string | null> {
  if (entry === undefined) return "";
  if (entry.kind === "link") return `${entry.target}\n`;
  if (entry.kind !== "file" || entry.sizeBytes > maxPatchedBytes) return null;
  const bytes = await objects.get(entry.sha256, maxKeptFileBytes);
  return bytes === null || bytes.includes(0) ? null : decodeText(bytes);
}

function sizeOf(entry: SnapshotEntry | undefined): number | null {
  return entry?.kind === "file" ? entry.sizeBytes : null;
}
