/** Says why a gateway does not work and what to do about it; shows nothing while it works. */

import type { Gateway } from "@reef/protocol/gateway";
import type { ReactElement } from "react";
import { useNow } from "../../ui/use-now.ts";
import { WholeText } from "../../ui/WholeText.tsx";
import styles from "./GatewaysScreen.module.css";
import { adviceFor, retryWords, wordByState } from "./gateway-words.ts";

export function GatewayNotice({ gateway }: { readonly gateway: Gateway }): ReactElement | null {
  const now = useNow(1000, gateway.retryAt !== null);
  const advice = adviceFor(gateway);
  const retry = gateway.state === "off" ? null : retryWords(gateway.retryAt, now);
  const reason = gateway.state === "off" ? null : gateway.reason;
  if (advice === null && reason === null) return null;
  return (
    <div className={styles.notice} data-state={gateway.state} role="note" aria-label={wordByState[gateway.state]}>
      {reason && (
        <p className={styles.reason}>
          <WholeText text={`${reason[0]?.toUpperCase() ?? ""}${reason.slice(1)}.`} />
        </p>
      )}
      {advice && <p>{advice}</p>}
      {retry && <p className={styles.retry}>{retry}.</p>}
    </div>
  );
}
