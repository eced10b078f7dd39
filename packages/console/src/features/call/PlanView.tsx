/** Draws a plan as a checklist. Its boxes only tell: what is done is the bot's to say. */
import { Circle, CircleCheck, CircleDot, CircleMinus, type IconNode } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import shapes from "../../ui/Shapes.module.css";
import type { PlanStep } from "../session/plan-steps.ts";
import styles from "./PlanView.module.css";

const iconByState: Readonly<Record<PlanStep["state"], IconNode>> = {
  open: Circle,
  doing: CircleDot,
  done: CircleCheck,
  dropped: CircleMinus,
};

const wordByState: Readonly<Record<PlanStep["state"], string>> = {
  open: "To do",
  doing: "In progress",
  done: "Done",
  dropped: "Dropped",
};

export function PlanView({ steps }: { readonly steps: readonly PlanStep[] }): ReactElement {
  return (
    <ol className={`${shapes.bare} ${styles.plan}`} aria-label="Plan">
      {steps.map(({ text, state }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity but their place
        <li key={index} className={styles.step} data-state={state}>
          <Icon icon={iconByState[state]} size={14} />
          <span className={shapes.hidden}>{wordByState[state]}: </span>
          <span className={styles.words} dir="auto">
            {text}
          </span>
        </li>
      ))}
    </ol>
  );
}
