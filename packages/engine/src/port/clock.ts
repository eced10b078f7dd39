/** The engine reads time through this port alone, so that tests of leases, back-off and time-outs need not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Milliseconds since an arbitrary start. Keeps counting evenly when the wall clock is set; use it to measure
   * durations.
   */
  steady(): number;
  /** Resolves after `ms`, or immediately when `signal` aborts. Contract: never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
