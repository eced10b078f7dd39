/**
 * Watches one running box, and returns why it must end. The kernel limits each process (memory, largest file) and their
 * number; what it cannot limit for a whole box is looked at five times a second: all memory, all processes, the
 * workspace's size, and the room on the disk.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { BoxLimits } from "@reef/protocol/box";
import { diskHasRoom, freeBytes, measureInto, quotaBytes, type Usage, type UsageCache } from "../workspace/usage.ts";
import { listProcesses, memoryOf } from "./process-tree.ts";

export interface WatchOptions {
  readonly clock: Clock;
  readonly firstPid: number;
  readonly root: string;
  readonly limits: BoxLimits;
  /** The workspace before the command; null if the command cannot write to it. */
  readonly before: Usage | null;
  readonly usage: UsageCache;
  readonly signal: AbortSignal;
}

const tickMs = 200;
/** The share of time that measuring may take. */
const measureShare = 0.1;
const measureEveryMs = 5_000;

/** Resolves with the limit that was passed, or with null when the signal aborts. */
export async function watchBox(options: WatchOptions): Promise<"memory" | "processes" | "disk" | null> {
  const { clock, root, limits, firstPid, signal, before, usage: cache } = options;
  // A workspace that is over its quota already may be cleaned up, and must not grow.
  const most = {
    // A little more, since a disk counts whole blocks.
    bytes: Math.max(quotaBytes(limits), before?.bytes ?? 0) * 1.02 + 1_000_000,
    files: Math.max(limits.workspaceFiles, before?.files ?? 0),
  };
  let freeAtMeasure = await freeBytes(root);
  let room = most.bytes - (before?.bytes ?? 0);
  let measuredAt = clock.steady();
  let tookMs = 0;
  while (!signal.aborted) {
    await clock.sleep(tickMs, signal);
    if (signal.aborted) return null;
    // A few more than allowed: bubblewrap's own, the shell's and the relay's.
    const pids = listProcesses(firstPid, limits.processes + 16);
    if (pids.length > limits.processes + 16) return "processes";
    if (memoryOf(pids) > limits.memoryMb * 1_000_000) return "memory";
    if (before === null) continue;
    if (!(await diskHasRoom(root))) return "disk";
    const since = clock.steady() - measuredAt;
    const grown = freeAtMeasure - (await freeBytes(root));
    if (since < tookMs / measureShare || (grown < room / 4 && since < measureEveryMs)) continue;
    const startedAt = clock.steady();
    freeAtMeasure = await freeBytes(root);
    const usage = await measureInto(root, cache, { ...limits, workspaceFiles: most.files }).catch(() => null);
    measuredAt = clock.steady();
    tookMs = measuredAt - startedAt;
    if (usage === null) continue;
    if (usage.bytes > most.bytes || usage.files > most.files || (usage.isHidden && !before.isHidden)) return "disk";
    room = most.bytes - usage.bytes;
  }
  return null;
}
