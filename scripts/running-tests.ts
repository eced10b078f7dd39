/**
 * Keeps a file that lists the tests running now, so that they can be named after the run was killed. It is written before
 * each file and each test, because a killed run has no end at which to write.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { root } from "./stamp.mjs";

/** vitest passes no options to a reporter from its command line. */
export const runningFileVariable = "REEF_RUNNING_TESTS";

// biome-ignore lint/style/noDefaultExport: how vitest loads a reporter
export default class RunningTests implements Reporter {
  readonly #path = process.env[runningFileVariable] ?? "";
  /** The tests that have begun, by file. */
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

/** Returns what the file contained when its run ended, a line for each test file. */
export function readRunning(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}

/** Formats the message shown when the time limit ended a run. */
export function limitWords(project: string, limitMs: number, running: readonly string[]): string {
  const during =
    running.length === 0
      ? "no test file had begun or all had ended"
      : `running were:\n${running.map((line) => `  ${line}`).join("\n")}`;
  return `reef: the ${project} tests took more than ${limitMs / 60_000} minutes and were stopped; ${during}`;
}
