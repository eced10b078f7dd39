/** Keeps the width a person gave the list of sessions; null follows the window. This browser remembers it. */
import type { Cell } from "../ui/cell.ts";
import { readStored, writeStored } from "../ui/storage.ts";

export const minSidebarPx = 260;
export const maxSidebarPx = 420;

export function readSidebarWidth(): number | null {
  const stored = Number(readStored("sidebar.width") ?? Number.NaN);
  return Number.isFinite(stored) ? clamp(stored) : null;
}

export function setSidebarWidth(width: Cell<number | null>, px: number | null): void {
  width.set(px === null ? null : clamp(px));
  writeStored("sidebar.width", px === null ? null : String(clamp(px)));
}

function clamp(px: number): number {
  return Math.round(Math.min(maxSidebarPx, Math.max(minSidebarPx, px)));
}
