/**
 * Describes what a snapshot holds: every file, link and folder of a workspace, with where its content is kept. What was
 * too large, or can be fetched again, is named and not kept, so that no one takes it for deleted.
 */
import { z } from "zod";

const Path = z.string();

export const SnapshotEntry = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("file"),
    path: Path,
    mode: z.int(),
    sizeBytes: z.int(),
    sha256: z.string(),
    /** The same while the file is untouched; null if it was touched too recently to tell. */
    stamp: z.string().nullable(),
  }),
  z.object({ kind: z.literal("link"), path: Path, target: z.string() }),
  z.object({ kind: z.literal("folder"), path: Path, mode: z.int() }),
  z.object({
    kind: z.literal("left out"),
    path: Path,
    why: z.enum(["large", "built", "unreadable", "special"]),
    stamp: z.string(),
  }),
]);
export type SnapshotEntry = z.infer<typeof SnapshotEntry>;

export const Manifest = z.object({
  entries: z.array(SnapshotEntry),
  /** True if the workspace holds more than a snapshot does: what is absent may exist. */
  isPartial: z.boolean(),
});
export type Manifest = z.infer<typeof Manifest>;

export type EntryByPath = ReadonlyMap<string, SnapshotEntry>;

export function byPath(manifest: Manifest): EntryByPath {
  return new Map(manifest.entries.map((entry) => [entry.path, entry]));
}

/** Returns whether two entries are the same thing to a person: content, kind and mode, whenever it was written. */
export function isSame(a: SnapshotEntry | undefined, b: SnapshotEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === "file" && b.kind === "file") return a.sha256 === b.sha256 && isSameMode(a.mode, b.mode);
  if (a.kind === "link" && b.kind === "link") return a.target === b.target;
  if (a.kind === "folder" && b.kind === "folder") return true;
  return a.kind === "left out" && b.kind === "left out" && a.stamp === b.stamp;
}

/** Only whether it can be run counts, as for Git. */
function isSameMode(a: number, b: number): boolean {
  return ((a & 0o111) === 0) === ((b & 0o111) === 0);
}
