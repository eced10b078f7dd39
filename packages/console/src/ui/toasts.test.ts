import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createToasts } from "./toasts.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a toast goes by itself, but not while somebody reads it or reaches for its Undo", () => {
  const toasts = createToasts();
  const texts = (): readonly string[] => toasts.items.get().map(({ text }) => text);
  toasts.show({ text: "archived" });
  vi.advanceTimersByTime(6_000);
  toasts.hold(true);
  toasts.show({ text: "moved" });
  vi.advanceTimersByTime(60_000);
  expect(texts()).toEqual(["archived", "moved"]);
  toasts.hold(false);
  vi.advanceTimersByTime(6_000);
  expect(texts()).toEqual(["archived", "moved"]);
  vi.advanceTimersByTime(2_000);
  expect(texts()).toEqual([]);
});

test("toasts that were put away under the pointer leave no hold behind", () => {
  const toasts = createToasts();
  toasts.show({ text: "archived" });
  toasts.hold(true);
  for (const { id } of toasts.items.get()) toasts.dismiss(id);
  toasts.show({ text: "moved" });
  vi.advanceTimersByTime(8_000);
  expect(toasts.items.get()).toEqual([]);
});
