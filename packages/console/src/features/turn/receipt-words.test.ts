import type { CrashReceipt } from "@reef/protocol/turn";
import { expect, test } from "vitest";
import { receiptWords } from "./receipt-words.ts";

function receipt(done: number, unknown: readonly ("replay" | "skip")[] = [], notStarted = 0): CrashReceipt {
  const calls = (count: number) => Array.from({ length: count }, (_, n) => ({ callId: String(n), name: "echo" }));
  return {
    at: "2026-01-01T00:00:00.000Z",
    done: calls(done),
    unknown: unknown.map((settledBy, n) => ({ callId: `u${n}`, name: "echo", settledBy })),
    notStarted: calls(notStarted),
  };
}

test("TU3: a restart says what was kept, and what became of what was running", () => {
  expect(receiptWords(receipt(0))).toBe("The turn continued from its last step.");
  expect(receiptWords(receipt(1))).toBe("Its step was kept.");
  expect(receiptWords(receipt(3))).toBe("All 3 steps were kept.");
  expect(receiptWords(receipt(2, ["skip"]))).toBe("2 of 3 steps were kept; 1 that was running was not repeated.");
  expect(receiptWords(receipt(0, ["replay", "replay"], 1))).toBe(
    "2 that were running were run again; 1 had not started.",
  );
});
