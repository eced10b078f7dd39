/** Where the menu of a row opens: at the pointer, or below the row when it was asked for by key. */
import type { SessionId } from "@reef/protocol/ids";
import type { MouseEvent } from "react";

export interface RowMenuAt {
  readonly id: SessionId;
  readonly x: number;
  readonly y: number;
  readonly isByKey: boolean;
}

export function rowAt(target: EventTarget | null): { readonly id: SessionId; readonly element: HTMLElement } | null {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-session]") : null;
  return element ? { id: element.dataset.session as SessionId, element } : null;
}

/** Null for what is no row, and with Shift, which asks for the browser's own menu. */
export function menuAtEvent(event: MouseEvent): RowMenuAt | null {
  const row = rowAt(event.target);
  // Browsers say -1 or 0 for a menu that a key asked for.
  const isByKey = event.button !== 2;
  if (!row || (event.shiftKey && !isByKey)) return null;
  if (!isByKey) return { id: row.id, x: event.clientX, y: event.clientY, isByKey };
  const { left, bottom } = row.element.getBoundingClientRect();
  return { id: row.id, x: left + 24, y: bottom - 6, isByKey };
}
