/**
 * Goes to the next session of the list on a swipe over a conversation, on a phone; swiping back returns to the previous one,
 * whatever the list has become by then.
 */
import type { SessionId } from "@reef/protocol/ids";
import { visibleSessionIds } from "../../data/list/group-sessions.ts";
import type { Reef } from "../../data/reef.ts";
import { nextInOrder } from "../list/next-in-order.ts";
import { maySwipe, strokeToStep } from "./swipe.ts";

export interface SwipePlace {
  activeId(): SessionId | null;
  goTo(sessionId: SessionId): void;
}

interface Swipe {
  readonly from: SessionId;
  readonly to: SessionId;
  readonly step: 1 | -1;
}

/** How far the conversation follows the finger: it hints at the switch, and gives way to scrolling. */
const followShare = 0.25;
const beginPx = 14;

/** Listens until `signal` aborts. */
export function listenForSwipes(
  reef: Reef,
  { page, place, signal }: { readonly page: Document; readonly place: SwipePlace; readonly signal: AbortSignal },
): void {
  let start: { readonly x: number; readonly y: number; readonly at: number } | null = null;
  let moved: HTMLElement | null = null;
  let last: Swipe | null = null;

  const settle = (): void => {
    start = null;
    if (!moved) return;
    moved.style.transform = "";
    moved = null;
  };

  const go = (step: 1 | -1): void => {
    const from = place.activeId();
    if (!from) return;
    const isBack = last !== null && last.to === from && last.step === -step;
    const ids = visibleSessionIds(reef.listRows.get());
    const to = isBack && last ? last.from : nextInOrder(ids, { from, step, test: () => true });
    if (!to || to === from) return;
    last = { from, to, step };
    place.goTo(to);
  };

  page.addEventListener(
    "touchstart",
    (event) => {
      settle();
      const [touch] = event.touches;
      if (!touch || event.touches.length > 1 || !place.activeId()) return;
      if (!(event.target instanceof Element) || !matchMedia("(max-width: 720px)").matches) return;
      if (!maySwipe(event.target, { x: touch.clientX, width: innerWidth })) return;
      start = { x: touch.clientX, y: touch.clientY, at: event.timeStamp };
    },
    { passive: true, signal },
  );
  page.addEventListener(
    "touchmove",
    (event) => {
      const [touch] = event.touches;
      if (!start || !touch) return;
      // A second finger zooms, and a selection of text is in progress.
      if (event.touches.length > 1 || page.getSelection()?.isCollapsed === false) return settle();
      const [dx, dy] = [touch.clientX - start.x, touch.clientY - start.y];
      if (!moved && Math.abs(dy) > beginPx && Math.abs(dy) > Math.abs(dx)) return settle();
      if (Math.abs(dx) < beginPx || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      moved ??= page.querySelector("main");
      if (moved) moved.style.transform = `translateX(${Math.round(dx * followShare)}px)`;
    },
    { passive: true, signal },
  );
  page.addEventListener(
    "touchend",
    (event) => {
      const [touch] = event.changedTouches;
      const begun = start;
      settle();
      if (!begun || !touch || event.touches.length > 0) return;
      const stroke = { dx: touch.clientX - begun.x, dy: touch.clientY - begun.y, ms: event.timeStamp - begun.at };
      const step = strokeToStep(stroke);
      if (step) go(step);
    },
    { passive: true, signal },
  );
  page.addEventListener("touchcancel", settle, { passive: true, signal });
}
