/**
 * Holds one observable value outside React: a value that changes many times a second must not re-render a tree (live text,
 * held keys).
 */
import { useSyncExternalStore } from "react";

export interface Cell<Value> {
  get(): Value;
  set(value: Value): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void;
}

export function createCell<Value>(initial: Value): Cell<Value> {
  const listeners = new Set<() => void>();
  let value = initial;
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A cell that is only read. */
export type Watched<Value> = Pick<Cell<Value>, "get" | "subscribe">;

export function useCell<Value>(cell: Watched<Value>): Value {
  return useSyncExternalStore(cell.subscribe, cell.get);
}
