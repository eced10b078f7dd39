/** Cuts connections in the middle of commits: what was asked happens once, and what others did is missed by nobody. */

import { makeId } from "@reef/engine/ids";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { botSeed, entrySeed, messageSeed, sessionSeed, settleOp, stepOp } from "@reef/engine/testing/seeds";
import type { Event } from "@reef/protocol/event";
import { msToIso } from "@reef/protocol/time";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "./open.ts";
import { startCommitCutter } from "./testing/commit-cutter.ts";
import { createTestDatabase } from "./testing/databases.ts";

const clock = createManualClock();
const at = msToIso(clock.now());

async function openBehindProxy() {
  const { url, drop } = await createTestDatabase();
  const proxy = await startCommitCutter(url);
  const store = await openPostgresStore({ url: proxy.url, clock });
  onTestFinished(async () => {
    await store[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await drop();
  });
  const bot = botSeed();
  const session = sessionSeed(bot.id);
  await store.commit({
    at,
    ops: [
      { op: "bot.create", bot },
      { op: "session.create", session },
    ],
  });
  return { proxy, store, session, url };
}

test.each([
  "before",
  "after",
] as const)("MB1: a commit whose connection is cut %s the server commits happens once, alone and in a group", async (cut) => {
  const { proxy, store, session } = await openBehindProxy();
  const seen: Event[] = [];
  store.onEvents((events) => seen.push(...events));
  const texts: string[] = [];
  for (const [round, size] of [1, 5, 1, 20].entries()) {
    proxy.cutNext(cut);
    const own = Array.from({ length: size }, (_, place) => `${round}.${place}`);
    await Promise.all(
      own.map((text) => store.commit({ at, ops: [{ op: "entry.append", entry: entrySeed(session.id, text) }] })),
    );
    texts.push(...own);
  }
  expect(proxy.cuts).toBe(4);
  const entries = await store.read.entries(session.id, { limit: 100 });
  expect(entries.map(({ text }) => text)).toEqual(texts);
  const numbers = seen.map(({ seq }) => seq);
  expect(numbers).toEqual(numbers.map((_, place) => (numbers[0] ?? 0) + place));
});

test.each([
  "before",
  "after",
] as const)("TU1, MB5: a claim and a step whose connection is cut %s the server commits happen once", async (cut) => {
  const { proxy, store, session } = await openBehindProxy();
  const message = messageSeed(session.id);
  await store.commit({ at, ops: [{ op: "message.send", message }] });
  const worker = makeId("worker");
  proxy.cutNext(cut);
  const [claim] = await store.claim(worker, 10, at);
  if (claim === undefined) throw new Error("the turn was lost");
  for (const text of ["one", "two"]) {
    proxy.cutNext(cut);
    const entry = entrySeed(session.id, text, { turnId: claim.turn.id });
    const step = await store.commitTurn(claim, { at, ops: [{ op: "entry.append", entry }, stepOp()] });
    expect(step.state).toBe("ok");
  }
  proxy.cutNext(cut);
  expect((await store.commitTurn(claim, { at, ops: [settleOp()] })).state).toBe("ok");
  expect(proxy.cuts).toBe(4);
  const entries = await store.read.entries(session.id, { limit: 10 });
  expect(entries.map(({ text }) => text)).toEqual(["hello", "one", "two"]);
  expect(await store.read.turn(claim.turn.id)).toMatchObject({ state: "done", steps: 2, attempts: 0 });
  expect(await store.claim(worker, 10, at)).toEqual([]);
});

test("SY2: a worker that slept until the events it had not read were deleted says so, and goes on from what is kept", async () => {
  const { store, session, url } = await openBehindProxy();
  const gaps: number[] = [];
  const seen: number[] = [];
  store.onGap((seq) => gaps.push(seq));
  store.onEvents((events) => seen.push(...events.map(({ seq }) => seq)));
  const raw = new pg.Client({ connectionString: url });
  await raw.connect();
  // As if others had written while this one stood still, and the oldest had been deleted since: in one commit.
  const { rows } = await raw.query("select value from counters where name = 'event'");
  const last = Number(rows[0]?.value);
  await raw.query(`begin; update counters set value = value + 10 where name = 'event';
    insert into events (seq, body) select ${last} + n, '{"type":"memory.deleted","botId":"bot_x","memoryId":"mem_x","seq":' || ${last} + n || '}'
    from generate_series(6, 10) as n; commit`);
  await raw.end();
  const { seq } = await store.commit({
    at,
    ops: [{ op: "entry.append", entry: entrySeed(session.id, "awake") }],
  });
  expect(gaps).toEqual([last + 5]);
  expect(seen[0]).toBe(last + 6);
  expect(seen.at(-1)).toBe(seq);
  expect(seen).toEqual(seen.map((_, place) => last + 6 + place));
});
