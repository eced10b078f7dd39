/** Corrects a memory: the new text replaces the old one, which is kept as the past (ME4). */
import type { Memory } from "@reef/protocol/memory";
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

export function CorrectForm({
  memory,
  onClose,
}: {
  readonly memory: Memory;
  readonly onClose: () => void;
}): ReactElement {
  const { client, queryClient, toasts } = useReef();
  const [text, setText] = useState(memory.text);
  const save = useMutation({
    mutationFn: () => wholeClient(client).changeMemory(memory.id, { text }),
    onSuccess: () => {
      readMemoryAgain(queryClient, memory.botId);
      toasts.show({ text: "Corrected. The old text is in its history." });
      onClose();
    },
  });
  const canSave = text.trim() !== "" && text.trim() !== memory.text && !save.isPending;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (canSave) save.mutate();
  };
  return (
    <form
      className={styles.correct}
      aria-label="Correct this memory"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          onClose();
        } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          submit(event);
        }
      }}
    >
      <textarea
        dir="auto"
        className={form.input}
        aria-label="Correct text"
        maxLength={100_000}
        ref={takeFocus}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {memory.kind === "entry" && (
        <p className={styles.hint}>
          The line itself stays in its transcript; the correction is a note that replaces it.
        </p>
      )}
      {save.error && (
        <p className={form.error} role="alert">
          Couldn't save the correction: {errorText(save.error)}
        </p>
      )}
      <div className={styles.formActs}>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={!canSave}>
          {save.isPending ? "Saving…" : "Save correction"}
        </Button>
      </div>
    </form>
  );
}
