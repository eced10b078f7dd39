/** Tells whether the page is as narrow as a phone, also when it is turned. */
import { useSyncExternalStore } from "react";

export function useIsPhone(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches);
}

const narrow = matchMedia("(max-width: 720px)");

function subscribe(listener: () => void): () => void {
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
}
