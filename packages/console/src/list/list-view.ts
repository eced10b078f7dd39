/** How one browser looks at the session list: which groups are folded, whose children are shown, the filter. */
import type { Cell } from "../cell.ts";
import { readStoredSet, writeStoredSet } from "../storage.ts";

export interface ListView {
  readonly filter: string;
  readonly folded: ReadonlySet<string>;
  readonly opened: ReadonlySet<string>;
}

export function readListView(): ListView {
  return { filter: "", folded: readStoredSet("folded"), opened: readStoredSet("opened") };
}

export function setFilter(view: Cell<ListView>, filter: string): void {
  view.set({ ...view.get(), filter });
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

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
