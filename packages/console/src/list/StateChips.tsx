/** Chips that narrow the list to states; those of none are left out, so that a calm Reef shows none at all. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useCell } from "../cell.ts";
import { sessionsQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import { isInState } from "./group-sessions.ts";
import { type StateFilter, stateFilters, toggleState } from "./list-view.ts";
import styles from "./StateChips.module.css";

const labelByState: Readonly<Record<StateFilter, string>> = {
  running: "Running",
  unread: "Unread",
  failed: "Failed",
};

export function StateChips(): ReactElement | null {
  const { reads, listView } = useReef();
  const { states } = useCell(listView);
  const { data: counts } = useQuery({
    ...sessionsQuery(reads),
    structuralSharing: true, // only a changed answer may render again
    select: ({ byId }) => {
      const found: Record<StateFilter, number> = { running: 0, unread: 0, failed: 0 };
      for (const session of byId.values()) {
        if (session.archivedAt !== null) continue;
        for (const state of stateFilters) if (isInState(session, state)) found[state] += 1;
      }
      return found;
    },
  });
  const shown = stateFilters.filter((state) => states.has(state) || (counts?.[state] ?? 0) > 0);
  if (shown.length === 0) return null;
  return (
    <fieldset className={styles.chips} aria-label="Show only">
      {shown.map((state) => (
        <button
          key={state}
          type="button"
          className={styles.chip}
          aria-pressed={states.has(state)}
          onClick={() => toggleState(listView, state)}
        >
          {labelByState[state]} <span className={styles.count}>{counts?.[state] ?? 0}</span>
        </button>
      ))}
    </fieldset>
  );
}
