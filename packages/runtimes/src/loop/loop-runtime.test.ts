import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "@reef/engine/port/clock";
import { RuntimeFailure, type ToolSpec, type TurnContext } from "@reef/engine/port/runtime";
import { cutNote } from "@reef/protocol/cut-note";
import { expect, test } from "vitest";
import { call, directiveScript, fail, say } from "../testing/model-script.ts";
import { type ModelServer, startModelServer } from "../testing/model-server.ts";
import { answerOf, bot, collectSteps, contextOf, person, toolCall, toolResult } from "../testing/turn-context.ts";
import { createLoopRuntime } from "./loop-runtime.ts";
import type { CallTimes } from "./model-call.ts";
import { fixedModels, type ProviderSettings } from "./settings.ts";

const clock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done() {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      }
      if (signal?.aborted) done();
      else signal?.addEventListener("abort", done);
    }),
};
const log = { warn: () => undefined };
const key = "very-secret-0123456789";
const echo: ToolSpec = {
  name: "echo",
  description: "says it again",
  inputSchema: { type: "object", properties: { text: { type: "string" } } },
};

function runtimeAt(server: Pick<ModelServer, "url">, times: Partial<CallTimes> = {}, provider?: ProviderSettings) {
  return createLoopRuntime({
    clock,
    log,
    times: { pauseMs: 5, ...times },
    models: fixedModels({
      defaultProvider: "main",
      defaultModel: "scripted",
      providers: { main: provider ?? { kind: "openai-compatible", baseUrl: `${server.url}/v1`, apiKey: key } },
    }),
  });
}

async function failureOf(run: AsyncIterable<unknown>): Promise<RuntimeFailure> {
  try {
    for await (const _ of run);
  } catch (error) {
    if (error instanceof RuntimeFailure) return error;
    throw error;
  }
  throw new Error("expected a failure");
}

const saying = (text: string): TurnContext => contextOf({ drafts: [person(text)] });

test("an answer is streamed and ends with the provider's own count of tokens", async () => {
  await using server = await startModelServer({
    script: () => say("one two three", { chunks: 5, inputTokens: 11, outputTokens: 3 }),
  });
  const answer = await answerOf(runtimeAt(server).run(saying("count")));
  expect(answer).toMatchObject({
    text: "one two three",
    live: "one two three",
    calls: [],
    inputTokens: 11,
    outputTokens: 3,
  });
  expect(server.requests()[0]!.headers.authorization).toBe(`Bearer ${key}`);
});

test("tool calls come out of fragments, several at once, and nothing here runs them", async () => {
  const calls = [
    { name: "echo", input: { text: "a".repeat(50) } },
    { name: "echo", input: { text: "b" } },
  ];
  await using server = await startModelServer({ script: () => say("let me see", { ...{ calls } }) });
  const answer = await answerOf(runtimeAt(server).run(contextOf({ tools: [echo] })));
  expect(answer.text).toBe("let me see");
  expect(answer.calls.map(({ name, input }) => ({ name, input }))).toEqual(calls);
  expect(server.requests()[0]!.request.tools).toEqual(["echo"]);
  expect(server.stats().requests).toBe(1);
});

test("malformed tool arguments reach the engine as they are, and the next call still has a valid history", async () => {
  await using server = await startModelServer({
    script: ({ results }) => (results.length ? say("sorry") : call("echo", '{"text": oops')),
  });
  const runtime = runtimeAt(server);
  const first = await answerOf(runtime.run(contextOf({ tools: [echo] })));
  expect(first.calls[0]).toMatchObject({ name: "echo", input: '{"text": oops' });
  const { callId, name, input } = first.calls[0]!;
  const drafts = [person("hello"), toolCall(callId, name, input), toolResult(callId, name, "not JSON", true)];
  expect((await answerOf(runtime.run(contextOf({ tools: [echo], drafts })))).text).toBe("sorry");
  const [, assistant] = (
    server.requests()[1]!.body.messages as { tool_calls: { function: { arguments: string } }[] }[]
  ).slice(1);
  expect(JSON.parse(assistant!.tool_calls[0]!.function.arguments)).toEqual({ malformed: '{"text": oops' });
});

test("a call id that the session has used gets a new name, so that a result finds its one call", async () => {
  await using server = await startModelServer({ script: () => call("echo", {}) });
  const drafts = [person("again"), toolCall("call_1_1", "echo"), toolResult("call_1_1", "echo", "ok")];
  const answer = await answerOf(runtimeAt(server).run(contextOf({ drafts, tools: [echo] })));
  expect(answer.calls[0]!.callId).toBe("call_1_1_2");
});

