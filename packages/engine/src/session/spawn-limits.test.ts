import { expect, it } from "vitest";
import { assertMaySpawn } from "./spawn-limits.ts";

const limits = { maxDepth: 3, maxChildren: 2, maxTree: 5 };
const tree = { depth: 0, children: 0, inTree: 0 };

it("SU2: a tree grows up to its depth, its children and its size, the root counted with it", () => {
  expect(() => assertMaySpawn({ depth: 2, children: 1, inTree: 3 }, limits)).not.toThrow();
  expect(() => assertMaySpawn({ ...tree, depth: 3 }, limits)).toThrow("at most 3 levels deep");
  expect(() => assertMaySpawn({ ...tree, children: 2 }, limits)).toThrow("at most 2 spawned sessions");
  expect(() => assertMaySpawn({ ...tree, inTree: 4 }, limits)).toThrow("at most 5 sessions");
});
