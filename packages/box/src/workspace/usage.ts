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

/** Remembers the last measure of one workspace, since counting many files takes long. */
export interface UsageCache {
  last: {
    readonly usage: Usage;
    /** What the disk had free then. */
    readonly freeBytes: number;
    /** How often it may still be used. */
    uses: number;
  } | null;
}

/** Kept free for everything else on the disk, whatever the quotas allow. */
const reserveBytes = 256_000_000;
const mb = 1_000_000;

const maxDepth = 256;

/** Counts everything in the workspace. */
async function measureUsage(root: string, limits: BoxLimits): Promise<Usage> {
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

/** A measure is used again this often, while the disk's free space tells that little was written. */
const maxUses = 100;
const usesAfterCommand = 5;
const littleShare = 0.02;

/**
 * Returns about how much the workspace holds: the last measure, with what was written to the disk since. A workspace
 * that seems to be over its limits is measured again.
 */
export async function estimateUsage(root: string, cache: UsageCache, limits: BoxLimits): Promise<Usage> {
  const { last } = cache;
  if (last !== null && last.uses > 0) {
    const grown = last.freeBytes - (await freeBytes(root));
    const usage = { ...last.usage, bytes: last.usage.bytes + Math.max(grown, 0) };
    last.uses -= 1;
    if (Math.abs(grown) < quotaBytes(limits) * littleShare && overQuota(usage, limits) === null) return usage;
  }
  return await measureInto(root, cache, limits);
}

/** Lets the last measure be used only a few times more: a command ran since. */
export function ageUsage(cache: UsageCache): void {
  if (cache.last !== null) cache.last.uses = Math.min(cache.last.uses, usesAfterCommand);
}

/** Measures now, and remembers it. */
export async function measureInto(root: string, cache: UsageCache, limits: BoxLimits): Promise<Usage> {
  const free = await freeBytes(root);
  const usage = await measureUsage(root, limits);
  cache.last = { usage, freeBytes: free, uses: maxUses };
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

/** Throws `storage_full` unless one more file of so many bytes may be written. */
export async function requireRoom(
  { root, usage }: { readonly root: string; readonly usage: UsageCache },
  limits: BoxLimits,
  moreBytes: number,
): Promise<void> {
  const withMore = (used: Usage) =>
    overQuota({ ...used, bytes: used.bytes + moreBytes, files: used.files + 1 }, limits);
  const isOver = withMore(await estimateUsage(root, usage, limits)) !== null;
  const problem = isOver ? withMore(await measureInto(root, usage, limits)) : null;
  if (problem !== null) throw new AppError("storage_full", problem);
  if (!(await diskHasRoom(root))) throw new AppError("storage_full", "the disk is almost full: nothing was written");
  if (usage.last !== null) usage.last = { ...usage.last, usage: addFile(usage.last.usage, moreBytes) };
}

function addFile(usage: Usage, bytes: number): Usage {
  return { ...usage, bytes: usage.bytes + bytes, files: usage.files + 1 };
}

function sayMb(bytes: number): string {
  return String(Math.ceil(bytes / mb));
}
