/**
 * Measures durable messages a second with 1, 2 and 4 workers on one PostgreSQL, each a process of its own; beside it the
 * store on SQLite, the same rows written in plain SQL, and pg-boss on the same work. The database syncs each commit.
 * Then what a claim costs when many messages wait.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeId } from "@reef/engine/ids";
import type { Store } from "@reef/engine/port/store";
import type { Op } from "@reef/engine/port/unit";
import { messageSeed, settleOp } from "@reef/engine/testing/seeds";
import { openPostgresStore } from "@reef/store/postgres/open";
import { askServer } from "@reef/store/postgres/testing/ask-server";
import { writeRowsPlainly } from "@reef/store/postgres/testing/plain-copy";
import { type DurableServer, startDurableServer } from "@reef/store/postgres/testing/server";
import { body, hops, inFlight, makeSetup, now, type Setup, sessionCount } from "./message-cycle.ts";
import { runSqliteCycle } from "./messages.ts";
import { runPgBoss } from "./pg-boss.ts";
import { type BenchReport, type BenchRow, percentile } from "./report.ts";

const workerCounts = [1, 2, 4];
const wanted = inFlight * hops;
const claimsTimed = 40;
const messagesOfUnit = 500;
const clock = { now: () => Date.now(), steady: () => performance.now(), sleep: async () => undefined };

interface Run {
  readonly perSecond: number;
  readonly waitedMs: readonly number[];
  /** Of the database, for each message. */
  readonly cpuMs: number;
  /** Of the database's files, for each message. */
  readonly bytes: number;
  readonly events: number;
}

/** `--backlog 10000,100000` by default. */
export async function benchWorkers(args: readonly string[]): Promise<BenchReport> {
  const backlogs = backlogsOf(args);
  await using server = await startDurableServer({ settings: ["max_wal_size=4GB"] });
  const rows: BenchRow[] = [];
  const notes: string[] = [];
  const runs: Run[] = [];
  const plain: number[] = [];
  for (const count of workerCounts) {
    const url = await makeDatabase(server, `workers_${count}`);
    runs.push(await runWorkers(server, { url, count }));
    // At the same time as the run that it is beside: a shared machine is never twice the same.
    plain.push(wanted / (await writeRowsPlainly(url, hops)));
  }
  const folder = mkdtempSync(join(tmpdir(), "reef-bench-"));
  const sqlite = await runSqliteCycle(join(folder, "store"), makeSetup());
  rmSync(folder, { recursive: true, force: true });
  const peerUrl = await makeDatabase(server, "peer");
  const peer = await runPgBoss(peerUrl, { messages: wanted / 4, sessions: sessionCount, cpuMs: server.cpuMs });
  if (peer.state === "missing") notes.push(`pg-boss was not measured: ${peer.reason}`);

  for (const [place, run] of runs.entries()) {
    const name = `${workerCounts[place]} worker${place === 0 ? "" : "s"}`;
    const limit = plain[place] ?? Number.NaN;
    rows.push(
      {
        what: `${name}: messages a second`,
        value: run.perSecond,
        unit: "/s",
        limit,
        limitName: "the same rows in plain SQL",
      },
      { what: "  accepted → handled, p50", value: percentile(run.waitedMs, 50), unit: "ms" },
      { what: "  accepted → handled, p99", value: percentile(run.waitedMs, 99), unit: "ms" },
      { what: "  database CPU a message", value: run.cpuMs, unit: "ms" },
    );
  }
  const [first] = runs;
  if (first !== undefined) {
    rows.push({ what: "database size a message", value: first.bytes / 1_000, unit: "KB" });
    rows.push({ what: "events a message", value: first.events, unit: "" });
  }
  rows.push({ what: "SQLite, one process", value: sqlite, unit: "/s" });
  if (peer.state === "ran") {
    rows.push({ what: "pg-boss 12.38, key_strict_fifo", value: peer.perSecond, unit: "/s" });
    rows.push({ what: "  database CPU a message", value: peer.cpuMs, unit: "ms" });
  }
  for (const backlog of backlogs) rows.push(...(await timeClaims(server, backlog)));
  return {
    name: "workers",
    setup: `${wanted} messages of 400 bytes, ${sessionCount} sessions of 50 bots, ${inFlight} in flight over all workers, PostgreSQL 18 with fsync, workers and database share this machine's processors`,
    rows,
    notes,
  };
}

