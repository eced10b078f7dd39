/** Asks before a schedule is deleted: made anew, it would have lost what it counted and who planned it. */
import type { Schedule } from "@reef/protocol/schedule";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../reef.ts";
import { errorText } from "../session/session-actions.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import styles from "../ui/Form.module.css";

export function DeleteSchedule({
  schedule: { id, name, state },
  onClose,
}: {
  readonly schedule: Schedule;
  readonly onClose: () => void;
}): ReactElement {
  const { client, toasts } = useReef();
  const remove = useMutation({
    mutationFn: () => client.deleteSchedule(id),
    onSuccess: () => {
      toasts.show({ text: `Deleted “${name}”` });
      onClose();
    },
  });
  return (
    <Dialog title="Delete this schedule" onClose={onClose}>
      <div className={styles.form}>
        <p>
          “{name}” sends nothing any more. What it has sent stays in its session.
          {state === "active" && " To have it back later, pause it instead."}
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
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
