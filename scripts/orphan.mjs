/**
 * Notices that the `npm` which started us is gone. npm passes signals on to its shell only, and that shell dies of
 * them without telling its child: without this, ending `npm start` would leave the server running.
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

/** Our parent and, where that is npm's shell, its parent: a process id changes when the one above it ends. */
function lineage() {
  const parent = process.ppid;
  try {
    const [, name, rest] = /\((.*)\) (.*)/.exec(readFileSync(`/proc/${parent}/stat`, "utf8")) ?? [];
    return /^(sh|dash|bash)$/.test(name ?? "") ? `${parent} ${rest?.split(" ")[1]}` : `${parent}`;
  } catch {
    return `${parent}`; // no /proc: other systems notice the end of the shell only
  }
}
