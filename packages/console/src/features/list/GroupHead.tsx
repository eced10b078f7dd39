/** Shows the head of a group. Folded, it still shows the most urgent state inside and how much is unread. Needs you shows its key. */
import type { TopicId } from "@reef/protocol/ids";
import type { SessionCounts } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, Ellipsis } from "lucide";
import { type ReactElement, useState } from "react";
import { actionLabel } from "../../data/keys/press-label.ts";
import type { GroupRow } from "../../data/list/list-row.ts";
import { toggleGroup } from "../../data/list/list-view.ts";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { Icon } from "../../ui/Icon.tsx";
import { LoadedMenu } from "../../ui/Menu.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign, statusesByUrgency } from "../../ui/Sign.tsx";
import { Swatch } from "../../ui/Swatch.tsx";
import type { ShownStatus } from "../../ui/shown-status.ts";
import { shownStatus } from "../../ui/shown-status.ts";
import styles from "./GroupHead.module.css";
import { dropOnGroup, isDropPlace, startTopicDrag } from "./list-drag.ts";
import { useLoadingCounts } from "./use-counts.ts";

const loadEntries = () => import("./group-entries.ts");

export function GroupHead({ group }: { readonly group: GroupRow }): ReactElement {
  const reef = useReef();
  const { listView } = reef;
  const [isOver, setOver] = useState(false);
  const isTopic = group.kind === "topic";
  const loading = useLoadingCounts();
  const count = loading === undefined ? group.sessionIds.length : loadingCount(group, loading);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop; the menu beside it and the session's own do the same by key
    <div
      className={styles.head}
      data-kind={group.kind}
      data-over={isOver || undefined}
      draggable={isTopic}
      onDragStart={(event) => startTopicDrag(event, group)}
      onDragOver={(event) => {
        if (!isDropPlace(event, group)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void dropOnGroup(reef, event, group);
      }}
    >
      <button
        type="button"
        className={styles.button}
        aria-expanded={!group.isFolded}
        onClick={() => toggleGroup(listView, group.key)}
      >
        <GroupName group={group} count={count} />
        {group.kind === "needs" && !group.isFolded && <NeedsKey />}
        {group.isFolded && loading === undefined && <FoldedState group={group} />}
      </button>
      <GroupMenu group={group} />
    </div>
  );
}

/** What a head says, in its place and where it is repeated at the top. */
export function GroupName({
  group: { color, label },
  count,
}: {
  readonly group: GroupRow;
  /** Undefined while it is not known. */
  readonly count: number | undefined;
}): ReactElement {
  return (
    <>
      <Icon icon={ChevronDown} size={12} />
      {color && <Swatch color={color} />}
      <span className={`${shapes.cut} ${styles.label}`} dir="auto">
        {label}
      </span>
      <span className={styles.count}>{count ? count.toLocaleString() : null}</span>
    </>
  );
}

/** The key that goes through the sessions that need a person, who has no number for them. */
function NeedsKey(): ReactElement {
  return (
    <span className={styles.end}>
      <kbd>{actionLabel(useCell(useReef().keys), "needs-next")}</kbd>
    </span>
  );
}

/** Counts before all sessions are read; those that need a person are among the first. */
function loadingCount(group: GroupRow, counts: SessionCounts | null): number | undefined {
  if (group.kind === "needs") return group.sessionIds.length;
  if (group.kind === "topic") return counts ? (counts.topics[group.key as TopicId] ?? 0) : undefined;
  if (group.kind === "pinned") return counts?.pinned;
  return undefined;
}

function GroupMenu({ group }: { readonly group: GroupRow }): ReactElement {
  const reef = useReef();
  return (
    <LoadedMenu
      align="end"
      code={loadEntries}
      entries={({ groupEntries }) => groupEntries(reef, group)}
      trigger={
        <button
          type="button"
          className={styles.menu}
          aria-label={`Actions for ${group.kind === "topic" ? "topic " : ""}${group.label}`}
        >
          <Icon icon={Ellipsis} size={14} />
        </button>
      }
    />
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
        urgency = Math.min(urgency, statusesByUrgency.indexOf(shownStatus(session)));
        unread += session.unread;
      }
      return { status: statusesByUrgency[urgency] ?? "idle", unread } satisfies {
        status: ShownStatus;
        unread: number;
      };
    },
  });
  if (!state) return null;
  return (
    <span className={styles.end}>
      {state.unread > 0 && (
        <span
          className={styles.unread}
          role="img"
          aria-label={`${state.unread} unread`}
          title={`${state.unread} unread`}
        >
          {state.unread}
        </span>
      )}
      {state.status !== "idle" && <Sign status={state.status} />}
    </span>
  );
}
