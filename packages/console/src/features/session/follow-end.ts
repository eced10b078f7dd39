/**
 * Whether a transcript follows its end, decided by positions alone. A reader who is at the end stays there, whatever grows,
 * shrinks or is laid out late; only the reader leaves, by going up, and only the reader comes back, by going down to the
 * end. No clock decides: content that grows moves nothing up, and content that shrinks leaves the view at the end.
 */

/** What a scroller shows, in pixels. `end` is where its content ends, which may be before `height`. */
export interface View {
  readonly top: number;
  readonly height: number;
  readonly client: number;
  readonly end: number;
}

/** A browser's positions are rounded, and a finger stops a little short. */
const atEndPx = 8;

/** How far the content goes on below the view; negative when it ends within it. */
export function restOf({ top, client, end }: View): number {
  return end - top - client;
}

/** Whether the end is followed after a scroll from `before`, which was noted when the content was last laid out. */
export function followsAfterScroll(isFollowing: boolean, before: View, now: View): boolean {
  const rest = restOf(now);
  if (!isFollowing) {
    const isDown = now.top > before.top;
    // It may have grown since: where the end was is where the reader went.
    return isDown && rest > -1 && (rest <= atEndPx || now.top >= before.end - before.client - atEndPx);
  }
  if (rest <= atEndPx || now.top >= before.top - 1) return true;
  // Less to scroll than before: the browser took the view up, not the reader.
  return now.height - now.client < before.height - before.client;
}

/** Whether the end is followed after a wheel, a finger or a key asked to go up (`-1`) or down (`1`). */
export function followsAfterAim(isFollowing: boolean, view: View, aim: -1 | 1): boolean {
  if (aim < 0) return isFollowing && view.top <= 0;
  return isFollowing || Math.abs(restOf(view)) <= atEndPx || restOf(view) < 0;
}
