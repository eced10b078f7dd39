/** Time comes in through this port, so that tests of leases, back-off and time-outs do not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds from a start that nobody knows: it goes on evenly when the clock on the wall is set, for what is measured. */
  steady(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
