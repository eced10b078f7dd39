/**
 * Keeps what a person unfolded while the transcript is shown, though its rows come and go as it scrolls, and change
 * from plain ones to those of a list once it is open.
 */
import { createContext, useContext, useState } from "react";

/** By the key of the unfolded part; null where nothing is kept. */
export const Unfolded = createContext<Map<string, boolean> | null>(null);

/** Works like `useState`, but is kept beyond the component under `key`. */
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
