/**
 * Runs as the worker that is killed: claims every turn of the given database, commits a step of each, and stays in the
 * middle of a transaction that holds locks.
 */
import { writeSync } from "node:fs";
import { makeId } from "@reef/engine/ids";
import { entrySeed, stepOp } from "@reef/engine/testing/seeds";
import { msToIso } from "@reef/protocol/time";
import pg from "pg";
import { openPostgresStore } from "../postgres/open.ts";

const [url = ""] = process.argv.slice(2);
const nowMs = () => performance.timeOrigin + performance.now();
const clock = { now: nowMs, steady: () => performance.now(), sleep: async () => undefined };

const store = await openPostgresStore({ url, clock });
const claims = await store.claim(makeId("worker"), 100, msToIso(nowMs()));
for (const claim of claims) {
  const ops = [stepOp(), { op: "entry.append", entry: entrySeed(claim.session.id, "first step") }] as const;
  await store.commitTurn(claim, { at: msToIso(nowMs()), ops });
}
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query(
  "begin; select 1 from bots for update; update turns set steps = 99; update counters set value = value + 5",
);
writeSync(1, `claimed ${claims.length}\n`);
setInterval(() => undefined, 1_000);
