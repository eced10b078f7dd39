/** Says that something couldn't be read: what, why, and a way to try again. */
import type { ReactElement } from "react";
import { errorText } from "./attempt.ts";
import { Button } from "./Button.tsx";
import shapes from "./Shapes.module.css";

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
    <p className={shapes.none} role="alert">
      Couldn't load {what}: {errorText(error)} <Button onClick={() => void onAgain()}>Try again</Button>
    </p>
  );
}
