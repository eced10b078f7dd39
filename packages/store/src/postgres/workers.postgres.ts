/** Tests what holds between workers: each is a store of its own on the same database. */

import { makeId } from "@reef/engine/ids";
import type { Store } from "@reef/engine/port/store";
import { leaseMs } from "@reef/engine/port/store";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { botSeed, entrySeed, messageSeed, sessionSeed, settleOp } from "@reef/engine/testing/seeds";
import type { Event } from "@reef/protocol/event";
import type { MessageId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore, type PostgresStore } from "./open.ts";
import { createTestDatabase } from "./testing/databases.ts";
import { startProxy } from "./testing/proxy.ts";

const clock = createManualClock();
const at = msToIso(clock.now());

async function openWorkers(count: number, options: { readonly leaseMs?: () => number } = {}) {
  const { url, drop } = await createTestDatabase();
  const stores = await Promise.all(Array.from({ length: count }, () => openPostgresStore({ url, clock, ...options })));
  const raw = new pg.Client({ connectionString: url });
  raw.on("error", () => undefined);
  await raw.connect();
  onTestFinished(async () => {
    await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
    await raw.end();
    await drop();
  });
  return { stores: stores as readonly PostgresStore[] as readonly [PostgresStore, PostgresStore], raw, url };
}

async function makeSessions(store: Store, bots: number, sessions: number) {
  const made = Array.from({ length: bots }, () => botSeed());
  const all = made.flatMap(({ id }) => Array.from({ length: sessions }, () => sessionSeed(id)));
  await store.commit({
    at,
    ops: [
      ...made.map((bot) => ({ op: "bot.create", bot }) as const),
      ...all.map((session) => ({ op: "session.create", session }) as const),
    ],
  });
  return all.map(({ id }) => id);
}

const append = (store: Store, sessionId: ReturnType<typeof sessionSeed>["id"], text: string) =>
  store.commit({ at, ops: [{ op: "entry.append", entry: entrySeed(sessionId, text) }] });

/** Resolves to the server process of a connection that waits for a lock, once there is one. */
async function untilOneWaits(raw: pg.Client): Promise<number> {
  const waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
  let pid: number | undefined;
  await expect
    .poll(async () => {
      pid = (await raw.query<{ pid: number }>(waiting)).rows[0]?.pid;
      return pid;
    })
    .toBeDefined();
  return pid ?? 0;
}

/** Another worker, in the middle of a transaction. */
async function openHolder(url: string): Promise<pg.Client> {
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  onTestFinished(() => holder.end());
  await holder.query("begin");
  return holder;
}

test("SY1: while a commit with a smaller number is under way, no larger number becomes visible", async () => {
  const { stores, raw, url } = await openWorkers(2);
  const [one] = await makeSessions(stores[0], 1, 1);
  if (one === undefined) throw new Error("expected a session");
  const before = (await stores[0].read.eventBounds()).last;
  const holder = await openHolder(url);
  await holder.query("update counters set value = value + 1 where name = 'event'");
  await holder.query("insert into events (seq, body) values ($1, $2)", [
    before + 1,
    JSON.stringify({ seq: before + 1, at, type: "topic.deleted", topicId: makeId("topic") }),
  ]);
  const committing = append(stores[1], one, "second");
  await untilOneWaits(raw);
  expect((await stores[0].read.eventBounds()).last).toBe(before);
  await holder.query("commit");
  const { events } = await committing;
  expect(events[0]?.seq).toBe(before + 2);
  const seen = (await stores[0].read.events(0, 1_000)).map(({ seq }) => seq);
  expect(seen).toEqual(seen.map((_, place) => place + 1));
});

test("SY1, SY2: every worker hands out the events of all, each once and in order", async () => {
  const { stores } = await openWorkers(3);
  const sessions = await makeSessions(stores[0], 3, 2);
  const start = (await stores[0].read.eventBounds()).last;
  const seen = stores.map(() => [] as number[]);
  stores.forEach((store, place) => {
    store.onEvents((events: readonly Event[]) => seen[place]?.push(...events.map(({ seq }) => seq)));
  });
  await Promise.all(
    stores.flatMap((store, worker) =>
      sessions.flatMap((session) => Array.from({ length: 5 }, (_, n) => append(store, session, `${worker} ${n}`))),
    ),
  );
  const { last } = await stores[0].read.eventBounds();
  const all = Array.from({ length: last - start }, (_, place) => start + 1 + place);
  for (const numbers of seen) await expect.poll(() => numbers.filter((seq) => seq > start)).toEqual(all);
  for (const session of sessions) {
    const entries = await stores[1].read.entries(session, { limit: 1_000 });
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, place) => place + 1));
  }
});

