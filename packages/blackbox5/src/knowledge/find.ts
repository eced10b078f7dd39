/** Finds the files that hold decisions and learnings, folder by folder, so that the caller can pause in between. */
import { join } from "node:path";
import type { UnreadFile } from "@reef/protocol/root";
import { type ReadText, readText } from "../root/read-file.ts";
import { walk } from "../root/walk.ts";

const kinds: Readonly<Record<string, "registry" | "notes">> = {
  "decision_registry.yaml": "registry",
  "LEARNINGS.md": "notes",
  "DECISIONS.md": "notes",
};
const maxBytes = { registry: 16 * 2 ** 20, notes: 2 ** 20 };

export interface KnowledgeFile {
  /** Inside the root, with `/`. */
  readonly path: string;
  readonly kind: "registry" | "notes";
  readonly read: () => ReadText;
}

/** Yields the files of one folder after another; an empty list for most. `root` is a real path. */
export function* findKnowledge(
  root: string,
  nowMs: number,
  unreadable: UnreadFile[],
): Generator<readonly KnowledgeFile[]> {
  for (const { path, files } of walk(root, { cache: new Map(), notes: { unreadable, skipped: [] }, nowMs })) {
    yield files.flatMap((name): KnowledgeFile[] => {
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
      if (kind === undefined) return [];
      const inside = path === "" ? name : `${path}/${name}`;
      return [{ path: inside, kind, read: () => readText(join(root, inside), maxBytes[kind]) }];
    });
  }
}
