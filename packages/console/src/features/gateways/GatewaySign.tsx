/** Shows the sign of a gateway's state: each has its own shape, and words for people who see none. */
import type { GatewayState } from "@reef/protocol/gateway";
import type { ReactElement } from "react";
import styles from "./GatewaySign.module.css";
import { wordByState } from "./gateway-words.ts";

export function GatewaySign({ state }: { readonly state: GatewayState }): ReactElement {
  const words = `Gateway ${wordByState[state].toLowerCase()}`;
  return (
    <span className={styles.sign} data-state={state} role="img" aria-label={words} title={words}>
      <svg viewBox="0 0 16 16" width="15" height="15" fill="none" stroke="currentColor" aria-hidden="true">
        {shapeByState[state]}
      </svg>
    </span>
  );
}

const shapeByState: Readonly<Record<GatewayState, ReactElement>> = {
  off: <path d="M3.500 8h9" strokeWidth="2.250" strokeLinecap="round" />,
  connecting: <circle className={styles.ring} cx="8" cy="8" r="5.500" strokeWidth="2" strokeDasharray="22 13" />,
  ready: (
    <>
      <circle cx="8" cy="8" r="6.500" fill="currentColor" stroke="none" />
      <path className={styles.tick} d="m5 8.250 2.100 2.150L11 6.200" strokeWidth="1.750" strokeLinecap="round" />
    </>
  ),
  read_only: (
    <>
      <circle cx="8" cy="8" r="5.750" strokeWidth="1.500" />
      <path d="M8 2.250a5.750 5.750 0 0 1 0 11.500Z" fill="currentColor" stroke="none" />
    </>
  ),
  unreachable: <rect x="3" y="3" width="10" height="10" strokeWidth="1.500" strokeDasharray="2.500 1.500" />,
  refused: <path d="m4 4 8 8m0-8-8 8" strokeWidth="2.250" strokeLinecap="round" />,
};
