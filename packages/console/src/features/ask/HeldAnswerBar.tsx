/**
 * Shows the given answer, and how long it can still be undone. The server settles it, whatever happens to this page (AS1).
 */
import type { HeldAnswer } from "@reef/protocol/ask";
import { maxGraceMs } from "@reef/protocol/ask-limits";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { nowMs } from "../../ui/clock.ts";
import styles from "./HeldAnswerBar.module.css";

export function HeldAnswerBar({
  held,
  isOwn,
  onUndo,
  onSend,
}: {
  readonly held: HeldAnswer;
  /** True if it was given on this page, so that the focus may go to the Undo button. */
  readonly isOwn: boolean;
  readonly onUndo: () => void;
  readonly onSend: () => void;
}): ReactElement {
  const { seconds } = useReef();
  useCell(seconds);
  // This page's clock may differ from the server's: the time never exceeds the longest possible.
  const [firstMs] = useState(nowMs);
  const graceMs = Math.min(maxGraceMs, Math.max(0, Date.parse(held.until) - firstMs));
  const left = Math.ceil(Math.max(0, firstMs + graceMs - nowMs()) / 1000);
  return (
    <div className={styles.bar}>
      <span className={styles.words} role="status">
        Answering “<b>{held.answer}</b>”{/* Announced once, not each second. */}
        <span aria-hidden="true"> {left > 0 ? `in ${left} s` : "now"}</span>
      </span>
      <Button autoFocus={isOwn} onClick={onUndo}>
        Undo
      </Button>
      <Button look="quiet" onClick={onSend}>
        Send now
      </Button>
    </div>
  );
}
