/** SU2: limits how far a tree of spawned sessions may grow. Each store counts, inside the transaction that spawns. */
import { AppError } from "@reef/protocol/error";
import type { SpawnLimits } from "../port/unit.ts";

export interface SpawnTree {
  /** The depth of the session that spawns. */
  readonly depth: number;
  /** Its spawned sessions still at work. */
  readonly children: number;
  /** Spawned sessions at work in the whole tree, without the root. */
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
