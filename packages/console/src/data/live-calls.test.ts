import type { EntryTool } from "@reef/protocol/entry";
import { expect, test } from "vitest";
import { entryCreated, makeEntry, makeTurn, sessionId, turnChanged } from "../testing/nouns.ts";
import { foldCalls, noLiveCalls } from "./live-calls.ts";

const tool = (callId: string, name = "shell"): EntryTool => ({ callId, name, input: {} });
const call = (seq: number, callId: string) =>
  entryCreated(seq, makeEntry(seq, { kind: "tool_call", tool: tool(callId) }));
const result = (seq: number, callId: string) =>
  entryCreated(seq, makeEntry(seq, { kind: "tool_result", tool: tool(callId) }));
const current = (...events: Parameters<typeof foldCalls>[1]) =>
  [...foldCalls(noLiveCalls, events).values()].map(({ callId }) => callId);

test("a session is in its newest call until that has its result", () => {
  expect(current(call(1, "a"))).toEqual(["a"]);
  expect(current(call(1, "a"), call(2, "b"), result(3, "a"))).toEqual(["b"]);
  expect(current(call(1, "a"), call(2, "b"), result(3, "b"))).toEqual([]);
});

test("a turn that ended is in no call, whatever became of its result", () => {
  const { sessionId: id } = makeEntry(1);
  expect(current(call(1, "a"), turnChanged(2, makeTurn("t", { sessionId: id, state: "cancelled" })))).toEqual([]);
  expect(current(call(1, "a"), turnChanged(2, makeTurn("t", { sessionId: id, state: "running" })))).toEqual(["a"]);
  expect(current(call(1, "a"), turnChanged(2, makeTurn("t", { sessionId: sessionId("z"), state: "done" })))).toEqual([
    "a",
  ]);
});

test("events that change nothing leave the same map, which wakes nobody", () => {
  const before = foldCalls(noLiveCalls, [call(1, "a")]);
  expect(foldCalls(before, [entryCreated(2, makeEntry(2)), result(3, "other")])).toBe(before);
  expect(foldCalls(noLiveCalls, [result(1, "a")])).toBe(noLiveCalls);
});
