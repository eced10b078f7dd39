/** Draws small bars side by side over a stretch of time, the failed part in its own colour and below the others. */
import type { ReactElement } from "react";
import styles from "./HomeScreen.module.css";

const height = 36;
const step = 6;

export function DayBars({
  label,
  bars,
  from,
  to,
}: {
  readonly label: string;
  /** Heights and shares are fractions of 1. */
  readonly bars: readonly {
    readonly key: string;
    readonly height: number;
    readonly failed: number;
    readonly title: string;
  }[];
  readonly from: string;
  readonly to: string;
}): ReactElement {
  return (
    <figure className={styles.bars}>
      <svg
        viewBox={`0 0 ${bars.length * step} ${height + 1}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
        width="100%"
        height={height}
      >
        <path d={`M0 ${height}h${bars.length * step}v1H0z`} />
        {bars.map(({ key, height: share, failed, title }, at) => {
          if (share === 0) return null;
          const tall = Math.max(2, share * height);
          const bad = failed === 0 ? 0 : Math.max(2, tall * failed);
          return (
            <g key={key}>
              <title>{title}</title>
              <rect x={at * step} y={height - tall} width={step - 2} height={tall} />
              {bad > 0 && (
                <rect className={styles.badBar} x={at * step} y={height - bad} width={step - 2} height={bad} />
              )}
            </g>
          );
        })}
      </svg>
      <figcaption className={styles.axis}>
        <span>{from}</span>
        <span>{to}</span>
      </figcaption>
    </figure>
  );
}
