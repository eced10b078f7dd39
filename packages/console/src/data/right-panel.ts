/** Keeps the right panel as a person left it: shown or not, which tab, how wide. This browser remembers it. */
import { type Cell, createCell } from "../ui/cell.ts";
import { readStored, writeStored } from "../ui/storage.ts";

export interface RightPanelState {
  readonly isShown: Cell<boolean>;
  readonly tab: Cell<string>;
  readonly widthPx: Cell<number>;
  /** The path of the file that the tab of files shows next; null shows the folder. */
  readonly file: Cell<string | null>;
}

export const minWidthPx = 280;
export const maxWidthPx = 640;
const defaultWidthPx = 360;

export function createRightPanel(): RightPanelState {
  return {
    // On a phone, where the panel is a sheet over the page, it starts closed.
    isShown: createCell(readStored("right.shown") === "yes" && !isPhone()),
    tab: createCell(readStored("right.tab") ?? "bot"),
    widthPx: createCell(clampWidth(Number(readStored("right.width") ?? defaultWidthPx))),
    file: createCell<string | null>(null),
  };
}

export function toggleRightPanel({ isShown }: RightPanelState): void {
  isShown.set(!isShown.get());
  writeStored("right.shown", isShown.get() ? "yes" : null);
}

export function showTab({ tab }: RightPanelState, id: string): void {
  tab.set(id);
  writeStored("right.tab", id);
}

export function resizeRightPanel({ widthPx }: RightPanelState, px: number): void {
  widthPx.set(clampWidth(px));
  writeStored("right.width", String(widthPx.get()));
}

function clampWidth(px: number): number {
  return Number.isFinite(px) ? Math.round(Math.min(maxWidthPx, Math.max(minWidthPx, px))) : defaultWidthPx;
}

function isPhone(): boolean {
  return matchMedia("(max-width: 720px)").matches;
}
