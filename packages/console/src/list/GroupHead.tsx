/** The head of a group. Folded, it still shows the most urgent state inside and how much is unread. */
import type { SessionStatus } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import type { CSSProperties, ReactElement } from "react";
import { sessionsQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import { Sign, statusesByUrgency } from "../ui/Sign.tsx";
import styles from "./GroupHead.module.css";
import type { GroupRow } from "./group-sessions.ts";
import { toggleGroup } from "./list-view.ts";

export function GroupHead({ group }: { readonly group: GroupRow }): ReactElement {
  const { listView } = useReef();
  return (
    <div className={styles.head} data-kind={group.kind}>
      <button
        type="button"
        className={styles.button}
        aria-expanded={!group.isFolded}
        onClick={() => toggleGroup(listView, group.key)}
      >
        <span className={styles.arrow} aria-hidden="true">
          {group.isFolded ? "▸" : "▾"}
        </span>
        {group.colour && <span className={styles.dot} style={{ "--dot": group.colour } as CSSProperties} />}
        <span className={styles.label}>{group.label}</span>
        <span className={styles.count}>{group.sessionIds.length}</span>
        {group.isFolded && <FoldedState group={group} />}
      </button>
    </div>
  );
}

function FoldedState({ group }: { readonly group: GroupRow }): ReactElement | null {
  const { reads } = useReef();
  const { data: state } = useQuery({
    ...sessionsQuery(reads),
    structuralSharing: true, // only a changed answer may render again
    select: ({ byId }) => {
      let urgency = statusesByUrgency.length - 1;
      let unread = 0;
      for (const id of group.sessionIds) {
        const session = byId.get(id);
        if (!session) continue;
        urgency = Math.min(urgency, statusesByUrgency.indexOf(session.status));
        unread += session.unread;
      }
      return { status: statusesByUrgency[urgency] ?? "idle", unread } satisfies {
        status: SessionStatus;
        unread: number;
      };
    },
  });
  if (!state) return null;
  return (
    <span className={styles.state}>
      {state.unread > 0 && <span className={styles.unread}>{state.unread} unread</span>}
      {state.status !== "idle" && <Sign status={state.status} />}
    </span>
  );
}
