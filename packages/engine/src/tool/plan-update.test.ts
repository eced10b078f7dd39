import { expect, test } from "vitest";
import { planUpdate } from "./plan-update.ts";

const step = (state: string, text = "Read") => ({ text, state });

test("TO1: a plan is counted without what was dropped, and changes nothing but its own turn", async () => {
  const input = planUpdate.input.parse({ steps: [step("done"), step("doing"), step("open"), step("dropped")] });
  expect(await planUpdate.run({} as never, input)).toEqual({ type: "result", text: "1 of 3 done" });
});

test("TO3: a plan is bounded, and has at least one step with words", () => {
  const accepts = (steps: unknown) => planUpdate.input.safeParse({ steps }).success;
  expect([[], [step("open", " ")], [step("later")], [step("open", "x".repeat(301))]].map(accepts)).toEqual(
    Array(4).fill(false),
  );
  expect(accepts(Array(51).fill(step("open")))).toBe(false);
  expect(accepts(Array(50).fill(step("open")))).toBe(true);
});
