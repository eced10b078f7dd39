/**
 * Shows the sign of a schedule's state: a running clock, two bars, a tick. States differ by shape, with words for people who see
 * none.
 */
import type { ScheduleState } from "@reef/protocol/schedule";
import type { ReactElement } from "react";
import styles from "./ScheduleSign.module.css";

export const wordByState: Readonly<Record<ScheduleState, string>> = {
  active: "Active",
  paused: "Paused",
  done: "Done",
};

export function ScheduleSign({ state }: { readonly state: ScheduleState }): ReactElement {
  const words = wordByState[state];
  return (
    <span className={styles.sign} data-state={state} role="img" aria-label={words} title={words}>
      <svg viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" aria-hidden="true">
        <g strokeLinecap="round" strokeLinejoin="round">
          {shapeByState[state]}
        </g>
      </svg>
    </span>
  );
}

const shapeByState: Readonly<Record<ScheduleState, ReactElement>> = {
  active: (
    <path
      d="M8 2.250a5.750 5.750 0 1 1 0 11.500 5.750 5.750 0 0 1 0-11.500M8 5v3.250l2.250 1.500"
      strokeWidth="1.500"
    />
  ),
  paused: <path d="M5.250 3.500v9m5.500-9v9" strokeWidth="2.500" />,
  done: <path d="m3 8.500 3.250 3.250L13 5" strokeWidth="2" />,
};
