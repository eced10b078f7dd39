import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import RunningTests, { limitWords, readRunning, runningFileVariable } from "./running-tests.ts";
import { slowTests } from "./slow-tests.ts";
import { root } from "./stamp.mjs";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reef-running-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("what runs is named file by file with its tests, and what ended is not", () => {
  const path = join(folder, "running.txt");
  vi.stubEnv(runningFileVariable, path);
  const reporter = new RunningTests();
  vi.unstubAllEnvs();
  const [one, two] = [{ moduleId: join(root, "a/one.test.ts") }, { moduleId: join(root, "b/two.test.ts") }];
  reporter.onTestModuleStart(one);
  reporter.onTestModuleStart(two);
  reporter.onTestCaseReady({ fullName: "MB4: first", module: one });
  reporter.onTestCaseResult({ fullName: "MB4: first", module: one });
  reporter.onTestCaseReady({ fullName: "MB4: second", module: one });
  expect(readRunning(path)).toEqual(["a/one.test.ts > MB4: second", "b/two.test.ts"]);
  reporter.onTestModuleEnd(one);
  expect(readRunning(path)).toEqual(["b/two.test.ts"]);
  reporter.onTestModuleEnd(two);
  expect(readRunning(path)).toEqual([]);
});

test("a run that is stopped says how long it had and what ran, and without a file that nothing did", () => {
  const path = join(folder, "left.txt");
  writeFileSync(path, "a/one.test.ts > MB4: second\nb/two.test.ts");
  expect(limitWords("unit", 900_000, readRunning(path))).toBe(
    "reef: the unit tests took more than 15 minutes and were stopped; running were:\n  a/one.test.ts > MB4: second\n  b/two.test.ts",
  );
  expect(limitWords("e2e", 900_000, readRunning(join(folder, "none")))).toContain("no test file had begun");
});

test("every slow file is there, once, with its reason", () => {
  expect(slowTests.filter(({ path, why }) => !existsSync(join(root, path)) || why === "")).toEqual([]);
  expect(new Set(slowTests.map(({ path }) => path)).size).toBe(slowTests.length);
});
