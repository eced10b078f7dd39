/** Moves and zooms the part of the loaded time that is in view. It never leaves what is loaded. */

export interface ViewRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** The right edge is now, and moves with it. */
  readonly isFollowing: boolean;
}

export interface Loaded {
  readonly sinceMs: number;
  readonly nowMs: number;
}

const minSpanMs = 2_000;
const minBusySpanMs = 60_000;
/** Free space after now, as a part of the view, so that what happens now is not at the very edge. */
const ahead = 0.02;

export function wholeRange({ sinceMs, nowMs }: Loaded): ViewRange {
  return { fromMs: sinceMs, toMs: endOf(sinceMs, nowMs), isFollowing: true };
}

/** From a little before the first event until now: an hour with one busy minute opens at that minute. */
export function busyRange(firstMs: number, loaded: Loaded): ViewRange {
  const span = Math.max(minBusySpanMs, (loaded.nowMs - firstMs) * 1.08);
  return zoom(wholeRange(loaded), { factor: span / wholeSpan(loaded), anchor: 1 }, loaded);
}

/** Returns the view at the present time. */
export function followNow(range: ViewRange, { nowMs }: Loaded): ViewRange {
  if (!range.isFollowing) return range;
  const span = range.toMs - range.fromMs;
  const toMs = nowMs + span * ahead;
  return { fromMs: toMs - span, toMs, isFollowing: true };
}

/**
 * True if what is loaded begins at the left edge, or nearly: a view that follows now has moved on a little since it was
 * set.
 */
export function isAtBeginning({ fromMs, toMs }: ViewRange, sinceMs: number): boolean {
  return fromMs - sinceMs <= (toMs - fromMs) * ahead;
}

/** `by` is a part of the view, positive towards now. */
export function pan(range: ViewRange, by: number, loaded: Loaded): ViewRange {
  const span = range.toMs - range.fromMs;
  return clamp({ fromMs: range.fromMs + by * span, toMs: range.toMs + by * span }, loaded);
}

/** `factor` below 1 shows less time; the moment at `anchor` (0 left, 1 right) stays in place. */
export function zoom(
  range: ViewRange,
  { factor, anchor }: { readonly factor: number; readonly anchor: number },
  loaded: Loaded,
): ViewRange {
  const span = range.toMs - range.fromMs;
  const next = Math.max(minSpanMs, Math.min(span * factor, wholeSpan(loaded)));
  const at = range.fromMs + span * anchor;
  return clamp({ fromMs: at - next * anchor, toMs: at + next * (1 - anchor) }, loaded);
}

/** Two fingers, as parts of the width: their middle, and their distance. */
export interface Pinch {
  readonly middle: number;
  readonly apart: number;
}

/** Returns null unless there are two fingers in different places. */
export function pinchOf(fingers: ReadonlyMap<number, number>, width: number): Pinch | null {
  const [one, other, more] = fingers.values();
  if (one === undefined || other === undefined || more !== undefined || one === other || width === 0) return null;
  return { middle: (one + other) / 2 / width, apart: Math.abs(one - other) / width };
}

/** Keeps what is under each finger there. `range` is the view when the pinch began. */
export function pinchTo(
  range: ViewRange,
  { before, after }: { readonly before: Pinch; readonly after: Pinch },
  loaded: Loaded,
): ViewRange {
  const zoomed = zoom(range, { factor: before.apart / after.apart, anchor: before.middle }, loaded);
  return pan(zoomed, before.middle - after.middle, loaded);
}

function clamp({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }, loaded: Loaded): ViewRange {
  const span = Math.min(toMs - fromMs, wholeSpan(loaded));
  const lastTo = loaded.nowMs + span * ahead;
  if (toMs >= lastTo) return { fromMs: lastTo - span, toMs: lastTo, isFollowing: true };
  const from = Math.max(loaded.sinceMs, fromMs);
  return { fromMs: from, toMs: from + span, isFollowing: false };
}

function wholeSpan({ sinceMs, nowMs }: Loaded): number {
  return endOf(sinceMs, nowMs) - sinceMs;
}

function endOf(sinceMs: number, nowMs: number): number {
  return sinceMs + (nowMs - sinceMs) / (1 - ahead);
}
