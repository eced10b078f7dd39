import { rm } from "node:fs/promises";
import { applyDelta, noLiveTexts } from "@reef/client/live-text";
import { type Deps, defaultSettings } from "@reef/engine/deps";
import { makeId } from "@reef/engine/ids";
import { createLiveText, type LiveFrame } from "@reef/engine/live/live-text";
import type { Store } from "@reef/engine/port/store";
import { createBot } from "@reef/engine/registry/bots";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { Delta, Phase } from "@reef/protocol/socket";
import type { IsoTime } from "@reef/protocol/time";
import { openSqliteStore } from "@reef/store/sqlite/open";
import { afterEach, expect, test } from "vitest";
import { makeFolder, until } from "../testing/serve.ts";
import { type HubOptions, openHub, type Sink } from "./hub.ts";

const opened: { readonly folder: string; readonly store: Store }[] = [];
afterEach(async () => {
  for (const { store, folder } of opened.splice(0)) {
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
});

async function openStore(keepEvents?: number): Promise<Deps> {
  const folder = await makeFolder();
  const clock = createManualClock();
  const store = await openSqliteStore({ folder, clock, ...(keepEvents === undefined ? {} : { keepEvents }) });
  opened.push({ folder, store });
  return { store, clock, settings: defaultSettings };
}

function openTestHub(deps: Deps, options: Partial<HubOptions> = {}) {
  return openHub({ store: deps.store, log: { error: () => undefined }, ...options });
}

/** Returns a client that notes what it gets, and is as slow as the test wants. */
function createSink() {
  const got: string[] = [];
  const state = { isCongested: false };
  const sink: Sink = {
    welcome: (seq) => got.push(`welcome ${seq}`),
    events: ({ items }) => got.push(...items.map(({ seq }) => `${seq}`)),
    notice: (json) => got.push(json),
    live: ({ items }) => {
      const frames = items.map((json) => JSON.parse(json) as Delta | Phase);
      got.push(...frames.map((frame) => (frame.type === "phase" ? frame.phase : `${frame.offset}+${frame.text}`)));
    },
    reset: (seq) => got.push(`reset ${seq}`),
    isCongested: () => state.isCongested,
    end: () => got.push("end"),
  };
  return { got, sink, state };
}

/** Commits `count` events, one after another. */
async function commit(deps: Deps, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await createBot(deps, { name: `bot ${n}` });
}

/** Commits `count` events, many together. */
async function commitTogether(deps: Deps, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => createBot(deps, { name: `bot ${n}` })));
}

function numbers(from: number, through: number): string[] {
  return Array.from({ length: through - from + 1 }, (_, n) => String(from + n));
}

test("SY2: a client resumes after N and gets each later event once, in order, over pages and while new ones come", async () => {
  const deps = await openStore();
  await commitTogether(deps, 700);
  using hub = await openTestHub(deps);
  const { got, sink } = createSink();
  hub.join(sink, { after: 3 });
  await commitTogether(deps, 300);
  await until(() => got.includes("1000"));
  expect(got.filter((each) => /^\d+$/.test(each))).toEqual(numbers(4, 1000));
  expect(got[0]).toMatch(/^welcome/);
});

test("SY2: -1 means from now on, and the newest position means nothing is sent again", async () => {
  const deps = await openStore();
  await commit(deps, 5);
  using hub = await openTestHub(deps);
  const [now, newest] = [createSink(), createSink()];
  hub.join(now.sink, { after: -1 });
  hub.join(newest.sink, { after: 5 });
  await until(() => newest.got.length > 0 && now.got.length > 0);
  await commit(deps, 2);
  expect(now.got).toEqual(["welcome 5", "6", "7"]);
  expect(newest.got).toEqual(["welcome 5", "6", "7"]);
});

test("SY2: a position in the future, of another store, is reset to the newest event", async () => {
  const deps = await openStore();
  await commit(deps, 5);
  using hub = await openTestHub(deps);
  const { got, sink } = createSink();
  hub.join(sink, { after: 99 });
  await until(() => got.length === 2);
  await commit(deps, 1);
  expect(got).toEqual(["welcome 5", "reset 5", "6"]);
});

