/** Measures lists and long sessions over HTTP, beside an empty answer of the same server. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startReef } from "../e2e/support/reef-process.ts";
import type { BenchReport, BenchRow } from "./report.ts";
import { percentile } from "./report.ts";
import { seedFolder } from "./seed.ts";

const requests = 200;
const page = 100;
const longSession = 100_000;

export async function benchList(): Promise<BenchReport> {
  const rows: BenchRow[] = [];
  for (const { sessions, goal } of [
    { sessions: 1_000, goal: 5 },
    { sessions: 10_000, goal: 15 },
  ]) {
    const folder = mkdtempSync(join(tmpdir(), "reef-bench-"));
    try {
      const entriesOfFirst = sessions === 10_000 ? longSession : 2;
      const [first] = await seedFolder({ folder, bots: 20, sessions, entriesOfFirst });
      await using reef = await startReef({ folder });
      const time = (path: string) => timeRequests(`${reef.url}${path}`, reef.token);
      const empty = await time("/healthz");
      const listed = await time(`/v1/sessions?limit=${page}`);
      const beside = { limit: percentile(empty, 50), limitName: "empty answer" };
      rows.push({
        what: `${page} of ${sessions} sessions, p50`,
        value: percentile(listed, 50),
        unit: "ms",
        goal,
        ...beside,
      });
      rows.push({ what: `${page} of ${sessions} sessions, p99`, value: percentile(listed, 99), unit: "ms" });
      if (sessions !== 10_000) continue;
      const end = await time(`/v1/sessions/${first}/entries?limit=${page}`);
      rows.push({
        what: `last ${page} of ${longSession} entries, p50`,
        value: percentile(end, 50),
        unit: "ms",
        goal: 20,
        ...beside,
      });
      const all = await time("/v1/sessions?limit=1000");
      rows.push({ what: "1000 of 10000 sessions in one page, p50", value: percentile(all, 50), unit: "ms" });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { name: "list", setup: `${requests} requests one after another over HTTP, whole answer read`, rows };
}

async function timeRequests(url: string, token: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (let request = 0; request < requests + 20; request += 1) {
    const startedAt = performance.now();
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    if (request >= 20) times.push(performance.now() - startedAt);
  }
  return times;
}
