/**
 * Decides by positions alone whether a transcript follows its end. A reader at the end stays there, whatever grows, shrinks
 * or is laid out late; only the reader leaves, by going up, and only the reader comes back, by going down to the end. No
 * clock is involved: growing content moves nothing up, and shrinking content leaves the view at the end.
 */

/** The visible part of a scroller, in pixels. `end` is where its content ends, which may be before `height`. */
export interface View {
  readonly top: number;
  readonly height: number;
  readonly client: number;
  readonly end: number;
}

/** A browser's positions are rounded, and a finger stops a little short. */
const atEndPx = 8;

/** Returns how far the content continues below the view; negative when it ends within it. */
export function restOf({ top, client, end }: View): number {
  return end - top - client;
}

/** Decides whether the end is followed after a scroll from `before`, the view when the content was last laid out. */
export function followsAfterScroll(isFollowing: boolean, before: View, now: View): boolean {
  const rest = restOf(now);
  if (!isFollowing) {
    const isDown = now.top > before.top;
    // It may have grown since: the reader went to where the end was.
    return isDown && rest > -1 && (rest <= atEndPx || now.top >= before.end - before.client - atEndPx);
  }
  if (rest <= atEndPx || now.top >= before.top - 1) return true;
  // There is less to scroll than before: the browser moved the view up, not the reader.
  return now.height - now.client < before.height - before.client;
}

/** Decides whether the end is followed after a wheel, a finger or a key moved up (`-1`) or down (`1`). */
export function followsAfterAim(isFollowing: boolean, view: View, aim: -1 | 1): boolean {
  if (aim < 0) return isFollowing && view.top <= 0;
  return isFollowing || Math.abs(restOf(view)) <= atEndPx || restOf(view) < 0;
}
