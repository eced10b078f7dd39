/** Says over the page what a person stopped and has not resumed, with the way back (TU6). */
import type { Hold } from "@reef/protocol/hold";
import type { ReactElement } from "react";
import { heldWords, resumeLabel, useResume } from "../../data/overview/holds.ts";
import { Button } from "../../ui/Button.tsx";
import { countOf } from "../../ui/count.ts";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./FailingBanner.module.css";

/** Shows the widest hold; a session that is held alone says so itself. */
export function bannerHold(holds: readonly Hold[]): Hold | undefined {
  return holds.find(({ scope }) => scope.kind === "everything") ?? holds.find(({ scope }) => scope.kind === "bot");
}

export function HeldBanner({ hold, holds }: { readonly hold: Hold; readonly holds: readonly Hold[] }): ReactElement {
  const { resume, isResuming } = useResume();
  const others = holds.length - 1;
  return (
    <div className={styles.banner} role="status">
      <div className={shapes.banner}>
        <Sign status="held" words="" />
        <p className={shapes.grow}>
          {heldWords(hold)}
          {others > 0 && ` ${countOf(others, "more stop")} in place.`}
        </p>
        <Button look="primary" disabled={isResuming} onClick={() => resume(hold.scope)}>
          {isResuming ? "Resuming…" : resumeLabel(hold)}
        </Button>
      </div>
    </div>
  );
}
