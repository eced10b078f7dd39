/** Tests below which entry the files of a turn stand. */
import { expect, test } from "vitest";
import { makeEntry, turnId } from "../../testing/nouns.ts";
import { isLastOfWork } from "./TurnFiles.tsx";

const of = (seq: number, kind: "bot" | "tool_call" | "tool_result" | "person", turn: string) =>
  makeEntry(seq, { kind, turnId: turnId(turn) });

test("the files of a turn stand once, below its final answer, and below none of a turn without tools", () => {
  const items = [
    of(1, "bot", "a"),
    of(2, "tool_call", "a"),
    of(3, "tool_result", "a"),
    of(4, "bot", "a"),
    of(5, "bot", "b"),
  ];
  const isShown = (seq: number, turn: string) => isLastOfWork(items, { seq, turnId: turnId(turn) });
  expect([1, 4].map((seq) => isShown(seq, "a"))).toEqual([false, true]);
  expect(isShown(5, "b")).toBe(false);
});
