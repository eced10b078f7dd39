/**
 * Measures durable messages a second: the full cycle (claim, entry, send on, settle) through the store port with 64 in
 * flight and a claim open, as the engine keeps one while a lane is free; beside raw group commit. Raw is what the store
 * writes when all 64 are committed together, statement by statement, replayed on an equal database by a loop that does
 * nothing else. The two alternate, because the disk's speed varies.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeId } from "@reef/engine/ids";
import type { Claim } from "@reef/engine/port/store";
import { migrate } from "@reef/store/migrations/all";
import { openDatabase } from "@reef/store/sqlite/database";
import { makeKysely } from "@reef/store/sqlite/dialect";
import { makeGroupWriter, type OpenClaim } from "@reef/store/sqlite/group";
import { openSqliteStore } from "@reef/store/sqlite/open";
import { claimToToken } from "@reef/store/write/apply";
import type { WriteRequest } from "@reef/store/write/requests";
import type Database from "better-sqlite3";
import { handle, hops, inFlight, makeSetup, now, type Setup, sessionCount } from "./message-cycle.ts";
import type { BenchReport } from "./report.ts";
import { percentile } from "./report.ts";

const rounds = 7;
const clock = { now: () => Date.now(), steady: () => performance.now(), sleep: async () => undefined };

interface Write {
  readonly sql: string;
  readonly values: unknown[];
}

/** The writes of one commit, in order. */
type CommitWrites = readonly Write[];

export async function benchMessages(): Promise<BenchReport> {
  const root = mkdtempSync(join(tmpdir(), "reef-bench-"));
  try {
    const setup = makeSetup();
    const recorded = await record(join(root, "recorded.db"), setup);
    const ours: number[] = [];
    const raw: number[] = [];
    for (let round = 0; round < rounds; round++) {
      raw.push(await replay(join(root, `raw-${round}.db`), setup, recorded));
      ours.push(await runSqliteCycle(join(root, `store-${round}`), setup));
    }
    const [best, peer] = [percentile(ours, 50), percentile(raw, 50)];
    return {
      name: "messages",
      setup: `${inFlight * hops} messages of 400 bytes, ${sessionCount} sessions, ${inFlight} in flight, median of ${rounds}`,
      rows: [
        {
          what: "durable messages a second",
          value: best,
          unit: "/s",
          limit: peer,
          limitName: "raw group commit, same rows",
        },
        { what: "of raw", value: (best / peer) * 100, unit: "%", goal: 60 },
      ],
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export async function runSqliteCycle(folder: string, { unit, sessions }: Setup): Promise<number> {
  await using store = await openSqliteStore({ folder, clock });
  await store.commit(unit);
  const worker = makeId("worker");
  const wanted = inFlight * hops;
  const startedAt = performance.now();
  const done = new AbortController();
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
  let handled = 0;
  const run = async (claim: Claim) => {
    await store.commitTurn(claim, handle(claim, sessions));
    handled += 1;
    if (handled === wanted) resolve();
  };
  const keepClaiming = async () => {
    while (!done.signal.aborted) {
      const claims = await store.claim(worker, inFlight, now(), done.signal);
      for (const claim of claims) run(claim).catch(reject);
    }
  };
  keepClaiming().catch(reject);
  await finished;
  done.abort();
  return wanted / ((performance.now() - startedAt) / 1000);
}

async function openRaw(file: string, { unit }: Setup) {
  const database = openDatabase(file);
  await migrate(makeKysely(database));
  writeAll(makeGroupWriter(database), [{ type: "commit", unit, steadyMs: 0 }]);
  return database;
}

/** Runs the cycle in this thread, and records each write with its values. */
async function record(file: string, setup: Setup): Promise<readonly CommitWrites[]> {
  const database = await openRaw(file, setup);
  const groups: Write[][] = [];
  const noting = new Proxy(database, {
    get: (target, key) => {
      const value = Reflect.get(target, key);
      if (key !== "prepare") return typeof value === "function" ? value.bind(target) : value;
      return (sql: string) => {
        const query = target.prepare(sql);
        return {
          get: (values: unknown[]) => query.get(values),
          all: (values: unknown[]) => query.all(values),
          run: (values?: unknown[]) => {
            if (values === undefined) return query.run();
            groups.at(-1)?.push({ sql, values });
            return query.run(values);
          },
        };
      };
    },
  });
  const writer = makeGroupWriter(noting);
  const worker = makeId("worker");
  let units: readonly WriteRequest[] = [];
  for (let isNew = true; isNew || units.length > 0; isNew = false) {
    groups.push([]);
    const request = { type: "claim", worker, max: inFlight, at: now(), steadyMs: 0 } as const;
    const claims = writeAll(writer, units, { request, isNew });
    units = claims.map((claim) => ({
      type: "turn",
      token: claimToToken(claim),
      unit: handle(claim, setup.sessions),
      steadyMs: 0,
    }));
  }
  database.close();
  return groups;
}

/** The result of the open claim. */
function writeAll(
  writer: ReturnType<typeof makeGroupWriter>,
  requests: readonly WriteRequest[],
  claim?: OpenClaim,
): readonly Claim[] {
  const left = [...requests];
  const { replies, claimReply } = writer.write(
    () => left.shift(),
    () => claim,
  );
  for (const reply of [...replies, ...(claimReply === null ? [] : [claimReply])]) {
    if ("failure" in reply) throw new Error(reply.failure.message);
  }
  return claimReply !== null && "result" in claimReply ? (claimReply.result.claims ?? []) : [];
}

async function replay(file: string, setup: Setup, groups: readonly CommitWrites[]): Promise<number> {
  const database = await openRaw(file, setup);
  const queryBySql = new Map<string, Database.Statement<[unknown[]]>>();
  for (const { sql } of groups.flat()) queryBySql.set(sql, database.prepare<[unknown[]]>(sql));
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const startedAt = performance.now();
  for (const group of groups) {
    begin.run();
    for (const { sql, values } of group) queryBySql.get(sql)?.run(values);
    commit.run();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  database.close();
  return (inFlight * hops) / seconds;
}
