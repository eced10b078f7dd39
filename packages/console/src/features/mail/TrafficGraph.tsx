/**
 * Draws bots as boxes with their whole names, and an arrow for each pair, as thick as they write often. It can be moved
 * and zoomed with pointer, wheel and keys. The list beside it says the same in words, and is what a screen reader
 * reads.
 */
import type { BotId } from "@reef/protocol/ids";
import type { Traffic } from "@reef/protocol/overview";
import { type KeyboardEvent, type PointerEvent, type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import styles from "./LinksView.module.css";
import { boxHeight, type Placed, type PlacedPair, type Point, placeBots } from "./place-bots.ts";

interface View extends Point {
  /** Pixels for one unit of the layout. */
  readonly zoom: number;
}

const least = 0.2;
const most = 3;
const step = 60;

export function TrafficGraph({
  traffic,
  nameOf,
}: {
  readonly traffic: readonly Traffic[];
  readonly nameOf: (id: BotId) => string;
}): ReactElement {
  const names = JSON.stringify(traffic.map(({ fromBotId, toBotId }) => [nameOf(fromBotId), nameOf(toBotId)]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `names` represents the results of `nameOf`
  const placed = useMemo(() => placeBots(traffic, { nameOf, widthOf: measureText }), [traffic, names]);
  const box = useRef<HTMLDivElement>(null);
  const drag = useRef<{ readonly at: Point; readonly from: View } | null>(null);
  const [moved, setMoved] = useState<View | null>(null);
  const [size, setSize] = useState({ width: 460, height: 340 });
  const view = moved ?? fit(placed, size);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const zoomAt = (factor: number, at: Point = { x: size.width / 2, y: size.height / 2 }): void => {
    setMoved((before) => zoomView(before ?? fit(placed, size), factor, at));
  };
  const zoomed = useRef(zoomAt);
  zoomed.current = zoomAt;
  useEffect(() => {
    const element = box.current;
    // Not by a prop: React's wheel listener cannot keep the page from zooming. A wheel alone scrolls the page.
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomed.current(Math.exp(-event.deltaY * 0.003), { x: event.offsetX, y: event.offsetY });
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const by = moveByKey[event.key];
    if (by) setMoved({ ...view, x: view.x + by.x, y: view.y + by.y });
    else if (event.key === "+" || event.key === "=") zoomAt(1.25);
    else if (event.key === "-") zoomAt(0.8);
    else if (event.key === "0") setMoved(null);
    else return;
    event.preventDefault();
  };
  const onMove = (event: PointerEvent): void => {
    const { at, from } = drag.current ?? {};
    if (at && from) setMoved({ ...from, x: from.x + event.clientX - at.x, y: from.y + event.clientY - at.y });
  };
  const end = (): void => {
    drag.current = null;
  };

  return (
    <div className={styles.graphBox}>
      <div className={styles.graphTools}>
        <Button isSquare aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoomAt(1.25)}>
          +
        </Button>
        <Button isSquare aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoomAt(0.8)}>
          −
        </Button>
        <Button title="Fit everything (0)" onClick={() => setMoved(null)}>
          Fit
        </Button>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a picture to move about, not a set of fields */}
      <div
        ref={box}
        role="group"
        className={styles.graph}
        aria-label="Graph of messages between bots. Arrow keys move it, plus and minus zoom. The list below has the same content."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move what is in view
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { at: { x: event.clientX, y: event.clientY }, from: view };
        }}
        onPointerMove={onMove}
        onPointerUp={end}
        onPointerCancel={end}
      >
        <svg width="100%" height="100%" aria-hidden="true">
          <g transform={`translate(${view.x} ${view.y}) scale(${view.zoom})`}>
            <Drawing placed={placed} />
          </g>
        </svg>
      </div>
    </div>
  );
}

function Drawing({ placed }: { readonly placed: Placed }): ReactElement {
  const nameById = new Map(placed.bots.map(({ id, name }) => [id, name]));
  const busiest = Math.max(...placed.pairs.map(({ traffic }) => traffic.count));
  return (
    <>
      {placed.pairs.map(({ traffic, points }) => {
        const { fromBotId, toBotId, count, dead } = traffic;
        const width = 1.25 + 4 * Math.sqrt(count / busiest);
        const { line, head } = arrow({ traffic, points }, width);
        return (
          <g key={`${fromBotId} ${toBotId}`} className={styles.edge} data-dead={dead > 0 || undefined}>
            <title>{`${nameById.get(fromBotId)} → ${nameById.get(toBotId)}: ${count}${dead > 0 ? `, ${dead} undelivered` : ""}`}</title>
            <path d={line} strokeWidth={width} />
            <path className={styles.head} d={head} />
          </g>
        );
      })}
      {placed.bots.map(({ id, name, x, y, width }) => (
        <g key={id} data-node={id}>
          <rect
            className={styles.node}
            x={x - width / 2}
            y={y - boxHeight / 2}
            width={width}
            height={boxHeight}
            rx={6}
          />
          <text className={styles.nodeName} x={x} y={y + 4.5} textAnchor="middle">
            {name}
          </text>
        </g>
      ))}
    </>
  );
}

const moveByKey: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: step, y: 0 },
  ArrowRight: { x: -step, y: 0 },
  ArrowUp: { x: 0, y: step },
  ArrowDown: { x: 0, y: -step },
};

/** Centres everything, never larger than its own size. */
function fit(placed: Placed, size: { readonly width: number; readonly height: number }): View {
  const zoom = Math.max(least, Math.min(1, size.width / placed.width, size.height / placed.height));
  return { zoom, x: (size.width - placed.width * zoom) / 2, y: (size.height - placed.height * zoom) / 2 };
}

/** Zooms so that the point `at` stays in place. */
function zoomView(view: View, factor: number, at: Point): View {
  const zoom = Math.min(most, Math.max(least, view.zoom * factor));
  const by = zoom / view.zoom;
  return { zoom, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by };
}

/** Goes through the layout's points, smoothed; the head points along the last piece. */
function arrow({ points }: PlacedPair, width: number): { readonly line: string; readonly head: string } {
  const [first, ...rest] = points;
  const tip = rest.at(-1);
  const before = rest.at(-2) ?? first;
  if (!first || !tip || !before) return { line: "", head: "" };
  const size = 6 + 1.6 * width;
  const long = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const [ux, uy] = [(tip.x - before.x) / long, (tip.y - before.y) / long];
  const end = { x: tip.x - ux * size * 0.8, y: tip.y - uy * size * 0.8 };
  const inner = rest.slice(0, -1);
  const curves = inner.map((point, index) => {
    const next = inner[index + 1];
    const to = next ? { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 } : end;
    return `Q${point.x} ${point.y} ${to.x} ${to.y}`;
  });
  const line = `M${first.x} ${first.y}${curves.length > 0 ? curves.join("") : `L${end.x} ${end.y}`}`;
  const back = { x: tip.x - ux * size, y: tip.y - uy * size };
  const half = size / 2;
  const head = `M${tip.x} ${tip.y}L${back.x - uy * half} ${back.y + ux * half}L${back.x + uy * half} ${back.y - ux * half}Z`;
  return { line, head };
}

function measureText(text: string): number {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return text.length * 8;
  context.font = `13px ${getComputedStyle(document.documentElement).getPropertyValue("--font") || "sans-serif"}`;
  return context.measureText(text).width;
}