test.each([429, 500, 503, 529])("a %i is tried again, and the retry voids the live text", async (status) => {
  await using server = await startModelServer();
  const answer = await answerOf(runtimeAt(server).run(saying(`[[fail=${status} x2]][[say=better]]`)));
  expect(answer).toMatchObject({ text: "better", live: "better", retries: 2 });
  expect(server.stats().requests).toBe(3);
});

test("Retry-After is honoured, in seconds and as a date", async () => {
  for (const retryAfter of ["0.3", new Date(Date.now() + 1600).toUTCString()]) {
    await using server = await startModelServer({
      script: ({ attempt }) => (attempt === 1 ? fail(429, { retryAfter }) : say("ok")),
    });
    expect((await answerOf(runtimeAt(server).run(saying("hi")))).text).toBe("ok");
    const [first, second] = server.requests();
    expect(second!.receivedAt - first!.receivedAt).toBeGreaterThan(250);
  }
});

test("a provider that asks for a longer pause than we wait in a lane is left to the engine", async () => {
  await using server = await startModelServer({ script: () => fail(429, { retryAfter: "120" }) });
  const failure = await failureOf(runtimeAt(server).run(saying("hi")));
  expect(failure).toMatchObject({ retry: true, retryAfterMs: 120_000 });
  expect(server.stats().requests).toBe(1);
});

test("after the last try the failure says what was called, what came back and that it may pass", async () => {
  await using server = await startModelServer();
  const failure = await failureOf(runtimeAt(server, { tries: 3 }).run(saying("[[fail=503]]")));
  expect(failure.retry).toBe(true);
  expect(failure.message).toContain(
    `model "scripted" at ${new URL(server.url).host} answered 503: scripted failure 503`,
  );
  expect(failure.message).toContain("(tried 3 times)");
});

test("SE5: a wrong key fails at once, says what to do and never shows the key", async () => {
  await using server = await startModelServer({ apiKey: "another" });
  const failure = await failureOf(runtimeAt(server).run(saying("hi")));
  expect(failure.retry).toBe(false);
  expect(failure.message).toMatch(/answered 401: wrong key \[key\] \(auth\); check the API key of provider "main"/);
  expect(JSON.stringify([failure, failure.stack, failure.cause])).not.toContain(key);
  expect(server.stats().requests).toBe(0);
});

test.each([
  [400, "a bad request", "bad"],
  [404, "check the model's name", "no such model"],
  [429, "needs credit", "insufficient_quota: you exceeded your current quota"],
])("a %i is not tried again when that cannot help: %s", async (status, advice, message) => {
  await using server = await startModelServer({ script: () => fail(status, { message }) });
  const failure = await failureOf(runtimeAt(server).run(saying("hi")));
  expect(failure.retry).toBe(false);
  expect(failure.message).toContain(status === 400 ? message : advice);
  expect(server.stats().requests).toBe(1);
});

test("a server that nobody runs is a failure that names the address and may pass", async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const url = `http://127.0.0.1:${(probe.address() as AddressInfo).port}`;
  await new Promise((resolve) => probe.close(resolve));
  const failure = await failureOf(runtimeAt({ url }, { tries: 2 }).run(saying("hi")));
  expect(failure.retry).toBe(true);
  expect(failure.message).toContain(`could not be reached`);
  expect(failure.message).toContain(`${url}/v1`);
});

test("a stream that falls silent is given up and tried again, and its connection is closed", async () => {
  await using server = await startModelServer();
  const answer = await answerOf(
    runtimeAt(server, { firstTokenMs: 2_000, betweenTokensMs: 2_000 }).run(saying("[[stall x1]][[say=here I am]]")),
  );
  expect(answer).toMatchObject({ text: "here I am", live: "here I am", retries: 1 });
  expect(server.stats().aborted).toBe(1);
});

test("a slow stream is no silent one", async () => {
  await using server = await startModelServer();
  const answer = await answerOf(
    runtimeAt(server, { firstTokenMs: 2_000, betweenTokensMs: 2_000 }).run(
      saying("[[chunks=6]][[gap=500]][[say=slowly]]"),
    ),
  );
  expect(answer).toMatchObject({ text: "slowly", retries: 0 });
});

test("a connection that breaks in the middle is tried again", async () => {
  await using server = await startModelServer();
  const answer = await answerOf(runtimeAt(server).run(saying("[[cut x1]][[say=whole]]")));
  expect(answer).toMatchObject({ text: "whole", live: "whole", retries: 1 });
});

