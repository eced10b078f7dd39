import { expect, test } from "vitest";
import { makeTopic, topicId } from "../testing/nouns.ts";
import { placedAt } from "./list-drag.ts";

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
