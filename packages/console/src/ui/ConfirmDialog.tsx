/** Asks once before something is deleted for good; pressing only Enter keeps it. */
import type { ReactElement, ReactNode } from "react";
import { errorText } from "./attempt.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import styles from "./Form.module.css";

export function ConfirmDialog({
  title,
  action,
  undone,
  removal: { error, isPending, mutate },
  isForbidden = false,
  onClose,
  children,
}: {
  readonly title: string;
  readonly action: string;
  /** Starts the sentence about a failure: “Couldn't delete it”. */
  readonly undone: string;
  /** The mutation that deletes it. */
  readonly removal: { readonly error: unknown; readonly isPending: boolean; readonly mutate: () => void };
  readonly isForbidden?: boolean;
  readonly onClose: () => void;
  /** Says what is deleted, and what stays. */
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={styles.form}>
        {children}
        {error ? (
          <p className={styles.error} role="alert">
            {undone}: {errorText(error)}
          </p>
        ) : null}
        <div className={styles.actions}>
          <Button data-first onClick={onClose}>
            Keep it
          </Button>
          <Button look="danger" disabled={isForbidden || isPending} onClick={() => mutate()}>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