function backlogsOf(args: readonly string[]): readonly number[] {
  const at = args.indexOf("--backlog");
  const given = at < 0 ? "10000,100000" : (args[at + 1] ?? "");
  return given.split(",").filter(Boolean).map(Number);
}

async function makeDatabase(server: DurableServer, name: string): Promise<string> {
  await askServer(server.url, `create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

async function runWorkers(
  server: DurableServer,
  { url, count }: { readonly url: string; readonly count: number },
): Promise<Run> {
  const setup = makeSetup();
  const lanes = String(Math.ceil(inFlight / count));
  await using store = await openPostgresStore({ url, clock });
  const workers = await Promise.all(
    Array.from({ length: count }, async () => {
      const child = fork(new URL("workers-process.ts", import.meta.url), [url, lanes]);
      await once(child, "message");
      return child;
    }),
  );
  const finished = Promise.withResolvers<void>();
  const waitedMs: number[] = [];
  let handled = 0;
  for (const worker of workers) {
    worker.on("message", (told: { readonly handled: number; readonly waitedMs: readonly number[] }) => {
      handled += told.handled;
      waitedMs.push(...told.waitedMs);
      if (handled >= wanted) finished.resolve();
    });
    worker.once("exit", (code) => code !== 0 && finished.reject(new Error(`a worker ended with ${code}`)));
  }
  await commitSetup(store, setup);
  const before = await measureStore(url);
  const [startedAt, cpuBefore] = [performance.now(), server.cpuMs()];
  for (const worker of workers) worker.send(setup.sessions);
  await finished.promise;
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuMs = (server.cpuMs() - cpuBefore) / wanted;
  await Promise.all(
    workers.map((worker) => {
      const exit = once(worker, "exit");
      worker.disconnect();
      return exit;
    }),
  );
  const after = await measureStore(url);
  const each = (name: keyof typeof after) => (after[name] - before[name]) / wanted;
  return { perSecond: wanted / seconds, waitedMs, cpuMs, bytes: each("bytes"), events: each("events") };
}

async function measureStore(url: string): Promise<{ readonly bytes: number; readonly events: number }> {
  const [row] = await askServer<{ readonly bytes: string; readonly events: string }>(
    url,
    "select pg_database_size(current_database()) as bytes, (select value from counters where name = 'event') as events",
  );
  return { bytes: Number(row?.bytes), events: Number(row?.events) };
}

/** In parts: one unit with a thousand sessions would be one long transaction. */
async function commitSetup(store: Store, { unit }: Setup): Promise<void> {
  const isFirst = ({ op }: Op) => op !== "message.send";
  await store.commit({ at: unit.at, ops: unit.ops.filter(isFirst) });
  await store.commit({ at: unit.at, ops: unit.ops.filter((op) => !isFirst(op)) });
}

/** Times claims of one turn while `backlog` messages wait; what was claimed is settled in between. */
async function timeClaims(server: DurableServer, backlog: number): Promise<readonly BenchRow[]> {
  const url = await makeDatabase(server, `backlog_${backlog}`);
  await using store = await openPostgresStore({ url, clock });
  const setup = makeSetup();
  await store.commit({ at: now(), ops: setup.unit.ops.filter(({ op }) => op !== "message.send") });
  for (let sent = 0; sent < backlog; sent += messagesOfUnit) {
    const ops = Array.from({ length: Math.min(messagesOfUnit, backlog - sent) }, (_, at): Op => {
      const to = setup.sessions[(sent + at) % setup.sessions.length] ?? makeId("session");
      return { op: "message.send", message: messageSeed(to, { text: body }) };
    });
    await store.commit({ at: now(), ops });
  }
  const worker = makeId("worker");
  const tookMs: number[] = [];
  for (let claimed = 0; claimed < claimsTimed; claimed += 1) {
    const startedAt = performance.now();
    const [claim] = await store.claim(worker, 1, now());
    tookMs.push(performance.now() - startedAt);
    if (claim === undefined) throw new Error("expected a claim");
    await store.commitTurn(claim, { at: now(), ops: [settleOp()] });
  }
  const waiting = backlog.toLocaleString("en");
  return [
    { what: `a claim with ${waiting} messages waiting, p50`, value: percentile(tookMs, 50), unit: "ms" },
    { what: `a claim with ${waiting} messages waiting, p99`, value: percentile(tookMs, 99), unit: "ms" },
  ];
}
