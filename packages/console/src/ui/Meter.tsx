/** How much of something is used, as a thin bar. Its words stand beside it; a limit that is near or reached is said by colour too. */
import type { CSSProperties, ReactElement } from "react";
import styles from "./Meter.module.css";

const nearShare = 0.75;

export function Meter({
  share,
  isLimit = false,
}: {
  /** 0 to 1; more is drawn as full. */
  readonly share: number;
  /** True if something stops or is left out at 1. */
  readonly isLimit?: boolean;
}): ReactElement {
  const tone = !isLimit || share < nearShare ? undefined : share < 1 ? "near" : "over";
  return (
    <span className={styles.meter} data-tone={tone} aria-hidden="true">
      {share > 0 && <i style={{ "--share": `${Math.min(1, share) * 100}%` } as CSSProperties} />}
    </span>
  );
}
