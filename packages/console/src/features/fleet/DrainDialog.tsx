/** Asks before a worker is drained: alone, it would leave no one to run turns. */
import type { Worker } from "@reef/protocol/worker";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import styles from "../../ui/Form.module.css";
import { takeWorker } from "./use-fleet.ts";
import { nameOf } from "./WorkerCard.tsx";

export function DrainDialog({
  worker,
  isLast,
  onClose,
}: {
  readonly worker: Worker;
  /** True if no other worker takes turns. */
  readonly isLast: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const reef = useReef();
  const drain = useMutation({
    mutationFn: () => wholeClient(reef.client).drainWorker(worker.id),
    onSuccess: (changed) => {
      takeWorker(reef, changed);
      onClose();
    },
  });
  return (
    <Dialog title="Drain this worker" onClose={onClose}>
      <div className={styles.form}>
        <p>
          {nameOf(worker)} takes no new turns and hands over what it does for the fleet. Turns that run now go on at
          other workers after their current step, at the latest in 30 seconds. Then the process can be stopped.
        </p>
        {isLast && (
          <p className={styles.error}>
            No other worker takes turns. Until one starts, or you resume this one, every message waits.
          </p>
        )}
        {drain.error ? (
          <p className={styles.error} role="alert">
            Couldn't drain it: {errorText(drain.error)}
          </p>
        ) : null}
        <div className={styles.actions}>
          <Button data-first onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" disabled={drain.isPending} onClick={() => drain.mutate()}>
            Drain
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
