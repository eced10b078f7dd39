import { expect, test } from "vitest";
import { followsAfterAim, followsAfterScroll, type View } from "./follow-end.ts";

function viewOf({ top, content, client = 500 }: { top: number; content: number; client?: number }): View {
  return { top, client, height: Math.max(content, top + client), end: content };
}

const atEnd = viewOf({ top: 1_500, content: 2_000 });

test("content that grows leaves nobody behind", () => {
  expect(followsAfterScroll(true, atEnd, viewOf({ top: 1_500, content: 3_000 }))).toBe(true);
});

test("content that shrinks, and has grown again before anybody looked, is not the reader going up", () => {
  expect(followsAfterScroll(true, atEnd, viewOf({ top: 300, content: 800 }))).toBe(true);
  expect(followsAfterScroll(true, atEnd, viewOf({ top: 300, content: 1_900 }))).toBe(true);
});

test("a pane that gets lower or higher is not the reader going up", () => {
  expect(followsAfterScroll(true, atEnd, viewOf({ top: 1_500, content: 2_000, client: 200 }))).toBe(true);
  expect(followsAfterScroll(true, atEnd, viewOf({ top: 1_100, content: 2_000, client: 900 }))).toBe(true);
});

test("the reader leaves by going up, also while text comes in", () => {
  expect(followsAfterScroll(true, atEnd, viewOf({ top: 1_440, content: 2_000 }))).toBe(false);
  expect(followsAfterScroll(true, atEnd, viewOf({ top: 1_440, content: 2_400 }))).toBe(false);
});

test("a wheel or key that goes up leaves at the first touch; where nothing is above, it leaves nothing", () => {
  expect(followsAfterAim(true, atEnd, -1)).toBe(false);
  expect(followsAfterAim(true, viewOf({ top: 0, content: 400 }), -1)).toBe(true);
});

test("the reader comes back by going down to the end, also to where it was before it grew", () => {
  const above = viewOf({ top: 1_000, content: 2_000 });
  expect(followsAfterScroll(false, above, viewOf({ top: 1_200, content: 2_000 }))).toBe(false);
  expect(followsAfterScroll(false, above, viewOf({ top: 1_497, content: 2_000 }))).toBe(true);
  expect(followsAfterScroll(false, above, viewOf({ top: 1_500, content: 2_100 }))).toBe(true);
});

test("a reader who left is not taken back by content that shrinks, nor on the way up", () => {
  const little = viewOf({ top: 1_495, content: 2_000 });
  expect(followsAfterScroll(false, little, viewOf({ top: 1_493, content: 2_000 }))).toBe(false);
  expect(
    followsAfterScroll(false, viewOf({ top: 1_000, content: 2_000 }), viewOf({ top: 1_000, content: 1_100 })),
  ).toBe(false);
});

test("a reader below the content's end comes back by going down, though nothing can scroll", () => {
  expect(followsAfterAim(false, viewOf({ top: 1_000, content: 1_100 }), 1)).toBe(true);
  expect(followsAfterAim(false, viewOf({ top: 1_000, content: 2_000 }), 1)).toBe(false);
});
