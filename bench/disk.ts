/**
 * Measures the lower bound of everything durable: how long this disk takes, at this moment, to make one small write
 * safe.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const writes = 300;
const sizeBytes = 4096;

/** Times single 4 KiB writes with fdatasync, in ms. */
export function timeDurableWrites(): readonly number[] {
  const folder = mkdtempSync(join(tmpdir(), "reef-disk-"));
  const file = openSync(join(folder, "probe"), "w");
  const block = Buffer.alloc(sizeBytes, 1);
  const times: number[] = [];
  for (let write = 0; write < writes; write += 1) {
    const startedAt = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    times.push(performance.now() - startedAt);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return times;
}
