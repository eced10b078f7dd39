/** SU2: how far a tree of spawned sessions may grow. Each store counts, inside the transaction that spawns. */
import { AppError } from "@reef/protocol/error";
import type { SpawnLimits } from "../port/unit.ts";

export interface SpawnTree {
  /** Of the session that spawns. */
  readonly depth: number;
  /** Its spawned sessions that are at work. */
  readonly children: number;
  /** Spawned sessions at work in the whole tree; the root is not one of them. */
  readonly inTree: number;
}

export function assertMaySpawn({ depth, children, inTree }: SpawnTree, limits: SpawnLimits): void {
  if (depth + 1 > limits.maxDepth) {
    throw new AppError("limit_exceeded", `sessions may be spawned ${limits.maxDepth} deep; this one would be deeper`);
  }
  if (children >= limits.maxChildren) {
    const text = `a session may have ${limits.maxChildren} spawned sessions at work; wait for one`;
    throw new AppError("limit_exceeded", text);
  }
  if (1 + inTree >= limits.maxTree) {
    throw new AppError("limit_exceeded", `a tree may have ${limits.maxTree} sessions at work; wait for one`);
  }
}
