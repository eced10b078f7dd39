/**
 * Keeps everything in place under a pointer that is down: a press and its release on two different places make no
 * click, and text that streams in would take away what a person is about to press or select.
 */
import { type RefObject, useCallback, useEffect, useRef } from "react";

const endings = ["pointerup", "pointercancel", "dragend", "blur"] as const;

/** `onRelease` runs after the click that the release makes. */
export function usePointerHold(onRelease: () => void): {
  readonly isHeld: RefObject<boolean>;
  readonly hold: () => void;
} {
  const isHeld = useRef(false);
  const release = useRef(onRelease);
  useEffect(() => {
    release.current = onRelease;
  }, [onRelease]);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const hold = useCallback(() => {
    if (isHeld.current) return;
    isHeld.current = true;
    const listening = new AbortController();
    stop.current = listening;
    const end = (): void => {
      listening.abort();
      setTimeout(() => {
        isHeld.current = false;
        release.current();
      });
    };
    for (const name of endings) addEventListener(name, end, { signal: listening.signal });
  }, []);
  return { isHeld, hold };
}
