/** Shows the sign of a gateway's state: each has its own shape, and words for people who see none. */
import type { GatewayState } from "@reef/protocol/gateway";
import { CircleCheck, Contrast, type IconNode, LoaderCircle, Minus, SquareDashed, X } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import styles from "./GatewaySign.module.css";
import { wordByState } from "./gateway-words.ts";

export function GatewaySign({ state }: { readonly state: GatewayState }): ReactElement {
  const words = `Gateway ${wordByState[state].toLowerCase()}`;
  return (
    <span className={styles.sign} data-state={state} role="img" aria-label={words} title={words}>
      <Icon icon={iconByState[state]} weight={3} className={state === "connecting" ? styles.ring : undefined} />
    </span>
  );
}

const iconByState: Readonly<Record<GatewayState, IconNode>> = {
  off: Minus,
  connecting: LoaderCircle,
  ready: CircleCheck,
  read_only: Contrast,
  unreachable: SquareDashed,
  refused: X,
};
