/** Moves a large picture with the pointer that holds it. A finger scrolls by itself. */
import { type PointerEvent, type RefObject, useRef } from "react";

const clickPx = 4;

export function useDragToScroll(room: RefObject<HTMLElement | null>): {
  /** True after a press that ended elsewhere, which was not a click. */
  readonly hasMoved: () => boolean;
  readonly on: {
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: () => void;
    readonly onPointerCancel: () => void;
  };
} {
  const held = useRef<{ readonly x: number; readonly y: number; readonly left: number; readonly top: number } | null>(
    null,
  );
  const moved = useRef(false);
  const release = (): void => {
    held.current = null;
  };
  return {
    hasMoved: () => moved.current,
    on: {
      onPointerDown({ pointerType, button, clientX: x, clientY: y }) {
        moved.current = false;
        const element = room.current;
        if (pointerType === "touch" || button !== 0 || !element) return;
        held.current = { x, y, left: element.scrollLeft, top: element.scrollTop };
      },
      onPointerMove({ clientX, clientY, buttons }) {
        const [start, element] = [held.current, room.current];
        if (!start || !element) return;
        if (buttons === 0) return release();
        const [dx, dy] = [clientX - start.x, clientY - start.y];
        if (Math.hypot(dx, dy) > clickPx) moved.current = true;
        element.scrollLeft = start.left - dx;
        element.scrollTop = start.top - dy;
      },
      onPointerUp: release,
      onPointerCancel: release,
    },
  };
}
