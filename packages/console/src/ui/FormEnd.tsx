/** The end of a dialog's form: what went wrong, the way back, and the button that does it. */
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
  /** Why it was not done, in whole words. */
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
        <Button onClick={onClose}>{cancel}</Button>
        <Button type="submit" look="primary" disabled={isDisabled}>
          {action}
        </Button>
      </div>
    </>
  );
}
