/**
 * What the keys of the map do while a row of the list has the focus: to that row, or to all that are selected. Esc
 * clears the selection, a click with Shift selects all between.
 */
import { assertNever } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { KeyboardEvent, MouseEvent } from "react";
import type { SessionIndex } from "../cache.ts";
import { isListAction, type ListAction } from "../keys/key-map.ts";
import { isWriting, matchKey } from "../keys/match-key.ts";
import { queryKeys } from "../queries.ts";
import type { Reef } from "../reef.ts";
import { archiveSession } from "../session/session-actions.ts";
import { visibleSessionIds } from "./group-sessions.ts";
import { select, toggleSelected } from "./list-view.ts";
import { archiveMany, changeMany, markMany } from "./many-sessions.ts";

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
  // A selection is what the key is for; without one it is the row that has the focus.
  const ids = selected.size > 0 ? [...selected] : [id];
  const sessions = sessionsOf(reef, ids);
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
    case "list-archive":
      if (selected.size > 0) void archiveMany(reef, ids);
      else for (const session of sessions) void archiveSession(reef, session);
      select(reef.listView, []);
      return;
    case "list-pin": {
      const pinned = sessions.some((session) => !session.pinned);
      void changeMany(reef, { ids, patch: { pinned }, done: pinned ? "Pinned" : "Unpinned" });
      return;
    }
    case "list-mute": {
      const muted = sessions.some((session) => !session.muted);
      void changeMany(reef, { ids, patch: { muted }, done: muted ? "Muted" : "Unmuted" });
      return;
    }
    case "list-unread":
      void markMany(reef, { ids, unread: sessions.every(({ unread }) => unread === 0) });
      return;
    case "list-move":
      reef.panel.set({ type: "move-sessions", sessionIds: ids });
      return;
    default:
      assertNever(action);
  }
}

function sessionsOf(reef: Reef, ids: readonly SessionId[]): readonly Session[] {
  const byId = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId;
  return ids.flatMap((id) => byId?.get(id) ?? []);
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
