/** The toasts of this page, for parts of `ui/`, which know nothing of the rest of it. */
import { createContext, useContext } from "react";
import type { Toasts } from "./toasts.ts";

export const ToastsContext = createContext<Toasts | null>(null);

/** Throws outside a `ToastsContext`. */
export function useToasts(): Toasts {
  const toasts = useContext(ToastsContext);
  if (!toasts) throw new Error("no ToastsContext around this part");
  return toasts;
}
