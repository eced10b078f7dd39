/**
 * Edits a message in place: Enter sends it again, Shift+Enter breaks the line, Esc cancels. The text is kept in this browser
 * until it is sent. What it replaces is shown before.
 */
import type { Entry } from "@reef/protocol/entry";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, useLayoutEffect, useRef, useState } from "react";
import { isWriting } from "../../data/keys/match-key.ts";
import { entriesQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { newIdempotencyKey } from "../../ui/ids.ts";
import shapes from "../../ui/Shapes.module.css";
import { readStored, writeStored } from "../../ui/storage.ts";
import styles from "./EditMessage.module.css";
import { ReplacesNote } from "./ReplacesNote.tsx";
import { entriesOf, rewind, whatItReplaces } from "./rewinding.ts";

const mostHeightPx = 420;

export function EditMessage({ entry }: { readonly entry: Entry }): ReactElement {
  const reef = useReef();
  const { id, sessionId } = entry;
  const draftName = `edit.${id}`;
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => readStored(draftName) ?? entry.text);
  const [files, setFiles] = useState(entry.attachments ?? []);
  const [error, setError] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  /** One key for each text: repeated after a failure, it takes effect once. */
  const key = useRef({ body: "", value: "" });
  // What it replaces, and whether that stops a turn, may change while it is open.
  const { data: isRunning = false } = useQuery({
    ...sessionsQuery(reef.reads),
    select: ({ byId }) => (byId.get(sessionId)?.turnId ?? null) !== null,
  });
  useQuery(entriesQuery(reef.reads, sessionId));

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.focus({ preventScroll: true });
    element.setSelectionRange(element.value.length, element.value.length);
  }, []);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element || text.length > 20_000) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, mostHeightPx)}px`;
  }, [text]);

  const leave = (): void => {
    reef.editing.set(null);
    document.querySelector<HTMLElement>("[data-composer]")?.focus();
  };
  const send = async (): Promise<void> => {
    if (isSending || (text.trim() === "" && files.length === 0)) return;
    const attachments = files.map((file) => file.id);
    const body = JSON.stringify([text, attachments]);
    if (key.current.body !== body) key.current = { body, value: newIdempotencyKey() };
    setSending(true);
    setError(null);
    try {
      const mode = isRunning ? "interrupt" : "queue";
      await rewind(reef, sessionId, { beforeEntryId: id, text, attachments, mode }, key.current.value);
      writeStored(draftName, null);
      leave();
    } catch (failure) {
      setError(errorText(failure));
      setSending(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isWriting(event.nativeEvent)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      leave();
    }
  };
  return (
    <article className={styles.editor} aria-label="Edit message">
      <textarea
        ref={field}
        className={styles.field}
        dir="auto"
        rows={1}
        value={text}
        maxLength={1_000_000}
        aria-label="Edit message"
        onChange={(event) => {
          setText(event.target.value);
          writeStored(draftName, event.target.value === entry.text ? null : event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      {files.length > 0 && (
        <ul className={styles.files} aria-label="Files">
          {files.map((file) => (
            <li key={file.id} className={styles.file}>
              <span className={shapes.cut}>{file.name}</span>
              <button
                type="button"
                className={styles.remove}
                aria-label={`Remove ${file.name}`}
                onClick={() => setFiles(files.filter((each) => each !== file))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <ReplacesNote replaces={whatItReplaces(entriesOf(reef, sessionId), entry)} isRunning={isRunning} />
      {error && (
        <p className={styles.error} role="alert">
          Couldn't resend: {error}
        </p>
      )}
      <div className={styles.foot}>
        <span className={styles.hint}>Enter to resend · Esc to cancel</span>
        <Button onClick={leave}>Cancel</Button>
        <Button
          look="primary"
          disabled={isSending || (text.trim() === "" && files.length === 0)}
          onClick={() => void send()}
        >
          {isRunning ? "Stop and resend" : "Resend"}
        </Button>
      </div>
    </article>
  );
}
