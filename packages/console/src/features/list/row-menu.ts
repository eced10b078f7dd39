/** Finds where the menu of a row opens: at the pointer, or below the row when a key opened it. */
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

/** Returns null outside of rows, and with Shift, which opens the browser's own menu. */
export function menuAtEvent(event: MouseEvent): RowMenuAt | null {
  const row = rowAt(event.target);
  // Browsers report -1 or 0 for a menu that a key opened.
  const isByKey = event.button !== 2;
  if (!row || (event.shiftKey && !isByKey)) return null;
  if (!isByKey) return { id: row.id, x: event.clientX, y: event.clientY, isByKey };
  const { left, bottom } = row.element.getBoundingClientRect();
  return { id: row.id, x: left + 24, y: bottom - 6, isByKey };
}
