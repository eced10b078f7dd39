import { expect, test } from "vitest";
import { causeOf } from "./cause.ts";

test("MB7: reasons that differ in times, counts and ids have one cause", () => {
  const reason = (id: string, wait: string) =>
    `qwen3:8b at http://127.0.0.1:11434/v1 answered 429: slow down (request ${id}), try again in ${wait}.`;
  const cause = causeOf(reason("req_8f7a6b5c4d3e", "12s"));
  expect(causeOf(reason("0191f2ab-4c3d-7e8f-9a0b-1c2d3e4f5a6b", "1.5s"))).toBe(cause);
  expect(cause).toBe("qwen3:8b at http://127.0.0.1:11434/v1 answered 429: slow down (request #), try again in #.");
});

test("MB7: another model, address or status is another cause", () => {
  const causes = [
    "gpt-5-mini at https://a.example/v1 answered 401: wrong key",
    "gpt-5 at https://a.example/v1 answered 401: wrong key",
    "gpt-5 at https://b.example/v1 answered 401: wrong key",
    "gpt-5 at https://b.example/v1 answered 402: wrong key",
    "claude-sonnet-4-20250514 at https://b.example/v1 answered 402: wrong key",
  ].map(causeOf);
  expect(new Set(causes).size).toBe(causes.length);
});

test("a reason of any length has a short cause, and none has one too", () => {
  expect(causeOf("x".repeat(1_000_000)).length).toBe(200);
  expect(causeOf(`${"1 ".repeat(100_000)}`).length).toBeLessThanOrEqual(200);
  expect(causeOf("   ")).toBe("unknown");
  expect(causeOf(null)).toBe("unknown");
});
