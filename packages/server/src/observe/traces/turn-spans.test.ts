import { makeId } from "@reef/engine/ids";
import type { Entry } from "@reef/protocol/entry";
import type { BotId, ChainId, SessionId, TurnId } from "@reef/protocol/ids";
import type { Step, TurnWithSteps } from "@reef/protocol/turn";
import { expect, it } from "vitest";
import { type TracedTurn, turnToSpans } from "./turn-spans.ts";

const at = (ms: number) => new Date(1_700_000_000_000 + ms).toISOString();

function stepOf(fields: Partial<Step>): Step {
  return {
    turnId: "trn_1" as TurnId,
    n: 1,
    kind: "model",
    callId: null,
    tool: null,
    entryId: null,
    inputTokens: 10,
    outputTokens: 5,
    costUsd: null,
    durationMs: 100,
    model: "lab/org/big",
    cachedTokens: null,
    firstTokenMs: null,
    windowTokens: null,
    contextTokens: null,
    compactsAt: null,
    at: at(200),
    ...fields,
  };
}

function tracedOf(stepList: readonly Step[], fields: Partial<TracedTurn> = {}): TracedTurn {
  const turn: TurnWithSteps = {
    id: "trn_1" as TurnId,
    sessionId: "ses_1" as SessionId,
    botId: "bot_1" as BotId,
    state: "done",
    fence: 1,
    attempts: 0,
    chainId: "chn_1" as ChainId,
    hops: 0,
    messageIds: [],
    steps: stepList.length,
    usage: { modelCalls: 1, inputTokens: 10, outputTokens: 5, costUsd: 0, unpricedCalls: 1 },
    waits: [],
    remote: null,
    providerWait: null,
    readyAt: null,
    cancelRequested: null,
    crashReceipt: null,
    error: null,
    startedAt: at(0),
    endedAt: at(1_000),
    stepList: [...stepList],
    recalled: [],
  };
  return {
    turn,
    bot: null,
    entries: [],
    parent: null,
    others: [],
    providerOf: (model) => (model.startsWith("lab/") ? "openai" : null),
    hasContent: false,
    ...fields,
  };
}

it("a turn of the same chain is the parent, in one trace; turns of other chains are links", () => {
  const above = { id: "trn_0" as TurnId, chainId: "chn_1" as ChainId };
  const elsewhere = { id: "trn_9" as TurnId, chainId: "chn_9" as ChainId };
  const [agent, chat] = turnToSpans(tracedOf([stepOf({})], { parent: above, others: [elsewhere] }));
  const [root] = turnToSpans({ ...tracedOf([]), turn: { ...tracedOf([]).turn, ...above } });
  const [other] = turnToSpans({ ...tracedOf([]), turn: { ...tracedOf([]).turn, ...elsewhere } });
  expect(agent?.parent).toEqual({ traceId: root?.traceId, spanId: root?.spanId });
  expect(agent?.traceId).toBe(root?.traceId);
  expect(agent?.links).toEqual([{ traceId: other?.traceId, spanId: other?.spanId }]);
  expect(other?.traceId).not.toBe(root?.traceId);
  expect(chat?.parent?.spanId).toBe(agent?.spanId);
  for (const { traceId, spanId } of [agent, chat, root].filter((span) => span !== undefined)) {
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
  }
});

it("a model call names the model as its provider does, and one without an answer is an error", () => {
  const [, chat, lost] = turnToSpans(tracedOf([stepOf({}), stepOf({ n: 2, kind: "retry", model: null })]));
  expect(chat).toMatchObject({ name: "chat org/big", hasFailed: false });
  expect(chat?.attributes).toMatchObject({ "gen_ai.request.model": "org/big", "gen_ai.provider.name": "openai" });
  expect(lost).toMatchObject({ name: "chat", hasFailed: true, attributes: { "error.type": "no_answer" } });
});

it("no span begins before its turn or ends before it begins, whatever was measured", () => {
  const odd = [1e15, -5, Number.MAX_SAFE_INTEGER].map((durationMs, n) => stepOf({ n, durationMs }));
  for (const { startMs, endMs } of turnToSpans(tracedOf(odd))) {
    expect(startMs).toBeGreaterThanOrEqual(Date.parse(at(0)));
    expect(endMs).toBeGreaterThanOrEqual(startMs);
  }
});

it("texts of an error, a call and a person are in no span unless they were asked for, and are cut", () => {
  const entry = (fields: Partial<Entry>): Entry => ({
    id: makeId("entry"),
    sessionId: "ses_1" as SessionId,
    seq: 1,
    kind: "person",
    text: "secret ".repeat(100_000),
    messageId: null,
    turnId: "trn_1" as TurnId,
    from: null,
    tool: null,
    notice: null,
    partial: false,
    at: at(0),
    ...fields,
  });
  const entries = [
    entry({}),
    entry({ kind: "tool_call", text: "", tool: { callId: "c", name: "look", input: { q: "secret" } } }),
    entry({ kind: "tool_result", tool: { callId: "c", name: "look", isError: true } }),
  ];
  const base = tracedOf([stepOf({ kind: "tool_result", callId: "c", tool: "look" })], { entries });
  const traced = { ...base, turn: { ...base.turn, state: "failed" as const, error: "the secret is out" } };
  expect(JSON.stringify(turnToSpans(traced))).not.toContain("secret");
  const [, tool] = turnToSpans(traced);
  expect(tool).toMatchObject({ name: "execute_tool look", hasFailed: true });
  const told = JSON.stringify(turnToSpans({ ...traced, hasContent: true }));
  expect(told).toContain("secret");
  expect(told.length).toBeLessThan(100_000);
});
