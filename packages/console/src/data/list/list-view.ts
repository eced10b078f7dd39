/**
 * Keeps how one browser shows the session list: how it is grouped, and what is folded, opened, filtered and selected.
 */

import type { SessionId } from "@reef/protocol/ids";
import type { Cell } from "../../ui/cell.ts";
import { readStored, readStoredSet, writeStored, writeStoredSet } from "../../ui/storage.ts";

export const groupings = ["topic", "bot", "state", "date"] as const;
export type Grouping = (typeof groupings)[number];

/** Sessions that need a person are at the top of the list in any case. */
export const stateFilters = ["running", "unread", "failed"] as const;
export type StateFilter = (typeof stateFilters)[number];

export interface ListView {
  readonly filter: string;
  readonly folded: ReadonlySet<string>;
  readonly opened: ReadonlySet<string>;
  readonly groupBy: Grouping;
  /** Sessions in any of these states are shown; empty shows all. */
  readonly states: ReadonlySet<StateFilter>;
  readonly selected: ReadonlySet<SessionId>;
}

export function readListView(): ListView {
  const stored = readStored("groupBy");
  return {
    filter: "",
    folded: readStoredSet("folded"),
    opened: readStoredSet("opened"),
    groupBy: groupings.find((grouping) => grouping === stored) ?? "topic",
    states: new Set(),
    selected: new Set(),
  };
}

export function setFilter(view: Cell<ListView>, filter: string): void {
  view.set({ ...view.get(), filter });
}

export function setGrouping(view: Cell<ListView>, groupBy: Grouping): void {
  writeStored("groupBy", groupBy === "topic" ? null : groupBy);
  view.set({ ...view.get(), groupBy });
}

export function toggleState(view: Cell<ListView>, state: StateFilter): void {
  view.set({ ...view.get(), states: toggled(view.get().states, state) });
}

/** None of them shows sessions in any state. */
export function setStates(view: Cell<ListView>, states: Iterable<StateFilter>): void {
  view.set({ ...view.get(), states: new Set(states) });
}

export function select(view: Cell<ListView>, ids: Iterable<SessionId>): void {
  view.set({ ...view.get(), selected: new Set(ids) });
}

export function toggleSelected(view: Cell<ListView>, id: SessionId): void {
  select(view, toggled(view.get().selected, id));
}

export function toggleGroup(view: Cell<ListView>, key: string): void {
  const folded = toggled(view.get().folded, key);
  writeStoredSet("folded", folded);
  view.set({ ...view.get(), folded });
}

export function toggleChildren(view: Cell<ListView>, key: string): void {
  const opened = toggled(view.get().opened, key);
  writeStoredSet("opened", opened);
  view.set({ ...view.get(), opened });
}

function toggled<Key>(set: ReadonlySet<Key>, key: Key): ReadonlySet<Key> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
