/**
 * Shows chips that filter the list by state, each with its count; states without sessions are left out. All is there as long as there
 * is a session, so that the list stays where it is when a turn begins.
 */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { type StateFilter, setStates, stateFilters, toggleState } from "../../data/list/list-view.ts";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import looks from "../../ui/FilterChips.module.css";
import styles from "./StateChips.module.css";
import { useCounts } from "./use-counts.ts";

const labelByState: Readonly<Record<StateFilter, string>> = {
  running: "Running",
  unread: "Unread",
  failed: "Failed",
};

export function StateChips(): ReactElement | null {
  const { reads, listView } = useReef();
  const { states } = useCell(listView);
  const counts = useCounts();
  const { data: isEmpty = false } = useQuery({
    ...sessionsQuery(reads),
    select: ({ isWhole, byId }) => isWhole && !byId.values().some(({ archivedAt }) => archivedAt === null),
  });
  if (isEmpty && states.size === 0) return null;
  const shown = stateFilters.filter((state) => states.has(state) || (counts[state] ?? 0) > 0);
  return (
    <fieldset className={`${looks.row} ${styles.chips}`} aria-label="Show only">
      <Chip isPressed={states.size === 0} onPress={() => setStates(listView, [])}>
        All
      </Chip>
      {shown.map((state) => (
        <Chip key={state} isPressed={states.has(state)} onPress={() => toggleState(listView, state)}>
          {labelByState[state]}{" "}
          {counts[state] ? <span className={looks.count}>{counts[state].toLocaleString()}</span> : null}
        </Chip>
      ))}
    </fieldset>
  );
}

function Chip({
  isPressed,
  onPress,
  children,
}: {
  readonly isPressed: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <button type="button" className={looks.chip} aria-pressed={isPressed} onClick={onPress}>
      {children}
    </button>
  );
}
