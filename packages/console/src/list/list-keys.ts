/**
 * Keys while a row of the list has the focus: arrows or j and k move it, x selects, Shift with an arrow selects on the
 * way, e archives, p pins, Esc clears. Shift with a click selects all between.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { KeyboardEvent, MouseEvent } from "react";
import type { SessionIndex } from "../cache.ts";
import { isWriting } from "../keys/match-key.ts";
import { queryKeys } from "../queries.ts";
import type { Reef } from "../reef.ts";
import { archiveSession, changeSession } from "../session/session-actions.ts";
import { visibleSessionIds } from "./group-sessions.ts";
import { select, toggleSelected } from "./list-view.ts";
import { archiveMany, changeMany } from "./many-sessions.ts";

export function onListKey(reef: Reef, event: KeyboardEvent<HTMLElement>): void {
  if (isWriting(event.nativeEvent) || event.ctrlKey || event.metaKey || event.altKey) return;
  const id = sessionOf(event.target);
  if (!id) return;
  if (!actOnKey(reef, { id, event })) return;
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
  { id, event }: { readonly id: SessionId; readonly event: KeyboardEvent<HTMLElement> },
): boolean {
  const { selected } = reef.listView.get();
  const session = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId.get(id);
  switch (event.key) {
    case "ArrowDown":
    case "j":
      return moveFocus(reef, { event, id, step: 1 });
    case "ArrowUp":
    case "k":
      return moveFocus(reef, { event, id, step: -1 });
    case "x":
      toggleSelected(reef.listView, id);
      return true;
    case "Escape":
      if (selected.size === 0) return false;
      select(reef.listView, []);
      return true;
    case "e":
      if (selected.size > 0) void archiveMany(reef, [...selected]);
      else if (session) void archiveSession(reef, session);
      select(reef.listView, []);
      return true;
    case "p":
      if (selected.size > 0) void changeMany(reef, { ids: [...selected], patch: { pinned: true }, done: "Pinned" });
      else if (session) void changeSession(reef, { id, patch: { pinned: !session.pinned } });
      return true;
    default:
      return false;
  }
}

function moveFocus(
  reef: Reef,
  { event, id, step }: { readonly event: KeyboardEvent<HTMLElement>; readonly id: SessionId; readonly step: 1 | -1 },
): boolean {
  const ids = visibleSessionIds(reef.listRows.get());
  const next = ids[ids.indexOf(id) + step];
  if (next === undefined) return true;
  if (event.shiftKey) select(reef.listView, [...reef.listView.get().selected, id, next]);
  // Rows near the visible part are drawn already; the focus brings the next one into view.
  event.currentTarget.querySelector<HTMLElement>(`[data-session="${next}"]`)?.focus();
  return true;
}

function sessionOf(target: EventTarget): SessionId | null {
  const row = (target as Element).closest<HTMLElement>("[data-session]");
  return (row?.dataset.session as SessionId | undefined) ?? null;
}
