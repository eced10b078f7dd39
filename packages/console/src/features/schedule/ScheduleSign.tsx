/**
 * Shows the sign of a schedule's state: a clock, two bars, a tick. States differ by shape, with words for people who see
 * none.
 */
import type { ScheduleState } from "@reef/protocol/schedule";
import { Check, Clock, type IconNode, Pause } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import styles from "./ScheduleLine.module.css";

export const wordByState: Readonly<Record<ScheduleState, string>> = {
  active: "Active",
  paused: "Paused",
  done: "Done",
};

export function ScheduleSign({ state }: { readonly state: ScheduleState }): ReactElement {
  const words = wordByState[state];
  return (
    <span className={styles.sign} data-state={state} role="img" aria-label={words} title={words}>
      <Icon of={iconByState[state]} size={14} />
    </span>
  );
}

const iconByState: Readonly<Record<ScheduleState, IconNode>> = { active: Clock, paused: Pause, done: Check };
