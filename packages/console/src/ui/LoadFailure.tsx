/** Says that something couldn't be read: what, why, and a way to try again. */
import type { ReactElement } from "react";
import { errorText } from "./attempt.ts";
import { Button } from "./Button.tsx";
import styles from "./LoadFailure.module.css";
import shapes from "./Shapes.module.css";
import { Sign } from "./Sign.tsx";
import { WholeText } from "./WholeText.tsx";

export function LoadFailure({
  what,
  error,
  onAgain,
}: {
  /** "the schedules" */
  readonly what: string;
  readonly error: unknown;
  readonly onAgain: () => unknown;
}): ReactElement {
  return (
    <div className={`${shapes.banner} ${styles.failure}`} role="alert">
      <Sign status="failed" />
      <p className={shapes.grow}>
        <b>Couldn't load {what}:</b> <WholeText text={errorText(error)} />
      </p>
      <Button onClick={() => void onAgain()}>Try again</Button>
    </div>
  );
}
