/**
 * Runs a bounded number of acts in parallel; the others wait in order. An act whose caller has left is never begun and
 * is released immediately: under overload, a queue of answers that no one waits for would grow without end.
 */
export interface Slots {
  /** Rejects with the signal's reason if it aborts before the act began. */
  run<Result>(act: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  readonly waiting: number;
}

export function createSlots(most: number): Slots {
  const waiting = new Set<() => void>();
  let taken = 0;

  const enter = (signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted();
    if (taken < most) {
      taken += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const begin = () => {
        waiting.delete(begin);
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(begin);
        reject(signal?.reason);
      };
      waiting.add(begin);
      signal?.addEventListener("abort", leave, { once: true });
    });
  };
  /** The slot passes to the act that has waited longest. */
  const leave = () => {
    const [next] = waiting;
    if (next === undefined) taken -= 1;
    else next();
  };

  return {
    async run(act, signal) {
      await enter(signal);
      try {
        return await act();
      } finally {
        leave();
      }
    },
    get waiting() {
      return waiting.size;
    },
  };
}
