/** Shows what can be done with several selected sessions. Each action can be undone in one go. */

import { useQuery } from "@tanstack/react-query";
import { ChevronDown, X } from "lucide";
import type { ReactElement } from "react";
import { select } from "../../data/list/list-view.ts";
import { topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Menu } from "../../ui/Menu.tsx";
import shapes from "../../ui/Shapes.module.css";
import { archiveMany, changeMany } from "./many-sessions.ts";
import styles from "./SelectionBar.module.css";

export function SelectionBar(): ReactElement | null {
  const reef = useReef();
  const { selected } = useCell(reef.listView);
  const { data: topics = [] } = useQuery(topicsQuery(reef.reads));
  if (selected.size === 0) return null;
  const act = (
    run: (ids: readonly (typeof selected extends ReadonlySet<infer Id> ? Id : never)[]) => Promise<void>,
  ): void => {
    const ids = [...selected];
    select(reef.listView, []);
    void run(ids);
  };
  return (
    <div
      className={styles.bar}
      role="toolbar"
      aria-label={`${selected.size} ${selected.size === 1 ? "session" : "sessions"} selected`}
    >
      <span className={`${shapes.cut} ${styles.count}`}>{selected.size} selected</span>
      <Button onClick={() => act((ids) => archiveMany(reef, ids))}>Archive</Button>
      <Button onClick={() => act((ids) => changeMany(reef, { ids, patch: { pinned: true }, done: "Pinned" }))}>
        Pin
      </Button>
      <Menu
        align="end"
        entries={() => [
          ...topics.map(
            ({ id, name }) =>
              ({
                type: "item",
                key: id,
                label: name,
                run: () => act((ids) => changeMany(reef, { ids, patch: { topicId: id }, done: `Moved to ${name}` })),
              }) as const,
          ),
          {
            type: "item",
            key: "none",
            label: "No topic",
            run: () => act((ids) => changeMany(reef, { ids, patch: { topicId: null }, done: "Removed from topics" })),
          },
        ]}
        trigger={
          <Button>
            Move <Icon icon={ChevronDown} size={12} />
          </Button>
        }
      />
      <Button look="quiet" isSquare aria-label="Clear the selection" onClick={() => select(reef.listView, [])}>
        <Icon icon={X} size={14} />
      </Button>
    </div>
  );
}
