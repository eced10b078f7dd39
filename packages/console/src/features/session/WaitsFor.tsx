/** Says which of the sessions below this one has a question that waits for a person, and links to it. */
import type { Session } from "@reef/protocol/session";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { SessionLink } from "../../ui/SessionLink.tsx";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./WaitsFor.module.css";

export function WaitsFor({ to }: { readonly to: NonNullable<Session["waitsFor"]> }): ReactElement {
  const { askToFocus } = useReef();
  return (
    <SessionLink className={styles.strip} sessionId={to.sessionId} onClick={() => askToFocus.set(to.sessionId)}>
      <Sign status="needs_you" />
      <span className={styles.words}>“{to.title}” needs your answer before this can continue</span>
      <span className={styles.open}>Open</span>
    </SessionLink>
  );
}
