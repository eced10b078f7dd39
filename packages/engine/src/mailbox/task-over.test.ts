import { expect, it } from "vitest";
import { isResultTaken, isTaskCancelled } from "./task-over.ts";

it("SU2: a spawned session counts no longer once its parent took the result, whatever became of it", () => {
  const states = ["queued", "delivered", "acted", "answered", "dead", "cancelled"] as const;
  expect(states.filter((state) => isResultTaken({ purpose: "result", state }))).toEqual(states.slice(2));
  expect(isResultTaken({ purpose: "text", state: "acted" })).toBe(false);
});

it("SU2: a cancelled task is over, one that died still owes its result", () => {
  expect([
    isTaskCancelled({ state: "cancelled" }),
    isTaskCancelled({ state: "dead" }),
    isTaskCancelled(undefined),
  ]).toEqual([true, false, false]);
});
