import type { Link, LinkEnd } from "@reef/protocol/link";
import { expect, test } from "vitest";
import { botId, topicId } from "../../testing/nouns.ts";
import { choiceToEnd, endToChoice, moveLink } from "./link-rules.ts";

test("MB8: every end of a link is one choice, and back", () => {
  const ends: readonly LinkEnd[] = [
    { kind: "any" },
    { kind: "tree" },
    { kind: "bot", botId: botId("a") },
    { kind: "topic", topicId: topicId("dev") },
  ];
  for (const end of ends) expect(choiceToEnd(endToChoice(end))).toEqual(end);
  expect(new Set(ends.map(endToChoice)).size).toBe(4);
});

test("MB8: a link changes places with its neighbour, and none falls off either end", () => {
  const links = ["a", "b", "c"].map(
    (name): Link => ({ from: { kind: "bot", botId: botId(name) }, to: { kind: "any" }, allow: true }),
  );
  const order = (of: readonly Link[]) => of.map(({ from }) => endToChoice(from)).join();
  expect(order(moveLink(links, 1, -1))).toBe("bot_b,bot_a,bot_c");
  expect(order(moveLink(links, 1, 1))).toBe("bot_a,bot_c,bot_b");
  expect(moveLink(links, 0, -1)).toBe(links);
  expect(moveLink(links, 2, 1)).toBe(links);
});
