import { describe, expect, it } from "vitest";
import { type Place, placeOf } from "./place.ts";
import { readTask } from "./read-task.ts";
import { readTaskTree } from "./task-tree.ts";

function place(path = "5-project-memory/acme/tasks/active/TASK-7/task.md"): Place {
  const found = placeOf(path);
  if (found === null) throw new Error(`${path} is no task`);
  return found;
}

describe("a task's file", () => {
  it("TK1: is read with bold fields, and its boxes are criteria", () => {
    const text = [
      "# TASK-7: Paint the shed",
      "",
      "**Status:** in_progress",
      "**Priority**: HIGH",
      "**Created:** 2026-02-11T08:44:00Z",
      "**Goal:** IG-1",
      "",
      "## Success Criteria",
      "- [ ] Walls are blue",
      "  - [x] Primer is **dry**",
      "```",
      "- [ ] not this one",
      "```",
      "<!--",
      "- [ ] nor this",
      "-->",
      "## Approach",
      "* [X] Buy paint",
      "",
      "## Finding",
      "**Status:** COMPLIANT",
    ].join("\r\n");
    const task = readTask(text, place());
    expect(task).toMatchObject({
      ref: "TASK-7",
      title: "Paint the shed",
      status: "in_progress",
      priority: "high",
      writtenAt: "2026-02-11T08:44:00.000Z",
      conflict: null,
      isTemplate: false,
      labels: ["IG-1"],
      source: { statusText: "in_progress", folder: "active", project: "acme", problems: [] },
    });
    expect(task.criteria).toEqual([
      { text: "Walls are blue", kind: "criterion", section: "Success Criteria", done: false },
      { text: "Primer is dry", kind: "criterion", section: "Success Criteria", done: true },
      { text: "Buy paint", kind: "step", section: "Approach", done: true },
    ]);
  });

  it("TK1: is read with front matter, whose other status is said", () => {
    const text =
      '---\ntask_id: TASK-MEM-1\ntitle: "Keep it"\nstatus: pending\ncreated: 2026-02-04\ntags: [a, b]\n---\n# TASK-MEM-1: Keep it\n\n**Status:** blocked\n';
    const task = readTask(text, place());
    expect(task).toMatchObject({
      title: "Keep it",
      status: "blocked",
      writtenAt: "2026-02-04T00:00:00.000Z",
      labels: ["a", "b"],
    });
    expect(task.source.aliases).toEqual(["TASK-MEM-1"]);
    expect(task.source.problems).toEqual([
      "its front matter says “pending”, its text says “blocked”",
      "its title has the id TASK-MEM-1, its folder is TASK-7",
    ]);
  });

  it.each([
    ["**Status: partial\n", "partial", "“Status” is written in bold that isn't closed"],
    ["Status: pending\n", "pending", undefined],
    ["- **Status:** ✅ completed now\n", "pending", undefined],
    ["| Status | blocked |\n", "blocked", undefined],
    ["## Status\n\nblocked\n", "pending", "it doesn't say its status"],
    ["## Status\nblocked\n", "blocked", undefined],
    ["**Status:** Waiting for Bob | **Priority:** low\n", "blocked", undefined],
    [
      "**Status:** FILL_ME (pending/in_progress/completed)\n",
      "pending",
      "its status “FILL_ME (pending/in_progress/completed)” isn't one that is known",
    ],
    ["**Status:** URGENT\n", "pending", "its status “URGENT” isn't one that is known"],
    ["**Status:** in_progress (All P0 and P1 complete!)\n", "in_progress", undefined],
  ])("TK1: %j is %s", (text, status, problem) => {
    const task = readTask(`# A thing\n\n${text}`, place());
    expect(task.status).toBe(status);
    expect(task.source.problems[0]).toBe(problem);
  });

  it("TK1: with front matter that is not YAML keeps its text", () => {
    const task = readTask("---\nstatus: **x\n  : [\n---\n# Rest\n**Status:** pending\n- a\n", place());
    expect(task).toMatchObject({ title: "Rest", status: "pending" });
    expect(task.source.problems[0]).toMatch(/^the front matter is not YAML: /);
  });

  it("TK2: keeps what its folder and its text say apart", () => {
    const text = "# T\n**Status:** pending\n";
    expect(readTask(text, place("tasks/completed/TASK-1/task.md"))).toMatchObject({
      status: "done",
      conflict: "the folder “completed” says done, the file says “pending”",
      source: { folderStatus: "done", fileStatus: "pending", statusText: "pending" },
    });
    expect(readTask("# T\n**Status:** completed ✅\n", place("tasks/active/TASK-1/task.md"))).toMatchObject({
      status: "pending",
      conflict: "the folder “active” says that it is open, the file says “completed ✅”",
    });
  });

  it("TK1: tells an unfilled form from a task that has the word in its name", () => {
    const form = "# TASK-XXX: FILL_ME\n\n**Status:** FILL_ME (pending/in_progress/completed)\n";
    expect(readTask(form, place()).isTemplate).toBe(true);
    expect(readTask("# TASK: Audit", place()).title).toBe("Audit");
    expect(readTask("# TASK-[ID]: Feature F-011\n**Status:** pending\n", place()).isTemplate).toBe(false);
    const named = readTask(
      "# TASK-9: Templates\n**Status:** completed\n",
      place("tasks/active/TASK-TEMPLATE-002/task.md"),
    );
    expect(named.isTemplate).toBe(false);
    expect(readTask("# x", place("tasks/template/task.md")).isTemplate).toBe(true);
  });

  it("TK1: takes items under its criteria where it has no boxes", () => {
    const task = readTask("# T\n## Acceptance Criteria\n- one\n2. two\n## Notes\n- three\n", place());
    expect(task.criteria.map(({ text, kind }) => [text, kind])).toEqual([
      ["one", "criterion"],
      ["two", "criterion"],
    ]);
  });

  it("TK1: odd texts are tasks, too", () => {
    for (const text of ["", "\uFEFF# x", "---\n---\n", "#", "**Status:**", "\u0000\ud800", "- [x]", "**".repeat(5_000)])
      expect(readTask(text, place()).ref).toBe("TASK-7");
  });
});

