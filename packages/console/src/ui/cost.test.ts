import { expect, test } from "vitest";
import { costLabel, costTitle, usdLabel } from "./cost.ts";

test("a cost is short, and small ones keep what they say", () => {
  expect([0, 0.00312, 0.042, 0.1, 12.4, 1234.5].map(usdLabel)).toEqual([
    "$0",
    "$0.0031",
    "$0.042",
    "$0.10",
    "$12.40",
    "$1,234.50",
  ]);
});

test("BU2: what is not known is said, never shown as nothing", () => {
  expect(costLabel({ modelCalls: 0, costUsd: 0, unpricedCalls: 0 })).toBeNull();
  expect(costLabel({ modelCalls: 3, costUsd: 0, unpricedCalls: 3 })).toBeNull();
  expect(costTitle({ modelCalls: 3, costUsd: 0, unpricedCalls: 3 })).toContain("not known");
  expect(costLabel({ modelCalls: 3, costUsd: 0.5, unpricedCalls: 1 })).toBe("≥ $0.50");
  expect(costTitle({ modelCalls: 3, costUsd: 0.5, unpricedCalls: 1 })).toContain("without 1 call");
  // A model on one's own machine is known to cost nothing.
  expect(costLabel({ modelCalls: 3, costUsd: 0, unpricedCalls: 0 })).toBe("$0");
});