test("SY2: a position older than what is kept is reset, not silently skipped over", async () => {
  const deps = await openStore(50);
  await commitTogether(deps, 400);
  const { first } = await until(async () => {
    const bounds = await deps.store.read.eventBounds();
    return bounds.first > 2 && bounds;
  });
  using hub = await openTestHub(deps);
  const [old, kept] = [createSink(), createSink()];
  hub.join(old.sink, { after: 1 });
  hub.join(kept.sink, { after: first - 1 });
  await until(() => old.got.length === 2 && kept.got.includes("400"));
  expect(old.got).toEqual(["welcome 400", "reset 400"]);
  expect(kept.got.slice(1)).toEqual(numbers(first, 400));
});

test("SY3: a slow client is sent nothing more, and is reset once the ring has gone past it", async () => {
  const deps = await openStore();
  using hub = await openTestHub(deps, { ring: { maxEvents: 10, maxBytes: 1e9 } });
  const [slow, fast] = [createSink(), createSink()];
  const member = hub.join(slow.sink, { after: 0 });
  hub.join(fast.sink, { after: 0 });
  await until(() => slow.got.length === 1);
  await commit(deps, 3);
  slow.state.isCongested = true;
  await commit(deps, 8);
  slow.state.isCongested = false;
  member.pump();
  expect(slow.got.slice(1)).toEqual(numbers(1, 11));
  slow.state.isCongested = true;
  await commit(deps, 100);
  expect(slow.got.slice(1)).toEqual(numbers(1, 11));
  slow.state.isCongested = false;
  member.pump();
  await commit(deps, 1);
  expect(slow.got.slice(12)).toEqual(["reset 111", "112"]);
  expect(fast.got.slice(1)).toEqual(numbers(1, 112));
  expect(hub.counts()).toEqual({ clients: 2, resets: 1 });
});

test("SY3: the ring is bounded in size as well as in count", async () => {
  const deps = await openStore();
  using hub = await openTestHub(deps, { ring: { maxEvents: 1e6, maxBytes: 20_000 } });
  const { got, sink, state } = createSink();
  const member = hub.join(sink, { after: 0 });
  await until(() => got.length === 1);
  state.isCongested = true;
  for (let n = 0; n < 4; n++) await createBot(deps, { name: "big", instructions: "x".repeat(10_000) });
  state.isCongested = false;
  member.pump();
  expect(got.slice(1)).toEqual(["reset 4"]);
});

test("SY3: a client that missed too much is reset instead of being sent everything", async () => {
  const deps = await openStore();
  await commit(deps, 30);
  using hub = await openTestHub(deps);
  const [far, near] = [createSink(), createSink()];
  hub.join(far.sink, { after: 5, maxReplay: 20 });
  hub.join(near.sink, { after: 10, maxReplay: 20 });
  await until(() => far.got.length === 2 && near.got.includes("30"));
  expect(far.got).toEqual(["welcome 30", "reset 30"]);
});

test("a client that has left gets nothing more", async () => {
  const deps = await openStore();
  using hub = await openTestHub(deps);
  const { got, sink } = createSink();
  const member = hub.join(sink, { after: 0 });
  await until(() => got.length === 1);
  member.leave();
  await commit(deps, 3);
  expect(got).toEqual(["welcome 0"]);
  expect(hub.counts().clients).toBe(0);
});

test("when the hub ends, its clients are told", async () => {
  const deps = await openStore();
  const hub = await openTestHub(deps);
  const { got, sink } = createSink();
  hub.join(sink, { after: 0 });
  await until(() => got.length === 1);
  hub[Symbol.dispose]();
  await commit(deps, 1);
  expect(got).toEqual(["welcome 0", "end"]);
});

const sessionId = "ses_01a2055b-15a0-777f-a673-3ad77605e2b6" as SessionId;
const turnId = "trn_01a2055b-15a0-777f-a673-3ad77605e2b6" as TurnId;

