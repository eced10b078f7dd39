import type { GatewayEntry } from "@reef/protocol/gateway";
import { expect, test } from "vitest";
import { type OutsideWindow, windowToEntries, withNewest, withOlder } from "./outside-window.ts";

const entry = (id: string, fields: Partial<GatewayEntry> = {}): GatewayEntry => ({
  id,
  kind: "bot",
  text: `text ${id}`,
  fromKey: null,
  tool: null,
  at: "2026-01-31T12:00:00.000Z",
  ...fields,
});
const entries = (...ids: readonly string[]) => ids.map((id) => entry(id));
const ids = ({ items }: OutsideWindow) => items.map(({ id }) => id);
const numbers = (window: OutsideWindow) => new Map(windowToEntries(window).map(({ id, seq }) => [String(id), seq]));

test("older rows come before, each once, and no number moves", () => {
  const window = withNewest(undefined, { items: entries("c", "d"), older: "c" });
  const before = numbers(window);
  const grown = withOlder(window, { items: entries("a", "b", "c"), older: null });
  expect(ids(grown)).toEqual(["a", "b", "c", "d"]);
  expect(grown.older).toBeNull();
  const after = numbers(grown);
  expect(after.get("c")).toBe(before.get("c"));
  expect(after.get("a")).toBe((before.get("c") ?? 0) - 2);
});

test("a newer page joins what is loaded, and older pages stay", () => {
  const window = withOlder(withNewest(undefined, { items: entries("c", "d"), older: "c" }), {
    items: entries("a", "b"),
    older: "a",
  });
  const next = withNewest(window, { items: entries("d", "e"), older: "d" });
  expect(ids(next)).toEqual(["a", "b", "c", "d", "e"]);
  expect(next.older).toBe("a");
  expect(numbers(next).get("d")).toBe(numbers(window).get("d"));
});

test("a page that does not join up stands alone, so that no hole is shown as whole", () => {
  const window = withNewest(undefined, { items: entries("a", "b"), older: null });
  const next = withNewest(window, { items: entries("y", "z"), older: "y" });
  expect(ids(next)).toEqual(["y", "z"]);
  expect(next.older).toBe("y");
});

test("a row without a time takes that of the row before it", () => {
  const window = withNewest(undefined, {
    items: [entry("a", { at: null }), entry("b", { at: "2026-01-31T12:00:05.000Z" }), entry("c", { at: null })],
    older: null,
  });
  expect(windowToEntries(window).map(({ at }) => at)).toEqual([
    "2026-01-31T12:00:05.000Z",
    "2026-01-31T12:00:05.000Z",
    "2026-01-31T12:00:05.000Z",
  ]);
});
