/** Tests that what a refusal names is changed in the next request, and in every later one. */
import { expect, test } from "vitest";
import { loopOn, outcomeOf } from "../../testing/loop-kit.ts";
import { chunk, events, type RawAnswer, startRawServer } from "../../testing/raw-server.ts";
import { bot, contextOf, person, toolCall, toolResult } from "../../testing/turn-context.ts";

type Json = Record<string, unknown>;

const ok: RawAnswer = { pieces: events(chunk({ content: "fine" }), chunk({}, "stop")) };
const refuse = (status: number, words: string): RawAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  pieces: [JSON.stringify({ error: { message: words } })],
});
const tools = [{ name: "look", description: "Looks.", inputSchema: { type: "object" } }];
const round = [
  person("go"),
  toolCall("call_1", "look"),
  toolResult("call_1", "look", "seen"),
  bot("done"),
  person("on"),
];
const messagesOf = (body: Readonly<Json>) => body.messages as Json[];

test.each([
  [404, "404 page not found"],
  [404, "Invalid URL (POST /v1/responses)"],
  [405, "Method Not Allowed"],
  [501, "the responses api is not implemented; try another model"],
])("PR2: a server under OpenAI's name that answers %i “%s” to responses is asked for chat completions", async (status, words) => {
  await using server = await startRawServer(({ path }) => (path.endsWith("/responses") ? refuse(status, words) : ok));
  const { runtime } = loopOn(server.url, { provider: { kind: "openai" } });
  for (let n = 0; n < 2; n += 1) {
    const context = contextOf({ drafts: round, tools, bot: { limits: { maxOutputTokens: 99 } } });
    expect((await outcomeOf(runtime.run(context))).answer?.text).toBe("fine");
  }
  expect(server.requests.map(({ path }) => path)).toEqual([
    "/v1/responses",
    "/v1/chat/completions",
    "/v1/chat/completions",
  ]);
  expect(server.requests[1]?.body).toMatchObject({ max_tokens: 99 });
});

test("PR2: a model that is missing is asked for on no other path", async () => {
  await using server = await startRawServer(() => refuse(404, "The model `m` does not exist"));
  const { runtime } = loopOn(server.url, { provider: { kind: "openai" } });
  expect((await outcomeOf(runtime.run(contextOf({})))).failure?.message).toMatch(/does not exist/);
  expect(server.requests).toHaveLength(1);
});

test.each([
  ["Invalid 'content': 'content' field must be a string or an array of objects.", (m: Json) => m.content !== null],
  ["body.messages.2.content: Input should be a valid string", (m: Json) => m.content !== null],
  [
    "The `reasoning_content` in the thinking mode must be passed back to the API.",
    (m: Json) => m.reasoning_content !== undefined,
  ],
  [
    "thinking is enabled but reasoning_content is missing in assistant tool call message at index 2",
    (m: Json) => m.reasoning_content !== undefined,
  ],
  [
    "Function call is missing a thought_signature in functionCall parts.",
    (m: Json) => (m.tool_calls as Json[] | undefined)?.every(({ extra_content: extra }) => extra !== undefined) ?? true,
  ],
  [
    "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.",
    (m: Json) => (m.tool_calls as Json[] | undefined)?.every(({ id }) => /^[a-z0-9]{9}$/i.test(String(id))) ?? true,
  ],
] as const)("PR2: “%s” is mended once and kept", async (words, isRight) => {
  await using server = await startRawServer(({ body }) =>
    messagesOf(body).every((message) => message.role !== "assistant" || isRight(message)) ? ok : refuse(400, words),
  );
  const { runtime } = loopOn(server.url, { provider: { kind: "azure" } });
  const run = () => outcomeOf(runtime.run(contextOf({ drafts: round, tools })));
  const first = await run();
  expect([first.failure, first.answer?.text]).toEqual([null, "fine"]);
  const asked = server.requests.length;
  expect(asked).toBeLessThanOrEqual(3);
  expect((await run()).answer?.text).toBe("fine");
  expect(server.requests).toHaveLength(asked + 1);
});

const kept = {
  anthropic: [{ text: "hm", metadata: { anthropic: { signature: "old" } } }],
  openai: [{ text: "hm", metadata: { openai: { itemId: "rs_1", reasoningEncryptedContent: "old" } } }],
};

test.each([
  ["anthropic", "messages.1.content.0: Invalid `signature` in `thinking` block", /"thinking"/],
  [
    "openai",
    "The encrypted content for item rs_1 could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
    /"encrypted_content"/,
  ],
] as const)("PR2: what is sealed for %s and no longer known there goes back no more", async (kind, words, sealed) => {
  await using server = await startRawServer(({ body }) => {
    const { include: _, ...sent } = body;
    return sealed.test(JSON.stringify(sent)) ? refuse(400, words) : refuse(418, "taken");
  });
  const { runtime } = loopOn(server.url, { provider: { kind } });
  const thought = bot("I look", { reasoning: "hm", opaque: { model: "main/m", kind: "parts", parts: kept[kind] } });
  const drafts = [person("go"), thought, toolCall("c", "look"), toolResult("c", "look", "seen")];
  expect((await outcomeOf(runtime.run(contextOf({ drafts, tools })))).failure?.message).toContain("taken");
  expect(server.requests).toHaveLength(2);
});

test("PR2: a signature that is no longer known gives way to the word that stands for one", async () => {
  const signed = (body: Readonly<Json>) => JSON.stringify(body).includes("old signature");
  await using server = await startRawServer(({ body }) =>
    signed(body) ? refuse(400, "Corrupted thought signature.") : ok,
  );
  const { runtime } = loopOn(server.url, { provider: { kind: "gemini" } });
  const fields = { extra_content: { google: { thought_signature: "old signature" } } };
  const call = { ...toolCall("c", "look"), opaque: { model: "main/m", fields } };
  const drafts = [person("go"), call, toolResult("c", "look", "seen")];
  expect((await outcomeOf(runtime.run(contextOf({ drafts, tools })))).answer?.text).toBe("fine");
  expect(JSON.stringify(server.requests[1]?.body)).toContain("skip_thought_signature_validator");
});

test("PR2: a role that is refused where it stands is moved", async () => {
  const template = "Conversation roles must alternate user/assistant/user/assistant/...";
  await using server = await startRawServer(({ body }) => {
    const roles = messagesOf(body).map(({ role }) => role);
    if (roles.includes("system")) return refuse(400, "System role not supported");
    return roles.some((role, at) => role === "user" && roles[at - 1] === "tool") ? refuse(500, template) : ok;
  });
  const { runtime } = loopOn(server.url, { provider: { kind: "azure" } });
  const drafts = [person("go"), toolCall("c", "look"), toolResult("c", "look", "seen"), person("and now")];
  expect((await outcomeOf(runtime.run(contextOf({ drafts, tools })))).answer?.text).toBe("fine");
  expect(server.requests).toHaveLength(3);
  expect(messagesOf(server.requests[2]!.body)[0]?.content).toBe("You are a test bot.\n\ngo");
});
