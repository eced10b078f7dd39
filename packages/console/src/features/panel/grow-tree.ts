/** Turns a list of nodes, parents before children, into the tree it describes. */
import type { SessionId } from "@reef/protocol/ids";
import type { TreeNode } from "@reef/protocol/session";

export interface Branch {
  readonly node: TreeNode;
  /** In the order they were spawned. */
  readonly children: readonly Branch[];
}

/** Returns null without nodes. A node whose parent is missing goes to the root: nothing is left out. */
export function growTree(nodes: readonly TreeNode[]): Branch | null {
  const [first, ...rest] = nodes;
  if (!first) return null;
  const known = new Set(nodes.map(({ session }) => session.id));
  const childrenByParent = new Map<SessionId, TreeNode[]>();
  for (const node of rest) {
    const parentId = node.parentId !== null && known.has(node.parentId) ? node.parentId : first.session.id;
    const siblings = childrenByParent.get(parentId);
    if (siblings) siblings.push(node);
    else childrenByParent.set(parentId, [node]);
  }
  const grow = (node: TreeNode): Branch => ({
    node,
    children: (childrenByParent.get(node.session.id) ?? [])
      .sort((a, b) => (a.session.id < b.session.id ? -1 : 1))
      .map((child) => grow(child)),
  });
  return grow(first);
}
