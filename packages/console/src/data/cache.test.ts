import type { Ask } from "@reef/protocol/ask";
import { expect, test } from "vitest";
import {
  askChanged,
  entryCreated,
  makeAsk,
  makeEntry,
  makeMessage,
  makeSession,
  makeTurn,
  messageChanged,
  sessionChanged,
  sessionId,
  turnChanged,
} from "../testing/nouns.ts";
import {
  type EntryWindow,
  foldAsks,
  foldEntries,
  foldMailbox,
  foldSessions,
  foldTurn,
  foldTurns,
  indexSessions,
  prependEntries,
} from "./cache.ts";

const seqs = ({ items }: EntryWindow) => items.map(({ seq }) => seq);
const windowOf = (...numbers: number[]): EntryWindow => ({
  items: numbers.map((seq) => makeEntry(seq)),
  atStart: numbers[0] === 1,
  hasGap: false,
});

test("SY2: an entry that arrives twice is shown once", () => {
  const events = [entryCreated(8, makeEntry(3)), entryCreated(9, makeEntry(4))];
  const once = foldEntries(windowOf(1, 2), events);
  expect(seqs(once)).toEqual([1, 2, 3, 4]);
  expect(foldEntries(once, events)).toBe(once);
});

test("SY2: an entry that does not follow the last one is a gap to be read, never a hole to be shown", () => {
  const after = foldEntries(windowOf(1, 2), [entryCreated(9, makeEntry(5))]);
  expect(seqs(after)).toEqual([1, 2]);
  expect(after.hasGap).toBe(true);
});

test("the first entry of an empty session is shown, its third is a gap", () => {
  const empty: EntryWindow = { items: [], atStart: true, hasGap: false };
  expect(seqs(foldEntries(empty, [entryCreated(1, makeEntry(1))]))).toEqual([1]);
  expect(foldEntries(empty, [entryCreated(1, makeEntry(3))]).hasGap).toBe(true);
});

test("older entries stand before the window once, even when a page is read twice", () => {
  const older = [makeEntry(3), makeEntry(4)];
  const once = prependEntries(windowOf(5, 6), older, false);
  expect(seqs(once)).toEqual([3, 4, 5, 6]);
  expect(seqs(prependEntries(once, older, false))).toEqual([3, 4, 5, 6]);
});

test("new last words leave the list's shape alone; a new title, topic or question changes it", () => {
  const index = indexSessions([makeSession("a")]);
  const change = (fields: Parameters<typeof makeSession>[1]) =>
    foldSessions(index, [sessionChanged(1, makeSession("a", fields))]);
  expect(change({ lastText: "new", unread: 3, status: "running" }).shape).toBe(index.shape);
  expect(change({ lastText: "new" }).byId.get(sessionId("a"))?.lastText).toBe("new");
  for (const fields of [
    { title: "b" },
    { pinned: true },
    { openAsks: 1 },
    { archivedAt: "2026-02-01T00:00:00.000Z" },
  ]) {
    expect(change(fields).shape).toBeGreaterThan(index.shape);
  }
});

test("a session never goes back to an older state", () => {
  const index = indexSessions([makeSession("a", { title: "new", updatedAt: "2026-02-02T00:00:00.000Z" })]);
  const after = foldSessions(index, [sessionChanged(1, makeSession("a", { title: "old" }))]);
  expect(after.byId.get(sessionId("a"))?.title).toBe("new");
});

test("the sessions of a deleted bot go with it", () => {
  const index = indexSessions([makeSession("a"), makeSession("b")]);
  const event = { type: "bot.deleted", seq: 1, at: "2026-01-31T12:00:00.000Z", botId: makeSession("a").botId } as const;
  expect(foldSessions(index, [event]).byId.size).toBe(0);
});

test("MB3: the mailbox shows waiting messages in the order they were accepted, and lets go of taken ones", () => {
  const waiting = foldMailbox([], [messageChanged(1, makeMessage("2")), messageChanged(2, makeMessage("1"))]);
  expect(waiting.map(({ text }) => text)).toEqual(["1", "2"]);
  const left = foldMailbox(waiting, [messageChanged(3, makeMessage("1", { state: "delivered" }))]);
  expect(left.map(({ text }) => text)).toEqual(["2"]);
});

test("MB3: a moved message, or one that was queued again, stands where it will be taken", () => {
  const [one, two, three] = ["1", "2", "3"].map((name, at) => makeMessage(name, { rank: at + 1 }));
  if (!one || !two || !three) throw new Error("expected three messages");
  const waiting = foldMailbox(
    [],
    [one, two, three].map((message, at) => messageChanged(at + 1, message)),
  );
  const moved = foldMailbox(waiting, [
    messageChanged(4, { ...three, rank: 1 }),
    messageChanged(4, { ...one, rank: 2 }),
    messageChanged(4, { ...two, rank: 3 }),
  ]);
  expect(moved.map(({ text }) => text)).toEqual(["3", "1", "2"]);
});

test("AS1: an answered ask stays answered, whatever arrives late", () => {
  const open = foldAsks(new Map(), [askChanged(1, makeAsk("1"))]);
  const answered = foldAsks(open, [askChanged(2, makeAsk("1", { state: "answered", answer: "Red" }))]);
  expect([...foldAsks(answered, [askChanged(1, makeAsk("1"))]).values()][0]?.answer).toBe("Red");
});

test("AS3: a settled ask changes only when its answer has reached a gateway, whichever message comes first", () => {
  const ask = makeAsk("1", { state: "answered", answer: "Red", delivery: "waiting" });
  const sent = { ...ask, delivery: "sent" } as const;
  const after = (...asks: readonly Ask[]) =>
    foldAsks(
      new Map(),
      asks.map((each, n) => askChanged(n, each)),
    ).get(ask.id)?.delivery;
  expect(after(ask, sent)).toBe("sent");
  expect(after(sent, ask)).toBe("sent");
  expect(after(ask, makeAsk("1"))).toBe("waiting");
  expect(after(sent, { ...ask, delivery: "too_late" })).toBe("sent");
});

test("the end of an earlier turn does not end the open one", () => {
  const open = foldTurn(null, [turnChanged(1, makeTurn("2"))]);
  expect(foldTurn(open, [turnChanged(2, makeTurn("1", { state: "done" }))])?.id).toBe("trn_2");
  expect(foldTurn(open, [turnChanged(3, makeTurn("2", { state: "done" }))])).toBeNull();
});

test("turns stand newest first, each once, whatever order their changes arrive in", () => {
  const turns = foldTurns(
    [makeTurn("2")],
    [turnChanged(1, makeTurn("3")), turnChanged(2, makeTurn("1")), turnChanged(3, makeTurn("2", { state: "done" }))],
  );
  expect(turns.map(({ id, state }) => `${id} ${state}`)).toEqual(["trn_3 running", "trn_2 done", "trn_1 running"]);
  expect(foldTurns(turns, [entryCreated(4, makeEntry(1))])).toBe(turns);
});

test("a page of older entries that was overtaken by a longer one does not take back that the start is loaded", () => {
  const window = { items: [makeEntry(1), makeEntry(2)], atStart: true, hasGap: false };
  expect(prependEntries(window, [makeEntry(2)], false).atStart).toBe(true);
});
