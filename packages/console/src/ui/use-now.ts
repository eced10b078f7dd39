/** Returns the time as a value that moves, for parts that show how long something has lasted. */
import { useEffect, useState } from "react";
import { nowMs } from "./clock.ts";

/** Milliseconds since the epoch; does not move while `isMoving` is false. */
export function useNow(everyMs: number, isMoving = true): number {
  const [now, setNow] = useState(nowMs);
  useEffect(() => {
    if (!isMoving) return;
    const timer = setInterval(() => setNow(nowMs()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isMoving]);
  return now;
}
