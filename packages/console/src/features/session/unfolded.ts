/**
 * What a person unfolded in a transcript stays so while the transcript is shown, though its rows come and go as it
 * scrolls, and change from plain ones to those of a list once it is open.
 */
import { createContext, useContext, useState } from "react";

/** By the key of what is unfolded; null where nothing is kept. */
export const Unfolded = createContext<Map<string, boolean> | null>(null);

/** As `useState`, kept beyond the component under `key`. */
export function useUnfolded(key: string, isAtFirst: boolean): readonly [boolean, (isUnfolded: boolean) => void] {
  const kept = useContext(Unfolded);
  const [isUnfolded, setUnfolded] = useState(() => isAtFirst || (kept?.get(key) ?? false));
  return [
    isUnfolded,
    (next) => {
      kept?.set(key, next);
      setUnfolded(next);
    },
  ];
}
