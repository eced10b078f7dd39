import type { Entry } from "@reef/protocol/entry";
import { expect, test } from "vitest";
import { makeEntry, makeFile } from "../../testing/nouns.ts";
import { foldRuns } from "./tool-runs.ts";
import { entriesToRows, rowIndexOfSeq, type TranscriptRow } from "./transcript-rows.ts";

/** Makes a call at `seq`, with its result right behind it. */
function called(seq: number, name = "session_list", fields: Partial<Entry["tool"]> = {}): readonly Entry[] {
  const callId = `call-${seq}`;
  return [
    makeEntry(seq, { kind: "tool_call", text: "", tool: { callId, name } }),
    makeEntry(seq + 1, { kind: "tool_result", tool: { callId, name, isError: false, ...fields } }),
  ];
}

function calledOften(from: number, count: number, name?: string): readonly Entry[] {
  return Array.from({ length: count }, (_, index) => called(from + 2 * index, name)).flat();
}

function drawn(entries: readonly Entry[], openSeqs: readonly number[] = []): readonly string[] {
  return foldRuns(entriesToRows(entries), new Set(openSeqs)).map(wordOf);
}

function wordOf(row: TranscriptRow): string {
  if (row.type === "run") return `${row.isOpen ? "open " : ""}run of ${row.calls.length}${row.isHead ? " head" : ""}`;
  if (row.type === "tool") return `call ${row.call?.seq}${row.isHead ? " head" : ""}`;
  return row.type === "entry" ? row.entry.kind : row.type;
}

test("many calls in a row are one line between what was said; a few stay as they are", () => {
  const person = makeEntry(1, { kind: "person" });
  expect(drawn([person, ...calledOften(2, 20), makeEntry(42)])).toEqual(["day", "person", "run of 20 head", "bot"]);
  expect(drawn([person, ...calledOften(2, 2), makeEntry(6)])).toEqual([
    "day",
    "person",
    "call 2 head",
    "call 4",
    "bot",
  ]);
});

test("what must not be missed keeps its row: failures, words to others, a call that has no result", () => {
  const entries = [
    ...calledOften(1, 5),
    ...called(11, "session_list", { isError: true }),
    ...calledOften(13, 5),
    ...called(23, "session_send"),
    ...called(25, "ask_person"),
    makeEntry(27, { kind: "tool_call", text: "", tool: { callId: "open", name: "session_list" } }),
    makeEntry(28),
  ];
  expect(drawn(entries)).toEqual([
    "day",
    "run of 5 head",
    "call 11",
    "run of 5",
    "call 23",
    "call 25",
    "call 27",
    "bot",
  ]);
});

test("at the end of a transcript the newest calls stay in sight", () => {
  expect(drawn(calledOften(1, 9))).toEqual(["day", "run of 7 head", "call 15", "call 17"]);
  expect(drawn(calledOften(1, 4))).toHaveLength(5);
});

test("once the answer has begun they fold with the others, so that nothing moves when it is stored", () => {
  const rows = entriesToRows(calledOften(1, 9));
  expect(foldRuns(rows, new Set(), true).map(wordOf)).toEqual(["day", "run of 9 head"]);
  expect(drawn([...calledOften(1, 9), makeEntry(19)])).toEqual(["day", "run of 9 head", "bot"]);
});

test("a run is open where a person opened it or was led to, also when older calls join it", () => {
  const open = foldRuns(entriesToRows([...calledOften(11, 6), makeEntry(23)]), new Set([14]));
  expect(open.map(wordOf).slice(0, 4)).toEqual(["day", "open run of 6 head", "call 11", "call 13"]);
  expect(wordOf(open[rowIndexOfSeq(open, 14)] as TranscriptRow)).toBe("call 13");
  expect(drawn([...calledOften(1, 11), makeEntry(23)], [14])[1]).toBe("open run of 11 head");
  expect(drawn([...calledOften(11, 6), makeEntry(23)], [99])[1]).toBe("run of 6 head");
});

test("PR1: what was thought between calls folds with them, and at the end stays with the call it led to", () => {
  const thought = (seq: number) => makeEntry(seq, { text: "", reasoning: "Hm." });
  const entries = [1, 4, 7, 10, 13, 16, 19].flatMap((seq) => [thought(seq), ...called(seq + 1)]);
  expect(drawn([...entries, makeEntry(30)])).toEqual(["day", "run of 7 head", "bot"]);
  expect(drawn(entries)).toEqual(["day", "run of 5 head", "thought", "call 17", "thought", "call 20"]);
  expect(drawn([...entries, thought(22)]).slice(-3)).toEqual(["thought", "call 20", "thought"]);
  // A link to a thought leads to it in the open run.
  expect(drawn([...entries, makeEntry(30)], [4]).slice(1, 5)).toEqual([
    "open run of 7 head",
    "thought",
    "call 2",
    "thought",
  ]);
});

test("a call that brought a picture keeps its row", () => {
  const [call, result] = called(11) as [Entry, Entry];
  const entries = [...calledOften(1, 5), call, { ...result, attachments: [makeFile("shot")] }, ...calledOften(13, 5)];
  expect(drawn([...entries, makeEntry(30)])).toEqual(["day", "run of 5 head", "call 11", "run of 5", "bot"]);
});
