/**
 * Interprets a finger's stroke over a conversation: sideways, far enough and straight enough, it means the next session or
 * the one before. Parts that scroll sideways keep their gestures, and so does text that is being selected or written.
 */

export interface Stroke {
  readonly dx: number;
  readonly dy: number;
  readonly ms: number;
}

const shortestPx = 70;
const longestMs = 900;
/** Nearer to the edge it is the browser's own gesture. */
const edgePx = 24;

/** Returns 1 for the next session, -1 for the one before, null for no swipe. */
export function strokeToStep({ dx, dy, ms }: Stroke): 1 | -1 | null {
  if (ms > longestMs || Math.abs(dx) < shortestPx || Math.abs(dx) < 2 * Math.abs(dy)) return null;
  return dx < 0 ? 1 : -1;
}

/** True if a swipe may begin here. */
export function maySwipe(target: Element, { x, width }: { readonly x: number; readonly width: number }): boolean {
  if (x < edgePx || x > width - edgePx) return false;
  if (!target.closest("main") || target.closest("input, textarea, select, [contenteditable], dialog, [role=menu]")) {
    return false;
  }
  for (let box: Element | null = target; box && box.tagName !== "MAIN"; box = box.parentElement) {
    if (scrollsSideways(box)) return false;
  }
  return true;
}

function scrollsSideways(box: Element): boolean {
  if (box.scrollWidth <= box.clientWidth + 1) return false;
  const { overflowX } = getComputedStyle(box);
  return overflowX === "auto" || overflowX === "scroll";
}
