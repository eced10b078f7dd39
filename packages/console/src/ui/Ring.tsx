/** Shows how much of something is done or used, as an arc that closes. The words are beside it, or on its container. */
import type { ReactElement } from "react";
import styles from "./Ring.module.css";

const radius = 9;
const round = 2 * Math.PI * radius;

export function Ring({
  share,
  size,
  tone = "plain",
}: {
  /** 0 to 1. Null draws the track alone. */
  readonly share: number | null;
  readonly size: 16 | 24;
  readonly tone?: "plain" | "accent" | "needs";
}): ReactElement {
  return (
    <svg
      className={styles.ring}
      data-tone={tone}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      strokeWidth="3.500"
      aria-hidden="true"
    >
      <circle className={styles.track} cx="12" cy="12" r={radius} />
      {share !== null && (
        <circle
          className={styles.arc}
          cx="12"
          cy="12"
          r={radius}
          strokeDasharray={`${share * round} ${round}`}
          transform="rotate(-90 12 12)"
        />
      )}
    </svg>
  );
}
