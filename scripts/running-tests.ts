/**
 * Keeps a file with what runs at this moment, so that it can be named after the run was killed. Written before each file and
 * each test: a killed run has no end at which to write.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { root } from "./stamp.mjs";

/** vitest gives a reporter no options from its command line. */
export const runningFileVariable = "REEF_RUNNING_TESTS";

// biome-ignore lint/style/noDefaultExport: how vitest loads a reporter
export default class RunningTests implements Reporter {
  readonly #path = process.env[runningFileVariable] ?? "";
  /** The tests of each file that have begun. */
  readonly #running = new Map<string, Set<string>>();

  onTestModuleStart({ moduleId }: Pick<TestModule, "moduleId">): void {
    this.#running.set(moduleId, new Set());
    this.#write();
  }

  onTestCaseReady({ module, fullName }: TestCaseName): void {
    this.#running.get(module.moduleId)?.add(fullName);
    this.#write();
  }

  onTestCaseResult({ module, fullName }: TestCaseName): void {
    this.#running.get(module.moduleId)?.delete(fullName);
  }

  onTestModuleEnd({ moduleId }: Pick<TestModule, "moduleId">): void {
    this.#running.delete(moduleId);
    this.#write();
  }

  #write(): void {
    if (this.#path === "") return;
    const lines = [...this.#running].map(([file, tests]) => [relative(root, file), ...tests].join(" > "));
    writeFileSync(this.#path, lines.join("\n"));
  }
}

type TestCaseName = Pick<TestCase, "fullName"> & { readonly module: Pick<TestModule, "moduleId"> };

/** What stood in the file when its run ended, a line for each test file. */
export function readRunning(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}

/** What people read when the limit ended a run. */
export function limitWords(project: string, limitMs: number, running: readonly string[]): string {
  const during =
    running.length === 0
      ? "no test file had begun or all had ended"
      : `running were:\n${running.map((line) => `  ${line}`).join("\n")}`;
  return `reef: the ${project} tests took more than ${limitMs / 60_000} minutes and were stopped; ${during}`;
}