describe("a place", () => {
  it.each([
    ["tasks/active/TASK-1/task.md", "document", "TASK-1", null],
    ["5-project-memory/a/tasks/completed/2026-02/TASK-1/task.md", "document", "TASK-1", null],
    ["tasks/active/AUDIT/TASK.md", "document", "AUDIT", null],
    ["p/.autonomous/tasks/active/TASK-2-x.md", "flat", "TASK-2-x", null],
    ["tasks/done/ralf-core/RALF-2026-01.md", "flat", "RALF-2026-01", null],
    ["tasks/completed/TASK-3/subtasks/TASK-3B/task.md", "document", "TASK-3B", "tasks/completed/TASK-3"],
    ["tasks/FG-1/state.json", "tree", "FG-1", null],
  ])("TK1: %s is a %s of %s", (path, form, ref, parentKey) => {
    expect(placeOf(path)).toMatchObject({ form, ref, parentKey });
  });

  it.each([
    "tasks/active/TASK-1/PLAN.md",
    "tasks/README.md",
    "docs/TASK-1.md",
    "tasks/active/TASK-1/TASK-NOTES.md",
    "tasks/task.md",
    "state.json",
  ])("TK1: %s is no task", (path) => {
    expect(placeOf(path)).toBeNull();
  });
});

describe("a tree of tasks", () => {
  it("TK1: is a task with its parts, of which two with one id stay apart", () => {
    const json = {
      id: "FG-1",
      objective: "Grow",
      status: "initialized",
      subtasks: [{ id: "a", title: "A", status: "completed" }, { id: "a", title: "B", subtasks: [{ title: "C" }] }, 7],
    };
    const tree = readTaskTree(json, place("tasks/FG-1/state.json")) ?? [];
    expect(tree.map(({ key, parentKey, title, status }) => [key, parentKey, title, status])).toEqual([
      ["tasks/FG-1", null, "Grow", "pending"],
      ["tasks/FG-1/a", "tasks/FG-1", "A", "done"],
      ["tasks/FG-1/a-2", "tasks/FG-1", "B", "pending"],
      ["tasks/FG-1/a-2/1", "tasks/FG-1/a-2", "C", "pending"],
    ]);
    expect(readTaskTree({ repos: [] }, place("tasks/FG-1/state.json"))).toBeNull();
  });
});
