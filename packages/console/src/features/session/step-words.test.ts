import { expect, test } from "vitest";
import { runWords, stepLine, stepNow, stepWords } from "./step-words.ts";

const called = (...names: readonly string[]) =>
  names.map((name) => ({ call: { tool: { callId: name, name, input: {} } } }));

test("a step is a verb and its object, for Reef's own tools and for the usual ones of others", () => {
  expect(stepWords("Read", { file_path: "CHANGELOG.md", limit: 20 })).toMatchObject({
    kind: "read",
    verb: "Read",
    object: "CHANGELOG.md",
  });
  expect(stepWords("bash", { command: "npm  run\nbuild" })).toMatchObject({ verb: "Run", object: "npm run build" });
  expect(stepWords("mcp__files__read_text_file", { path: "a.md" })).toMatchObject({ verb: "Read", object: "a.md" });
  expect(stepWords("session_list", { query: "boats" })).toMatchObject({ verb: "List sessions", object: "boats" });
});

test("a tool that nothing is known of keeps its name, and odd input is no error", () => {
  expect(stepWords("get_weather", { city: "Oslo", days: 2 })).toEqual({
    kind: "other",
    verb: "get_weather",
    object: "Oslo · 2",
  });
  expect(stepWords("read_email", { id: "7" }).kind).toBe("other");
  expect(stepWords("constructor", null)).toEqual({ kind: "other", verb: "constructor", object: "" });
  expect(stepWords("bash", ["ls"])).toMatchObject({ verb: "Run", object: "ls" });
  expect(stepWords("read", "x".repeat(500)).object).toHaveLength(160);
});

test("a fold says what its steps did, and names once what it counts", () => {
  expect(runWords(called("Read", "read_file", "Edit", "view", "Write", "bash"))).toBe(
    "read 3 files, edited 1, wrote 1, ran 1 command",
  );
  expect(runWords(called("session_list", "session_list", "memory_save", "odd", "odd", "session_wait"))).toBe(
    "listed sessions 2 times, saved 1 memory, odd ×2, waited",
  );
  expect(runWords([{ call: null }])).toBe("tool");
});

test("a plan's line says how far it is, and what is being done", () => {
  const steps = [
    { text: "Read", state: "done" },
    { text: "Write\n it", state: "doing" },
    { text: "Rest", state: "dropped" },
  ];
  expect(stepWords("plan_update", { steps })).toEqual({
    kind: "plan",
    verb: "Plan",
    object: "1 of 2 done · Write it",
  });
  expect(stepWords("TodoWrite", { todos: [] })).toMatchObject({ kind: "plan", object: "" });
});

test("a step that goes on is told as it goes on", () => {
  expect(stepNow("bash", { command: "npm test" })).toBe("Running npm test");
  expect(stepNow("memory_search", {})).toBe("Searching memory");
  expect(stepNow("session_wait", {})).toBe("Waiting");
  expect(stepNow("get_weather", { city: "Oslo" })).toBe("Using get_weather");
});

test("in a list a command says only itself, a known tool what it does to what, another one its name and its words", () => {
  expect(stepLine("shell", { command: "npm test\n  -- tokens" })).toEqual({ kind: "run", words: "npm test -- tokens" });
  expect(stepLine("Read", { file_path: "notes.md" }).words).toBe("Reading notes.md");
  expect(stepLine("web_fetch", { timeout: 3, url: "https://reef.dev" }).words).toBe("Opening https://reef.dev");
  expect(stepLine("deploy_site", { to: "staging" }).words).toBe("deploy site staging");
});

test("whatever a tool is given, its line in a list is short and not empty", () => {
  for (const input of [null, undefined, 7, [], {}, { path: "" }, { command: 5 }, "", '{"a":1}']) {
    for (const name of ["shell", "read_file", "memory_search", "deploy"])
      expect(stepLine(name, input).words).not.toBe("");
  }
  expect(stepLine("memory_search", { query: "x".repeat(5000) }).words.length).toBeLessThan(200);
});
