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
  reef.request("POST", "/anthropic/v1/messages?beta=true", { model: "Coral", max_tokens: 100, ...body }, headers);
const user = (content: unknown) => ({ role: "user", content });

async function persons(session: string): Promise<readonly string[]> {
  const { items } = await reef.client.entries(session as Session["id"], { limit: 200 });
  return items.filter(({ kind }) => kind === "person").map(({ text }) => text);
}

test("a bot answers a message, with its usage", async () => {
  const response = await post({ messages: [user("hi")] });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    type: "message",
    role: "assistant",
    model: "Coral",
    content: [{ type: "text", text: "you said: hi" }],
    stop_reason: "end_turn",
    usage: { input_tokens: 7, output_tokens: 3 },
  });
});

test("a stream has the events that Anthropic's clients wait for", async () => {
  const text = await (await post({ messages: [user("hi")], stream: true })).text();
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json ?? ""));
  const types = events.map(({ type }) => type);
  expect(types.filter((type, at) => type !== types[at - 1])).toEqual([
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
  expect(events.map(({ delta }) => delta?.text ?? "").join("")).toBe("you said: hi");
});

test("DO1: Claude Code's history, remarks and tools add to the session only what a person says", async () => {
  const metadata = { user_id: "user_1_account__session_5" };
  const tools = [{ name: "Bash", input_schema: {} }];
  const reminder = { type: "text", text: "<system-reminder>\nToday is Monday.\n</system-reminder>" };
  const first = await post({
    system: [{ type: "text", text: "You are Claude Code." }],
    tools,
    metadata,
    messages: [user([reminder, { type: "text", text: "one" }])],
  });
  expect(first.headers.get("x-reef-ignored")).toContain("tools");
  const second = await post({
    tools,
    metadata,
    messages: [
      user([reminder, { type: "text", text: "one" }]),
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "…" },
          { type: "text", text: "you said: one" },
        ],
      },
      user([{ type: "text", text: "two" }]),
    ],
  });
  expect(second.headers.get("x-reef-session")).toBe(first.headers.get("x-reef-session"));
  expect(await persons(first.headers.get("x-reef-session") ?? "")).toEqual(["one", "two"]);
});

test("DO3: a request for a title is answered without a session", async () => {
  const system =
    "Generate a concise, sentence-case title (3-7 words) that captures the main topic of this coding session. Return JSON.";
  const response = await post({
    system,
    messages: [user("fix the login page")],
    output_config: { format: { type: "json_schema" } },
  });
  expect([response.status, response.headers.get("x-reef-session")]).toEqual([200, null]);
});

test("SE2: the token is accepted as x-api-key, a wrong one is refused in Anthropic's shape", async () => {
  const send = (headers: Readonly<Record<string, string>>) =>
    reef.server.app.request(`${reef.server.url}/anthropic/v1/models`, { headers });
  expect((await send({ "x-api-key": reef.server.token })).status).toBe(200);
  const refusals = [
    await send({ "x-api-key": "wrong" }),
    await send({}),
    await send({ "x-api-key": reef.server.token, authorization: "Bearer wrong" }),
    await reef.server.app.request(`${reef.server.url}/openai/v1/models`, {
      headers: { "x-api-key": reef.server.token },
    }),
  ];
  expect(refusals.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  expect(await refusals[0]?.json()).toMatchObject({ type: "error", error: { type: "authentication_error" } });
});

test("tokens are counted, by length", async () => {
  const response = await reef.request("POST", "/anthropic/v1/messages/count_tokens", {
    model: "Coral",
    messages: [user("four words are here")],
  });
  expect((await response.json()) as object).toEqual({ input_tokens: expect.any(Number) });
});

test("SE7: what cannot be answered is refused in Anthropic's shape", async () => {
  for (const [body, status, type] of [
    [{ model: "Nobody", messages: [user("x")] }, 404, "not_found_error"],
    [{ messages: [] }, 400, "invalid_request_error"],
    [{ messages: [user("x")], tool_choice: { type: "any" } }, 400, "invalid_request_error"],
    [{ messages: [user([{ type: "document", source: {} }])] }, 400, "invalid_request_error"],
    [{ messages: [user("x")], output_config: { format: { type: "json_schema" } } }, 400, "invalid_request_error"],
    [{ messages: [user([{ type: "tool_result", tool_use_id: "t", content: "x" }])] }, 400, "invalid_request_error"],
  ] as const) {
    const response = await post(body);
    expect(response.status, JSON.stringify(body)).toBe(status);
    expect(await response.json()).toMatchObject({ type: "error", error: { type } });
  }
  const unknown = await reef.request("POST", "/anthropic/v1/complete", {});
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { type: "error" }]);
});
