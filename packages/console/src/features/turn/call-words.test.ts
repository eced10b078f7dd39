import type { Step } from "@reef/protocol/turn";
import { expect, test } from "vitest";
import { turnId } from "../../testing/nouns.ts";
import { callWords } from "./call-words.ts";
import { contextShare, contextWords } from "./context-words.ts";

const step: Step = {
  turnId: turnId("1"),
  n: 1,
  kind: "model",
  callId: null,
  tool: null,
  entryId: null,
  inputTokens: 12_345,
  outputTokens: 678,
  costUsd: 0.0123,
  durationMs: 4_200,
  model: "openai/gpt-5",
  cachedTokens: 12_000,
  firstTokenMs: 350,
  windowTokens: 12_345,
  contextTokens: 200_000,
  compactsAt: 150_000,
  at: "2026-01-31T12:00:00.000Z",
};

test("BU2: a call says its model, tokens, cost and time; what nobody told is unknown, not 0", () => {
  expect(callWords(step)).toEqual([
    "openai/gpt-5",
    "12,345 tokens in (12,000 cached), 678 out",
    "$0.012",
    "4.2 s, first token after 350 ms",
  ]);
  const nothing = {
    model: null,
    cachedTokens: null,
    costUsd: null,
    firstTokenMs: null,
    inputTokens: 0,
    outputTokens: 0,
  };
  expect(callWords({ ...step, ...nothing })).toEqual([
    "Model unknown",
    "Tokens unknown",
    "Cost unknown: no price is set",
    "4.2 s",
  ]);
});

const usage = {
  turns: 3,
  usage: { modelCalls: 4, inputTokens: 40_000, outputTokens: 2_000, costUsd: 0.4, unpricedCalls: 0 },
  endedMs: 1_000,
  openSince: null,
};
const context = { model: "m", usedTokens: 41_200, limitTokens: 200_000, compactsAt: 150_000, at: step.at };

test("BU2: how full a context is is said in tokens; without a size or a count it is unknown", () => {
  expect(contextWords({ ...usage, context })[0]).toBe("Context: 41,200 of 200,000 tokens (21%)");
  expect(contextWords({ ...usage, context })[1]).toBe("Older text is summarised at about 150,000.");
  expect(contextShare({ ...usage, context })).toBeCloseTo(0.206);
  const unsized = { ...context, limitTokens: null };
  expect(contextWords({ ...usage, context: unsized })[0]).toBe("Context: 41,200 tokens; the model's size is unknown");
  expect(contextShare({ ...usage, context: unsized })).toBeNull();
  expect(contextWords({ ...usage, context: { ...context, usedTokens: null } })[0]).toBe(
    "Context: unknown of 200,000 tokens; the model's server doesn't count them",
  );
  expect(contextWords({ ...usage, context: null })[0]).toBe("Context: no model has answered yet");
  expect(contextShare({ ...usage, context: { ...context, usedTokens: 900_000 } })).toBe(1);
});
