import { expect, test } from "vitest";
import { makeEntry } from "../../testing/nouns.ts";
import { headSpawns } from "./head-spawns.ts";
import { entriesToRows } from "./transcript-rows.ts";

function spawned(seq: number) {
  const tool = { callId: `call-${seq}`, name: "session_spawn" };
  const text = `Started “a task” (ses_00000000-0000-4000-8000-00000000000${seq}) for Ada.`;
  return [
    makeEntry(seq, { kind: "tool_call", text: "", tool }),
    makeEntry(seq + 1, { kind: "tool_result", text, tool: { ...tool, isError: false } }),
  ];
}

test("several sessions started one after the other have one head, which takes the author line", () => {
  const rows = headSpawns(entriesToRows([...spawned(1), ...spawned(3), makeEntry(5), ...spawned(6)]));
  expect(rows.map((row) => `${row.type}${"isHead" in row && row.isHead ? " head" : ""}`)).toEqual([
    "day",
    "spawns head",
    "tool",
    "tool",
    "entry",
    "tool",
  ]);
  expect(rows[1]).toMatchObject({ count: 2 });
});
