/** Draws how busy a bot was, as small bars: one for each hour, all rows on one scale. The last one is green while the bot works. */
import { memo, type ReactElement } from "react";
import styles from "./Sparkline.module.css";

const step = 4;
const height = 20;

export interface SparklineProps {
  readonly counts: readonly number[];
  /** The count that fills the height. */
  readonly peak: number;
  readonly isRunning: boolean;
  readonly label: string;
}

export const Sparkline = memo(function Sparkline({ counts, peak, isRunning, label }: SparklineProps): ReactElement {
  const width = counts.length * step;
  const bars = counts.map((count, at) => {
    if (count === 0) return `M${at * step} ${height}h${step - 1}v-0.75h${1 - step}z`;
    // The square root keeps a quiet bot visible beside a busy one.
    const tall = Math.max(2, Math.sqrt(count / Math.max(1, peak)) * height);
    return `M${at * step} ${height}v${-tall.toFixed(1)}h${step - 1}V${height}z`;
  });
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <title>{label}</title>
      <path d={bars.slice(0, -1).join("")} />
      <path className={isRunning ? styles.now : undefined} d={bars.at(-1)} />
    </svg>
  );
}, isSame);

function isSame(a: SparklineProps, b: SparklineProps): boolean {
  const isAlike = a.peak === b.peak && a.label === b.label && a.isRunning === b.isRunning;
  return isAlike && a.counts.every((count, at) => count === b.counts[at]);
}
