/** Keeps which events this browser notifies its person of. All are off until the person asks for them here. */
import { readStoredSet, writeStoredSet } from "../../ui/storage.ts";

export const noticeKinds = ["needs", "failed", "done"] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export function readNoticeKinds(): ReadonlySet<NoticeKind> {
  const stored = readStoredSet("notices");
  return new Set(noticeKinds.filter((kind) => stored.has(kind)));
}

export function writeNoticeKinds(kinds: ReadonlySet<NoticeKind>): void {
  writeStoredSet("notices", kinds);
}
