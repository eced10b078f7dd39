import { expect, test } from "vitest";
import { sessionId } from "../testing/nouns.ts";
import { closePane, noPanes, openBeside, type Panes, showIn } from "./panes.ts";

const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map(sessionId) as [never, never, never, never, never];
const drawn = ({ ids, active }: Panes) =>
  ids.map((id, at) => (at === active ? `[${id}]` : id).replace("ses_", "")).join(" ");

test("a jump goes to the pane that shows the session, else takes the active pane", () => {
  expect(drawn(showIn(noPanes, a))).toBe("[a]");
  expect(drawn(showIn({ ids: [a, b], active: 0 }, b))).toBe("a [b]");
  expect(drawn(showIn({ ids: [a, b], active: 1 }, c))).toBe("a [c]");
});

test("a new pane opens beside, never the same session twice, and never a fifth", () => {
  expect(drawn(openBeside({ ids: [a, b], active: 0 }, { id: c, at: 0 }))).toBe("a [c] b");
  expect(drawn(openBeside({ ids: [a, b], active: 0 }, { id: b, at: 0 }))).toBe("a [b]");
  expect(drawn(openBeside({ ids: [a, b, c, d], active: 0 }, { id: e, at: 2 }))).toBe("a b [e] d");
});

test("closing gives the place to a neighbour, and the last pane stays", () => {
  expect(drawn(closePane({ ids: [a, b, c], active: 1 }, 1))).toBe("a [c]");
  expect(drawn(closePane({ ids: [a, b, c], active: 2 }, 2))).toBe("a [b]");
  expect(drawn(closePane({ ids: [a, b, c], active: 2 }, 0))).toBe("b [c]");
  expect(drawn(closePane({ ids: [a], active: 0 }, 0))).toBe("[a]");
});
