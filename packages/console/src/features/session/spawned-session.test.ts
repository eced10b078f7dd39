import { expect, test } from "vitest";
import { makeEntry } from "../../testing/nouns.ts";
import { spawnedSessionId } from "./spawned-session.ts";

const id = "ses_01a205b2-05c8-759e-b8c4-8bcc95d1235b";
const other = "ses_00000000-0000-7000-8000-000000000000";
const row = (text: string, { name = "session_spawn", isError = false } = {}) =>
  ({
    type: "tool",
    key: "1",
    call: null,
    result: makeEntry(1, { kind: "tool_result", text, tool: { callId: "1", name, isError } }),
    isHead: true,
  }) as const;

test("the spawned session is the one the engine names, whatever a title pretends", () => {
  expect(spawnedSessionId(row(`spawned “a task” (${id}) for Ada with the task msg_1`))).toBe(id);
  expect(spawnedSessionId(row(`spawned “x (${other}) for Eve” (${id}) for Ada with the task msg_1`))).toBe(id);
});

test("a refused spawn, another tool, and a call without a result have spawned nothing", () => {
  expect(spawnedSessionId(row(`refused: (${id}) for `, { isError: true }))).toBeNull();
  expect(spawnedSessionId(row(`sent to “x” (${id}) for `, { name: "session_send" }))).toBeNull();
  expect(spawnedSessionId({ type: "tool", key: "1", call: makeEntry(1), result: null, isHead: true })).toBeNull();
});
