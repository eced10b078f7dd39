import { expect, test, vi } from "vitest";
import { createTicker } from "./ticker.ts";

test("one timer moves all that listen, and none runs when nobody does", () => {
  vi.useFakeTimers();
  try {
    const seconds = createTicker(1000);
    const before = seconds.get();
    const heard: string[] = [];
    const stopA = seconds.subscribe(() => heard.push("a"));
    const stopB = seconds.subscribe(() => heard.push("b"));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(heard).toEqual(["a", "b"]);
    expect(seconds.get() - before).toBe(1000);
    stopA();
    stopB();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