test("an answer cut by length is kept and says so", async () => {
  await using server = await startModelServer();
  const answer = await answerOf(runtimeAt(server).run(saying("[[length]][[say=a long sto]]")));
  expect(answer.text).toBe(`a long sto\n\n${cutNote(answer.outputTokens)}`);
  expect(answer.live).toBe(answer.text);
});

test("PR2: an empty answer is asked for once more, and then it is final", async () => {
  await using server = await startModelServer();
  expect((await answerOf(runtimeAt(server).run(saying("[[empty x1]][[say=words]]")))).text).toBe("words");
  const before = server.stats().requests;
  const failure = await failureOf(runtimeAt(server).run(saying("[[empty]]")));
  expect(failure).toMatchObject({ retry: false });
  expect(server.stats().requests - before).toBe(2);
  expect(failure.message).toContain("gave an empty answer");
});

test("a content filter is a clear failure that is not tried again", async () => {
  await using server = await startModelServer();
  const failure = await failureOf(runtimeAt(server).run(saying("[[filter]][[say=I must not]]")));
  expect(failure.retry).toBe(false);
  expect(failure.message).toContain("content filter stopped it; it said: I must not");
});

test.each([
  "[[delay=5000]]",
  "[[chunks=50]][[gap=200]][[say=words and words]]",
  "[[stall]]",
  "[[fail=503]]",
])("TU6: an abort takes effect at once at any await: %s", async (text) => {
  await using server = await startModelServer();
  const stop = new AbortController();
  const runtime = runtimeAt(server, { pauseMs: 3000 });
  const run = collectSteps(runtime.run(contextOf({ drafts: [person(text)], signal: stop.signal })));
  const ended = expect(run).rejects.toThrow("cancelled");
  await expect.poll(() => server.stats().requests).toBe(1);
  await clock.sleep(50); // it waits for the answer, or for the next attempt
  const startedAt = performance.now();
  stop.abort(new Error("cancelled"));
  await ended;
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  await expect.poll(() => server.stats().running).toBe(0);
});

test("a bot's model names a configured provider before the slash; other slashes belong to the id", async () => {
  await using server = await startModelServer({ script: () => say("ok") });
  const runtime = runtimeAt(server);
  for (const model of [null, "main/tiny", "meta/llama-3", "main/meta/llama-3"]) {
    await answerOf(runtime.run(contextOf({ bot: { model } })));
  }
  expect(server.requests().map(({ request }) => request.model)).toEqual([
    "scripted",
    "tiny",
    "meta/llama-3",
    "meta/llama-3",
  ]);
});

test.each([
  ["anthropic", "/v1/messages"],
  ["openai", "/v1/responses"],
  ["ollama", "/v1/chat/completions"],
] as const)("%s is driven over its own wire: text, calls, results, limits, retries, half answers", async (kind, path) => {
  await using server = await startModelServer({ script: directiveScript });
  const baseUrl = kind === "ollama" ? server.url : `${server.url}/v1`;
  const provider = (kind === "ollama" ? { kind, baseUrl } : { kind, baseUrl, apiKey: key }) as ProviderSettings;
  const runtime = runtimeAt(server, {}, provider);
  const model = kind === "anthropic" ? "claude-sonnet-4-5" : "gpt-5.1";
  const text = '[[fail=529 x1]][[tool=echo {"text":"hi"}]][[say=finished]]';

  const first = await answerOf(runtime.run(contextOf({ drafts: [person(text)], tools: [echo], bot: { model } })));
  expect(first).toMatchObject({ retries: 1, calls: [{ name: "echo", input: { text: "hi" } }] });
  expect(first.inputTokens).toBeGreaterThan(0);
  const { callId } = first.calls[0]!;
  const drafts = [
    person(text),
    bot("I call it"),
    toolCall(callId, "echo", { text: "hi" }),
    toolResult(callId, "echo", "hi!"),
  ];
  const second = await answerOf(runtime.run(contextOf({ drafts, tools: [echo], bot: { model } })));
  expect(second).toMatchObject({ text: "finished", live: "finished" });

  const last = server.requests().at(-1)!;
  expect(last.path).toBe(path);
  expect(last.request).toMatchObject({ model, results: ["hi!"], system: "You are a test bot." });
  if (kind === "openai") expect(last.body.store).toBe(false);
  const half = await failureOf(runtimeAt(server, { tries: 1 }, provider).run(saying("[[end]][[say=half an answer]]")));
  expect(half).toMatchObject({ retry: true });
  const cut = await answerOf(runtime.run(saying("[[length]][[say=cut]]")));
  expect(cut).toMatchObject({ text: `cut\n\n${cutNote(cut.outputTokens)}` });
});
