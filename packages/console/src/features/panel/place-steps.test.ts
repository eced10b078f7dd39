import type { Step, Turn } from "@reef/protocol/turn";
import { expect, test } from "vitest";
import { makeTurn, turnId } from "../../testing/nouns.ts";
import { placeSteps } from "./place-steps.ts";

const at = (ms: number) => new Date(Date.UTC(2026, 0, 31, 12) + ms).toISOString();
const turn: Turn = { ...makeTurn("1"), startedAt: at(0) };
const step = (n: number, fields: Partial<Step>): Step => ({
  turnId: turnId("1"),
  n,
  kind: "model",
  callId: null,
  tool: null,
  entryId: null,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: null,
  durationMs: 0,
  model: null,
  cachedTokens: null,
  firstTokenMs: null,
  windowTokens: null,
  contextTokens: null,
  compactsAt: null,
  at: at(0),
  ...fields,
});

test("a step ends where it was committed and is as long as it took", () => {
  const placed = placeSteps(turn, [step(1, { at: at(400), durationMs: 300 }), step(2, { at: at(1000) })]);
  expect(placed.map(({ fromShare, share }) => [fromShare, share])).toEqual([
    [0.1, 0.3],
    [1, 0],
  ]);
});

test("a step that claims more time than the turn has stays on the line", () => {
  expect(placeSteps(turn, [step(1, { at: at(100), durationMs: 5000 })])).toMatchObject([{ fromShare: 0, share: 1 }]);
  expect(placeSteps(turn, [step(1, { at: at(-50), durationMs: 10 })])).toMatchObject([{ fromShare: 0, share: 0 }]);
});
