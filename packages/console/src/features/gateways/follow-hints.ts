/**
 * Hints become reads: those that come while one is made are taken together by the next. A read is never begun anew by
 * a hint, so under constant hints every read still comes to its end, and the last hint is always followed by a whole one.
 */
export interface Follower<Hint> {
  readonly read: (hints: readonly Hint[]) => Promise<void>;
  /** Before each read, for what else is about to come. */
  readonly pause: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Gives the function that takes a hint. */
export function followHints<Hint>({ read, pause, signal }: Follower<Hint>): (hint: Hint) => void {
  const waiting: Hint[] = [];
  let isFollowing = false;
  const follow = async (): Promise<void> => {
    isFollowing = true;
    while (waiting.length > 0 && !signal.aborted) {
      await pause();
      await read(waiting.splice(0));
    }
    isFollowing = false;
  };
  return (hint) => {
    waiting.push(hint);
    if (!isFollowing && !signal.aborted) void follow();
  };
}
