/** Ends a dialog's form: the error, the cancel button, and the button that submits. */
import type { ReactElement } from "react";
import { Button } from "./Button.tsx";
import styles from "./Form.module.css";

export function FormEnd({
  problem,
  action,
  isDisabled,
  cancel = "Cancel",
  onClose,
}: {
  /** Why it failed, as a whole sentence. */
  readonly problem: string | null;
  readonly action: string;
  readonly isDisabled: boolean;
  readonly cancel?: string;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <>
      {problem && (
        <p className={styles.error} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        <Button look="quiet" onClick={onClose}>
          {cancel}
        </Button>
        <Button type="submit" look="primary" disabled={isDisabled}>
          {action}
        </Button>
      </div>
    </>
  );
}
