/** Shows the sign of a turn's state. As with sessions, states differ by shape and have words. */
import type { TurnState } from "@reef/protocol/turn";
import { Ban, Check } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./TurnSign.module.css";

export function TurnSign({ state }: { readonly state: TurnState }): ReactElement {
  if (state === "running" || state === "waiting" || state === "failed") return <Sign status={state} />;
  return (
    <span className={styles.sign} data-state={state} role="img" aria-label={state} title={state}>
      <Icon icon={state === "done" ? Check : Ban} size={14} />
    </span>
  );
}
