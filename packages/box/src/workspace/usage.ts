/** Measures how much of the disk a workspace uses, and whether the disk itself has room. */
import { statfs } from "node:fs/promises";
import type { BoxLimits } from "@reef/protocol/box";
import { AppError } from "@reef/protocol/error";
import { walkFolder } from "./walk.ts";

export interface Usage {
  /** As the disk counts them. */
  readonly bytes: number;
  readonly files: number;
  /** True if some of it cannot be counted: folders too deep, or closed to their owner. */
  readonly isHidden: boolean;
}

/** Kept free for everything else on the disk, whatever the quotas allow. */
const reserveBytes = 256_000_000;
const mb = 1_000_000;

const maxDepth = 256;

/** Counts everything in the workspace. */
export async function measureUsage(root: string, limits: BoxLimits): Promise<Usage> {
  const usage = { bytes: 0, files: 0, isHidden: false };
  const onSkipped = () => {
    usage.isHidden = true;
  };
  const options = { maxDepth, maxEntries: limits.workspaceFiles + 1, onSkipped };
  for await (const { stat } of walkFolder(root, options)) {
    usage.files += 1;
    usage.bytes += Math.max(stat.blocks * 512, 0);
  }
  return usage;
}

export function quotaBytes(limits: BoxLimits): number {
  return limits.workspaceMb * mb;
}

/** Returns in a sentence how the usage is over the limits; null if it is not. */
function overQuota({ bytes, files, isHidden }: Usage, limits: BoxLimits): string | null {
  if (bytes > quotaBytes(limits))
    return `the workspace holds ${sayMb(bytes)} of ${limits.workspaceMb} MB: delete something first`;
  if (files > limits.workspaceFiles)
    return `the workspace holds more than ${limits.workspaceFiles} files: delete some first`;
  if (isHidden)
    return `the workspace holds folders deeper than ${maxDepth}, or ones that cannot be read: delete or open them first`;
  return null;
}

/** Returns whether the disk has room beyond what is kept free. */
export async function diskHasRoom(root: string): Promise<boolean> {
  return (await freeBytes(root)) > reserveBytes;
}

/** Returns the bytes that this user may still write on the disk of the folder. */
export async function freeBytes(root: string): Promise<number> {
  const { bavail, bsize } = await statfs(root);
  return bavail * bsize;
}

/** Throws `storage_full` unless `moreBytes` may be written. */
export async function requireRoom(root: string, limits: BoxLimits, moreBytes: number): Promise<void> {
  const used = await measureUsage(root, limits);
  const problem = overQuota({ ...used, bytes: used.bytes + moreBytes, files: used.files + 1 }, limits);
  if (problem !== null) throw new AppError("storage_full", problem);
  if (!(await diskHasRoom(root))) throw new AppError("storage_full", "the disk is almost full: nothing was written");
}

function sayMb(bytes: number): string {
  return String(Math.ceil(bytes / mb));
}
