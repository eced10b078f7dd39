/** Tests what follows a refusal: what is reported, what is corrected and how often it is retried. */
import { makeId } from "@reef/engine/ids";
import type { ToolSpec } from "@reef/engine/port/runtime";
import { expect, test } from "vitest";
import { loopOn, outcomeOf, testKey } from "../../testing/loop-kit.ts";
import { chunk, events, type RawAnswer, startRawServer } from "../../testing/raw-server.ts";
import { contextOf, person, toolCall, toolResult } from "../../testing/turn-context.ts";
import { readRetryAfter } from "./retry-after.ts";

const tools: readonly ToolSpec[] = [{ name: "save", description: "saves", inputSchema: { type: "object" } }];
const ok: RawAnswer = { pieces: events(chunk({ content: "fine" }), chunk({}, "stop")) };
const refuse = (status: number, message: string, more: object = {}): RawAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  pieces: [JSON.stringify({ error: { message, ...more } })],
});

const noTools = [
  [400, "registry.ollama.ai/library/gemma:2b does not support tools"],
  [404, 'No endpoints found that support tool use. Try disabling "save".'],
  [500, "tools param requires --jinja flag"],
  [400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'],
  [400, "Function calling is not supported by this model"],
  [422, "body.tools: Extra inputs are not permitted"],
] as const;

test.each(
  noTools,
)("PR2: %i “%s” is met by asking once without tools, and never with them again", async (status, words) => {
  await using server = await startRawServer(({ body }) => (body.tools === undefined ? ok : refuse(status, words)));
  const { runtime, models } = loopOn(server.url);
  const first = await outcomeOf(runtime.run(contextOf({ tools })));
  expect(first.answer?.text).toBe("fine");
  const notices = first.steps.flatMap((step) => (step.type === "notice" ? [step] : []));
  expect(notices).toMatchObject([{ about: "model", text: expect.stringContaining("tools") }]);
  expect((await outcomeOf(runtime.run(contextOf({ tools })))).answer?.text).toBe("fine");
  expect(server.requests).toHaveLength(3);
  expect(await models.facts({ providerName: "main", modelId: "m" })).toMatchObject({ tools: false });
});

test("PR2: who may not stream is answered without a stream, and asked so from then on", async () => {
  const body = { choices: [{ message: { role: "assistant", content: "fine" }, finish_reason: "stop" }] };
  await using server = await startRawServer(({ body: asked }) =>
    asked.stream === true
      ? refuse(400, "Your organization must be verified to stream this model.", {
          param: "stream",
          code: "unsupported_value",
        })
      : { headers: { "content-type": "application/json" }, pieces: [JSON.stringify(body)] },
  );
  const { runtime } = loopOn(server.url);
  for (let n = 0; n < 2; n += 1) expect((await outcomeOf(runtime.run(contextOf({})))).answer?.text).toBe("fine");
  expect(server.requests).toHaveLength(3);
});

test("PR2: a server that resembles OpenAI and knows no responses is asked for chat completions", async () => {
  await using server = await startRawServer(({ path }) =>
    path.endsWith("/chat/completions") ? ok : refuse(404, "Not Found"),
  );
  const { runtime } = loopOn(server.url, { provider: { kind: "openai" } });
  expect((await outcomeOf(runtime.run(contextOf({})))).answer?.text).toBe("fine");
});

test("PR2: an output limit by the wrong name is sent by the other, once and for all", async () => {
  await using server = await startRawServer(({ body }) =>
    body.max_tokens === undefined
      ? ok
      : refuse(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
  );
  const { runtime } = loopOn(server.url);
  const limited = contextOf({ bot: { limits: { maxOutputTokens: 100 } } });
  for (let n = 0; n < 2; n += 1) expect((await outcomeOf(runtime.run(limited))).answer?.text).toBe("fine");
  expect(server.requests.map(({ body }) => body.max_completion_tokens)).toEqual([undefined, 100, 100]);
});

const malformed: readonly RawAnswer[] = [
  refuse(400, "tool call validation failed: missing properties: 'text'", { code: "tool_use_failed" }),
  { pieces: events({ error: { message: "Failed to call a function.", code: "tool_use_failed" } }) },
  { pieces: events(chunk({ content: "" }, "MALFORMED_FUNCTION_CALL")) },
];

test.each(
  malformed.map((answer, n) => [n, answer] as const),
)("PR2: a call that its provider refuses as malformed is asked for again, twice at most (%i)", async (_, answer) => {
  await using once = await startRawServer((_request, n) => (n === 1 ? answer : ok));
  expect((await outcomeOf(loopOn(once.url).runtime.run(contextOf({ tools })))).answer?.text).toBe("fine");
  await using always = await startRawServer(() => answer);
  const { failure } = await outcomeOf(loopOn(always.url).runtime.run(contextOf({ tools })));
  expect(failure?.retry).toBe(false);
  expect(always.requests).toHaveLength(3);
});

test.each([
  [400, "bad", /answered 400: bad/],
  [401, "no", /check the API key/],
  [402, "pay", /needs credit/],
  [403, "no", /check the API key/],
  [404, "gone", /check the model's name/],
  [429, "insufficient_quota: you exceeded your current quota", /needs credit/],
  [501, "no", /answered 501/],
] as const)("PR2: a %i “%s” is asked once", async (status, words, told) => {
  await using server = await startRawServer(() => refuse(status, words));
  const { failure } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
  expect(failure?.retry).toBe(false);
  expect(failure?.message).toMatch(told);
  expect(server.requests).toHaveLength(1);
});

test("PR2: what passes is tried again within bounds, and fewer times when the turn has waited before", async () => {
  await using server = await startRawServer(() => refuse(503, "busy"));
  const { runtime } = loopOn(server.url);
  expect((await outcomeOf(runtime.run(contextOf({})))).failure?.retry).toBe(true);
  expect(server.requests).toHaveLength(4);
  await outcomeOf(runtime.run(contextOf({ attempts: 1 })));
  expect(server.requests).toHaveLength(6);
});

test("PR2: a Retry-After of any kind is a wait of at most an hour, and nonsense is none", () => {
  const now = Date.UTC(2026, 0, 1);
  const wait = (value: string, name = "retry-after") => readRetryAfter(new Headers({ [name]: value }), "", now);
  expect(wait("7")).toBe(7_000);
  expect(wait("0.5")).toBe(500);
  expect(wait("-3")).toBe(0);
  expect(wait("86400")).toBe(3_600_000);
  expect(wait("Fri, 02 Jan 2026 00:00:00 GMT")).toBe(3_600_000);
  expect(wait("Fri, 31 Dec 9999 23:59:59 GMT")).toBeNull();
  expect(wait("Thu, 01 Jan 1970 00:00:00 GMT")).toBe(0);
  expect(wait("99999999999999999999999")).toBeNull();
  expect(wait("soon")).toBeNull();
  expect(wait("")).toBeNull();
  expect(wait("1e9")).toBeNull();
  expect(wait("250", "retry-after-ms")).toBe(250);
  expect(readRetryAfter(null, "Please try again in 1m7.5s.", now)).toBe(67_500);
  expect(readRetryAfter(null, "busy", now)).toBeNull();
});

test("PR3: every attempt that told its usage is counted, also those that were thrown away", async () => {
  const usage = { choices: [], usage: { prompt_tokens: 100, completion_tokens: 7 } };
  const lost: RawAnswer = { pieces: events(chunk({ content: "half" }), usage, { error: { message: "overloaded" } }) };
  await using server = await startRawServer((_request, n) =>
    n < 3 ? lost : { pieces: events(chunk({ content: "fine" }), chunk({}, "stop"), usage) },
  );
  const { answer, paid } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
  expect(answer).toMatchObject({ inputTokens: 100, outputTokens: 7 });
  expect(paid).toEqual([
    { type: "paid", inputTokens: 100, outputTokens: 7 },
    { type: "paid", inputTokens: 100, outputTokens: 7 },
  ]);
});

test("PR2: an empty answer after a tool that worked is an answer; the first of a turn is asked for once more", async () => {
  await using server = await startRawServer(() => ({ pieces: events(chunk({ content: "" }), chunk({}, "stop")) }));
  const { runtime } = loopOn(server.url);
  const worked = [person("go"), toolCall("c1", "save"), toolResult("c1", "save", "saved")];
  expect((await outcomeOf(runtime.run(contextOf({ drafts: worked, tools })))).answer).toMatchObject({
    text: "",
    calls: [],
  });
  expect(server.requests).toHaveLength(1);
  const { failure } = await outcomeOf(runtime.run(contextOf({})));
  expect(failure).toMatchObject({ retry: false, message: expect.stringContaining("gave an empty answer") });
  expect(server.requests).toHaveLength(3);
});

test("PR2: a call in which the answer was cut is not run, and three in a row end the turn with the reason", async () => {
  const cut = chunk({ tool_calls: [{ index: 0, id: "c", function: { name: "save", arguments: '{"text":"A long' } }] });
  const usage = { choices: [], usage: { prompt_tokens: 10, completion_tokens: 20 } };
  await using server = await startRawServer(() => ({ pieces: events(cut, chunk({}, "length"), usage) }));
  const { runtime } = loopOn(server.url);
  const { answer } = await outcomeOf(runtime.run(contextOf({ tools })));
  expect(answer?.calls[0]?.refusal).toMatch(
    /^Not run: the answer was cut off in the middle of this call, at 20 tokens/,
  );
  const told = answer?.calls[0]?.refusal ?? "";
  const rounds = ["c1", "c2"].flatMap((id) => [toolCall(id, "save", "x"), toolResult(id, "save", told, true)]);
  const last = await outcomeOf(runtime.run(contextOf({ drafts: [person("go"), ...rounds], tools })));
  expect(last.failure).toMatchObject({ retry: false, message: expect.stringContaining("3 answers in a row") });
  expect(last.paid).toHaveLength(1);
});

test("SE5: no form of the key is in what is told, nor is a header's value", async () => {
  const headers = { "x-tenant": "tenant-4711-secret" };
  const echoes = [
    testKey,
    encodeURIComponent(testKey),
    Buffer.from(testKey).toString("base64"),
    Buffer.from(testKey).toString("base64url"),
    Buffer.from(testKey).toString("hex"),
    headers["x-tenant"],
    "sk-ab12cd34ef56gh78",
  ];
  await using server = await startRawServer(() => refuse(401, `wrong: ${echoes.join(" ")} (sk-…abcd)`));
  const { failure } = await outcomeOf(loopOn(server.url, { provider: { headers } }).runtime.run(contextOf({})));
  for (const echo of echoes) expect(failure?.message).not.toContain(echo);
  expect(failure?.message.length).toBeLessThan(700);
  expect(JSON.stringify([failure, failure?.stack, failure?.cause])).not.toContain(testKey);
});

test("PR5: a refusal without a reason on a long window is tried once with a shorter one", async () => {
  const size = (body: object) => JSON.stringify(body).length;
  await using server = await startRawServer(({ body }) => (size(body) > 60_000 ? refuse(400, "Bad Request") : ok));
  const drafts = Array.from({ length: 20 }, (_, n) => [
    person(`${n} ${"lorem ipsum ".repeat(400)}`),
    { kind: "bot" as const, text: "yes" },
  ]).flat();
  const long = contextOf({ drafts: [...drafts, person("and now?")], bot: { limits: { contextTokens: 60_000 } } });
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(long));
  expect(answer?.text).toBe("fine");
  expect(server.requests).toHaveLength(2);
  await using always = await startRawServer(() => refuse(400, "Bad Request"));
  const { failure } = await outcomeOf(loopOn(always.url).runtime.run(long));
  expect(failure).toMatchObject({ retry: false, message: expect.stringContaining("Bad Request") });
  expect(always.requests).toHaveLength(2);
});

test.each([
  2_000, 4_000, 8_000,
])("PR5: one giant message on a model of %i tokens is shortened until it is taken", async (limit) => {
  const size = (body: object) => JSON.stringify(body).length / 4;
  await using server = await startRawServer(({ body }) =>
    size(body) > limit ? refuse(400, `Requested tokens (99999) exceed context window of ${limit}`) : ok,
  );
  const giant = contextOf({ drafts: [person("lorem ipsum ".repeat(40_000))], instructions: "Be brief. ".repeat(50) });
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(giant));
  expect(answer?.text).toBe("fine");
  expect(server.requests.length).toBeLessThan(8);
});

test("PR2: words that only name a part of the request are met by a guess, tried once and kept when it helps", async () => {
  await using server = await startRawServer(({ body }) =>
    body.tools === undefined ? ok : refuse(400, "the tools of this request displease us"),
  );
  const { runtime } = loopOn(server.url);
  for (let n = 0; n < 2; n += 1) expect((await outcomeOf(runtime.run(contextOf({ tools })))).answer?.text).toBe("fine");
  expect(server.requests).toHaveLength(3);
});

test("PR2: a guess that does not help is forgotten, and the first refusal is told", async () => {
  await using server = await startRawServer(({ body }, n) =>
    n > 2 ? ok : refuse(400, body.tools === undefined ? "still not" : "the tools of this request displease us"),
  );
  const { runtime } = loopOn(server.url);
  const { failure } = await outcomeOf(runtime.run(contextOf({ tools })));
  expect(failure).toMatchObject({ retry: false, message: expect.stringContaining("displease us") });
  expect(server.requests).toHaveLength(2);
  await outcomeOf(runtime.run(contextOf({ tools })));
  expect(server.requests[2]?.body.tools).toBeDefined();
});

test("PR2: a picture that cannot be read is left out of its answer, and the next one is sent", async () => {
  const hasPicture = (body: object) => JSON.stringify(body).includes("image_url");
  await using server = await startRawServer(({ body }, n) =>
    hasPicture(body) && n < 3 ? refuse(400, "Invalid image data: the image could not be decoded") : ok,
  );
  const { runtime } = loopOn(server.url, { model: "gpt-4o" });
  const file = { id: makeId("file"), name: "a.png", mediaType: "image/png", sizeBytes: 12 };
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4]);
  const context = contextOf({ drafts: [{ ...person("see"), attachments: [file] }] });
  const first = await outcomeOf(runtime.run({ ...context, readFile: async () => png }));
  expect(first.answer?.text).toBe("fine");
  const told = expect.stringContaining("without the images: ");
  expect(first.steps.filter(({ type }) => type === "notice")).toMatchObject([{ about: "model", text: told }]);
  await outcomeOf(runtime.run({ ...context, readFile: async () => png }));
  expect(server.requests.map(({ body }) => hasPicture(body))).toEqual([true, false, true]);
});

