/**
 * Shows the sign of a state. States differ by shape, not only by colour, and each has words for people who see neither.
 */
import type { ReactElement } from "react";
import styles from "./Sign.module.css";
import type { ShownStatus } from "./shown-status.ts";

export const statusWords: Readonly<Record<ShownStatus, string>> = {
  out_of_budget: "out of budget",
  needs_you: "needs you",
  failed: "failed",
  unknown: "unknown",
  running: "running",
  waiting: "waiting",
  queued: "queued",
  done_unseen: "done, not seen yet",
  held: "stopped by you",
  paused: "paused",
  idle: "idle",
};

/** Most urgent first: a folded group shows the first state that any of its sessions has. */
export const statusesByUrgency: readonly ShownStatus[] = [
  "needs_you",
  "out_of_budget",
  "failed",
  "unknown",
  "running",
  "waiting",
  "queued",
  "done_unseen",
  "held",
  "paused",
  "idle",
];

export function Sign({
  status,
  words = statusWords[status],
}: {
  readonly status: ShownStatus;
  /** The meaning in this place, if it is more than the state's own words. Empty where the words stand beside it. */
  readonly words?: string | undefined;
}): ReactElement {
  return (
    <span className={styles.sign} data-status={status} {...(words ? meaning(words) : { "aria-hidden": true })}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {shapeByStatus[status]}
      </svg>
    </span>
  );
}

const meaning = (words: string) => ({ role: "img", "aria-label": words, title: words });

const clock = (
  <>
    <circle cx="8" cy="8" r="5.250" fill="none" stroke="currentColor" strokeWidth="1.500" />
    <path d="M8 8V2.750A5.250 5.250 0 0 1 13.250 8Z" fill="currentColor" />
  </>
);

const shapeByStatus: Readonly<Record<ShownStatus, ReactElement>> = {
  running: (
    <>
      <circle cx="8" cy="8" r="3.500" fill="currentColor" />
      <circle
        className={styles.ring}
        cx="8"
        cy="8"
        r="6.500"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.250"
        strokeDasharray="28 13"
      />
    </>
  ),
  idle: <circle cx="8" cy="8" r="4.500" fill="none" stroke="currentColor" strokeWidth="1.500" />,
  needs_you: <path d="M8 2 14.500 13.500h-13Z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />,
  out_of_budget: (
    <path
      d="M8 2.750a5.250 5.250 0 1 0 0 10.500a5.250 5.250 0 1 0 0-10.500ZM4.250 11.750l7.500-7.500"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.750"
    />
  ),
  failed: <path d="m4 4 8 8m0-8-8 8" stroke="currentColor" strokeWidth="2.250" strokeLinecap="round" />,
  unknown: (
    <rect
      x="3"
      y="3"
      width="10"
      height="10"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.500"
      strokeDasharray="2.500 1.500"
    />
  ),
  waiting: clock,
  queued: clock,
  done_unseen: <rect x="3.500" y="3.500" width="9" height="9" rx="1.500" fill="currentColor" />,
  held: (
    <>
      <path d="M5.500 2h5L14 5.500v5L10.500 14h-5L2 10.500v-5Z" fill="none" stroke="currentColor" strokeWidth="1.500" />
      <path d="M5.250 8h5.500" stroke="currentColor" strokeWidth="2.250" strokeLinecap="round" />
    </>
  ),
  paused: <path d="M5.250 3.500v9m5.500-9v9" stroke="currentColor" strokeWidth="2.500" strokeLinecap="round" />,
};
