/** Measures from the start of the process to `reef ready`, with 10,000 sessions in the store, and memory at rest. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startReef } from "../e2e/support/reef-process.ts";
import { residentMb } from "./reef.ts";
import type { BenchReport } from "./report.ts";
import { percentile } from "./report.ts";
import { seedFolder } from "./seed.ts";

const sessions = 10_000;
const runs = 7;
const restMs = 3_000;

export async function benchStartup(): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), "reef-bench-"));
  try {
    await seedFolder({ folder, bots: 20, sessions });
    const ready: number[] = [];
    const bare: number[] = [];
    const resident: number[] = [];
    for (let run = 0; run <= runs; run += 1) {
      await using reef = await startReef({ folder });
      // The first run fills the compile cache, as the first start of an installation does.
      if (run === 0) continue;
      ready.push(reef.readyMs);
      bare.push(timeBareNode());
      if (run > 2) continue;
      await new Promise((done) => setTimeout(done, restMs));
      resident.push(residentMb(reef.pid));
    }
    return {
      name: "startup",
      setup: `${runs} starts of the built server on ${sessions} sessions; bare Node runs an empty script in between`,
      rows: [
        {
          what: "start to ready, median",
          value: percentile(ready, 50),
          unit: "ms",
          goal: 800,
          limit: percentile(bare, 50),
          limitName: "bare Node",
        },
        { what: "start to ready, slowest", value: Math.max(...ready), unit: "ms" },
        {
          what: `resident memory ${restMs / 1000} s after start`,
          value: percentile(resident, 50),
          unit: "MB",
          goal: 130,
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timeBareNode(): number {
  const startedAt = performance.now();
  spawnSync(process.execPath, ["-e", "0"]);
  return performance.now() - startedAt;
}
