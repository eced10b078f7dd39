/** Reads which processes a box has, from its first one down: processes that lost their parent come back to that one. */
import { readdirSync, readFileSync } from "node:fs";

/** Returns the first process and all below it, at most `most` of them; empty if it has ended. */
export function listProcesses(firstPid: number, most: number): readonly number[] {
  const found = [firstPid];
  for (let next = 0; next < found.length && found.length <= most; next += 1) {
    for (const child of childrenOf(found[next] as number)) found.push(child);
  }
  return childrenOf(firstPid).length === 0 && startOf(firstPid) === null ? [] : found;
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return []; // ended since
  }
}

/** Returns the memory that belongs to these processes and to no file, in bytes. */
export function memoryOf(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of pids) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      kilobytes += Number(/^RssAnon:\s*(\d+)/m.exec(status)?.[1] ?? 0);
      kilobytes += Number(/^RssShmem:\s*(\d+)/m.exec(status)?.[1] ?? 0);
    } catch {
      // ended since
    }
  }
  return kilobytes * 1_024;
}

/**
 * Returns when a process started, in the kernel's own ticks since boot: with its pid it names one process for good. Null
 * if there is none.
 */
export function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is a name that may hold anything, also brackets.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
