/** Shows the sign of a worker's state: each has its own shape, and words for people who see none. */
import { CircleCheck, CirclePause, Contrast, type IconNode, SquareDashed } from "lucide";
import type { ReactElement } from "react";
import { Icon } from "../../ui/Icon.tsx";
import styles from "./FleetScreen.module.css";
import { type ShownState, wordByState } from "./worker-words.ts";

export function WorkerSign({ state }: { readonly state: ShownState }): ReactElement {
  const words = `Worker ${wordByState[state].toLowerCase()}`;
  return (
    <span className={styles.sign} data-state={state} role="img" aria-label={words} title={words}>
      <Icon icon={iconByState[state]} weight={3} />
    </span>
  );
}

const iconByState: Readonly<Record<ShownState, IconNode>> = {
  running: CircleCheck,
  draining: Contrast,
  drained: CirclePause,
  gone: SquareDashed,
};
