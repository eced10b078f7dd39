import type { Session } from "@reef/protocol/session";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../testing/serve.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve({
    script: async function* ({ messages }) {
      const text = messages.at(-1)?.text ?? "";
      for (const piece of ["you ", "said: ", text]) yield { type: "delta", text: piece };
      yield { type: "answer", text: `you said: ${text}`, calls: [], inputTokens: 7, outputTokens: 3, costUsd: 0 };
    },
  });
  await reef.client.createBot({ name: "Coral" });
});
afterAll(() => reef[Symbol.asyncDispose]());

const post = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  reef.request("POST", "/openai/v1/responses", { model: "Coral", ...body }, headers);

interface Answer {
  readonly id: string;
  readonly output: readonly { readonly content: readonly { readonly text: string }[] }[];
}

async function say(input: unknown, more: object = {}) {
  const response = await post({ input, ...more });
  expect(response.status).toBe(200);
  const answer = (await response.json()) as Answer;
  return {
    id: answer.id,
    text: answer.output[0]?.content[0]?.text,
    session: response.headers.get("x-reef-session") ?? "",
  };
}

async function persons(session: string): Promise<readonly string[]> {
  const { items } = await reef.client.entries(session as Session["id"], { limit: 200 });
  return items.filter(({ kind, replacedBy }) => kind === "person" && replacedBy === undefined).map(({ text }) => text);
}

test("a response goes on after the previous one, in the same session", async () => {
  const one = await say("one");
  expect(one.text).toBe("you said: one");
  const two = await say("two", { previous_response_id: one.id });
  const three = await say([{ role: "user", content: [{ type: "input_text", text: "three" }] }], {
    previous_response_id: two.id,
  });
  expect(three.session).toBe(one.session);
  expect(await persons(one.session)).toEqual(["one", "two", "three"]);
});

test("a response is read again by its id", async () => {
  const one = await say("read me");
  const again = await reef.request("GET", `/openai/v1/responses/${one.id}`);
  expect(await again.json()).toMatchObject({
    id: one.id,
    status: "completed",
    output: [{ content: [{ text: one.text }] }],
  });
  for (const id of ["resp_unknown", "resp_msg_01940000-0000-7000-8000-000000000000", "x"]) {
    expect((await reef.request("GET", `/openai/v1/responses/${id}`)).status).toBe(404);
  }
});

test("DO1, TU10: going on after an older response goes back there", async () => {
  const one = await say("one");
  await say("two", { previous_response_id: one.id });
  const other = await say("another two", { previous_response_id: one.id });
  expect(other.session).toBe(one.session);
  expect(await persons(one.session)).toEqual(["one", "another two"]);
});

test("DO1: a conversation is named, or told as a whole by a client that keeps it", async () => {
  const named = await say("hello", { conversation: "conv_1" });
  expect((await say("more", { conversation: { id: "conv_1" } })).session).toBe(named.session);
  const told = await say(
    [
      { type: "message", role: "user", content: "hello" },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: named.text }] },
      { type: "reasoning", summary: [] },
      { type: "message", role: "user", content: "third" },
    ],
    { conversation: "conv_1" },
  );
  expect(told.session).toBe(named.session);
  expect(await persons(named.session)).toEqual(["hello", "more", "third"]);
});

test("a stream has the events that OpenAI's clients wait for, numbered, with the usage at the end", async () => {
  const response = await post({ input: "hi", stream: true });
  const text = await response.text();
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(
    ([, json]) => JSON.parse(json ?? "") as Record<string, unknown>,
  );
  expect(events.map(({ sequence_number: n }) => n)).toEqual(events.map((_, n) => n));
  const types = events.map(({ type }) => type);
  expect(types.filter((type, at) => type !== types[at - 1])).toEqual([
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
  ]);
  const deltas = events.filter(({ type }) => type === "response.output_text.delta").map(({ delta }) => delta);
  expect(deltas.join("")).toBe("you said: hi");
  expect(events.at(-1)?.response).toMatchObject({ status: "completed", usage: { input_tokens: 7, output_tokens: 3 } });
});

test("SE7: an unknown previous response, and a form that a bot cannot promise, are refused", async () => {
  const refusals: readonly (readonly [object, number])[] = [
    [{ input: "x", previous_response_id: "resp_unknown" }, 404],
    [{ input: "x", previous_response_id: "resp_msg_01940000-0000-7000-8000-000000000000" }, 404],
    [{ input: "x", text: { format: { type: "json_schema", name: "n", schema: {} } } }, 400],
    [{ input: "x", background: true }, 400],
    [{ input: [] }, 400],
    [{ input: "" }, 400],
  ];
  for (const [body, status] of refusals) {
    const response = await post(body);
    expect(response.status, JSON.stringify(body)).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
  }
});
