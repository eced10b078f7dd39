import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { TimelineTurn } from "@reef/protocol/overview";
import type { Turn } from "@reef/protocol/turn";
import { expect, test } from "vitest";
import {
  askChanged,
  botId,
  entryCreated,
  makeAsk,
  makeEntry,
  makeMessage,
  makeTurn,
  messageChanged,
  sessionId,
  turnChanged,
} from "../../testing/nouns.ts";
import { makeLanes, maxRows, packTurns } from "./lanes.ts";
import { axisHeight, axisTicks, findHit, layoutView, type View } from "./layout.ts";
import { foldTimeline, joinOlder, type TimelineState } from "./timeline-state.ts";
import { busyRange, followNow, pan, pinchOf, pinchTo, wholeRange, zoom } from "./view-range.ts";

const startMs = Date.parse("2026-01-31T12:00:00.000Z");
const at = (minute: number): string => new Date(startMs + minute * 60_000).toISOString();
const empty: TimelineState = {
  sinceMs: startMs,
  turns: new Map(),
  messages: new Map(),
  asks: new Map(),
  refusals: new Map(),
  isCut: false,
};
const bots = new Map(["ada", "ben", "cleo"].map((name) => [botId(name), { name }]));
const botOf = (id: SessionId): BotId | null =>
  bots.has(`bot_${id.slice(4)}` as BotId) ? (`bot_${id.slice(4)}` as BotId) : null;

function turn(
  name: string,
  bot: string,
  [from, to]: readonly [number, number | null],
  fields: Partial<Turn> = {},
): Turn {
  const state = to === null ? "running" : "done";
  const ends = { startedAt: at(from), endedAt: to === null ? null : at(to) };
  const usage = { modelCalls: 1, inputTokens: 10, outputTokens: 5, costUsd: 0, unpricedCalls: 1 };
  return makeTurn(name, {
    botId: botId(bot),
    sessionId: sessionId(bot),
    state,
    usage,
    steps: 1,
    error: null,
    ...ends,
    ...fields,
  });
}

function message(
  name: string,
  [from, to]: readonly [string, string],
  [sent, delivered]: readonly [number, number | null],
): Message {
  const sender = {
    kind: "session",
    sessionId: sessionId(from),
    botId: botId(from),
    botName: from,
    title: from,
  } as const;
  const times = {
    acceptedAt: at(sent),
    deliveredAt: delivered === null ? null : at(delivered),
    actedAt: null,
    answeredAt: null,
  };
  return makeMessage(name, { from: sender, sessionId: sessionId(to), receipts: times });
}

const filled = foldTimeline(
  empty,
  [
    turnChanged(1, turn("1", "ada", [0, 10])),
    turnChanged(2, turn("2", "ada", [5, 15], { state: "failed" })),
    turnChanged(3, turn("3", "ben", [20, null])),
    messageChanged(4, message("m", ["ada", "ben"], [10, 20])),
    askChanged(5, makeAsk("q", { botId: botId("cleo"), sessionId: sessionId("cleo"), createdAt: at(30) })),
  ],
  botOf,
);
const lanes = makeLanes(filled, bots);
const view: View = {
  fromMs: startMs,
  toMs: startMs + 60 * 60_000,
  width: 600,
  height: 400,
  scrollTop: 0,
  nowMs: startMs + 40 * 60_000,
};

test("SY2: folding an event twice changes nothing, and a later one replaces what was there", () => {
  const event = turnChanged(9, turn("3", "ben", [20, 25]));
  const once = foldTimeline(filled, [event], botOf);
  expect([...foldTimeline(once, [event], botOf).turns.values()]).toEqual([...once.turns.values()]);
  expect(once.turns.size).toBe(3);
  expect([...filled.turns.values()].map(({ endedAt }) => endedAt)).toContain(null);
  expect(foldTimeline(filled, [messageChanged(6, makeMessage("from a person"))], botOf)).toBe(filled);
  const gone = { type: "session.deleted", seq: 7, at: at(41), sessionId: sessionId("ben") } as const;
  const left = foldTimeline(filled, [gone], botOf);
  expect([left.turns.size, left.messages.size, left.asks.size]).toEqual([2, 0, 1]);
});

test("turns that run side by side lie in rows of their own, up to a limit, and never two on one place below it", () => {
  const rowsOf = (turns: readonly Turn[]) => packTurns(turns as readonly TimelineTurn[]).map(({ row }) => row);
  expect(rowsOf([turn("1", "ada", [0, 10]), turn("2", "ada", [5, 15]), turn("3", "ada", [10, 12])])).toEqual([0, 1, 0]);
  expect(rowsOf([turn("1", "ada", [0, null]), turn("2", "ada", [5, 6]), turn("3", "ada", [6, 7])])).toEqual([0, 1, 1]);
  const many = Array.from({ length: 20 }, (_, n) => turn(`${n}`, "ada", [n, null]));
  expect(Math.max(...rowsOf(many))).toBe(maxRows - 1);
});

