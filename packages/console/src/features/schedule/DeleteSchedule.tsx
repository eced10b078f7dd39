/** Asks before a schedule is deleted: created again, it would have lost its counts and its author. */
import type { Schedule } from "@reef/protocol/schedule";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";

export function DeleteSchedule({
  schedule: { id, name, state },
  onClose,
}: {
  readonly schedule: Schedule;
  readonly onClose: () => void;
}): ReactElement {
  const { client, toasts } = useReef();
  const remove = useMutation({
    mutationFn: () => wholeClient(client).deleteSchedule(id),
    onSuccess: () => {
      toasts.show({ text: `Deleted “${name}”` });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title="Delete this schedule"
      undone="Couldn't delete it"
      action="Delete"
      removal={remove}
      onClose={onClose}
    >
      <p>
        “{name}” will send nothing more. What it has sent stays in its session.
        {state === "active" && " To use it again later, pause it instead."}
      </p>
    </ConfirmDialog>
  );
}
