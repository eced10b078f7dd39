/** Edits a title in place: Enter or leaving the field saves it, Esc cancels. */
import type { Session } from "@reef/protocol/session";
import { type KeyboardEvent, type ReactElement, useLayoutEffect, useRef, useState } from "react";
import { isWriting } from "../../data/keys/match-key.ts";
import { useReef } from "../../data/reef.ts";
import styles from "./SessionHeader.module.css";
import { changeSession } from "./session-actions.ts";

export function RenameField({
  session,
  onEnd,
}: {
  readonly session: Session;
  /** Called after saving or cancelling; the focus goes back to where it came from. */
  readonly onEnd: () => void;
}): ReactElement {
  const reef = useReef();
  const field = useRef<HTMLInputElement>(null);
  const [title, setTitle] = useState(session.title);
  const isDone = useRef(false);
  useLayoutEffect(() => field.current?.select(), []);

  const finish = (keep: boolean): void => {
    if (isDone.current) return;
    isDone.current = true;
    const next = title.trim();
    if (keep && next !== "" && next !== session.title)
      void changeSession(reef, { id: session.id, patch: { title: next } });
    onEnd();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isWriting(event.nativeEvent)) return;
    if (event.key === "Enter") {
      event.preventDefault(); // the focus moves, and the press would write a new line where it arrives
      finish(true);
    }
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      finish(false);
    }
  };
  return (
    <input
      dir="auto"
      ref={field}
      className={styles.rename}
      value={title}
      maxLength={200}
      aria-label="Session title"
      onChange={(event) => setTitle(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => finish(true)}
    />
  );
}
