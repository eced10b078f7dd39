/** Draws the line between transcript and composer: a sign and words, unless they stand above it, and at most one button. */
import type { Session } from "@reef/protocol/session";
import type { ReactElement, ReactNode } from "react";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./TurnStrip.module.css";

export function Strip({
  status,
  children,
}: {
  readonly status: Session["status"] | null;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className={styles.strip} data-status={status}>
      {status && <Sign status={status} />}
      {children}
    </div>
  );
}