test("MB3, MB4: workers that claim at the same time take each message once, and one turn of a session", async () => {
  const { stores } = await openWorkers(3);
  const sessions = await makeSessions(stores[0], 4, 3);
  const ids: MessageId[] = [];
  await Promise.all(
    sessions.flatMap((session, place) =>
      Array.from({ length: 4 }, async (_, n) => {
        const message = messageSeed(session, { text: `${n}` });
        ids.push(message.id);
        await stores[(place + n) % 3]?.commit({ at, ops: [{ op: "message.send", message }] });
      }),
    ),
  );
  const running = new Set<string>();
  const taken: MessageId[] = [];
  const work = async (store: Store) => {
    const worker = makeId("worker");
    for (let idle = 0; idle < 20; ) {
      const claims = await store.claim(worker, 2, at);
      idle = claims.length === 0 ? idle + 1 : 0;
      for (const claim of claims) {
        expect(running.has(claim.session.id), "two turns of one session").toBe(false);
        running.add(claim.session.id);
        taken.push(...claim.messages.map(({ id }) => id));
      }
      for (const claim of claims) {
        running.delete(claim.session.id);
        expect((await store.commitTurn(claim, { at, ops: [settleOp()] })).state).toBe("ok");
      }
    }
  };
  await Promise.all(stores.map(work));
  expect(taken.toSorted()).toEqual(ids.toSorted());
});

test("TU5, TU7: leases end by the server's clock, whatever a worker's own says", async () => {
  const server = createManualClock();
  const { stores, url } = await openWorkers(1, { leaseMs: () => server.steady() });
  const [first] = stores;
  const early = createManualClock(clock.now() + 86_400_000);
  early.advance(86_400_000);
  await using second = await openPostgresStore({ url, clock: early, leaseMs: () => server.steady() });
  const [session] = await makeSessions(first, 1, 1);
  if (session === undefined) throw new Error("expected a session");
  await first.commit({ at, ops: [{ op: "message.send", message: messageSeed(session) }] });
  const [claim] = await first.claim(makeId("worker"), 1, at);
  if (claim === undefined) throw new Error("expected a claim");
  const later = msToIso(early.now());
  expect(await second.claim(makeId("worker"), 1, later)).toEqual([]);
  server.advance(leaseMs - 1);
  expect(await second.claim(makeId("worker"), 1, later)).toEqual([]);
  expect(await first.beat([claim], at)).toEqual({ lost: [], cancelled: [] });
  server.advance(leaseMs - 1);
  expect(await second.claim(makeId("worker"), 1, later)).toEqual([]);
  server.advance(2);
  const [taken] = await second.claim(makeId("worker"), 1, later);
  expect(taken).toMatchObject({ reason: "died", turn: { id: claim.turn.id } });
  expect(await first.commitTurn(claim, { at, ops: [settleOp()] })).toEqual({ state: "fenced" });
  expect((await first.beat([claim], at)).lost).toEqual([claim]);
});

test("TU7: a worker whose clock is a day ahead takes no running turn", async () => {
  const { stores, url } = await openWorkers(1);
  const [session] = await makeSessions(stores[0], 1, 1);
  if (session === undefined) throw new Error("expected a session");
  await stores[0].commit({ at, ops: [{ op: "message.send", message: messageSeed(session) }] });
  expect(await stores[0].claim(makeId("worker"), 1, at)).toHaveLength(1);
  const ahead = createManualClock(clock.now() + 86_400_000);
  ahead.advance(86_400_000);
  await using second = await openPostgresStore({ url, clock: ahead });
  expect(await second.claim(makeId("worker"), 1, msToIso(ahead.now()))).toEqual([]);
  expect((await second.read.session(session))?.status).toBe("running");
});

test("an open claim of one worker takes what another makes claimable", async () => {
  const { stores } = await openWorkers(2);
  const [session] = await makeSessions(stores[0], 1, 1);
  if (session === undefined) throw new Error("expected a session");
  const stop = new AbortController();
  const claiming = stores[1].claim(makeId("worker"), 1, at, stop.signal);
  await stores[0].commit({ at, ops: [{ op: "message.send", message: messageSeed(session) }] });
  expect((await claiming)[0]?.session.id).toBe(session);
  const waiting = stores[1].claim(makeId("worker"), 1, at, stop.signal);
  stop.abort();
  expect(await waiting).toEqual([]);
});