test("every bot that did anything has a lane, by name, without overlap", () => {
  expect(lanes.map(({ name }) => name)).toEqual(["ada", "ben", "cleo"]);
  expect(lanes.map(({ rows }) => rows)).toEqual([2, 1, 1]);
  for (const [index, lane] of lanes.entries()) {
    const before = lanes[index - 1];
    expect(lane.top).toBe(before ? before.top + before.height : 0);
  }
});

test("what is drawn lies where its times are: 10 px a minute here", () => {
  const { bars, arrows, marks } = layoutView(filled, lanes, view);
  const bar = (id: string) => bars.find((each) => each.turn.id === `trn_${id}`);
  expect(bar("1")).toMatchObject({ x: 0, width: 100 });
  expect(bar("2")).toMatchObject({ x: 50, width: 100 });
  // Still open: up to now.
  expect(bar("3")).toMatchObject({ x: 200, width: 200 });
  expect(arrows).toMatchObject([{ fromX: 100, toX: 200 }]);
  const [ada, ben] = lanes;
  const within = (y: number, lane = ada) =>
    y >= axisHeight + (lane?.top ?? 0) && y <= axisHeight + (lane?.top ?? 0) + (lane?.height ?? 0);
  expect([within(arrows[0]?.fromY ?? 0, ada), within(arrows[0]?.toY ?? 0, ben)]).toEqual([true, true]);
  expect(marks.map(({ type, x }) => [type, x])).toEqual([
    ["failure", 150],
    ["ask", 300],
  ]);
});

test("what is out of view, in time or by scrolling, is not drawn", () => {
  const later = layoutView(filled, lanes, { ...view, fromMs: startMs + 16 * 60_000 });
  expect(later.bars.map((bar) => bar.turn.id)).toEqual(["trn_3"]);
  expect(later.arrows.length).toBe(1);
  const down = layoutView(filled, lanes, { ...view, scrollTop: (lanes[2]?.top ?? 0) + axisHeight });
  expect(down.bars).toEqual([]);
  expect(down.marks.map(({ type }) => type)).toEqual(["ask"]);
});

test("the pointer finds what it points at", () => {
  const drawing = layoutView(filled, lanes, view);
  const bar = drawing.bars.find((each) => each.turn.id === "trn_3");
  expect(findHit(drawing, (bar?.x ?? 0) + 50, (bar?.y ?? 0) + 3)).toMatchObject({
    type: "turn",
    turn: { id: "trn_3" },
  });
  expect(findHit(drawing, drawing.arrows[0]?.toX ?? 0, drawing.arrows[0]?.toY ?? 0)?.type).toBe("message");
  expect(findHit(drawing, 300, drawing.marks[1]?.y ?? 0)?.type).toBe("ask");
  expect(findHit(drawing, 599, 390)).toBeNull();
});

test("the view follows now until it is moved away, stays within what is loaded, and zooms around a moment", () => {
  const loaded = { sinceMs: startMs, nowMs: startMs + 3_600_000 };
  const whole = wholeRange(loaded);
  expect(whole.fromMs).toBe(startMs);
  const minuteLater = followNow(whole, { ...loaded, nowMs: loaded.nowMs + 60_000 });
  expect(minuteLater.toMs - whole.toMs).toBeCloseTo(60_000, -2);
  const near = zoom(whole, { factor: 0.25, anchor: 0.5 }, loaded);
  const middle = ({ fromMs, toMs }: typeof whole) => (fromMs + toMs) / 2;
  expect(Math.abs(middle(near) - middle(whole))).toBeLessThan(1);
  expect(near.isFollowing).toBe(false);
  expect(followNow(near, { ...loaded, nowMs: loaded.nowMs + 60_000 })).toBe(near);
  expect(pan(near, -100, loaded).fromMs).toBe(startMs);
  expect(pan(near, 100, loaded).isFollowing).toBe(true);
  expect(zoom(near, { factor: 1000, anchor: 0.5 }, loaded).fromMs).toBeCloseTo(startMs, -2);
});

