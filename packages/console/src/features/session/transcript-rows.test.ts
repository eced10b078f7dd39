import type { Entry } from "@reef/protocol/entry";
import { expect, test } from "vitest";
import type { OutboxItem } from "../../data/outbox-item.ts";
import { makeEntry, makeFile, makeMessage, sessionId, turnId } from "../../testing/nouns.ts";
import {
  entriesToRows,
  outgoingItems,
  rowIndexOfSeq,
  rowsThatFill,
  type TranscriptRow,
  withTail,
} from "./transcript-rows.ts";

const call = (seq: number, callId: string) =>
  makeEntry(seq, { kind: "tool_call", text: "", tool: { callId, name: "list" } });
const result = (seq: number, callId: string) => makeEntry(seq, { kind: "tool_result", tool: { callId, name: "list" } });
const person = (seq: number, fields: Partial<Entry> = {}) => makeEntry(seq, { kind: "person", ...fields });

function drawn(rows: readonly TranscriptRow[]): readonly string[] {
  return rows.map((row) => {
    if (row.type === "entry") return `${row.entry.kind} ${row.entry.seq}${row.isHead ? " head" : ""}`;
    if (row.type === "tool")
      return `tool ${row.call?.seq ?? "-"} ${row.result?.seq ?? "-"}${row.isHead ? " head" : ""}`;
    return row.type;
  });
}

function itemOf(fields: Partial<OutboxItem>): OutboxItem {
  const item = { key: "k", sessionId: sessionId("a"), text: "hi", mode: "queue", state: "sending" } as const;
  return { ...item, messageId: null, error: null, writtenAtMs: 0, afterSeq: null, isTried: true, ...fields };
}

test("on a slow line an entry that comes before the answer to its send stands for it, one for each", () => {
  const sent = [itemOf({ key: "1", afterSeq: 4 }), itemOf({ key: "2", afterSeq: 4 })];
  const shown = (entries: readonly Entry[]) =>
    outgoingItems(sent, { entries, waitingIds: new Set() }).map(({ key }) => key);
  expect(shown([person(4, { text: "hi" })])).toEqual(["1", "2"]);
  expect(shown([person(4, { text: "hi" }), person(5, { text: "hi" })])).toEqual(["2"]);
  expect(shown([person(5, { text: "hi" }), person(6, { text: "hi" })])).toEqual([]);
});

test("a result joins its call, also when calls ran beside each other", () => {
  const entries = [person(1), makeEntry(2, { text: "" }), call(3, "x"), call(4, "y"), result(5, "y"), result(6, "x")];
  expect(drawn(entriesToRows(entries))).toEqual(["day", "person 1 head", "tool 3 6 head", "tool 4 5"]);
});

test("a result whose call is on an older page stands by itself until that page is read", () => {
  expect(drawn(entriesToRows([result(7, "x"), makeEntry(8)]))).toEqual(["day", "tool - 7 head", "bot 8"]);
  expect(drawn(entriesToRows([call(6, "x"), result(7, "x"), makeEntry(8)]))).toEqual(["day", "tool 6 7 head", "bot 8"]);
});

test("equal call ids of two turns are two calls", () => {
  const entries = [call(1, "x"), { ...result(2, "x"), turnId: turnId("2") }];
  expect(drawn(entriesToRows(entries))).toEqual(["day", "tool 1 - head", "tool - 2"]);
});

test("each day has one divider", () => {
  const rows = entriesToRows([person(1), person(2), person(3, { at: "2026-02-03T12:00:00.000Z" })]);
  expect(drawn(rows)).toEqual(["day", "person 1 head", "person 2 head", "day", "person 3 head"]);
});

test("live text stands at the end and continues the bot's run", () => {
  const live = { sessionId: sessionId("a"), turnId: turnId("1"), step: 1, text: "half" };
  const rows = withTail(entriesToRows([makeEntry(1)]), { live, phase: null, outgoing: [itemOf({})] });
  expect(drawn(rows)).toEqual(["day", "bot 1 head", "live", "outgoing"]);
  expect(rows[2]).toMatchObject({ isHead: false });
});

