/**
 * Draws the end of a transcript as plain rows above the composer, which a switch paints first. Nothing is measured and
 * nothing scrolled, so that it is one layout. The list that can do both replaces it as soon as the page has time, or at
 * the first touch; it waits for a press to end, or its click would be lost with the row it began on.
 */
import type { Bot } from "@reef/protocol/bot";
import type { SessionId } from "@reef/protocol/ids";
import { type ReactElement, useCallback, useEffect, useState } from "react";
import { RowView } from "./RowView.tsx";
import type { ReplacedRow } from "./replaced-rows.ts";
import type { OpenTurn } from "./ToolCall.tsx";
import styles from "./Transcript.module.css";
import type { RunRow } from "./tool-runs.ts";
import { rowsThatFill, type TranscriptRow } from "./transcript-rows.ts";
import { usePointerHold } from "./use-pointer-hold.ts";

const openForAtMostMs = 150;

/** True while the session is being opened: until the page is idle after its first paint. */
export function useOpening(isAtEnd: boolean): {
  readonly isOpening: boolean;
  readonly endOpening: () => void;
  /** Call it when a pointer goes down: opening ends when it is up. */
  readonly hold: () => void;
} {
  const [isOpening, setOpening] = useState(isAtEnd);
  const { isHeld, hold } = usePointerHold(() => setOpening(false));
  const endOpening = useCallback(() => {
    if (!isHeld.current) setOpening(false);
  }, [isHeld]);
  useEffect(() => {
    if (!isOpening) return;
    const stop = new AbortController();
    const frame = requestAnimationFrame(() => {
      const timer = setTimeout(() => {
        if (typeof requestIdleCallback !== "function") return endOpening();
        const idle = requestIdleCallback(endOpening, { timeout: openForAtMostMs });
        stop.signal.addEventListener("abort", () => cancelIdleCallback(idle));
      }, 0);
      stop.signal.addEventListener("abort", () => clearTimeout(timer));
    });
    stop.signal.addEventListener("abort", () => cancelAnimationFrame(frame));
    // A hidden page has no frames.
    const late = setTimeout(endOpening, openForAtMostMs * 2);
    stop.signal.addEventListener("abort", () => clearTimeout(late));
    return () => stop.abort();
  }, [isOpening, endOpening]);
  return { isOpening, endOpening, hold };
}

export function TranscriptEnd({
  sessionId,
  bot,
  turn,
  rows,
  onTouch,
  onPress,
  onToggleRun,
}: {
  readonly sessionId: SessionId;
  readonly bot: Bot | undefined;
  readonly turn: OpenTurn | null;
  readonly rows: readonly TranscriptRow[];
  /** Called when a person wants more than to look. */
  readonly onTouch: () => void;
  readonly onPress: () => void;
  readonly onToggleRun: (run: RunRow | ReplacedRow) => void;
}): ReactElement {
  return (
    <div className={styles.place}>
      <div
        className={`${styles.scroller} ${styles.opening}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the list that takes its place scrolls
        tabIndex={0}
        role="log"
        aria-label="Transcript"
        data-testid="transcript"
        onWheel={onTouch}
        onTouchStart={onTouch}
        onPointerDown={onPress}
        onKeyDown={onTouch}
        onFocus={onTouch}
      >
        {rowsThatFill(rows, innerHeight).map((row) => (
          <RowView
            key={row.key}
            sessionId={sessionId}
            row={row}
            bot={bot}
            turn={turn}
            isShownTo={false}
            onToggleRun={onToggleRun}
          />
        ))}
        <div className={styles.end} />
      </div>
    </div>
  );
}
