/** Draws the edge of a column, which is dragged, moved by arrow keys, and reset by a double click. */
import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef } from "react";

export interface EdgeProps {
  readonly label: string;
  readonly className: string | undefined;
  /** The side of the column that the edge is on. */
  readonly side: "left" | "right";
  readonly widthPx: number;
  readonly minPx: number;
  readonly maxPx: number;
  readonly onResize: (px: number) => void;
  readonly onReset: () => void;
}

const keyStepPx = 16;

export function Edge({ label, className, side, widthPx, minPx, maxPx, onResize, onReset }: EdgeProps): ReactElement {
  const grip = useRef<{ readonly x: number; readonly widthPx: number } | null>(null);
  const grow = side === "right" ? 1 : -1;
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    grip.current = { x: event.clientX, widthPx };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (grip.current) onResize(grip.current.widthPx + grow * (event.clientX - grip.current.x));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const to: Readonly<Record<string, number>> = {
      ArrowRight: widthPx + grow * keyStepPx,
      ArrowLeft: widthPx - grow * keyStepPx,
      Home: minPx,
      End: maxPx,
    };
    const px = to[event.key];
    if (px === undefined) return;
    event.preventDefault();
    onResize(px);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a movable line is a separator, for which there is no other element
    <div
      className={className}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={widthPx}
      aria-valuemin={minPx}
      aria-valuemax={maxPx}
      title="Drag to resize, double-click to reset"
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onLostPointerCapture={() => {
        grip.current = null;
      }}
      onKeyDown={onKeyDown}
      onDoubleClick={onReset}
    />
  );
}