test("fitted to what happened, the view is never narrower than a minute nor wider than what is loaded", () => {
  const loaded = { sinceMs: startMs, nowMs: startMs + 3_600_000 };
  const opened = busyRange(loaded.nowMs - 600_000, loaded);
  expect(opened.fromMs).toBeLessThan(loaded.nowMs - 600_000);
  expect(opened.fromMs).toBeGreaterThan(loaded.nowMs - 700_000);
  expect(opened.isFollowing).toBe(true);
  expect(busyRange(loaded.nowMs, loaded).toMs - busyRange(loaded.nowMs, loaded).fromMs).toBeCloseTo(60_000, -1);
  expect(busyRange(startMs, loaded).fromMs).toBeCloseTo(startMs, -2);
});

test("the scale's marks are round and never closer than asked for", () => {
  const ticks = axisTicks(view, 80);
  expect(ticks.length).toBeGreaterThan(3);
  for (const tick of ticks) expect(tick % 60_000).toBe(0);
  expect((((ticks[1] ?? 0) - (ticks[0] ?? 0)) / (view.toMs - view.fromMs)) * view.width).toBeGreaterThanOrEqual(80);
});

test("two fingers zoom and move: what is under each stays under it", () => {
  const loaded = { sinceMs: startMs, nowMs: startMs + 3_600_000 };
  const range = { fromMs: startMs + 600_000, toMs: startMs + 1_800_000, isFollowing: false };
  const momentAt = ({ fromMs, toMs }: typeof range, part: number) => fromMs + (toMs - fromMs) * part;
  const fingers = (one: number, other: number) =>
    pinchOf(
      new Map([
        [1, one],
        [2, other],
      ]),
      1000,
    );
  const [before, after] = [fingers(400, 600), fingers(300, 800)];
  if (!before || !after) throw new Error("expected two fingers");
  const pinched = pinchTo(range, { before, after }, loaded);
  expect(momentAt(pinched, 0.3)).toBeCloseTo(momentAt(range, 0.4), -1);
  expect(momentAt(pinched, 0.8)).toBeCloseTo(momentAt(range, 0.6), -1);
  expect(pinchOf(new Map([[1, 400]]), 1000)).toBeNull();
  expect(fingers(400, 400)).toBeNull();
});

test("an older stretch is joined before what is loaded; what is known of both stays as it is now", () => {
  const before = { ...empty, sinceMs: startMs - 3_600_000 };
  const older = foldTimeline(
    before,
    [turnChanged(1, turn("0", "ada", [-50, -40])), turnChanged(2, turn("3", "ben", [20, null], { error: "old" }))],
    botOf,
  );
  const joined = joinOlder(filled, older);
  expect(joined.sinceMs).toBe(before.sinceMs);
  expect([...joined.turns.keys()].toSorted()).toEqual(["trn_0", "trn_1", "trn_2", "trn_3"]);
  expect([...joined.turns.values()].find(({ id }) => id === "trn_3")?.error).toBeNull();
  expect(joined.messages.size).toBe(filled.messages.size);
});

test("MB8: a refused message is a mark in its sender's lane, live too, and the pointer finds it", () => {
  const notice = { type: "refused", to: "ses_ben" } as const;
  const entry = makeEntry(7, { kind: "notice", sessionId: sessionId("ada"), text: "Refused: no.", at: at(15), notice });
  const state = foldTimeline(filled, [entryCreated(9, entry)], botOf);
  expect(foldTimeline(state, [entryCreated(9, entry)], botOf).refusals.size).toBe(1);
  const drawing = layoutView(state, makeLanes(state, bots), view);
  const mark = drawing.marks.find(({ type }) => type === "refusal");
  expect(mark?.x).toBe(150);
  expect(findHit(drawing, mark?.x ?? 0, mark?.y ?? 0)).toMatchObject({
    type: "refusal",
    refusal: { botId: botId("ada") },
  });
});

test("what a bot writes to itself within a few pixels is one mark with its number, and is found under the pointer", () => {
  const messages = [
    message("a", ["ada", "ada"], [10, 10]),
    message("b", ["ada", "ada"], [10.1, 10.1]),
    message("c", ["ada", "ada"], [10.2, 10.2]),
    message("d", ["ada", "ada"], [40, 40]),
    message("e", ["ada", "ben"], [10, 10]),
  ];
  const state = foldTimeline(
    empty,
    messages.map((each, index) => messageChanged(index + 1, each)),
    botOf,
  );
  const drawing = layoutView(state, makeLanes(state, bots), view);
  expect(drawing.arrows.map((arrow) => arrow.message.id)).toEqual([messages[4]?.id, messages[3]?.id]);
  const [bundle] = drawing.marks;
  expect(bundle).toMatchObject({ type: "bundle", messages: { length: 3 } });
  expect(bundle && findHit(drawing, bundle.x, bundle.y)).toMatchObject({ type: "bundle" });
});
