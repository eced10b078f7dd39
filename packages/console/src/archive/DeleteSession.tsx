/** Deleting a session cannot be undone, so it is asked once, in words that say what goes with it and what stays. */
import type { Session } from "@reef/protocol/session";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../reef.ts";
import { errorText } from "../session/session-actions.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import styles from "../ui/Form.module.css";

export function DeleteSession({
  session: { id, title },
  botName,
  onDeleted,
  onClose,
}: {
  readonly session: Session;
  readonly botName: string;
  readonly onDeleted: () => void;
  readonly onClose: () => void;
}): ReactElement {
  const { client, toasts } = useReef();
  const remove = useMutation({
    mutationFn: () => client.deleteSession(id),
    onSuccess: () => {
      toasts.show({ text: `Deleted “${title}”` });
      onClose();
      onDeleted();
    },
  });
  return (
    <Dialog title="Delete this session for good" onClose={onClose}>
      <div className={styles.form}>
        <p>
          <b>{title}</b> goes with its transcript, its schedules, and the lines of it that {botName} remembers. What{" "}
          {botName} saved as memories stays, and so do the sessions it spawned. This cannot be undone.
        </p>
        {remove.error && (
          <p className={styles.error} role="alert">
            Not deleted: {errorText(remove.error)}
          </p>
        )}
        <div className={styles.actions}>
          <Button data-first onClick={onClose}>
            Keep it
          </Button>
          <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {remove.isPending ? "Deleting…" : "Delete for good"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
