/** Defines what a bench reports: figures, each beside its limit or peer from the same run. */

export interface BenchRow {
  readonly what: string;
  readonly value: number;
  /** `ms`, `MB`, `/s`, `x` … */
  readonly unit: string;
  /** The design's goal: at most this, or at least this for rates and ratios. */
  readonly goal?: number;
  /** The limit or peer measured in the same run, in the same unit. */
  readonly limit?: number;
  /** The name of `limit`. */
  readonly limitName?: string;
}

export interface BenchReport {
  readonly name: string;
  /** How it was measured, for readers of the figures. */
  readonly setup: string;
  readonly rows: readonly BenchRow[];
  /** What could not be measured, and why. */
  readonly notes?: readonly string[];
}

/** True if the goal is a minimum: more is better. */
function isFloor(row: BenchRow): boolean {
  return row.unit === "/s" || row.unit === "x" || row.unit === "%";
}

export function reportToText(report: BenchReport): string {
  const lines = report.rows.map((row) => {
    const goal = row.goal === undefined ? "" : `${isFloor(row) ? "≥" : "≤"} ${row.goal} ${row.unit}`;
    const verdict = row.goal === undefined ? "" : meetsGoal(row) ? "ok" : "MISSED";
    const limit = row.limit === undefined ? "" : `${round(row.limit)} ${row.unit} (${row.limitName ?? "limit"})`;
    return [row.what, `${round(row.value)} ${row.unit}`, goal, verdict, limit];
  });
  const head = ["what", "measured", "goal", "", "beside"];
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const format = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [`${report.name}: ${report.setup}`, "", format(head), ...lines.map(format), ...(report.notes ?? [])].join(
    "\n",
  );
}

function meetsGoal(row: BenchRow): boolean {
  if (row.goal === undefined) return true;
  return isFloor(row) ? row.value >= row.goal : row.value <= row.goal;
}

/** Returns the p-th percentile (0…100) of the values, nearest rank; NaN for no values. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))] ?? Number.NaN;
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
