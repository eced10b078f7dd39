/** Says in words how a command ended, or that it still runs. */
import { constants } from "node:os";
import type { CommandNote } from "../run/command-notes.ts";

export function sayEnd({ state, code, endedBy, problem, durationMs }: CommandNote): string {
  if (state === "running") return "[still running]";
  if (state === "lost") return "[lost: Reef stopped while it ran, and it ended with Reef; it was not run again]";
  const took = durationMs === null ? "" : ` after ${(durationMs / 1_000).toFixed(1)} s`;
  switch (endedBy) {
    case "stop":
      return `[stopped${took}, with all its processes]`;
    case "restart":
      return `[stopped${took}, because Reef stopped]`;
    case "time":
      return `[stopped${took}: it took longer than it may; run long work in the background]`;
    case "memory":
      return `[stopped${took}: its processes used more memory than they may]`;
    case "processes":
      return `[stopped${took}: it started more processes than it may]`;
    case "disk":
      return `[stopped${took}: the workspace became larger than it may, or the disk is almost full; delete something]`;
    default:
      if (problem !== null) return `[could not start: ${problem.replaceAll(/\s+/g, " ").slice(0, 500)}]`;
      return `[exit code ${code ?? "unknown"}${sayKill(code)}${took}]`;
  }
}

function sayKill(code: number | null): string {
  if (code === null || code <= 128) return "";
  const name = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return name === undefined ? "" : ` (${name})`;
}
