/**
 * Draws the lanes on a canvas: dragged, zoomed with Ctrl and the wheel or by keys, following now until it is moved
 * away. Only what is in view is painted, so ten thousand turns cost what is seen of them.
 */
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { nowMs } from "../../ui/clock.ts";
import { countOf } from "../../ui/count.ts";
import { useRouter } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime } from "../../ui/time.ts";
import styles from "./ActivityScreen.module.css";
import { HitCard, sessionOfHit } from "./HitCard.tsx";
import { type Lane, lanesHeight } from "./lanes.ts";
import { axisHeight, type Drawing, findHit, type Hit, layoutView } from "./layout.ts";
import { paint, readPalette } from "./paint.ts";
import type { TimelineState } from "./timeline-state.ts";
import {
  busyRange,
  followNow,
  isAtBeginning,
  type Pinch,
  pan,
  pinchOf,
  pinchTo,
  type ViewRange,
  wholeRange,
  zoom,
} from "./view-range.ts";

const redrawMs = 500;
const nothing: Drawing = { bars: [], arrows: [], marks: [] };

interface Pointed {
  readonly hit: Hit;
  readonly x: number;
  readonly y: number;
}

export function TimelineCanvas({
  state,
  lanes,
  onOlder,
  older,
}: {
  readonly state: TimelineState;
  readonly lanes: readonly Lane[];
  /** Called when a person moves beyond the beginning of what is loaded. */
  readonly onOlder: () => void;
  /** The button that does the same. */
  readonly older: ReactElement;
}): ReactElement {
  const router = useRouter();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef<Drawing>(nothing);
  const [opening] = useState(() => wholeRange({ sinceMs: state.sinceMs, nowMs: nowMs() }));
  const range = useRef<ViewRange>(opening);
  const drag = useRef<{ readonly x: number; readonly from: ViewRange; isMoved: boolean } | null>(null);
  const fingers = useRef(new Map<number, number>());
  const pinch = useRef<{ readonly from: ViewRange; readonly at: Pinch } | null>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [isFollowing, setFollowing] = useState(true);
  const [isAtStart, setAtStart] = useState(false);
  const loaded = useCallback(() => ({ sinceMs: state.sinceMs, nowMs: nowMs() }), [state.sinceMs]);

  const draw = useCallback((): void => {
    const [element, scroller] = [canvas.current, box.current];
    const context = element?.getContext("2d");
    if (!element || !scroller || !context) return;
    range.current = followNow(range.current, loaded());
    const { fromMs, toMs } = range.current;
    const [width, height] = [element.clientWidth, element.clientHeight];
    const scale = devicePixelRatio || 1;
    if (element.width !== Math.round(width * scale) || element.height !== Math.round(height * scale)) {
      element.width = Math.round(width * scale);
      element.height = Math.round(height * scale);
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const view = { fromMs, toMs, width, height, scrollTop: scroller.scrollTop, nowMs: nowMs() };
    drawing.current = layoutView(state, lanes, view);
    paint(context, { drawing: drawing.current, lanes, view, palette: readPalette(element) });
    element.dataset.from = String(fromMs);
    element.dataset.to = String(toMs);
    setFollowing(range.current.isFollowing);
    setAtStart(isAtBeginning(range.current, state.sinceMs));
  }, [state, lanes, loaded]);

  const show = useCallback(
    (next: ViewRange): void => {
      range.current = next;
      draw();
    },
    [draw],
  );
  const move = useCallback(
    (next: ViewRange): void => {
      const wasAtStart = isAtBeginning(range.current, state.sinceMs);
      // Moved past the beginning: the person wants what is before it.
      if (wasAtStart && isAtBeginning(next, state.sinceMs) && next.toMs <= range.current.toMs) onOlder();
      show(next);
    },
    [show, onOlder, state.sinceMs],
  );

  useEffect(() => {
    draw();
    const timer = setInterval(draw, redrawMs);
    const watch = new ResizeObserver(draw);
    if (box.current) watch.observe(box.current);
    return () => {
      clearInterval(timer);
      watch.disconnect();
    };
  }, [draw]);

  useEffect(() => {
    const element = canvas.current;
    // Not by a prop: React's wheel listener cannot keep the page from zooming.
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const anchor = event.offsetX / (element?.clientWidth || 1);
        move(zoom(range.current, { factor: Math.exp(event.deltaY * 0.003), anchor }, loaded()));
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        move(pan(range.current, (event.deltaX || event.deltaY) / (element?.clientWidth || 1), loaded()));
      }
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [move, loaded]);

  const placeOf = (event: PointerEvent<HTMLCanvasElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
  };
  const onMove = (event: PointerEvent<HTMLCanvasElement>): void => {
    const { x, y } = placeOf(event);
    if (fingers.current.has(event.pointerId)) fingers.current.set(event.pointerId, x);
    const width = event.currentTarget.clientWidth;
    if (pinch.current) {
      const at = pinchOf(fingers.current, width);
      if (at) move(pinchTo(pinch.current.from, { before: pinch.current.at, after: at }, loaded()));
      return;
    }
    if (drag.current) {
      const by = (drag.current.x - x) / width;
      if (Math.abs(drag.current.x - x) > 4) drag.current.isMoved = true;
      if (drag.current.isMoved) {
        setPointed(null);
        move(pan(drag.current.from, by, loaded()));
        return;
      }
    }
    const hit = findHit(drawing.current, x, y);
    setPointed(hit && { hit, x, y });
  };
  const onDown = (event: PointerEvent<HTMLCanvasElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const { x } = placeOf(event);
    if (event.pointerType === "touch") fingers.current.set(event.pointerId, x);
    const at = pinchOf(fingers.current, event.currentTarget.clientWidth);
    pinch.current = at && { from: range.current, at };
    drag.current = at ? null : { x, from: range.current, isMoved: false };
    if (at) setPointed(null);
  };
  /** The finger that is left after a pinch neither drags nor touches anything. */
  const endPinch = (event: PointerEvent<HTMLCanvasElement>): boolean => {
    fingers.current.delete(event.pointerId);
    if (!pinch.current) return false;
    if (fingers.current.size === 0) pinch.current = null;
    drag.current = null;
    return true;
  };
  const onUp = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (endPinch(event)) return;
    const wasMoved = drag.current?.isMoved === true;
    drag.current = null;
    if (wasMoved) return;
    const { x, y } = placeOf(event);
    const hit = findHit(drawing.current, x, y);
    // A finger cannot hover: its first touch shows, the next opens.
    if (!hit || (event.pointerType === "touch" && !isSameHit(pointed?.hit ?? null, hit))) {
      setPointed(hit && { hit, x, y });
      return;
    }
    router.navigate({ to: "/s/$sessionId", params: { sessionId: sessionOfHit(hit) } });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const next = moveByKey(event.key, { range: range.current, loaded: loaded() });
    if (!next) return;
    event.preventDefault();
    if (event.key === "0") show(next);
    else move(next);
  };
  const zoomBy = (factor: number) => () =>
    move(zoom(range.current, { factor, anchor: isFollowing ? 1 : 0.5 }, loaded()));

  return (
    <>
      <div className={styles.tools}>
        <Legend />
        <span className={styles.push} />
        {isAtStart && older}
        {!isFollowing && <Button onClick={() => show(wholeRange(loaded()))}>Back to now</Button>}
        <Button
          isSquare
          aria-label="Fit to activity"
          title="Fit to activity"
          onClick={() => show(busyRange(firstMs(state), loaded()))}
        >
          ⤢
        </Button>
        <Button isSquare aria-label="Show less time" title="Show less time (+)" onClick={zoomBy(0.5)}>
          +
        </Button>
        <Button isSquare aria-label="Show more time" title="Show more time (−)" onClick={zoomBy(2)}>
          −
        </Button>
      </div>
      <section
        ref={box}
        className={`${shapes.body} ${styles.lanes}`}
        aria-label={summary(state, lanes)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the arrow keys move what is in view
        tabIndex={0}
        onScroll={draw}
        onKeyDown={onKeyDown}
      >
        <div className={styles.stage}>
          <Labels lanes={lanes} />
          <div className={styles.pane}>
            <canvas
              ref={canvas}
              className={styles.canvas}
              role="img"
              aria-label={`${summary(state, lanes)}. The list shows the same in words.`}
              onPointerDown={onDown}
              onPointerMove={onMove}
              onPointerUp={onUp}
              onPointerCancel={(event) => {
                endPinch(event);
                drag.current = null;
              }}
              onPointerLeave={() => setPointed(null)}
              data-hit={pointed ? "" : undefined}
            />
            {pointed && <HitCard hit={pointed.hit} x={pointed.x} y={pointed.y} lanes={lanes} />}
          </div>
        </div>
      </section>
    </>
  );
}

function Labels({ lanes }: { readonly lanes: readonly Lane[] }): ReactElement {
  return (
    <ul
      className={`${shapes.bare} ${styles.labels}`}
      aria-label="Lanes"
      style={{ height: lanesHeight(lanes) + axisHeight }}
    >
      {lanes.map(({ botId, name, top, height }) => (
        <li key={botId} className={styles.label} data-lane={botId} style={{ top: top + axisHeight, height }}>
          <Avatar name={name} seed={botId} size="small" />
          <span className={`${shapes.cut} ${styles.labelName}`} dir="auto">
            {name}
          </span>
        </li>
      ))}
    </ul>
  );
}

const legend = [
  ["running", "running"],
  ["done", "done"],
  ["waiting", "waiting"],
  ["failed", "failed"],
  ["cancelled", "stopped"],
] as const;

function Legend(): ReactElement {
  return (
    <ul className={`${shapes.bare} ${styles.legend}`} aria-label="Legend">
      {legend.map(([state, words]) => (
        <li key={state}>
          <span className={styles.swatch} data-state={state} />
          {words}
        </li>
      ))}
      <li>
        <svg viewBox="0 0 14 12" width="14" height="12" aria-hidden="true" className={styles.messageSign}>
          <path d="M2 1v4q0 3 5 3h3" fill="none" stroke="currentColor" strokeWidth="1.500" />
          <path d="M13 8 9 5v6z" fill="currentColor" />
        </svg>
        message
      </li>
      <li>
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" className={styles.askSign}>
          <path d="M6 1 11.500 11H.500z" fill="currentColor" />
        </svg>
        question
      </li>
      <li>
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" className={styles.refusalSign}>
          <circle cx="6" cy="6" r="4.500" fill="none" stroke="currentColor" strokeWidth="1.700" />
          <path d="m3 9 6-6" stroke="currentColor" strokeWidth="1.700" />
        </svg>
        refused
      </li>
    </ul>
  );
}

function firstMs(state: TimelineState): number {
  let first = nowMs();
  for (const { startedAt } of state.turns.values()) first = Math.min(first, Date.parse(startedAt));
  for (const { receipts } of state.messages.values()) first = Math.min(first, Date.parse(receipts.acceptedAt));
  return Math.max(first, state.sinceMs);
}

function summary(state: TimelineState, lanes: readonly Lane[]): string {
  const failed = [...state.turns.values()].filter((turn) => turn.state === "failed").length;
  const parts = [
    countOf(lanes.length, "bot"),
    `${countOf(state.turns.size, "turn")} ${failed} failed`,
    `${countOf(state.messages.size, "message")} between bots`,
    countOf(state.asks.size, "question"),
    ...(state.refusals.size > 0 ? [`${countOf(state.refusals.size, "message")} refused`] : []),
  ];
  return `Since ${absoluteTime(new Date(state.sinceMs).toISOString())}: ${parts.join(", ")}`;
}

function moveByKey(
  key: string,
  {
    range,
    loaded,
  }: { readonly range: ViewRange; readonly loaded: { readonly sinceMs: number; readonly nowMs: number } },
): ViewRange | null {
  const anchor = range.isFollowing ? 1 : 0.5;
  if (key === "ArrowLeft") return pan(range, -0.2, loaded);
  if (key === "ArrowRight") return pan(range, 0.2, loaded);
  if (key === "+" || key === "=") return zoom(range, { factor: 0.5, anchor }, loaded);
  if (key === "-") return zoom(range, { factor: 2, anchor }, loaded);
  if (key === "Home") return pan(range, Number.MIN_SAFE_INTEGER, loaded);
  if (key === "End") return pan(range, Number.MAX_SAFE_INTEGER, loaded);
  if (key === "0") return wholeRange(loaded);
  return null;
}

function isSameHit(a: Hit | null, b: Hit): boolean {
  return a !== null && JSON.stringify(a) === JSON.stringify(b);
}
