/** Tests what comes beside an answer's text: thoughts, what must go back, and counts, over each wire. */
import { expect, test } from "vitest";
import { hastyClock, loopOn, outcomeOf } from "../../../testing/loop-kit.ts";
import { chunk, events, type RawAnswer, startRawServer } from "../../../testing/raw-server.ts";
import { bot, contextOf, person } from "../../../testing/turn-context.ts";
import { createLoopRuntime } from "../../loop-runtime.ts";
import { fixedModels } from "../../settings.ts";

const stop = chunk({}, "stop");
const usageOf = (usage: object) => ({ choices: [], usage });

const thinking: Readonly<Record<string, readonly [readonly unknown[], string | null]>> = {
  reasoning_content: [[chunk({ reasoning_content: "A trick?" }), chunk({ content: "4" }), stop], "reasoning_content"],
  reasoning: [[chunk({ reasoning: "A trick?" }), chunk({ content: "4" }), stop], "reasoning"],
  thinking: [[chunk({ thinking: "A trick?" }), chunk({ content: "4" }), stop], "thinking"],
  "both at once": [
    [chunk({ reasoning: "A trick?", reasoning_content: "A trick?" }), chunk({ content: "4" }), stop],
    "reasoning_content",
  ],
  "parts of the content": [
    [
      chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "A trick?" }] }] }),
      chunk({ content: [{ type: "text", text: "4" }] }),
      stop,
    ],
    "reasoning",
  ],
  "the text": [[chunk({ content: "<thi" }), chunk({ content: "nk>A trick?</think>\n\n4" }), stop], null],
  "a whole body": [
    [{ choices: [{ message: { reasoning_content: "A trick?", content: "4" }, finish_reason: "stop" }] }],
    "reasoning_content",
  ],
};

test.each(
  Object.keys(thinking),
)("PR1: what was thought, in %s, is kept apart and never shown as the answer", async (name) => {
  const [values, field] = thinking[name]!;
  await using server = await startRawServer(() => ({ pieces: events(...values) }));
  const { answer, deltas, steps } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
  expect(answer).toMatchObject({ text: "4", reasoning: "A trick?" });
  expect(deltas.join("")).toBe("4");
  expect(steps.filter(({ type }) => type === "phase")).toEqual([
    { type: "phase", phase: "waiting" },
    { type: "phase", phase: "thinking" },
  ]);
  if (field !== "reasoning") expect(answer?.opaque).toMatchObject({ model: "main/m", kind: "chat", field });
});

test("PR1: reasoning details are kept as they came", async () => {
  const details = [{ type: "reasoning.encrypted", data: "b64", id: "r1" }];
  await using server = await startRawServer(() => ({
    pieces: events(chunk({ reasoning_details: details }), chunk({ content: "4" }), stop),
  }));
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
  expect(answer?.opaque).toMatchObject({ model: "main/m", kind: "chat", details });
});

test("PR1: a thought that only ends is void when it was shown, and from then on not shown at all", async () => {
  const pieces = events(chunk({ content: "They ask.\n" }), chunk({ content: "</think>\n\n4" }), stop);
  await using server = await startRawServer(() => ({ pieces }));
  const { runtime } = loopOn(server.url);
  const first = await outcomeOf(runtime.run(contextOf({})));
  expect(first.answer).toMatchObject({ text: "4", reasoning: "They ask." });
  expect(first.steps.findIndex(({ type }) => type === "retry")).toBeGreaterThan(0);
  const second = await outcomeOf(runtime.run(contextOf({})));
  expect(second.deltas.join("")).toBe("4");
});

