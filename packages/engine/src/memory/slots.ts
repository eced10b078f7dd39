/**
 * So many at once; the others wait in their order. One whose asker has left is not begun, and lets go of all it holds: a
 * queue of answers that nobody waits for would grow as long as there is more to do than can be done.
 */
export interface Slots {
  /** Rejects with the signal's reason when it is aborted before its turn has come. */
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
  /** The slot goes to the one that waits longest. */
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
