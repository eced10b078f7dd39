/**
 * Tests answers over the wires of Anthropic and of OpenAI's Responses API that compatible servers send in other ways.
 */
import { expect, test } from "vitest";
import { loopOn, outcomeOf } from "../../../testing/loop-kit.ts";
import { startRawServer } from "../../../testing/raw-server.ts";
import { contextOf } from "../../../testing/turn-context.ts";

type Event = Readonly<Record<string, unknown>>;

const sent = (events: readonly Event[]) =>
  events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`);

async function runOn(kind: "anthropic" | "openai", values: readonly Event[]) {
  await using server = await startRawServer(() => ({ pieces: sent(values) }));
  const outcome = await outcomeOf(loopOn(server.url, { provider: { kind } }).runtime.run(contextOf({})));
  return { ...outcome, requests: server.requests.length };
}

const start = {
  type: "message_start",
  message: { id: "m", content: [], usage: { input_tokens: 9, output_tokens: 1 } },
};
const block = (index: number, type: string, ...deltas: readonly Event[]): readonly Event[] => [
  { type: "content_block_start", index, content_block: { type, text: "" } },
  ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
  { type: "content_block_stop", index },
];
const text = (index: number) => block(index, "text", { type: "text_delta", text: "hi" });
const end = { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } };
const stop = { type: "message_stop" };

const messages: Readonly<Record<string, readonly Event[]>> = {
  "a block nobody knows": [start, ...block(0, "hologram", { type: "ray", x: 1 }), ...text(1), end, stop],
  "a delta nobody knows": [start, ...block(0, "text", { type: "ray" }, { type: "text_delta", text: "hi" }), end, stop],
  "a citation nobody knows": [
    start,
    ...block(0, "text", { type: "text_delta", text: "hi" }, { type: "citations_delta", citation: { type: "odd" } }),
    end,
    stop,
  ],
  "a block without its text": [
    start,
    { type: "content_block_start", index: 0, content_block: { type: "text" } },
    ...text(0).slice(1),
    end,
    stop,
  ],
  "no counts": [
    { type: "message_start", message: { id: "m" } },
    ...text(0),
    { type: "message_delta", delta: { stop_reason: "end_turn" } },
    stop,
  ],
  "counts that are null": [
    { type: "message_start", message: { usage: null } },
    ...text(0),
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: null },
    stop,
  ],
  "a reason and no last event": [start, ...text(0), end],
};

test.each(Object.entries(messages))("PR1: Anthropic's messages with %s are an answer", async (_, values) => {
  const { answer, requests } = await runOn("anthropic", values);
  expect(answer?.text).toBe("hi");
  expect(requests).toBe(1);
});

const item = (type: string, more: object = {}) => ({ type, id: "i", role: "assistant", content: [], ...more });
const said: readonly Event[] = [
  { type: "response.output_item.added", output_index: 0, item: item("message") },
  { type: "response.output_text.delta", item_id: "i", output_index: 0, content_index: 0, delta: "hi" },
  { type: "response.output_item.done", output_index: 0, item: item("message") },
];

test("PR3: counts of a response that are strings are read, and are no reason to lose the answer", async () => {
  const usage = { input_tokens: "12", output_tokens: "3" };
  const { answer } = await runOn("openai", [...said, { type: "response.completed", response: { usage } }]);
  expect(answer).toMatchObject({ text: "hi", inputTokens: 12, outputTokens: 3 });
});

test("PR2: a response that failed without a reason is a failure in our words", async () => {
  const { failure } = await runOn("openai", [{ type: "response.failed", response: { status: "failed", error: null } }]);
  expect(failure?.message).toContain("failed inside its answer");
  expect(failure?.message).not.toContain("validation");
});

test.each([
  "anthropic",
  "openai",
] as const)("PR2: a server of another protocol under %s is found out at once", async (kind) => {
  const { failure, requests } = await runOn(kind, [{ type: "chunk", choices: [{ delta: { content: "hi" } }] }]);
  expect(failure).toMatchObject({ retry: false, message: expect.stringContaining("is not a model server's") });
  expect(requests).toBe(1);
});
