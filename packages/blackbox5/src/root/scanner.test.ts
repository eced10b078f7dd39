import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FoundTask, Scanner, scanLimits } from "./scanner.ts";

function makeRoot(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), "reef-root-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) put(root, path, text);
  return root;
}

function put(root: string, path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function scanWith(scanner: Scanner) {
  const found: FoundTask[] = [];
  // Long after every change, so that no file counts as just written.
  const outcome = scanner.scan({ nowMs: Date.now() + 60_000, found: (tasks) => found.push(...tasks), progress() {} });
  return { found, outcome };
}

const task = (title: string, status = "pending") => `# ${title}\n\n**Status:** ${status}\n`;

describe("a scan", () => {
  it("RT1: counts by kind and names every file that can't be read", () => {
    const root = makeRoot({
      "5-project-memory/acme/tasks/active/TASK-1/task.md": task("One"),
      "5-project-memory/acme/tasks/active/TASK-2/PLAN.md": "# Plan two",
      "5-project-memory/acme/tasks/completed/TASK-3/task.md": task("One"),
      "5-project-memory/acme/tasks/active/TASK-4/task.md": new Uint8Array([0xff, 0xfe, 0x41]),
      "5-project-memory/acme/tasks/active/TASK-5/task.md": "x".repeat(scanLimits.taskBytes + 1),
      "5-project-memory/acme/.autonomous/decisions/decision_registry.yaml": "decisions:\n  - id: D-1\n  - id: D-2\n",
      "5-project-memory/acme/goals/active/IG-1/goal.yaml": "text: **bold**\n",
      "a/esc.yaml": "a: \u001b[0m\n",
      "a/bad.json": "{,}",
      "a/two.yaml": "a: 1\n---\nb: 2\n",
      ".git/config.yaml": ": [",
      "5-project-memory/acme/runs/run-20260209/THOUGHTS.md": "t",
    });
    symlinkSync("/etc", join(root, "out"));
    symlinkSync(join(root, "a/two.yaml"), join(root, "a/link.yaml"));
    const { found, outcome } = scanWith(new Scanner(root));
    expect(found.map(({ ref, title, status }) => [ref, title, status])).toEqual([
      ["TASK-1", "One", "pending"],
      ["TASK-2", "Plan two", "pending"],
      ["TASK-3", "One", "done"],
    ]);
    expect(found[2]?.duplicateOf).toBe(found[0]?.key);
    expect(outcome.counts).toMatchObject({
      tasks: 3,
      tasksWithoutFile: 1,
      duplicateTasks: 1,
      decisions: 2,
      runs: 1,
      notes: 1,
      plans: 1,
      goals: 1,
    });
    expect(outcome.layout).toMatchObject({ isKnown: true, projects: [{ name: "acme" }] });
    expect(
      Object.fromEntries(
        outcome.unreadable.map(({ path, reason }) => [path.replace(/^5-project-memory\/acme\//, ""), reason]),
      ),
    ).toEqual({
      out: "a symbolic link: not followed",
      "a/link.yaml": "a symbolic link: not followed",
      "a/bad.json": expect.stringMatching(/^not JSON: /),
      "a/esc.yaml": "not YAML: line 1 holds a control character",
      "goals/active/IG-1/goal.yaml": expect.stringMatching(/^not YAML: /),
      "tasks/active/TASK-4/task.md": "it isn't text in UTF-8",
      "tasks/active/TASK-5/task.md": expect.stringMatching(/bytes: at most/),
    });
    expect(outcome.skipped).toEqual([{ path: ".git", reason: "left out: made by tools" }]);
  });

  it("RT2: opens only what changed, and names what is gone by leaving it out", () => {
    const root = makeRoot({ "tasks/active/TASK-1/task.md": task("One"), "tasks/active/TASK-2/task.md": task("Two") });
    const scanner = new Scanner(root);
    expect(scanWith(scanner).found).toHaveLength(2);
    expect(scanWith(scanner).found).toHaveLength(0);
    put(root, "tasks/active/TASK-2/task.md", task("Two", "in_progress now"));
    put(root, "tasks/active/TASK-3/task.md", task("Three"));
    rmSync(join(root, "tasks/active/TASK-1"), { recursive: true });
    const { found, outcome } = scanWith(scanner);
    expect(found.map(({ ref, status }) => [ref, status])).toEqual([
      ["TASK-2", "in_progress"],
      ["TASK-3", "pending"],
    ]);
    expect(outcome.keys).toEqual(["tasks/active/TASK-2", "tasks/active/TASK-3"]);
  });

  it("RT2: sees that a copy is none any more when the first is gone", () => {
    const root = makeRoot({ "tasks/active/TASK-1/task.md": task("Same"), "tasks/active/TASK-2/task.md": task("Same") });
    const scanner = new Scanner(root);
    scanWith(scanner);
    rmSync(join(root, "tasks/active/TASK-1"), { recursive: true });
    expect(scanWith(scanner).found).toMatchObject([{ ref: "TASK-2", duplicateOf: null }]);
  });

  it("RT3: 5,000 folders of runs are counted, and looking again opens none of their files", () => {
    const files: Record<string, string> = {};
    for (let n = 0; n < 5_000; n += 1) files[`m/runs/run-${n}-TASK-1/metadata.yaml`] = "run_id: x\nstatus: failed\n";
    const root = makeRoot(files);
    const scanner = new Scanner(root);
    expect(scanWith(scanner).outcome).toMatchObject({ filesSeen: 5_000, counts: { runs: 5_000, yaml: 5_000 } });
    expect(scanWith(scanner).outcome).toMatchObject({ filesSeen: 5_000, counts: { runs: 5_000, yaml: 5_000 } });
  });
});

const real = join(process.env.REEF_SHARED_DATA ?? join(import.meta.dirname, "../../../../../shared/data"), "blackbox5");

describe.skipIf(!existsSync(real))("a part of the real tree", () => {
  it("RT1: is counted as `find` counts it", () => {
    const { found, outcome } = scanWith(new Scanner(real));
    const find = (...args: readonly string[]) =>
      execFileSync("find", [real, "-type", "f", ...args], { encoding: "utf8" })
        .split("\n")
        .filter(Boolean).length;
    expect(outcome.counts.files).toBe(find());
    expect(outcome.counts.plans).toBe(find("-name", "PLAN.md"));
    expect(outcome.counts.subAgents).toBe(find("-name", "SUBAGENT.md"));
    expect(found.filter(({ source }) => source.form === "document")).toHaveLength(
      find("-iname", "task.md", "-path", "*/tasks/*"),
    );
    expect(outcome.counts).toMatchObject({ topics: 15, decisions: 864 });
    expect(found).toHaveLength(outcome.counts.tasks ?? 0);
  });
});
