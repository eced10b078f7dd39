/**
 * Counts the results in vitest's JSON report without trusting it: a file that could not be loaded, a run that crashed
 * and a report that was never written are failures, whatever its numbers claim.
 */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName?: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: 0 };

/** Counts one vitest run. `report` is the text of its JSON report, `undefined` when there is none. */
export function tallyRun(report: string | undefined, exitCode: number | null): Tally {
  const counted = report === undefined ? emptyTally : tallyReport(parseReport(report));
  const isCrash = exitCode !== 0 || report === undefined;
  return isCrash && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

export function addTallies(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** Formats the closing line, the only one CI reads: `N passed, N failed`, and `, N skipped` when there are any. */
export function tallyToLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * Lists the tests that passed only on a retry, with their earlier failures: a line each, so that no flake goes unseen.
 */
export function retriedInReport(report: string | undefined): string[] {
  const files = report === undefined ? [] : (parseReport(report)?.testResults ?? []);
  return files
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ status, fullName = "", failureMessages: [first] = [] }) =>
      status === "passed" && first !== undefined ? [`passed at the second try: ${fullName}\n${first}`] : [],
    );
}

/** True only when something ran and nothing failed. */
export function isGreen({ passed, failed }: Tally): boolean {
  return passed > 0 && failed === 0;
}

function parseReport(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}

function tallyReport(report: Report | undefined): Tally {
  if (!Array.isArray(report?.testResults)) return { ...emptyTally, failed: 1 };
  return report.testResults.map(tallyFile).reduce(addTallies, emptyTally);
}

function tallyFile(file: Report["testResults"][number]): Tally {
  const count = (isCounted: (status: string) => boolean) =>
    file.assertionResults.filter(({ status }) => isCounted(status)).length;
  const passed = count((status) => status === "passed");
  const failed = count((status) => status === "failed");
  const skipped = file.assertionResults.length - passed - failed;
  return { passed, failed: failed === 0 && file.status === "failed" ? 1 : failed, skipped };
}
