/** Short words about what just happened, with one way back. They go by themselves; nothing important lives in them. */
import { type Cell, createCell } from "../cell.ts";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "failed";
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

export interface Toasts {
  readonly items: Cell<readonly Toast[]>;
  show(toast: { readonly text: string; readonly tone?: Toast["tone"]; readonly action?: Toast["action"] }): void;
  dismiss(id: number): void;
}

const shownMs = 7_000;

export function createToasts(): Toasts {
  const items = createCell<readonly Toast[]>([]);
  let lastId = 0;
  const dismiss = (id: number): void => items.set(items.get().filter((toast) => toast.id !== id));
  return {
    items,
    dismiss,
    show({ text, tone = "plain", action = null }) {
      const id = ++lastId;
      items.set([...items.get().slice(-2), { id, text, tone, action }]);
      setTimeout(() => dismiss(id), shownMs);
    },
  };
}