test("SV1: a lane that gave up its database finds it again by itself, also the one that nobody uses meanwhile", async () => {
  const { stores, url } = await openWorkers(1);
  await using proxy = await startProxy(url);
  await using cutOff = await openPostgresStore({ url: proxy.url, clock });
  const [session] = await makeSessions(stores[0], 1, 1);
  if (session === undefined) throw new Error("expected a session");
  await stores[0].commit({ at, ops: [{ op: "message.send", message: messageSeed(session) }] });
  const claims = await cutOff.claim(makeId("worker"), 1, at);
  await cutOff.beat(claims, at);
  proxy.refuse(true);
  await expect(cutOff.beat(claims, at)).rejects.toMatchObject({ code: "unavailable" });
  await expect(append(cutOff, session, "too early")).rejects.toMatchObject({ code: "unavailable" });
  expect(cutOff.problem()).toMatch(/cannot be reached/);
  proxy.refuse(false);
  await expect.poll(() => cutOff.problem()).toBeNull();
  expect(await cutOff.beat(claims, at)).toEqual({ lost: [], cancelled: [] });
});

test("MB1: a unit whose connection is cut while it waits is applied again, once", async () => {
  const { stores, raw, url } = await openWorkers(2);
  const [session] = await makeSessions(stores[0], 1, 1);
  if (session === undefined) throw new Error("expected a session");
  const holder = await openHolder(url);
  await holder.query("select 1 from bots for update");
  const committing = append(stores[0], session, "once");
  const pid = await untilOneWaits(raw);
  await raw.query("select pg_terminate_backend($1)", [pid]);
  await holder.query("commit");
  await committing;
  expect((await stores[1].read.entries(session, { limit: 10 })).map(({ text }) => text)).toEqual(["once"]);
  expect(stores[0].problem()).toBeNull();
});

test("MB2: two workers that send under one key at the same time send one message", async () => {
  const { stores } = await openWorkers(3);
  const [session] = await makeSessions(stores[0], 1, 1);
  if (session === undefined) throw new Error("expected a session");
  const results = await Promise.all(
    stores.map((store) =>
      store.commit({ at, ops: [{ op: "message.send", message: messageSeed(session, { idempotencyKey: "one" }) }] }),
    ),
  );
  expect(results.filter(({ existing }) => existing.length === 0)).toHaveLength(1);
  expect(await stores[0].read.queuedMessages(session)).toHaveLength(1);
});

test("units that write to each other's bots from two workers never stand still", async () => {
  const { stores } = await openWorkers(2);
  const [one, two] = await makeSessions(stores[0], 2, 1);
  if (one === undefined || two === undefined) throw new Error("expected two sessions");
  const both = (first: typeof one, second: typeof one) => ({
    at,
    ops: [
      { op: "entry.append", entry: entrySeed(first, "a") } as const,
      { op: "entry.append", entry: entrySeed(second, "b") } as const,
    ],
  });
  await Promise.all(
    Array.from({ length: 20 }, () => [stores[0].commit(both(one, two)), stores[1].commit(both(two, one))]).flat(),
  );
  expect((await stores[0].read.session(one))?.lastSeq).toBe(40);
  expect((await stores[0].read.session(two))?.lastSeq).toBe(40);
});

test("any text comes back as it was, with characters that Postgres refuses", async () => {
  const { stores } = await openWorkers(1);
  const [session] = await makeSessions(stores[0], 1, 1);
  if (session === undefined) throw new Error("expected a session");
  for (const text of ["a\0b", "\uFDD0", "\uFDD00", "\uFDD01\0", "\0".repeat(3), "\\u0000", "é\u{1F600}"]) {
    await append(stores[0], session, text);
    const [entry] = await stores[0].read.entries(session, { limit: 1 });
    expect(entry?.text).toBe(text);
  }
});

test("MB11: bytes that one worker keeps are not swept by another before their file has a row", async () => {
  const { stores } = await openWorkers(2);
  const hello = async function* () {
    yield new TextEncoder().encode("hello");
  };
  await using received = await stores[0].files.receive(hello());
  await received.keep();
  await stores[1].files.delete(received.sha256);
  expect(await stores[1].files.size(received.sha256)).toBe(5);
  await using again = await stores[1].files.receive(hello());
  await again.keep();
  await stores[1].files.delete(received.sha256);
  expect(await stores[0].files.size(received.sha256)).toBe(5);
});
