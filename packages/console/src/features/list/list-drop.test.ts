import { expect, test } from "vitest";
import { makeTopic, topicId } from "../../testing/nouns.ts";
import { orderAt, placedAt } from "./list-drop.ts";

test("a topic takes the place of the one it is dropped on, in both directions", () => {
  const topics = [makeTopic("a", 1), makeTopic("b", 2), makeTopic("c", 3)];
  const placed = (id: string, at: string) =>
    placedAt(topics, { id: topicId(id), at: topicId(at) })
      .map(({ name }) => name)
      .join("");
  expect(placed("a", "c")).toBe("bca");
  expect(placed("c", "a")).toBe("cab");
  expect(placed("b", "a")).toBe("bac");
  expect(placed("b", "b")).toBe("abc");
  expect(placed("b", "gone")).toBe("abc");
});

test("a moved topic gets an order between its new neighbours, and the others keep theirs", () => {
  const topics = [makeTopic("a", 1), makeTopic("b", 2), makeTopic("c", 3)];
  const order = (id: string, at: string) => orderAt(topics, { id: topicId(id), at: topicId(at) });
  expect([order("a", "b"), order("c", "a"), order("a", "c"), order("b", "b")]).toEqual([2.5, 0, 4, null]);
});
