/**
 * Holds short messages about what just happened, with one way to undo it. They disappear by themselves, so nothing
 * important is only here.
 */
import { type Cell, createCell } from "./cell.ts";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "failed";
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

export interface Toasts {
  readonly items: Cell<readonly Toast[]>;
  /** While someone reads or reaches for the toasts, none disappears; afterwards each has its whole time again. */
  hold(isHeld: boolean): void;
  show(toast: { readonly text: string; readonly tone?: Toast["tone"]; readonly action?: Toast["action"] }): void;
  dismiss(id: number): void;
}

const shownMs = 7_000;

export function createToasts(): Toasts {
  const items = createCell<readonly Toast[]>([]);
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  let lastId = 0;
  let isHeldNow = false;
  const dismiss = (id: number): void => {
    clearTimeout(timers.get(id));
    timers.delete(id);
    items.set(items.get().filter((toast) => toast.id !== id));
    if (items.get().length === 0) isHeldNow = false; // the element under the pointer is gone, and no event reports that the pointer left
  };
  const startTimer = (id: number): void => void timers.set(id, setTimeout(dismiss, shownMs, id));
  return {
    items,
    dismiss,
    hold(isHeld) {
      isHeldNow = isHeld;
      for (const timer of timers.values()) clearTimeout(timer);
      if (!isHeld) for (const { id } of items.get()) startTimer(id);
    },
    show({ text, tone = "plain", action = null }) {
      const id = ++lastId;
      items.set([...items.get().slice(-2), { id, text, tone, action }]);
      if (!isHeldNow) startTimer(id);
    },
  };
}
