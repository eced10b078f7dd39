import { expect, test } from "vitest";
import { eachPage } from "./each-page.ts";

/** Lists items in pages of two. */
function listOf(items: readonly number[], log: string[]) {
  return async (cursor: string | null) => {
    log.push(`read ${cursor}`);
    const start = Number(cursor ?? 0);
    return { items: items.slice(start, start + 2), next: start + 2 < items.length ? String(start + 2) : null };
  };
}

test("every page comes once, in order, with a pause between two and none after the last", async () => {
  const log: string[] = [];
  const pages: (readonly number[])[] = [];
  const between = async () => void log.push("pause");
  for await (const items of eachPage(listOf([1, 2, 3, 4, 5], log), between)) pages.push(items);
  expect(pages).toEqual([[1, 2], [3, 4], [5]]);
  expect(log).toEqual(["read null", "pause", "read 2", "pause", "read 4"]);
});

test("an empty list is one page without items", async () => {
  const pages: (readonly number[])[] = [];
  for await (const items of eachPage(listOf([], []))) pages.push(items);
  expect(pages).toEqual([[]]);
});

test("a page without items may be followed by another", async () => {
  const read = async (cursor: string | null) =>
    cursor === null ? { items: [], next: "more" } : { items: [1], next: null };
  const pages: (readonly number[])[] = [];
  for await (const items of eachPage(read)) pages.push(items);
  expect(pages).toEqual([[], [1]]);
});

test("a loop that is left reads no further", async () => {
  const log: string[] = [];
  for await (const items of eachPage(listOf([1, 2, 3], log))) if (items.includes(1)) break;
  expect(log).toEqual(["read null"]);
});

test("what a page refuses is refused", async () => {
  const read = async (cursor: string | null) => {
    if (cursor !== null) throw new Error("no such page");
    return { items: [1], next: "2" };
  };
  const all = async () => {
    for await (const _ of eachPage(read));
  };
  await expect(all()).rejects.toThrow("no such page");
});