test("a sent message is on the page once: on its way, then waiting or in the transcript", () => {
  const { id } = makeMessage("1");
  const accepted = itemOf({ state: "accepted", messageId: id });
  const shown = (entries: readonly Entry[], waitingIds: readonly string[]) =>
    outgoingItems([accepted], { entries, waitingIds: new Set(waitingIds) }).length;
  expect(shown([], [])).toBe(1);
  expect(shown([], [id])).toBe(0);
  expect(shown([person(1, { messageId: id })], [])).toBe(0);
});

test("what is new is marked once, before the first entry that somebody else made", () => {
  const entries = [makeEntry(1), makeEntry(2), person(3), makeEntry(4), makeEntry(5)];
  expect(drawn(entriesToRows(entries, 2))).toEqual([
    "day",
    "bot 1 head",
    "bot 2",
    "person 3 head",
    "new",
    "bot 4 head",
    "bot 5",
  ]);
  expect(drawn(entriesToRows(entries, 5))).not.toContain("new");
  expect(drawn(entriesToRows(entries, null))).not.toContain("new");
});

test("an entry is found in the row that shows it: a result in its call's, a hidden one in the row before it", () => {
  const rows = entriesToRows([person(10), call(11, "x"), person(12), result(13, "x"), makeEntry(14, { text: "" })]);
  const shown = (seq: number) => drawn(rows)[rowIndexOfSeq(rows, seq)];
  expect(shown(10)).toBe("person 10 head");
  expect(shown(13)).toBe("tool 11 13 head");
  expect(shown(14)).toBe("person 12 head");
  expect(rowIndexOfSeq(rows, 1)).toBe(0);
  expect(rowIndexOfSeq([], 1)).toBe(-1);
});

test("what is painted first ends with the newest row and fills the height, however long the transcript is", () => {
  const short = entriesToRows(Array.from({ length: 500 }, (_, index) => makeEntry(index + 1, { text: "ok" })));
  const filled = rowsThatFill(short, 800);
  expect(filled.at(-1)).toBe(short.at(-1));
  expect(filled.length).toBeGreaterThan(800 / 60);
  expect(filled.length).toBeLessThan(60);
  const long = entriesToRows([makeEntry(1), makeEntry(2, { text: "word ".repeat(5000) })]);
  expect(rowsThatFill(long, 800)).toEqual(long.slice(-1));
  expect(rowsThatFill(short.slice(0, 3), 800)).toHaveLength(3);
});

test("PR1: what a model thought before its calls is a row of its own; beside an answer it belongs to the answer", () => {
  const thought = makeEntry(1, { text: "", reasoning: "First I look around." });
  const rows = entriesToRows([thought, call(2, "x"), result(3, "x"), makeEntry(4, { reasoning: "Now I know." })]);
  expect(rows.map(({ type }) => type)).toEqual(["day", "thought", "tool", "entry"]);
  expect(rows[2]).toMatchObject({ isHead: false });
  expect(rowIndexOfSeq(rows, 1)).toBe(1);
  expect(entriesToRows([makeEntry(1, { text: "" }), call(2, "x")]).map(({ type }) => type)).toEqual(["day", "tool"]);
});

test("an answer of files alone is shown", () => {
  const rows = entriesToRows([makeEntry(1, { text: "", attachments: [makeFile("shot")] })]);
  expect(rows.map(({ type }) => type)).toEqual(["day", "entry"]);
});

test("PR4: a phase stands where the words will come, and gives way to them", () => {
  const at = { sessionId: sessionId("a"), turnId: turnId("1"), step: 1 };
  const phase = { type: "phase", ...at, phase: "waiting", since: "2026-01-31T12:00:00.000Z" } as const;
  const typesOf = (tail: Parameters<typeof withTail>[1]) => withTail([], tail).map(({ type }) => type);
  expect(typesOf({ live: null, phase, outgoing: [] })).toEqual(["phase"]);
  expect(typesOf({ live: { ...at, text: "half" }, phase, outgoing: [] })).toEqual(["live"]);
  expect(typesOf({ live: null, phase: { ...phase, phase: "writing" }, outgoing: [] })).toEqual([]);
});
