/** Opens the menu of a row that a finger rests on, because not every browser fires an event for that. */
import { type RefObject, useEffect } from "react";
import { type RowMenuAt, rowAt } from "./row-menu.ts";

const restMs = 500;
/** A finger is never quite still. */
const slackPx = 10;

export function useLongPress(box: RefObject<HTMLElement | null>, onMenu: (at: RowMenuAt) => void): void {
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const stop = new AbortController();
    const { signal } = stop;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from = { x: 0, y: 0 };
    let isHeld = false;
    const end = (): void => clearTimeout(timer);
    const down = (event: PointerEvent): void => {
      end();
      isHeld = false;
      const row = rowAt(event.target);
      if (event.pointerType !== "touch" || !row) return;
      from = { x: event.clientX, y: event.clientY };
      timer = setTimeout(() => {
        isHeld = true;
        onMenu({ id: row.id, ...from, isByKey: false });
      }, restMs);
    };
    const move = (event: PointerEvent): void => {
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > slackPx) end();
    };
    // The finger is lifted on the row, which is a link: that would open it, and take the focus from the menu.
    const up = (event: TouchEvent): void => {
      if (isHeld && event.cancelable) event.preventDefault();
    };
    const menu = (): void => {
      isHeld = true; // by a browser that detects a long press itself
      end();
    };
    element.addEventListener("touchend", up, { signal, capture: true, passive: false });
    element.addEventListener("contextmenu", menu, { signal });
    element.addEventListener("pointerdown", down, { signal });
    element.addEventListener("pointermove", move, { signal });
    for (const type of ["pointerup", "pointercancel"]) element.addEventListener(type, end, { signal });
    element.addEventListener("scroll", end, { signal, capture: true, passive: true });
    signal.addEventListener("abort", end);
    return () => stop.abort();
  }, [box, onMenu]);
}
