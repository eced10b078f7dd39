/**
 * Shows chips that filter the list by state; states without sessions are left out, so that a calm Reef shows none at
 * all.
 */
import type { ReactElement } from "react";
import { type StateFilter, stateFilters, toggleState } from "../../data/list/list-view.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import styles from "./StateChips.module.css";
import { useCounts } from "./use-counts.ts";

const labelByState: Readonly<Record<StateFilter, string>> = {
  running: "Running",
  unread: "Unread",
  failed: "Failed",
};

export function StateChips(): ReactElement | null {
  const { listView } = useReef();
  const { states } = useCell(listView);
  const counts = useCounts();
  const shown = stateFilters.filter((state) => states.has(state) || (counts[state] ?? 0) > 0);
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
          {labelByState[state]} <span className={styles.count}>{counts[state]}</span>
        </button>
      ))}
    </fieldset>
  );
}
