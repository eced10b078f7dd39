/**
 * Notices when the `npm` that started this process is gone. npm passes signals only to its shell, which dies of them
 * without telling its child: without this check, ending `npm start` would leave the server running.
 */
import { readFileSync } from "node:fs";

const intervalMs = 200;

/** Calls `onOrphan` once when npm, or the shell between us, ends. Does nothing when npm did not start us. @param {() => void} onOrphan */
export function watchForOrphan(onOrphan) {
  if (!process.env.npm_lifecycle_event) return;
  const born = lineage();
  const timer = setInterval(() => {
    if (lineage() === born) return;
    clearInterval(timer);
    onOrphan();
  }, intervalMs);
  timer.unref();
}

/** Returns our parent and, where that is npm's shell, its parent: a process id changes when the process above ends. */
function lineage() {
  const parent = process.ppid;
  try {
    const [, name, rest] = /\((.*)\) (.*)/.exec(readFileSync(`/proc/${parent}/stat`, "utf8")) ?? [];
    return /^(sh|dash|bash)$/.test(name ?? "") ? `${parent} ${rest?.split(" ")[1]}` : `${parent}`;
  } catch {
    return `${parent}`; // without /proc, only the end of the shell is noticed
  }
}