const named = (type: string, value: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`;
const anthropic = { kind: "anthropic" as const };
const message = {
  id: "m",
  type: "message",
  role: "assistant",
  model: "c",
  content: [],
  stop_reason: null,
  stop_sequence: null,
};
const start = named("message_start", {
  message: { ...message, usage: { input_tokens: 10, cache_read_input_tokens: 90, output_tokens: 1 } },
});
const block = (index: number, content_block: object, ...deltas: readonly object[]) =>
  [
    named("content_block_start", { index, content_block }),
    ...deltas.map((delta) => named("content_block_delta", { index, delta })),
    named("content_block_stop", { index }),
  ].join("");
const end =
  named("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 5 } }) +
  named("message_stop", {});

test("PR1: Anthropic's thinking is kept with its signature, and what is redacted as it came", async () => {
  const pieces = [
    start,
    named("ping", {}),
    block(
      0,
      { type: "thinking", thinking: "" },
      { type: "thinking_delta", thinking: "A trick?" },
      { type: "signature_delta", signature: "SIG" },
    ),
    block(1, { type: "redacted_thinking", data: "SEALED" }),
    block(2, { type: "text", text: "" }, { type: "text_delta", text: "4" }),
    end,
  ];
  await using server = await startRawServer(() => ({ pieces }));
  const { answer } = await outcomeOf(loopOn(server.url, { provider: anthropic }).runtime.run(contextOf({})));
  expect(answer).toMatchObject({ text: "4", reasoning: "A trick?", inputTokens: 100, outputTokens: 5 });
  expect(answer?.opaque).toEqual({
    model: "main/m",
    kind: "parts",
    parts: [
      { text: "A trick?", metadata: { anthropic: { signature: "SIG" } } },
      { text: "", metadata: { anthropic: { redactedData: "SEALED" } } },
    ],
  });
});

test("PR2: a whole message of Anthropic is taken though a stream was asked for", async () => {
  const content = [
    { type: "thinking", thinking: "A trick?", signature: "SIG" },
    { type: "text", text: "4" },
    { type: "tool_use", id: "t1", name: "save", input: { text: "x" } },
  ];
  const body = { ...message, content, stop_reason: "tool_use", usage: { input_tokens: 10, output_tokens: 5 } };
  await using server = await startRawServer(() => ({
    headers: { "content-type": "application/json" },
    pieces: [JSON.stringify(body)],
  }));
  const { answer } = await outcomeOf(loopOn(server.url, { provider: anthropic }).runtime.run(contextOf({})));
  expect(answer).toMatchObject({ text: "4", reasoning: "A trick?", inputTokens: 10, outputTokens: 5 });
  expect(answer?.calls).toMatchObject([{ name: "save", input: { text: "x" } }]);
});

test("PR3: an error in the middle of Anthropic's stream is told in its words, and its input is counted", async () => {
  const error = named("error", { error: { type: "overloaded_error", message: "Overloaded" } });
  await using server = await startRawServer((_request, n) => ({
    pieces:
      n === 1 ? [start, error] : [start, block(0, { type: "text", text: "" }, { type: "text_delta", text: "4" }), end],
  }));
  const { answer, paid, steps } = await outcomeOf(
    loopOn(server.url, { provider: anthropic }).runtime.run(contextOf({})),
  );
  expect(answer?.text).toBe("4");
  expect(paid).toMatchObject([{ inputTokens: 100 }]);
  expect(steps.find(({ type }) => type === "retry")).toMatchObject({ reason: expect.stringContaining("Overloaded") });
});

test("PR1: OpenAI's sealed reasoning is kept with its id", async () => {
  const item = { id: "rs_1", type: "reasoning", summary: [], encrypted_content: "SEALED" };
  const text = { id: "msg_1", type: "message", role: "assistant", content: [] };
  const values = [
    { type: "response.created", response: { id: "r", created_at: 1, model: "gpt-5.1", service_tier: null } },
    { type: "response.output_item.added", output_index: 0, item: { ...item, encrypted_content: null } },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.output_item.added", output_index: 1, item: text },
    {
      type: "response.output_text.delta",
      item_id: "msg_1",
      output_index: 1,
      content_index: 0,
      delta: "4",
      logprobs: [],
    },
    {
      type: "response.output_item.done",
      output_index: 1,
      item: { ...text, content: [{ type: "output_text", text: "4", annotations: [] }] },
    },
    {
      type: "response.completed",
      response: {
        incomplete_details: null,
        usage: {
          input_tokens: 10,
          output_tokens: 5,
          input_tokens_details: { cached_tokens: 4 },
          output_tokens_details: { reasoning_tokens: 3 },
        },
      },
    },
  ];
  await using server = await startRawServer(() => ({
    pieces: values.map((value) => `data: ${JSON.stringify(value)}\n\n`),
  }));
  const { answer } = await outcomeOf(
    loopOn(server.url, { provider: { kind: "openai" }, model: "gpt-5.1" }).runtime.run(contextOf({})),
  );
  expect(answer).toMatchObject({ text: "4", inputTokens: 10, outputTokens: 5 });
  const kept = JSON.stringify(answer?.opaque);
  expect(kept).toContain("SEALED");
  expect(kept).toContain("rs_1");
});

const counts: Readonly<Record<string, readonly [readonly unknown[], object]>> = {
  "growing in every event": [
    [
      chunk({ content: "a" }, null, { usage: { prompt_tokens: 1000, completion_tokens: 1 } }),
      chunk({}, "stop", { usage: { prompt_tokens: 1000, completion_tokens: 2 } }),
      usageOf({ prompt_tokens: 1000, completion_tokens: 2 }),
    ],
    { inputTokens: 1000, outputTokens: 2 },
  ],
  "inside the choice": [
    [
      chunk({ content: "a" }),
      {
        choices: [{ index: 0, delta: {}, finish_reason: "stop", usage: { prompt_tokens: 1000, completion_tokens: 2 } }],
      },
    ],
    { inputTokens: 1000, outputTokens: 2 },
  ],
  "under x_groq": [
    [chunk({ content: "a" }), chunk({}, "stop", { x_groq: { usage: { prompt_tokens: 1000, completion_tokens: 2 } } })],
    { inputTokens: 1000, outputTokens: 2 },
  ],
  "as timings": [
    [chunk({ content: "a" }), chunk({}, "stop", { timings: { prompt_n: 100, cache_n: 900, predicted_n: 2 } })],
    { inputTokens: 1000, outputTokens: 2 },
  ],
  "as strings": [
    [chunk({ content: "a" }), stop, usageOf({ prompt_tokens: "1000", completion_tokens: "2" })],
    { inputTokens: 1000, outputTokens: 2 },
  ],
  "as a total": [
    [chunk({ content: "a" }), stop, usageOf({ total_tokens: 1002, completion_tokens: 2 })],
    { inputTokens: 1000, outputTokens: 2 },
  ],
};

test.each(Object.keys(counts))("PR3: usage %s is counted once", async (name) => {
  const [values, expected] = counts[name]!;
  await using server = await startRawServer(() => ({ pieces: events(...values) }));
  expect((await outcomeOf(loopOn(server.url).runtime.run(contextOf({})))).answer).toMatchObject(expected);
});

test.each([
  { prompt_tokens: -5, completion_tokens: -1 },
  { prompt_tokens: 1e300, completion_tokens: 1e300 },
  { prompt_tokens: 0, completion_tokens: 0 },
  { prompt_tokens: "many" },
  null,
  [],
  "none",
])("PR3: usage that cannot be true is estimated instead: %j", async (usage) => {
  await using server = await startRawServer(() => ({
    pieces: events(chunk({ content: "an answer of some words" }), stop, { choices: [], usage }),
  }));
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
  expect(answer?.inputTokens).toBeGreaterThan(0);
  expect(answer?.inputTokens).toBeLessThan(1000);
  expect(answer?.outputTokens).toBeGreaterThan(0);
  expect(answer?.outputTokens).toBeLessThan(1000);
});

test.each([
  "prompt_cache_hit_tokens",
  "cached_tokens",
  "cache_read_input_tokens",
])("BU2: cached input under the name %s is priced as such", async (field) => {
  const answer: RawAnswer = {
    pieces: events(chunk({ content: "a" }), stop, usageOf({ prompt_tokens: 1000, completion_tokens: 2, [field]: 900 })),
  };
  await using server = await startRawServer(() => answer);
  const provider = { prices: { m: { input: 1, output: 1, cachedInput: 0.1 } } };
  const found = await outcomeOf(loopOn(server.url, { provider }).runtime.run(contextOf({})));
  expect(found.answer?.costUsd).toBeCloseTo((100 + 90 + 2) / 1e6, 12);
});

test("PR3: a side call counts what its lost attempts were paid for", async () => {
  const lost = {
    pieces: events(chunk({ content: "half" }), usageOf({ prompt_tokens: 50, completion_tokens: 1 }), {
      error: "overloaded",
    }),
  };
  const fine = {
    pieces: events(
      chunk({ content: "<think>hm</think>fine" }),
      stop,
      usageOf({ prompt_tokens: 50, completion_tokens: 3 }),
    ),
  };
  await using server = await startRawServer((_request, n) => (n === 1 ? lost : fine));
  const { runtime } = loopOn(server.url);
  const context = contextOf({ drafts: [person("x"), bot("y")] });
  const done = await runtime.complete?.({
    bot: context.bot,
    instructions: "Sum up.",
    text: "…",
    signal: context.signal,
  });
  expect(done).toMatchObject({ text: "fine", inputTokens: 100, outputTokens: 4 });
});

test("a side call is made with the model that is set for it, else with the bot's", async () => {
  await using server = await startRawServer(() => ({ pieces: events(chunk({ content: "fine" }), stop) }));
  const main = { kind: "openai-compatible" as const, baseUrl: server.url };
  const settings = { defaultProvider: "main", defaultModel: "m", providers: { main } };
  const { bot: asked, signal } = contextOf({ bot: { model: "main/own" } });
  for (const consolidationModel of ["main/cheap", undefined]) {
    const models = fixedModels({ ...settings, consolidationModel });
    const runtime = createLoopRuntime({ models, clock: hastyClock, log: { warn: () => undefined } });
    await runtime.complete?.({ bot: asked, instructions: "Sum up.", text: "…", signal });
  }
  expect(server.requests.map(({ body }) => body.model)).toEqual(["cheap", "own"]);
});
