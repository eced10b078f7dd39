/** Reads the spawn tree around a session: each of its sessions, with the outcome of its task. */

import type { SessionId } from "@reef/protocol/ids";
import type { Session, TreeNode } from "@reef/protocol/session";
import { found } from "../commit.ts";
import type { Deps } from "../deps.ts";

/** Returns the whole tree the session belongs to, parents before children. */
export async function sessionTree(deps: Deps, id: SessionId): Promise<readonly TreeNode[]> {
  const session = await found(deps.store.read.session(id), "session", id);
  const sessions = await deps.store.read.tree(session.rootId);
  return Promise.all(sessions.map((node) => toNode(deps, node)));
}

/** Returns the session and all it spawned, directly or not, parents before children. */
export async function sessionWithDescendants(deps: Deps, session: Session): Promise<readonly Session[]> {
  const inTree = await deps.store.read.tree(session.rootId);
  const kept = new Set<SessionId>([session.id]);
  for (const node of inTree) if (node.parentId !== null && kept.has(node.parentId)) kept.add(node.id);
  return inTree.filter((node) => kept.has(node.id));
}

async function toNode(deps: Deps, session: Session): Promise<TreeNode> {
  const task = session.taskMessageId === null ? null : await deps.store.read.message(session.taskMessageId);
  return {
    session,
    parentId: session.parentId,
    task:
      task === null
        ? null
        : { messageId: task.id, chainId: task.chainId, state: task.state, resultId: task.answeredBy },
  };
}
