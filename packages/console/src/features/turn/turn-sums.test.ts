import { expect, test } from "vitest";
import { makeTurn } from "../../testing/nouns.ts";
import { noTurnSums, sumTurns, workedMs } from "./turn-sums.ts";

const usage = (inputTokens: number, outputTokens: number) => ({
  modelCalls: 1,
  inputTokens,
  outputTokens,
  costUsd: 0.25,
  unpricedCalls: 0,
});
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 31, 12, 0, seconds)).toISOString();

test("a session's numbers count every turn, and the open one up to now", () => {
  const sums = sumTurns([
    makeTurn("2", { usage: usage(10, 5), startedAt: at(20), endedAt: null }),
    makeTurn("1", { usage: usage(100, 50), startedAt: at(0), endedAt: at(7) }),
  ]);
  expect(sums).toEqual({
    used: { modelCalls: 2, inputTokens: 110, outputTokens: 55, costUsd: 0.5, unpricedCalls: 0 },
    endedMs: 7_000,
    openSinceMs: Date.parse(at(20)),
  });
  expect(workedMs(sums, Date.parse(at(23)))).toBe(10_000);
  // A clock that runs behind the server's takes nothing away.
  expect(workedMs(sums, Date.parse(at(5)))).toBe(7_000);
});

test("without turns there is nothing to count", () => {
  expect(sumTurns([])).toEqual(noTurnSums);
  expect(workedMs(noTurnSums, Date.parse(at(5)))).toBe(0);
});
