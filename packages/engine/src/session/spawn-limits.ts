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
    const text = `sessions may be spawned at most ${limits.maxDepth} levels deep; this one would be deeper`;
    throw new AppError("limit_exceeded", text);
  }
  if (children >= limits.maxChildren) {
    const text = `a session may have at most ${limits.maxChildren} spawned sessions working; wait for one to finish`;
    throw new AppError("limit_exceeded", text);
  }
  if (1 + inTree >= limits.maxTree) {
    const text = `a tree may have at most ${limits.maxTree} sessions working; wait for one to finish`;
    throw new AppError("limit_exceeded", text);
  }
}
