/** Shows the sign of a turn's state. As with sessions, states differ by shape and have words. */
import type { TurnState } from "@reef/protocol/turn";
import type { ReactElement } from "react";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./TurnSign.module.css";

export function TurnSign({ state }: { readonly state: TurnState }): ReactElement {
  if (state === "running" || state === "waiting" || state === "failed") return <Sign status={state} />;
  return (
    <span className={styles.sign} data-state={state} role="img" aria-label={state} title={state}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" fill="none" stroke="currentColor">
        {state === "done" ? (
          <path d="m3 8.500 3.250 3.250L13 4.750" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
        ) : (
          <>
            <circle cx="8" cy="8" r="5.250" strokeWidth="1.500" />
            <path d="m4.300 11.700 7.400-7.400" strokeWidth="1.500" />
          </>
        )}
      </svg>
    </span>
  );
}
