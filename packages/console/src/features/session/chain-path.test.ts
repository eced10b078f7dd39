import { expect, test } from "vitest";
import { chainPath } from "./chain-path.ts";

type Hop = Parameters<typeof chainPath>[0];

function hop(hops: number, from: string | null, to: string): Hop {
  const sender =
    from === null
      ? { kind: "person", name: "Eva" }
      : { kind: "session", sessionId: from, botId: "bot", botName: from, title: "" };
  return { id: `${hops} ${from} ${to}`, hops, sessionId: to, from: sender } as unknown as Hop;
}

test("the way of a message leads from its first sender to its own, whatever else branched off", () => {
  const last = hop(2, "Research", "Open Source");
  const chain = [hop(0, null, "Monitoring"), hop(1, "Monitoring", "Ada"), hop(1, "Monitoring", "Research"), last];
  expect(chainPath(last, chain)).toEqual(["You", "Monitoring", "Research"]);
});

test("a way that is not known to its start begins where it is known, and a circle ends", () => {
  const last = hop(2, "Research", "Open Source");
  expect(chainPath(last, [last])).toEqual(["Research"]);
  const circle = hop(1, "Ada", "Ada");
  expect(chainPath(circle, [{ ...circle, hops: 0 }])).toEqual(["Ada"]);
});
