/**
 * Describes a failing disk for people: no path, no stack (SE7). A full disk recovers by itself once there is room, so
 * it has a code of its own.
 */
import { statfsSync } from "node:fs";
import type { ErrorCode } from "@reef/protocol/error";

export interface DiskProblem {
  readonly code: Extract<ErrorCode, "storage_full" | "unavailable">;
  readonly message: string;
}

/** Below this, a commit that works now would be the last one. */
const leastFreeBytes = 2_000_000;

export const diskIsFull: DiskProblem = {
  code: "storage_full",
  message: "the disk is full, so nothing can be saved; free some space, and Reef continues by itself",
};

/** Returns null if the disk is not to blame. */
export function toDiskProblem(error: unknown): DiskProblem | null {
  const code = codeOf(error);
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return diskIsFull;
  if (/^(SQLITE_READONLY|EROFS|EACCES|EPERM)/.test(code)) {
    return unavailable("the data folder is read-only, so nothing can be saved; make it writable for Reef's user", code);
  }
  if (/^(SQLITE_CORRUPT|SQLITE_NOTADB)/.test(code)) {
    return unavailable("the database is damaged; stop Reef and restore a backup of the data folder", code);
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return unavailable("another program has locked the database, so nothing can be saved until it releases it", code);
  }
  if (/^(SQLITE_IOERR|SQLITE_CANTOPEN|EIO)/.test(code)) {
    return unavailable("the disk of the data folder reports an error, so nothing can be saved; check the disk", code);
  }
  return null;
}

/** Whether there is room for more than the next commit. */
export function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= leastFreeBytes;
  } catch {
    return true; // The system does not say, so a successful commit is the proof.
  }
}

function unavailable(message: string, code: string): DiskProblem {
  return { code: "unavailable", message: `${message} (${code})` };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
