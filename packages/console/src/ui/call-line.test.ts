import { expect, test } from "vitest";
import { callLine } from "./call-line.ts";

test("a call says its tool and its object, a command only itself", () => {
  expect(callLine("shell", { command: "npm test\n  -- tokens" })).toEqual({
    isCommand: true,
    words: "npm test -- tokens",
  });
  expect(callLine("web_fetch", { timeout: 3, url: "https://reef.dev" }).words).toBe("web fetch https://reef.dev");
  expect(callLine("read", "notes.md").words).toBe("read notes.md");
});

test("whatever a tool is given, the line is short and has at least its name", () => {
  for (const input of [null, undefined, 7, [], {}, { path: "" }, { command: 5 }, '{"a":1}']) {
    expect(callLine("shell", input)).toEqual({ isCommand: false, words: "shell" });
  }
  expect(callLine("memory_search", { query: "x".repeat(5000) }).words.length).toBeLessThan(150);
});
