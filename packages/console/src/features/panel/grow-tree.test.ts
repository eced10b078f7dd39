import type { TreeNode } from "@reef/protocol/session";
import { expect, test } from "vitest";
import { makeSession, sessionId } from "../../testing/nouns.ts";
import { type Branch, growTree } from "./grow-tree.ts";

const node = (name: string, parent: string | null): TreeNode => {
  const parentId = parent === null ? null : sessionId(parent);
  return { session: makeSession(name, { parentId }), parentId, task: null };
};
const drawn = ({ node: { session }, children }: Branch): string =>
  children.length === 0 ? session.title : `${session.title}(${children.map((child) => drawn(child)).join(" ")})`;

test("each session stands below the one that spawned it, in the order of spawning", () => {
  const root = growTree([node("r", null), node("b", "r"), node("a", "r"), node("a1", "a")]);
  expect(root && drawn(root)).toBe("r(a(a1) b)");
});

test("a session whose parent is gone is still shown", () => {
  const root = growTree([node("r", null), node("x", "gone")]);
  expect(root && drawn(root)).toBe("r(x)");
  expect(growTree([])).toBeNull();
});
