/** Says why a running turn must stop: the reason of its abort signal. */
export type Stop =
  | { readonly kind: "cancel"; readonly by: string; readonly reason: string }
  /** Another worker holds the turn: write nothing more (TU5). */
  | { readonly kind: "lost" }
  /** This worker ends: give the turn back. */
  | { readonly kind: "shutdown" }
  | { readonly kind: "timeout"; readonly afterMs: number };

/** Thrown where a turn notices its stop. */
export class Stopped extends Error {
  readonly stop: Stop;

  constructor(stop: Stop) {
    super(`the turn is stopped: ${stop.kind}`);
    this.name = "Stopped";
    this.stop = stop;
  }
}

/** Throws `Stopped` if the signal has aborted. */
export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new Stopped(signal.reason as Stop);
}

/**
 * Resolves like `promise`, or rejects with `Stopped` as soon as the signal aborts: code that ignores the signal cannot
 * hold up a turn (TU6).
 */
export function orStopped<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Stopped(signal.reason as Stop));
    if (signal.aborted) {
      promise.catch(() => undefined);
      stop();
      return;
    }
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
