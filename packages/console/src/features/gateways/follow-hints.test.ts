import { expect, test } from "vitest";
import { followHints } from "./follow-hints.ts";

/** A read that ends when the test says so. */
function heldReads() {
  const begun: (readonly string[])[] = [];
  const ends: (() => void)[] = [];
  const read = (hints: readonly string[]): Promise<void> => {
    begun.push(hints);
    return new Promise((resolve) => ends.push(resolve));
  };
  return { begun, read, end: () => ends.shift()?.() };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test("a hint in the middle of a read waits for its end, and what came meanwhile is read together", async () => {
  const { begun, read, end } = heldReads();
  const take = followHints<string>({ read, pause: settle, signal: new AbortController().signal });
  take("a");
  await settle();
  await settle();
  take("b");
  take("c");
  await settle();
  await settle();
  expect(begun).toEqual([["a"]]);
  end();
  await settle();
  await settle();
  expect(begun).toEqual([["a"], ["b", "c"]]);
  end();
  await settle();
  take("d");
  await settle();
  await settle();
  expect(begun.at(-1)).toEqual(["d"]);
});

test("once ended, nothing more is read", async () => {
  const { begun, read, end } = heldReads();
  const stop = new AbortController();
  const take = followHints<string>({ read, pause: settle, signal: stop.signal });
  take("a");
  await settle();
  await settle();
  take("b");
  stop.abort();
  end();
  await settle();
  take("c");
  await settle();
  await settle();
  expect(begun).toEqual([["a"]]);
});
