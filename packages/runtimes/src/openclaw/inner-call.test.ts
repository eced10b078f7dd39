import { expect, test } from "vitest";
import { innerCall } from "./inner-call.ts";

test.each([
  ["exec", { command: "ls" }, { name: "exec", input: { command: "ls" } }],
  ["tool_call", { id: "session_send", args: { to: "quay" } }, { name: "session_send", input: { to: "quay" } }],
  ["tool_call", { id: "reef_memory_search", args: { query: "x" } }, { name: "memory_search", input: { query: "x" } }],
  ["tool_call", { id: "web_search" }, { name: "web_search", input: {} }],
  ["tool_call", { args: {} }, { name: "tool_call", input: { args: {} } }],
  ["tool_call", { id: 7 }, { name: "tool_call", input: { id: 7 } }],
  ["tool_call", "broken", { name: "tool_call", input: "broken" }],
  ["tool_call", null, { name: "tool_call", input: null }],
  ["reef_memory_search", {}, { name: "memory_search", input: {} }],
])("a call of %s with %j is shown as the tool that it calls", (name, input, shown) => {
  expect(innerCall(name, input)).toEqual(shown);
});
