/** Writes what Home says above its groups. */
import type { Home } from "@reef/protocol/home";
import { nowMs } from "../../ui/clock.ts";

/** Formats `3 need you, 6 are working, 5 finished since you looked.` */
export function summary({ needsYou, failed, working, finished }: Home): string {
  const is = (count: number, one: string, many: string): string =>
    `${count.toLocaleString()} ${count === 1 ? one : many}`;
  const parts = [
    needsYou.count > 0 ? is(needsYou.count, "needs you", "need you") : null,
    failed.count > 0 ? `${failed.count.toLocaleString()} failed` : null,
    working.count > 0 ? is(working.count, "is working", "are working") : null,
    finished.count > 0 ? `${finished.count.toLocaleString()} finished since you looked` : null,
  ].filter((part) => part !== null);
  if (parts.length === 0) return "Nothing needs you, and nothing is running.";
  const text = `${parts.join(", ")}.`;
  return needsYou.count > 0 ? text : `Nothing needs you: ${text}`;
}

/** By the local clock. */
export function greeting(ms = nowMs()): string {
  const hour = new Date(ms).getHours();
  if (hour >= 5 && hour < 12) return "Good morning";
  return hour >= 12 && hour < 18 ? "Good afternoon" : "Good evening";
}
