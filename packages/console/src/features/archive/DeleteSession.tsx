/** Asks once before a session is deleted for good, and says what goes with it and what stays. */
import type { Session } from "@reef/protocol/session";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";

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
    <ConfirmDialog
      title="Delete this session for good"
      undone="Couldn't delete it"
      action={remove.isPending ? "Deleting…" : "Delete for good"}
      removal={remove}
      onClose={onClose}
    >
      <p>
        <b dir="auto">{title}</b> goes with its transcript, its schedules, and the lines of it that {botName} remembers.
        What {botName} saved as memories stays, and so do the sessions it spawned. This cannot be undone.
      </p>
    </ConfirmDialog>
  );
}
