/**
 * Shows the spawn tree that contains the session: who works for whom, their states, their usage. Each node can be
 * stopped.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Session, TreeNode } from "@reef/protocol/session";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useMemo } from "react";
import type { SessionIndex } from "../../data/cache.ts";
import { botsQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { shownStatus } from "../../ui/shown-status.ts";
import { durationLabel } from "../../ui/time.ts";
import { stopSession } from "../session/session-actions.ts";
import { tokensOf } from "../turn/turn-sums.ts";
import { UsedLabel } from "../turn/UsedLabel.tsx";
import { useTurnSums } from "../turn/use-turn-sums.ts";
import { type Branch, growTree } from "./grow-tree.ts";
import styles from "./TreeTab.module.css";

export function TreeTab({ session }: { readonly session: Session }): ReactElement | null {
  const { client, reads } = useReef();
  const { rootId } = session;
  // The tree is read again when one of its sessions comes, goes, starts or ends; other changes come from the list.
  const { data: shape } = useQuery({ ...sessionsQuery(reads), select: (index) => treeShape(index, rootId) });
  const { data: nodes, error } = useQuery({
    queryKey: ["tree", rootId, shape],
    queryFn: async () => (await client.tree(session.id)).items,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const root = useMemo(() => (nodes ? growTree(nodes) : null), [nodes]);
  if (error) return <p className={`${shapes.meta} ${styles.sums}`}>Couldn't load the tree: {errorText(error)}</p>;
  if (!nodes || !root) return null;
  const running = nodes.filter((node) => node.session.turnId !== null).length;
  return (
    <section className={styles.tree} aria-label="Spawn tree">
      <p className={`${shapes.meta} ${styles.sums}`}>
        {countOf(nodes.length, "session")}
        {running > 0 && ` · ${running} with an open turn`}
      </p>
      <ul className={`${shapes.bare} ${styles.level}`}>
        <BranchView branch={root} currentId={session.id} />
      </ul>
      {nodes.length === 1 && (
        <p className={`${shapes.meta} ${styles.sums}`}>
          This session has spawned no others. Sessions it spawns appear here, with state and cost.
        </p>
      )}
    </section>
  );
}

function BranchView({ branch, currentId }: { readonly branch: Branch; readonly currentId: SessionId }): ReactElement {
  return (
    <li className={styles.branch}>
      <Node node={branch.node} isCurrent={branch.node.session.id === currentId} />
      {branch.children.length > 0 && (
        <ul className={`${shapes.bare} ${styles.level}`}>
          {branch.children.map((child) => (
            <BranchView key={child.node.session.id} branch={child} currentId={currentId} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Node({ node, isCurrent }: { readonly node: TreeNode; readonly isCurrent: boolean }): ReactElement {
  const reef = useReef();
  const { id } = node.session;
  const { data: live } = useQuery({ ...sessionsQuery(reef.reads), select: ({ byId }) => byId.get(id) });
  const { data: bot } = useQuery({
    ...botsQuery(reef.reads),
    select: (bots) => bots.get(node.session.botId),
  });
  const session = live ?? node.session;
  const sums = useTurnSums(id);
  return (
    <div className={styles.node} data-current={isCurrent || undefined}>
      <SessionLink sessionId={id} className={styles.link} aria-current={isCurrent ? "true" : undefined}>
        <span className={styles.first}>
          <Sign status={shownStatus(session)} />
          <span className={shapes.cut} dir="auto">
            {session.title}
          </span>
        </span>
        <span className={`${shapes.meta} ${styles.second}`}>
          <Avatar name={bot?.name ?? "?"} seed={session.botId} size="small" />
          <span className={shapes.cut} dir="auto">
            {bot?.name}
          </span>
          <span className={styles.numbers}>
            {durationLabel(sums.workedMs)}
            {tokensOf(sums.used) > 0 && (
              <>
                {" "}
                · <UsedLabel used={sums.used} />
              </>
            )}
          </span>
        </span>
        {node.task && wordByTaskState[node.task.state] && (
          <span className={`${shapes.meta} ${styles.task}`}>{wordByTaskState[node.task.state]}</span>
        )}
      </SessionLink>
      {session.turnId !== null && (
        <Button
          look="quiet"
          className={styles.stop}
          title="Stops its turn, and those of what it spawned"
          aria-label={`Stop ${session.title}`}
          onClick={() => void stopSession(reef, id)}
        >
          Stop
        </Button>
      )}
    </div>
  );
}

const wordByTaskState: Readonly<Record<string, string>> = {
  queued: "task not started",
  dead: "task failed, kept under Not delivered",
  cancelled: "task cancelled",
  answered: "result delivered",
};

function treeShape({ byId }: SessionIndex, rootId: SessionId): string {
  const parts: string[] = [];
  for (const { id, rootId: root, status, turnId } of byId.values()) {
    if (root === rootId) parts.push(`${id} ${status} ${turnId}`);
  }
  return parts.sort().join();
}
