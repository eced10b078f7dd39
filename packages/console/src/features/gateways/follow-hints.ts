/**
 * Turns hints into reads: hints that come during a read are handled together by the next. A hint never restarts a read,
 * so under constant hints every read still ends, and the last hint is always followed by a whole one.
 */
export interface Follower<Hint> {
  readonly read: (hints: readonly Hint[]) => Promise<void>;
  /** Waits before each read, for further hints. */
  readonly pause: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Returns the function that takes a hint. */
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
