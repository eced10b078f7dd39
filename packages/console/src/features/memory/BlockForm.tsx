/**
 * Edits a block. Saving names the version that was read: if someone else has saved since, nothing is overwritten until
 * the person has seen the other text and chosen.
 */
import { AppError } from "@reef/protocol/error";
import type { BotId } from "@reef/protocol/ids";
import type { Block } from "@reef/protocol/memory";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import form from "../../ui/Form.module.css";
import styles from "./Memory.module.css";
import { takeFocus } from "./take-focus.ts";
import { readMemoryAgain } from "./use-memory-events.ts";

const defaultMaxChars = 2_000;
/** The protocol's limit (ME7). */
const mostChars = 20_000;

export interface BlockFormProps {
  readonly botId: BotId;
  readonly label: string;
  /** Null for a new one. */
  readonly block: Block | null;
  readonly onClose: () => void;
}

export function BlockForm({ botId, label, block, onClose }: BlockFormProps): ReactElement {
  const { client, queryClient, toasts } = useReef();
  // The version the edit began from: other saves do not change it.
  const [base, setBase] = useState(block);
  const [text, setText] = useState(block?.text ?? "");
  const [maxChars, setMaxChars] = useState(block?.maxChars ?? defaultMaxChars);
  const [theirs, setTheirs] = useState<Block | null>(null);
  const save = useMutation({
    mutationFn: () => wholeClient(client).putBlock(botId, label, { text, maxChars, ifVersion: base?.version ?? 0 }),
    onSuccess: ({ version }) => {
      readMemoryAgain(queryClient, botId);
      toasts.show({ text: `Saved ${label} as version ${version}. Takes effect on the next turn.` });
      onClose();
    },
    onError: async (error) => {
      if (error instanceof AppError && error.code === "conflict") {
        setTheirs(
          await wholeClient(client)
            .block(botId, label)
            .catch(() => null),
        );
      }
    },
  });
  const isOver = text.length > maxChars;
  const isSame = text === base?.text && maxChars === base.maxChars;
  const canSave = !isOver && !isSame && theirs === null && !save.isPending;
  const goOnFrom = (next: Block, kept: string): void => {
    setBase(next);
    setText(kept);
    setTheirs(null);
    save.reset();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (canSave) save.mutate();
  };
  return (
    <form className={styles.correct} aria-label={`Block ${label}`} onSubmit={submit}>
      <textarea
        dir="auto"
        className={form.input}
        aria-label={`Text of ${label}`}
        ref={takeFocus}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={styles.cap}>
        <span data-over={isOver || undefined}>{text.length.toLocaleString()} of</span>
        <input
          type="number"
          className={styles.capField}
          aria-label="Maximum characters"
          min={1}
          max={mostChars}
          step={1}
          value={maxChars}
          onChange={(event) =>
            setMaxChars(Math.min(mostChars, Math.max(1, Math.round(event.target.valueAsNumber) || 1)))
          }
        />
        <span>characters{isOver && ": too long"}</span>
      </div>
      {theirs ? (
        <div className={styles.conflict} role="alert">
          <p>
            <b>Someone else saved version {theirs.version} while you wrote.</b> Yours began from version{" "}
            {base?.version ?? 0} and is not saved. The saved text:
          </p>
          <blockquote className={styles.theirs}>{theirs.text || "(empty)"}</blockquote>
          <div className={styles.formActs}>
            <Button onClick={() => goOnFrom(theirs, theirs.text)}>Use the saved text</Button>
            <Button onClick={() => goOnFrom(theirs, text)}>Overwrite with mine</Button>
          </div>
        </div>
      ) : (
        save.error && (
          <p className={form.error} role="alert">
            Not saved: {errorText(save.error)}
          </p>
        )
      )}
      <div className={styles.formActs}>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={!canSave}>
          {save.isPending ? "Saving…" : "Save block"}
        </Button>
      </div>
    </form>
  );
}
