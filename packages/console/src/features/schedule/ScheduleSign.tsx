/**
 * Shows the sign of a schedule's state: a clock, two bars, a tick. States differ by shape, with words for people who see
 * none.
 */
import type { ScheduleState } from "@reef/protocol/schedule";
import { Check, Clock } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./ScheduleLine.module.css";

export const wordByState: Readonly<Record<ScheduleState, string>> = {
  active: "Active",
  paused: "Paused",
  done: "Done",
};

export function ScheduleSign({ state }: { readonly state: ScheduleState }): ReactElement {
  const words = wordByState[state];
  if (state === "paused") return <Sign status="paused" words={words} />;
  return (
    <span className={styles.sign} data-state={state} role="img" aria-label={words} title={words}>
      <Icon icon={state === "done" ? Check : Clock} size={14} />
    </span>
  );
}
