import type { Progress } from "@reef/protocol/progress";
import { expect, test } from "vitest";
import { foldProgress } from "./use-progress.ts";

const progress = (id: string, fields: Partial<Progress> = {}): Progress => ({
  id,
  kind: "import",
  title: "a folder",
  gatewayId: null,
  sessionId: null,
  state: "running",
  current: null,
  done: 0,
  total: null,
  problems: [],
  error: null,
  report: null,
  startedAt: "2026-01-31T12:00:00.000Z",
  endedAt: null,
  ...fields,
});

test("new work comes first, and known work stays in its place", () => {
  const list = foldProgress([progress("a")], progress("b"));
  expect(list.map(({ id }) => id)).toEqual(["b", "a"]);
  expect(foldProgress(list, progress("a", { done: 3 })).map(({ id, done }) => [id, done])).toEqual([
    ["b", 0],
    ["a", 3],
  ]);
});

test("what has ended does not run again, however late its first answer comes", () => {
  const ended = foldProgress([], progress("a", { state: "done", done: 9 }));
  expect(foldProgress(ended, progress("a", { done: 1 }))[0]).toMatchObject({ state: "done", done: 9 });
});
