/** Asks before an answer is replaced whose tools did something, because that isn't undone. */
import type { Entry } from "@reef/protocol/entry";
import type { SessionId } from "@reef/protocol/ids";
import { useMutation } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import styles from "../../ui/Form.module.css";
import { newIdempotencyKey } from "../../ui/ids.ts";
import { ReplacesNote } from "./ReplacesNote.tsx";
import { entriesOf, rewind, sessionOf, whatItReplaces } from "./rewinding.ts";

export function RegenerateDialog({
  sessionId,
  entry,
  onClose,
}: {
  readonly sessionId: SessionId;
  /** The message that is sent again. */
  readonly entry: Entry;
  readonly onClose: () => void;
}): ReactElement {
  const reef = useReef();
  const [key] = useState(newIdempotencyKey);
  const isRunning = (sessionOf(reef, sessionId)?.turnId ?? null) !== null;
  const { error, isPending, mutate } = useMutation({
    mutationFn: () =>
      rewind(reef, sessionId, { beforeEntryId: entry.id, mode: isRunning ? "interrupt" : "queue" }, key),
    onSuccess: onClose,
  });
  return (
    <Dialog title="Regenerate the answer?" onClose={onClose}>
      <div className={styles.form}>
        <p>Your message is sent again as it was.</p>
        <ReplacesNote replaces={whatItReplaces(entriesOf(reef, sessionId), entry)} isRunning={isRunning} />
        {error ? (
          <p className={styles.error} role="alert">
            Couldn't regenerate: {errorText(error)}
          </p>
        ) : null}
        <div className={styles.actions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" data-first disabled={isPending} onClick={() => mutate()}>
            Regenerate
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
