/** Tests how calls are recognised, by tools of Reef's box, of other programs, and by ones that only look alike. */
import { expect, test } from "vitest";
import { planSteps } from "../session/plan-steps.ts";
import { drawCall, isAddress, readEnd } from "./drawn-call.ts";

const draw = (name: string, input: unknown, text: string | null = null, isError = false) =>
  drawCall({ name, input, text, isError });

test("a command is drawn with its folder and output, whichever program ran it", () => {
  expect(draw("command_run", { command: "npm test", cwd: "app" }, "[exit code 0]\nok")).toEqual({
    kind: "command",
    command: "npm test",
    cwd: "app",
    output: "[exit code 0]\nok",
  });
  expect(draw("Bash", { command: "ls" }).kind).toBe("command");
  expect(draw("command_run", { command: 7 }).kind).toBe("other");
});

test("how a command ended is read from its first line, and from no other", () => {
  expect(readEnd("[exit code 1 after 0.4 s]\nred")).toEqual({ words: "exit code 1 after 0.4 s", code: 1, rest: "red" });
  expect(readEnd("[stopped after 2.0 s, with all its processes]")).toMatchObject({ code: null, rest: "" });
  expect(readEnd("ok\n[exit code 1]")).toBeNull();
  expect(readEnd("[1, 2, 3]\n")).toBeNull();
});

test("edits of Reef, of MCP's filesystem server and of other programs become before and after", () => {
  expect(draw("file_edit", { path: "a.ts", old: "x", new: "y" })).toMatchObject({
    path: "a.ts",
    edits: [{ before: "x", after: "y" }],
  });
  expect(
    draw("fs__edit_file", {
      path: "a",
      edits: [
        { oldText: "1", newText: "2" },
        { oldText: "3", newText: "" },
      ],
    }),
  ).toMatchObject({
    edits: [
      { before: "1", after: "2" },
      { before: "3", after: "" },
    ],
  });
  expect(draw("Edit", { file_path: "a", old_string: "q", new_string: "r" })).toMatchObject({
    kind: "edit",
    isWhole: false,
  });
  expect(draw("file_write", { path: "a", content: "" })).toEqual({
    kind: "edit",
    path: "a",
    edits: [{ before: "", after: "" }],
    isWhole: true,
  });
  expect(draw("file_edit", { path: "a" }).kind).toBe("other");
});

test("lines of a search become hits with their note; a listing does not", () => {
  expect(
    draw("file_search", {}, "src/a.ts:12:const x = 1\nb.md:3:x: y\n[There may be more: narrow the search.]"),
  ).toEqual({
    kind: "hits",
    hits: [
      { path: "src/a.ts", line: 12, text: "const x = 1" },
      { path: "b.md", line: 3, text: "x: y" },
    ],
    note: "There may be more: narrow the search.",
  });
  expect(draw("file_list", {}, "src/\na.md  12 bytes").kind).toBe("other");
  expect(draw("file_search", {}, "No results in src.").kind).toBe("other");
});

test("results and pages of the web have title, address and excerpt", () => {
  const results = "1. One\nhttps://one.example/\nFirst words\n\n2. Two\nhttps://two.example/";
  expect(draw("web_search", { query: "q" }, results)).toEqual({
    kind: "pages",
    pages: [
      { title: "One", url: "https://one.example/", excerpt: "First words" },
      { title: "Two", url: "https://two.example/", excerpt: "" },
    ],
  });
  expect(
    draw("web_fetch", { url: "https://a.example" }, "Title\nhttps://a.example/\n> In short\n\nThe text\n\nMore"),
  ).toEqual({
    kind: "page",
    page: { title: "Title", url: "https://a.example/", excerpt: "In short" },
    text: "The text\n\nMore",
  });
});

test("SE4: an address that is none of the web never becomes a link", () => {
  expect(["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://a b"].some(isAddress)).toBe(false);
  expect(draw("web_search", {}, "1. Bad\njavascript:alert(1)\nx").kind).toBe("other");
});

test("what is not known, failed, or has an odd input is drawn as it is", () => {
  for (const input of [null, 3, "text", [], { command: null }]) expect(draw("command_run", input).kind).toBe("other");
  expect(draw("web_search", {}, "1. One\nhttps://one.example/", true).kind).toBe("other");
  expect(draw("weather__forecast", { city: "Lyon" }, "rain").kind).toBe("other");
});

test("a plan is a checklist, whichever program keeps it, and an empty or foreign one is drawn as it is", () => {
  const steps = [
    { text: "Read", state: "done" },
    { text: "Write", state: "doing" },
    { text: "Ship", state: "open" },
    { text: "Rest", state: "dropped" },
  ];
  expect(draw("plan_update", { steps })).toEqual({ kind: "plan", steps, note: "" });
  const codex = { explanation: "Smaller", plan: [{ step: "Read", status: "in_progress" }] };
  expect(draw("update_plan", codex)).toMatchObject({ steps: [{ text: "Read", state: "doing" }], note: "Smaller" });
  const claude = { todos: [{ content: "Read", status: "completed", activeForm: "Reading" }] };
  expect(draw("TodoWrite", claude)).toMatchObject({ steps: [{ text: "Read", state: "done" }] });
  const agent = { entries: [{ content: "Read", priority: "high", status: "pending" }] };
  expect(draw("update_plan", agent)).toMatchObject({ steps: [{ text: "Read", state: "open" }] });
  for (const odd of [null, [], {}, { steps: "all" }, { steps: [null, 3, {}, { text: 5 }] }]) {
    expect(draw("plan_update", odd).kind).toBe("other");
  }
  const long = planSteps({ steps: Array.from({ length: 5_000 }, () => "x".repeat(9_000)) });
  expect([long.length, long[0]?.text.length]).toEqual([200, 500]);
});
