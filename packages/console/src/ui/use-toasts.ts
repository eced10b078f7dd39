/** Gives parts of `ui/` the page's toasts; these parts know nothing of the rest of the page. */
import { createContext, useContext } from "react";
import type { Toasts } from "./toasts.ts";

export const ToastsContext = createContext<Toasts | null>(null);

/** Throws outside a `ToastsContext`. */
export function useToasts(): Toasts {
  const toasts = useContext(ToastsContext);
  if (!toasts) throw new Error("no ToastsContext around this part");
  return toasts;
}
