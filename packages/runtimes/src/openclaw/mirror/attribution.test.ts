import { makeId } from "@reef/engine/ids";
import type { TurnId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import { expect, test } from "vitest";
import { followRows, runOfInput, type TurnOfRow } from "./attribution.ts";
import { TranscriptRow } from "./transcript-row.ts";

const turnId = makeId("turn");
const endMs = 1_800_000_000_000;
const ended = (state: TurnOfRow["state"]): TurnOfRow => ({ id: turnId, state, endedAt: msToIso(endMs) });

function row(fields: Readonly<Record<string, unknown>>, about: Readonly<Record<string, unknown>> = {}): TranscriptRow {
  return TranscriptRow.parse({ content: "words", ...fields, __openclaw: { id: crypto.randomUUID(), ...about } });
}

const input = (runId: string) => row({ role: "user", idempotencyKey: `${runId}:user` });
const answer = (runId: string, atMs = endMs - 1, more: Readonly<Record<string, unknown>> = {}) =>
  row({ role: "assistant", stopReason: "stop", ...more }, { runId, recordTimestampMs: atMs });
const recovery = (runId: string) =>
  row({
    role: "user",
    idempotencyKey: `${runId}:user`,
    provenance: { kind: "internal_system", sourceTool: "main_session_restart_recovery" },
  });

function judge(rows: readonly TranscriptRow[], turn: TurnOfRow | null, owner: string | null = null): readonly string[] {
  const turns = new Map<TurnId, TurnOfRow>(turn === null ? [] : [[turn.id, turn]]);
  const inputs = new Set(rows.flatMap((each) => runOfInput(each) ?? []));
  const attribution = followRows({ owner, inputs, turns });
  return rows.map((each) => attribution.judge(each).state);
}

const own = `${turnId}:1`;

test("what somebody else said, and what was answered to it, is taken over", () => {
  expect(judge([input("a"), answer("a"), row({ role: "user" }), answer("b")], ended("done"))).toEqual(
    Array(4).fill("take"),
  );
});

test("rows of a turn of ours wait while it is open, and are its own when it is done", () => {
  const rows = [input(own), answer(own, endMs - 2, { stopReason: "toolUse" }), answer(own)];
  expect(judge(rows, { id: turnId, state: "running", endedAt: null })).toEqual(["hold", "hold", "hold"]);
  expect(judge(rows, { id: turnId, state: "waiting", endedAt: null })).toEqual(["hold", "hold", "hold"]);
  expect(judge(rows, ended("done"))).toEqual(["skip", "skip", "skip"]);
});

test("a turn of another Reef on the same gateway is somebody else's", () => {
  expect(judge([input(own), answer(own)], null)).toEqual(["take", "take"]);
});

test("a run that a crash cut off stays whose it was, under its new id too", () => {
  const rows = [input(own), recovery("resumed"), answer("resumed")];
  expect(judge(rows, { id: turnId, state: "running", endedAt: null })).toEqual(["hold", "hold", "hold"]);
  expect(judge(rows, ended("done"))).toEqual(["skip", "skip", "skip"]);
  expect(judge([input("a"), recovery("resumed"), answer("resumed")], ended("done"))).toEqual(["take", "take", "take"]);
  // The rows before were read earlier.
  expect(judge([answer("resumed")], ended("done"), own)).toEqual(["skip"]);
});

test("words typed while a turn of ours runs are taken at once, its own rows are not", () => {
  const rows = [input(own), input("typed"), answer(own), answer("typed")];
  expect(judge(rows, { id: turnId, state: "running", endedAt: null })).toEqual(["hold", "take", "hold", "take"]);
});

test("what a session says by itself after a turn of ours was done is taken over", () => {
  const announce = answer("announce", endMs + 5);
  expect(judge([input(own), answer(own), announce], ended("done"))).toEqual(["skip", "skip", "take"]);
});

test("a late answer is shown: after a cancel what came later, after a failure also what was missed", () => {
  expect(judge([input(own), answer(own), answer(own, endMs + 5)], ended("cancelled"))).toEqual([
    "skip",
    "skip",
    "late",
  ]);
  expect(judge([input(own), answer(own)], ended("failed"))).toEqual(["skip", "late"]);
});

test("what is no answer is no late answer: a stopped one, an error, a call", () => {
  const rows = [
    answer(own, endMs + 5, { openclawAbort: { aborted: true } }),
    answer(own, endMs + 5, { stopReason: "error" }),
    answer(own, endMs + 5, { stopReason: "toolUse" }),
  ];
  expect(judge(rows, ended("failed"))).toEqual(["skip", "skip", "skip"]);
});

test("an assistant's row is no input, whatever its key says", () => {
  expect(runOfInput(row({ role: "assistant", idempotencyKey: "a:assistant" }))).toBeNull();
  expect(runOfInput(input("a"))).toBe("a");
});