/** Returns a store with the state that the test wants, where the real one would need a whole turn. */
function playStore() {
  const listeners = new Set<(events: readonly Event[]) => void>();
  const state = { last: 0 };
  const store = {
    read: { eventBounds: async () => ({ first: 1, last: state.last }), events: async () => [] },
    onEvents: (listener: (events: readonly Event[]) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onGap: () => () => undefined,
  } as unknown as Store;
  return {
    store,
    say(partial: Readonly<Record<string, unknown>>) {
      state.last++;
      for (const listener of listeners) listener([{ seq: state.last, at: "", ...partial } as unknown as Event]);
    },
  };
}

function delta(step: number, offset: number, text: string): Delta {
  return { type: "delta", sessionId, turnId, step, offset, text };
}

function phase(step: number, name: Phase["phase"]): Phase {
  return { type: "phase", sessionId, turnId, step, phase: name, since: "2026-01-01T00:00:00.000Z" as IsoTime };
}

const botEntry = { type: "entry.created", entry: { kind: "bot", turnId } as Partial<Entry> };

test("TU8: many deltas leave as few, and a client that comes late gets the text so far and nothing twice", async () => {
  const { store } = playStore();
  using hub = await openTestHub({ store } as Deps, { flushMs: 5 });
  const [early, late] = [createSink(), createSink()];
  hub.join(early.sink, { after: -1 });
  await until(() => early.got.length === 1);
  for (const [n, word] of ["a", "b", "c"].entries()) hub.publish(delta(1, n, word));
  await until(() => early.got.length === 2);
  hub.publish(delta(1, 3, "d"));
  hub.join(late.sink, { after: -1 });
  await until(() => late.got.length === 3);
  expect(early.got).toEqual(["welcome 0", "0+abc", "3+d"]);
  expect(late.got).toEqual(["welcome 0", "0+abcd", "3+d"]);
});

test("TU8: a step's text is gone when its entry is there, for those who watch and those who come", async () => {
  const { store, say } = playStore();
  using hub = await openTestHub({ store } as Deps, { flushMs: 5 });
  const [early, late] = [createSink(), createSink()];
  hub.join(early.sink, { after: -1 });
  await until(() => early.got.length === 1);
  hub.publish(delta(1, 0, "old"));
  say(botEntry);
  hub.publish(delta(2, 0, "new"));
  await until(() => early.got.length === 3);
  hub.join(late.sink, { after: -1 });
  await until(() => late.got.length === 2);
  expect(early.got).toEqual(["welcome 0", "1", "0+new"]);
  expect(late.got).toEqual(["welcome 1", "0+new"]);
  say({ type: "turn.changed", turn: { id: turnId, state: "cancelled" } });
  const last = createSink();
  hub.join(last.sink, { after: -1 });
  await until(() => last.got.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(last.got).toEqual(["welcome 2"]);
});

test("TU8: a new attempt of a step takes back what was shown of the last one", async () => {
  const { store } = playStore();
  using hub = await openTestHub({ store } as Deps, { flushMs: 5 });
  const { got, sink } = createSink();
  hub.join(sink, { after: -1 });
  await until(() => got.length === 1);
  hub.publish(delta(1, 0, "wrong"));
  await until(() => got.includes("0+wrong"));
  hub.publish(delta(1, 0, ""));
  hub.publish(delta(1, 0, "ok"));
  await until(() => got.includes("0+ok"));
  expect(got.slice(1)).toEqual(["0+wrong", "0+ok"]);
});

test("PR3, TU8: words of an attempt that was paid for go when the next one waits, though that is another step", async () => {
  const { store } = playStore();
  using hub = await openTestHub({ store } as Deps, { flushMs: 5 });
  const frames: LiveFrame[] = [];
  const { got, sink } = createSink();
  hub.join(
    { ...sink, live: ({ items }) => frames.push(...items.map((json) => JSON.parse(json) as LiveFrame)) },
    { after: -1 },
  );
  await until(() => got.length === 1);
  const live = createLiveText(hub, createManualClock());
  const place = { sessionId, turnId, step: 1 };
  live.append(place, "wrong");
  await until(() => frames.length === 2);
  live.restart({ ...place, step: 2 });
  await until(() => frames.length === 4);
  const texts = frames.reduce((held, frame) => (frame.type === "delta" ? applyDelta(held, frame) : held), noLiveTexts);
  expect(texts.get(turnId)).toMatchObject({ step: 2, text: "" });
  expect(frames.map((frame) => (frame.type === "phase" ? frame.phase : frame.text))).toEqual([
    "writing",
    "wrong",
    "waiting",
    "",
  ]);
});

test("PR4: phases go the way of live text: in order, the newest to who comes late, and gone with the step", async () => {
  const { store, say } = playStore();
  using hub = await openTestHub({ store } as Deps, { flushMs: 5 });
  const [early, late, last] = [createSink(), createSink(), createSink()];
  hub.join(early.sink, { after: -1 });
  await until(() => early.got.length === 1);
  hub.publish(phase(1, "waiting"));
  await until(() => early.got.length === 2);
  hub.join(late.sink, { after: -1 });
  await until(() => late.got.length === 2);
  hub.publish(phase(1, "thinking"));
  await until(() => early.got.length === 3);
  hub.publish(phase(1, "writing"));
  hub.publish(delta(1, 0, "Hi"));
  await until(() => early.got.length === 5);
  expect(early.got).toEqual(["welcome 0", "waiting", "thinking", "writing", "0+Hi"]);
  expect(late.got).toEqual(early.got);
  say(botEntry);
  hub.publish(phase(2, "waiting"));
  hub.publish(phase(1, "thinking"));
  await until(() => early.got.length === 7);
  hub.join(last.sink, { after: -1 });
  await until(() => last.got.length === 2);
  expect(early.got.slice(5)).toEqual(["1", "waiting"]);
  expect(last.got).toEqual(["welcome 1", "waiting"]);
});

test("TU8: a slow client gets no deltas without their beginning: when it has drained, it gets the text so far", async () => {
  const { store } = playStore();
  using hub = await openTestHub({ store } as Deps, { flushMs: 5 });
  const [slow, fast] = [createSink(), createSink()];
  const member = hub.join(slow.sink, { after: -1 });
  hub.join(fast.sink, { after: -1 });
  await until(() => fast.got.length === 1);
  hub.publish(delta(1, 0, "one"));
  await until(() => slow.got.includes("0+one"));
  slow.state.isCongested = true;
  hub.publish(delta(1, 3, "two"));
  await until(() => fast.got.includes("3+two"));
  slow.state.isCongested = false;
  hub.publish(delta(1, 6, "three"));
  await until(() => fast.got.includes("6+three"));
  expect(slow.got.slice(1)).toEqual(["0+one"]);
  member.pump();
  expect(slow.got.slice(1)).toEqual(["0+one", "0+onetwothree"]);
});

test("a notice goes to who listens now, and not to who comes later or cannot keep up", async () => {
  const deps = await openStore();
  using hub = await openTestHub(deps);
  const [here, slow] = [createSink(), createSink()];
  for (const { sink } of [here, slow]) hub.join(sink, { after: -1 });
  await until(() => here.got.length > 0 && slow.got.length > 0);
  slow.state.isCongested = true;
  const notice = { type: "gateway", gatewayId: makeId("gateway"), key: "agent:main:main" } as const;
  hub.tell(notice);
  const later = createSink();
  hub.join(later.sink, { after: -1 });
  await until(() => later.got.length > 0);
  expect(here.got.at(-1)).toBe(JSON.stringify(notice));
  expect([...slow.got, ...later.got].join()).not.toContain("gateway");
});

test("SY2: a crowd gets each event once and in order, and one that reads again goes on where it was", async () => {
  const deps = await openStore();
  using hub = await openTestHub(deps);
  const clients = Array.from({ length: 150 }, createSink);
  const members = clients.map(({ sink }) => hub.join(sink, { after: 0 }));
  const slow = clients[7];
  if (slow === undefined) throw new Error("expected a client");
  await commit(deps, 20);
  slow.state.isCongested = true;
  await commitTogether(deps, 80);
  const last = (await deps.store.read.eventBounds()).last;
  const isThrough = ({ got }: { readonly got: readonly string[] }) => got.at(-1) === `${last}`;
  await until(() => clients.every((client) => client === slow || isThrough(client)));
  expect(isThrough(slow)).toBe(false);
  slow.state.isCongested = false;
  members[7]?.pump();
  await until(() => isThrough(slow));
  for (const { got } of clients) expect(got.filter((each) => !each.startsWith("welcome"))).toEqual(numbers(1, last));
});

test("SY2: when events are gone that this worker never read, each client is reset, and then gets what follows", async () => {
  const deps = await openStore();
  await commit(deps, 3);
  const listeners = new Set<(seq: number) => void>();
  let hand: (events: readonly Event[]) => void = () => undefined;
  const store: Store = {
    ...deps.store,
    onEvents: (listener) => {
      hand = listener;
      return () => undefined;
    },
    onGap: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  using hub = await openTestHub({ ...deps, store });
  const { got, sink } = createSink();
  hub.join(sink, { after: -1 });
  await until(() => got.includes("welcome 3"));
  for (const listener of listeners) listener(9);
  hand([{ ...((await deps.store.read.events(0, 1))[0] as Event), seq: 10 }]);
  await until(() => got.includes("10"));
  expect(got).toEqual(["welcome 3", "reset 9", "10"]);
});