test("PR2: too large an answer is asked for smaller, though the context window is named beside it", async () => {
  const words =
    "`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model";
  await using server = await startRawServer(({ body }) => (Number(body.max_tokens) > 8_192 ? refuse(400, words) : ok));
  const { runtime } = loopOn(server.url);
  const context = contextOf({ bot: { limits: { maxOutputTokens: 50_000 } } });
  expect((await outcomeOf(runtime.run(context))).answer?.text).toBe("fine");
  expect(server.requests).toHaveLength(2);
});

test("PR5: one giant message is refused in words nobody knows, and gets through in one more request", async () => {
  await using server = await startRawServer(({ body }) =>
    JSON.stringify(body).length > 12_000 ? refuse(400, "your parcel does not pass the door") : ok,
  );
  const drafts = [person("lorem ipsum ".repeat(16_000))];
  expect((await outcomeOf(loopOn(server.url).runtime.run(contextOf({ drafts })))).answer?.text).toBe("fine");
  expect(server.requests).toHaveLength(2);
});

test.each([
  [404, { error: "prompt length 12000 exceeds max_context 8192" }],
  [200, { error_code: 336103, error_msg: "the max input tokens is 2000", id: "x" }],
] as const)("PR5: a %i may say too long as well", async (status, said) => {
  await using server = await startRawServer(({ body }) =>
    JSON.stringify(body).length > 20_000 ? { status, pieces: [JSON.stringify(said)] } : ok,
  );
  const drafts = [person("lorem ipsum ".repeat(4_000))];
  expect((await outcomeOf(loopOn(server.url).runtime.run(contextOf({ drafts })))).answer?.text).toBe("fine");
});

test("PR5: instructions and tools that fill the model by themselves are named as the reason", async () => {
  await using server = await startRawServer(() => refuse(400, "context window exceeded"));
  const { failure } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({ instructions: "x ".repeat(9_000) })));
  expect(failure?.message).toMatch(/the instructions and tools alone are about \d+ tokens/);
  expect(failure?.retry).toBe(false);
});
