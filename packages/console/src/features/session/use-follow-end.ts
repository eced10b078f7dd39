/**
 * Keeps a scroller at the end of its content while its reader is there, and in place while the reader is elsewhere (see
 * follow-end.ts). After scrolling up, the scroller keeps its height: content that shrinks for a moment, as an answer that
 * is replaced by its stored entry, would otherwise push the view up, and what comes then would not push it back.
 */
import {
  type KeyboardEvent,
  type RefObject,
  type TouchEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  type WheelEvent,
} from "react";
import { followsAfterAim, followsAfterScroll, restOf, type View } from "./follow-end.ts";
import { usePointerHold } from "./use-pointer-hold.ts";

export interface FollowEnd {
  /** Set both: the scroller, its last child in the flow, and a child that is out of the flow. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly end: RefObject<HTMLDivElement | null>;
  readonly floor: RefObject<HTMLDivElement | null>;
  readonly isFollowing: () => boolean;
  /** Call it when the page leads the reader to the end, or away from it. */
  readonly follow: (isOn: boolean) => void;
  /** Call it before the browser paints when content or scroller have another size. */
  readonly settle: () => void;
  readonly onScroll: () => void;
  readonly aim: Aim;
}

/** Handlers of the scroller, by which the reader says where to go. */
export interface Aim {
  readonly onWheel: (event: WheelEvent<HTMLDivElement>) => void;
  readonly onTouchStart: (event: TouchEvent<HTMLDivElement>) => void;
  readonly onTouchMove: (event: TouchEvent<HTMLDivElement>) => void;
  readonly onPointerDown: () => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => void;
}

export function useFollowEnd({
  startsFollowing,
  onChange,
}: {
  readonly startsFollowing: boolean;
  readonly onChange: (isFollowing: boolean) => void;
}): FollowEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const floor = useRef<HTMLDivElement>(null);
  const following = useRef(startsFollowing);
  const seen = useRef<View | null>(null);
  const touchY = useRef<number | null>(null);
  /** True after the reader opened or closed something: the resulting view is where the reader is. */
  const hasActed = useRef(false);
  /**
   * True after the page led the reader to the end, until the reader acts: a smooth scroll that still runs must not leave
   * the end again.
   */
  const isLed = useRef(false);
  const release = useRef(() => {});
  const { isHeld, hold } = usePointerHold(useCallback(() => release.current(), []));

  const look = useCallback((): View | null => {
    const element = scroller.current;
    const last = end.current;
    if (!element || !last) return null;
    const { scrollTop, scrollHeight, clientHeight } = element;
    return { top: scrollTop, height: scrollHeight, client: clientHeight, end: last.offsetTop + last.offsetHeight };
  }, []);

  /** After scrolling up, what is in view stays reachable, whatever shrinks. */
  const setFloor = useCallback((px: number | null): void => {
    if (floor.current) floor.current.style.height = `${px ?? 0}px`;
  }, []);

  const settle = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    if (following.current && !isHeld.current) {
      setFloor(null);
      element.scrollTop = element.scrollHeight;
    }
    seen.current = look();
  }, [isHeld, look, setFloor]);

  useEffect(() => {
    const stop = new AbortController();
    const act = () => {
      isLed.current = false;
    };
    for (const type of ["keydown", "pointerdown", "wheel", "touchstart"])
      addEventListener(type, act, { capture: true, passive: true, signal: stop.signal });
    return () => stop.abort();
  }, []);

  const turn = useCallback(
    (isOn: boolean) => {
      const isChange = following.current !== isOn;
      following.current = isOn;
      if (isOn) settle();
      if (isChange) onChange(isOn);
    },
    [onChange, settle],
  );
  const follow = useCallback(
    (isOn: boolean) => {
      isLed.current = isOn;
      turn(isOn);
    },
    [turn],
  );
  release.current = () => {
    if (following.current) settle();
  };

  const keepPlace = useCallback(() => {
    const view = look();
    seen.current = view;
    setFloor(view && !following.current ? view.top + view.client : null);
  }, [look, setFloor]);

  const onScroll = useCallback(() => {
    const [before, now] = [seen.current, look()];
    if (!now) return;
    if (isLed.current && following.current) return settle();
    const isBroughtToEnd = hasActed.current && Math.abs(restOf(now)) <= 1;
    const isOn = isBroughtToEnd || (before ? followsAfterScroll(following.current, before, now) : following.current);
    turn(isOn);
    if (!isOn) keepPlace();
  }, [turn, settle, keepPlace, look]);

  const aim = useMemo((): Aim => {
    const turnTo = (way: -1 | 1): void => {
      hasActed.current = false;
      const view = look();
      if (!view) return;
      const isOn = followsAfterAim(following.current, view, way);
      if (isOn !== following.current) turn(isOn);
      if (!isOn) keepPlace();
    };
    const act = (): void => {
      hasActed.current = true;
      setFloor(null);
    };
    return {
      onWheel(event) {
        if (event.ctrlKey || Math.abs(event.deltaY) <= Math.abs(event.deltaX)) return;
        const way = event.deltaY < 0 ? -1 : 1;
        if (!takesWheel(event.target as Element, scroller.current, way)) turnTo(way);
      },
      onTouchStart(event) {
        touchY.current = event.touches[0]?.clientY ?? null;
      },
      onTouchMove(event) {
        const y = event.touches[0]?.clientY;
        if (y === undefined || touchY.current === null || event.touches.length > 1 || Math.abs(y - touchY.current) < 2)
          return;
        const way = y > touchY.current ? -1 : 1;
        touchY.current = y;
        if (!takesWheel(event.target as Element, scroller.current, way)) turnTo(way);
      },
      onPointerDown() {
        act();
        hold();
      },
      onKeyDown(event) {
        const way = event.target === event.currentTarget ? wayOfKey(event) : null;
        if (way !== null) turnTo(way);
        else if (event.key === "Enter" || event.key === " ") act();
      },
    };
  }, [turn, hold, keepPlace, look, setFloor]);

  return useMemo(
    () => ({ scroller, end, floor, isFollowing: () => following.current, follow, settle, onScroll, aim }),
    [follow, settle, onScroll, aim],
  );
}

/** True if something inside, such as long output of a tool, scrolls in place of the transcript. */
function takesWheel(target: Element, scroller: Element | null, way: -1 | 1): boolean {
  for (let element: Element | null = target; element && element !== scroller; element = element.parentElement) {
    const rest = element.scrollHeight - element.clientHeight;
    if (rest <= 1 || !/auto|scroll/.test(getComputedStyle(element).overflowY)) continue;
    if (way < 0 ? element.scrollTop > 0 : element.scrollTop < rest - 1) return true;
  }
  return false;
}

function wayOfKey({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): -1 | 1 | null {
  if (ctrlKey || altKey || metaKey) return null;
  if (key === "ArrowUp" || key === "PageUp" || key === "Home" || (key === " " && shiftKey)) return -1;
  return key === "ArrowDown" || key === "PageDown" || key === "End" || key === " " ? 1 : null;
}
