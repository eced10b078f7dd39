/** Shows how long a session has been running, or how long ago it was last used; it moves by itself, at most once a second. */
import type { Session } from "@reef/protocol/session";
import { type ReactElement, useSyncExternalStore } from "react";
import { isStale } from "../../data/live.ts";
import { useReef } from "../../data/reef.ts";
import { clockLabel } from "../../ui/clock-label.ts";
import { statusWords } from "../../ui/Sign.tsx";
import { absoluteTime, agoLabel } from "../../ui/time.ts";

export function RowTime({
  session: { status, turnStartedAt, lastAt },
  isWord,
  className,
}: {
  readonly session: Session;
  /** True where the row has no other words: a state that waits is named. */
  readonly isWord: boolean;
  readonly className: string | undefined;
}): ReactElement {
  const { seconds, live } = useReef();
  const isRunning = status === "running" && turnStartedAt !== null;
  const isNamed = isWord && (status === "queued" || status === "paused" || status === "held" || status === "waiting");
  const label = useSyncExternalStore(seconds.subscribe, () => {
    if (isNamed) return statusWords[status];
    // Without its server, nothing is known to run.
    const now = seconds.get();
    return isRunning && !isStale(live.connection.get())
      ? clockLabel(now - Date.parse(turnStartedAt))
      : agoLabel(lastAt, now);
  });
  return (
    <time
      className={className}
      dateTime={isRunning ? turnStartedAt : lastAt}
      title={isRunning ? `Running since ${absoluteTime(turnStartedAt)}` : absoluteTime(lastAt)}
    >
      {label}
    </time>
  );
}
