/** Draws how busy a bot was, as small bars: one for each stretch of time, all rows on one scale. */
import { memo, type ReactElement } from "react";
import styles from "./Sparkline.module.css";

const barWidth = 2;
const height = 20;

/** `peak` is the count that fills the height. */
export const Sparkline = memo(function Sparkline({
  counts,
  peak,
  label,
}: {
  readonly counts: readonly number[];
  readonly peak: number;
  readonly label: string;
}): ReactElement {
  const width = counts.length * barWidth;
  const bars = counts.map((count, index) => {
    if (count === 0) return "";
    // The square root keeps a quiet bot visible beside a busy one.
    const tall = Math.max(2, Math.sqrt(count / Math.max(1, peak)) * height);
    return `M${index * barWidth} ${height}v${-tall.toFixed(1)}h${barWidth - 0.5}V${height}z`;
  });
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${width} ${height + 1}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <title>{label}</title>
      <path className={styles.ground} d={`M0 ${height + 0.5}H${width}`} />
      <path className={styles.bars} d={bars.join("")} />
    </svg>
  );
}, isSame);

function isSame(
  a: { readonly counts: readonly number[]; readonly peak: number; readonly label: string },
  b: typeof a,
): boolean {
  return a.peak === b.peak && a.label === b.label && a.counts.every((count, index) => count === b.counts[index]);
}
