/**
 * Decides what a task's status is from its place and its text. The place is its life, the text a claim: where they
 * disagree, both are kept and said (TK2).
 */
import type { TaskStatus } from "@reef/protocol/task";

export interface Claims {
  readonly folder: string | null;
  readonly folderStatus: TaskStatus | null;
  readonly fileStatus: TaskStatus | null;
  readonly statusText: string | null;
}

const closed: ReadonlySet<TaskStatus> = new Set(["done", "cancelled", "failed"]);

export function judge(claims: Claims): { readonly status: TaskStatus; readonly conflict: string | null } {
  const { folder, folderStatus, fileStatus, statusText } = claims;
  const conflict = disagree(claims)
    ? `the folder “${folder}” says ${folderStatus === null ? "that it is open" : sayStatus(folderStatus)}, the file says “${statusText}”`
    : null;
  // An open folder leaves the word to the file, unless the file says that it is over.
  const open = fileStatus !== null && !closed.has(fileStatus) ? fileStatus : "pending";
  const isOpen = folderStatus === null || !closed.has(folderStatus);
  if (folder === null) return { status: fileStatus ?? "pending", conflict };
  if (!isOpen) return { status: folderStatus, conflict };
  return { status: fileStatus === null ? (folderStatus ?? "pending") : open, conflict };
}

function disagree({ folder, folderStatus, fileStatus }: Claims): boolean {
  if (folder === null || fileStatus === null) return false;
  if (folderStatus === null || !closed.has(folderStatus)) return closed.has(fileStatus);
  return fileStatus !== folderStatus;
}

function sayStatus(status: TaskStatus): string {
  return status.replace("_", " ");
}
