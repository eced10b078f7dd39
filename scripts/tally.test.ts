import { expect, test } from "vitest";
import { addTallies, emptyTally, isGreen, retriedInReport, tallyRun, tallyToLine } from "./tally.ts";

const report = (...files: readonly { status: string; tests: readonly string[] }[]) =>
  JSON.stringify({
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((outcome) => ({ status: outcome })),
    })),
  });

test("tally: counts each test once", () => {
  const text = report(
    { status: "failed", tests: ["passed", "failed", "pending", "todo"] },
    { status: "passed", tests: ["passed"] },
  );
  expect(tallyRun(text, 1)).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test("tally: a file that could not be loaded is one failure", () => {
  expect(tallyRun(report({ status: "failed", tests: [] }, { status: "passed", tests: ["passed"] }), 1).failed).toBe(1);
});

test.each([
  ["ends with 1 although all passed", report({ status: "passed", tests: ["passed"] }), 1],
  ["is killed", report({ status: "passed", tests: ["passed"] }), null],
  ["leaves no report", undefined, 0],
  ["leaves half a report", '{"testResults":[{"sta', 0],
  ["leaves a report of another shape", "{}", 0],
])("tally: a run that %s has failed", (_what, text, code) => {
  expect(tallyRun(text, code).failed).toBe(1);
});

test("tally: nothing run is not green", () => {
  expect(isGreen(emptyTally)).toBe(false);
  expect(isGreen({ passed: 1, failed: 0, skipped: 3 })).toBe(true);
  expect(isGreen({ passed: 9, failed: 1, skipped: 0 })).toBe(false);
});

test("tally: the line names skipped tests only when there are any", () => {
  const one = { passed: 1, failed: 0, skipped: 0 };
  expect(tallyToLine(addTallies(one, one))).toBe("2 passed, 0 failed");
  expect(tallyToLine({ ...one, skipped: 2 })).toBe("1 passed, 0 failed, 2 skipped");
});

test("tally: what passed at the second try is named with how it failed", () => {
  const tests = [
    { status: "passed", fullName: "at once", failureMessages: [] },
    { status: "passed", fullName: "later", failureMessages: ["expected 1 to be 2"] },
    { status: "failed", fullName: "never", failureMessages: ["no", "no"] },
  ];
  const text = JSON.stringify({ testResults: [{ status: "failed", assertionResults: tests }] });
  expect(retriedInReport(text)).toEqual(["passed at the second try: later\nexpected 1 to be 2"]);
  expect(retriedInReport(undefined)).toEqual([]);
});
