/** Zooms a picture in a container that scrolls. Fitted, it follows the size of the window. */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";
import { fittedZoom, type Size, scrollAfterZoom } from "./zoom.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

type NextZoom = (zoom: number, fitted: number) => number;

export function useZoom(
  room: RefObject<HTMLElement | null>,
  picture: Size | null,
): {
  readonly zoom: number;
  readonly fitted: number;
  /** Keeps what is under the point in place; without a point, the middle. */
  readonly zoomTo: (next: NextZoom, point?: Point) => void;
} {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  /** Null means fitted. */
  const [chosen, setChosen] = useState<number | null>(null);
  const scrollTo = useRef<Point | null>(null);
  useLayoutEffect(() => {
    const element = room.current;
    if (!element) return;
    // Without its scroll bars: measured with them, the container would grow and shrink in turns.
    const measure = (): void =>
      setSize({ width: element.offsetWidth - padding, height: element.offsetHeight - padding });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [room]);
  const fitted = picture === null ? 1 : fittedZoom(picture, size);
  const zoom = Math.max(fitted, chosen ?? fitted);
  useLayoutEffect(() => {
    const [element, target] = [room.current, scrollTo.current];
    scrollTo.current = null;
    if (!element || !target || zoom === 0) return;
    element.scrollLeft = target.x;
    element.scrollTop = target.y;
  }, [room, zoom]);
  const zoomTo = useCallback(
    (next: NextZoom, point?: Point) => {
      const element = room.current;
      if (!element) return;
      const to = next(zoom, fitted);
      const at = point ?? { x: element.clientWidth / 2, y: element.clientHeight / 2 };
      scrollTo.current = {
        x: scrollAfterZoom({ scroll: element.scrollLeft, point: at.x, from: zoom, to }),
        y: scrollAfterZoom({ scroll: element.scrollTop, point: at.y, from: zoom, to }),
      };
      setChosen(to <= fitted * 1.001 ? null : to);
    },
    [room, zoom, fitted],
  );
  return { zoom, fitted, zoomTo };
}

/** Around the picture, both sides together. */
const padding = 32;
