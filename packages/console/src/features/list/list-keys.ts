/**
 * Handles the keys of the map while a row of the list has the focus: for that row, or for all that are selected. Esc
 * clears the selection, a click with Shift selects all between.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { KeyboardEvent, MouseEvent } from "react";
import { isListAction, type ListAction } from "../../data/keys/key-map.ts";
import { isWriting, matchKey } from "../../data/keys/match-key.ts";
import { visibleSessionIds } from "../../data/list/group-sessions.ts";
import { select, toggleSelected } from "../../data/list/list-view.ts";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { loadAgain } from "../../ui/load-again.ts";

export function onListKey(reef: Reef, event: KeyboardEvent<HTMLElement>): void {
  const id = sessionOf(event.target);
  if (!id || isWriting(event.nativeEvent)) return;
  if (event.key === "Escape" && reef.listView.get().selected.size > 0) {
    select(reef.listView, []);
  } else {
    const matched = matchKey(event.nativeEvent, reef.keys.get());
    if (!matched || !isListAction(matched.action)) return;
    actOnKey(reef, { id, action: matched.action, list: event.currentTarget });
  }
  event.preventDefault();
  event.stopPropagation();
}

export function onListClick(reef: Reef, event: MouseEvent<HTMLElement>): void {
  const id = sessionOf(event.target);
  if (!id || !event.shiftKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const { selected } = reef.listView.get();
  const ids = visibleSessionIds(reef.listRows.get());
  const last = [...selected].at(-1) ?? id;
  const [from, to] = [ids.indexOf(last), ids.indexOf(id)].sort((a, b) => a - b);
  select(reef.listView, [...selected, ...ids.slice(from, (to ?? 0) + 1)]);
}

function actOnKey(
  reef: Reef,
  { id, action, list }: { readonly id: SessionId; readonly action: ListAction; readonly list: HTMLElement },
): void {
  const { selected } = reef.listView.get();
  // The key acts on the selection, or else on the row that has the focus.
  const ids = selected.size > 0 ? [...selected] : [id];
  switch (action) {
    case "list-next":
      moveFocus(reef, { list, id, step: 1, isSelecting: false });
      return;
    case "list-previous":
      moveFocus(reef, { list, id, step: -1, isSelecting: false });
      return;
    case "list-select-next":
      moveFocus(reef, { list, id, step: 1, isSelecting: true });
      return;
    case "list-select-previous":
      moveFocus(reef, { list, id, step: -1, isSelecting: true });
      return;
    case "list-select":
      toggleSelected(reef.listView, id);
      return;
    case "list-rename":
      reef.renamingRow.set(id);
      return;
    default:
      void attempt(reef, "Couldn't change the sessions", async () => {
        const { actOnRows } = await loadAgain(() => import("./list-acts.ts"));
        await actOnRows(reef, { ids, action });
      });
  }
}

function moveFocus(
  reef: Reef,
  {
    list,
    id,
    step,
    isSelecting,
  }: {
    readonly list: HTMLElement;
    readonly id: SessionId;
    readonly step: 1 | -1;
    readonly isSelecting: boolean;
  },
): void {
  const ids = visibleSessionIds(reef.listRows.get());
  const next = ids[ids.indexOf(id) + step];
  if (next === undefined) return;
  if (isSelecting) select(reef.listView, [...reef.listView.get().selected, id, next]);
  // Rows near the visible part are drawn already; the focus brings the next one into view.
  list.querySelector<HTMLElement>(`[data-session="${next}"]`)?.focus();
}

function sessionOf(target: EventTarget): SessionId | null {
  const row = (target as Element).closest<HTMLElement>("[data-session]");
  return (row?.dataset.session as SessionId | undefined) ?? null;
}
