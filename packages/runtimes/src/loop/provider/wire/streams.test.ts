/** Tests what real servers send in place of a strict stream, byte by byte over HTTP. */
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { loopOn, outcomeOf } from "../../../testing/loop-kit.ts";
import { chunk, events, type RawAnswer, startRawServer } from "../../../testing/raw-server.ts";
import { contextOf } from "../../../testing/turn-context.ts";

const whole = {
  id: "x",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "hello there" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
};
const line = (value: unknown, end = "\n\n") => `data: ${JSON.stringify(value)}${end}`;
const hello = chunk({ role: "assistant", content: "hello " });
const there = chunk({ content: "there" });
const stop = chunk({}, "stop");
const json = { "content-type": "application/json" };

const taken: Readonly<Record<string, RawAnswer>> = {
  "line ends of CR and LF": { pieces: [hello, there, stop].map((each) => line(each, "\r\n\r\n")) },
  "line ends of CR alone": { pieces: [hello, there, stop].map((each) => line(each, "\r\r")) },
  "no space after data": { pieces: [hello, there, stop].map((each) => `data:${JSON.stringify(each)}\n\n`) },
  "no blank line between events": { pieces: [hello, there, stop].map((each) => line(each, "\n")) },
  "no line end after the last event": { pieces: [line(hello), line(there), `data: ${JSON.stringify(stop)}`] },
  "a byte order mark": { pieces: ["\uFEFF", line(hello), line(there), line(stop)] },
  "an event over several data lines": {
    pieces: [line(hello), 'data: {"choices": [{"index": 0,\ndata: "delta": {"content": "there"}}]}\n\n', line(stop)],
  },
  "comments and pings": {
    pieces: [
      ": PROCESSING\n\n",
      line(hello),
      'event: ping\ndata: {"type": "ping"}\n\n',
      line(there),
      ":\n\n",
      line(stop),
    ],
  },
  "text and [DONE] without a reason": { pieces: events(hello, there) },
  "a reason and no [DONE]": { pieces: [line(hello), line(there), line(stop)] },
  "reasons nobody knows": {
    pieces: events(chunk({ content: "hello " }, ""), chunk({ content: "there" }, ""), chunk({}, "eos")),
  },
  "events without choices": {
    pieces: events({ id: "p", prompt_filter_results: [] }, hello, { choices: null }, { choices: [] }, there, stop),
  },
  "content as parts": {
    pieces: events(chunk({ content: [{ type: "text", text: "hello " }] }), chunk({ content: ["there"] }), stop),
  },
  "one JSON body": { headers: json, pieces: [JSON.stringify(whole)] },
  "one JSON body over many lines": { headers: json, pieces: [JSON.stringify(whole, null, 2)] },
  "one JSON body called plain text": { headers: { "content-type": "text/plain" }, pieces: [JSON.stringify(whole)] },
  "one JSON body as an event": { pieces: [line(whole)] },
  "a body that was compressed unasked": {
    headers: { "content-encoding": "gzip" },
    pieces: [gzipSync([hello, there, stop].map((each) => line(each)).join(""))],
  },
  "Ollama's own lines": {
    headers: { "content-type": "application/x-ndjson" },
    pieces: [
      `${JSON.stringify({ model: "m", message: { role: "assistant", content: "hello " }, done: false })}\n`,
      `${JSON.stringify({ model: "m", message: { role: "assistant", content: "there" }, done: false })}\n`,
      `${JSON.stringify({ model: "m", message: { role: "assistant", content: "" }, done: true, done_reason: "stop", prompt_eval_count: 9, eval_count: 3 })}\n`,
    ],
  },
  "the whole message once more at the end": {
    pieces: events(hello, there, { ...whole, object: "chat.completion.chunk" }),
  },
  "a connection that breaks after the reason": { pieces: [line(hello), line(there), line(stop)], end: "cut" },
  "a connection that stays open after [DONE]": { pieces: events(hello, there, stop), end: "hold" },
};

test.each(Object.keys(taken))("PR2: %s is an answer, at the first try", async (name) => {
  await using server = await startRawServer(() => taken[name]!);
  const { answer, failure, deltas } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
  expect(failure).toBeNull();
  expect(answer?.text).toBe("hello there");
  expect(deltas.join("")).toBe("hello there");
  expect(server.requests).toHaveLength(1);
});

test("PR2: a stream cut anywhere between its bytes says the same", async () => {
  const text = `: hi\r\n\r\n${[chunk({ content: "hällo " }), chunk({ content: "wörld 🌊" }), stop].map((each) => line(each, "\r\n\r\n")).join("")}`;
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size <= 7; size += 2) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.slice(n * size, (n + 1) * size),
    );
    await using server = await startRawServer(() => ({ pieces }));
    const { answer } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
    expect(answer?.text).toBe("hällo wörld 🌊");
  }
});

const noServers: Readonly<Record<string, RawAnswer>> = {
  "a page": {
    headers: { "content-type": "text/html" },
    pieces: ["<!DOCTYPE html>\n<html><head>\n<title>Sign in – Router</title>"],
    end: "hold",
  },
  "nothing at all": { pieces: [] },
  "a sentence": { headers: { "content-type": "text/plain" }, pieces: ["It works!"] },
  "JSON of something else": { headers: json, pieces: ['{"status":"ok","version":"3.1"}'] },
};

test.each(Object.keys(noServers))("PR2: %s with 200 is no model server, and is asked once", async (name) => {
  await using server = await startRawServer(() => noServers[name]!);
  const { failure } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
  expect(failure?.retry).toBe(false);
  expect(failure?.message).toMatch(/is not a model server's: .*check the address of provider "main"/);
  if (name === "a page") expect(failure?.message).toContain("Sign in – Router");
  expect(server.requests).toHaveLength(1);
});

const errors: Readonly<Record<string, readonly [unknown, string]>> = {
  "an object": [{ error: { message: "the vase broke", code: "E42" } }, "the vase broke (E42)"],
  "a string": [{ error: "the vase broke" }, "the vase broke"],
  "a list": [[{ error: { code: 400, message: "the vase broke", status: "INVALID_ARGUMENT" } }], "the vase broke"],
  "a detail": [{ detail: "the vase broke" }, "the vase broke"],
  "FastAPI's list": [
    { detail: [{ loc: ["body", "vase"], msg: "the vase broke", type: "vase" }] },
    "body.vase: the vase broke",
  ],
  "a code and a message": [{ code: 20012, msg: "the vase broke" }, "the vase broke (20012)"],
  "a code and a message under names of their own": [{ error_code: 17, error_msg: "the vase broke" }, "the vase broke"],
  "a base_resp": [{ base_resp: { status_code: 1008, status_msg: "the vase broke" }, choices: null }, "the vase broke"],
  "JSON inside JSON": [{ error: { message: '{"error":{"message":"the vase broke"}}' } }, "the vase broke"],
  "what the provider behind it said": [
    { error: { message: "Provider returned error", metadata: { raw: '{"error":{"message":"the vase broke"}}' } } },
    "Provider returned error: the vase broke",
  ],
};

test.each(
  Object.keys(errors),
)("PR2: an error as %s is told in the server's words, wherever it stands", async (name) => {
  const [body, words] = errors[name]!;
  const text = JSON.stringify(body);
  for (const answer of [
    { status: 400, headers: json, pieces: [text] },
    { headers: json, pieces: [text] },
    { pieces: [line(hello), `data: ${text}\n\n`] },
  ]) {
    await using server = await startRawServer(() => answer);
    const { failure } = await outcomeOf(loopOn(server.url, { times: { tries: 1 } }).runtime.run(contextOf({})));
    expect(failure?.message).toContain(words);
    expect(failure?.message).toContain(`model "m" at ${new URL(server.url).host}`);
  }
});

test("PR2: an answer that only stops is asked for once more, and then taken: the server always ends so", async () => {
  await using server = await startRawServer(() => ({ pieces: [line(hello), line(there)] }));
  const { runtime } = loopOn(server.url);
  expect((await outcomeOf(runtime.run(contextOf({})))).answer?.text).toBe("hello there");
  expect(server.requests).toHaveLength(2);
});

test("SE8: a redirect is not followed, so the key stays where it was given for", async () => {
  await using other = await startRawServer(() => ({ pieces: events(hello, there, stop) }));
  await using server = await startRawServer(() => ({
    status: 307,
    headers: { location: `${other.url}/chat/completions` },
  }));
  const { failure } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
  expect(failure?.message).toMatch(
    /answered 307: it moved to http.*set the address of provider "main" to where it moved/,
  );
  expect([server.requests.length, other.requests.length]).toEqual([1, 0]);
});

test("TO3: an answer without an end is cut, and says so", async () => {
  const much = chunk({ content: "x".repeat(700_000) });
  await using server = await startRawServer(() => ({ pieces: events(much, much, much, much), end: "hold" }));
  const { answer, steps } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
  expect(answer?.text).toMatch(/^x{2000000}\n\n\[The answer was cut off here/);
  expect(steps.some((step) => step.type === "notice" && step.about === "model")).toBe(true);
});

test.each([
  ["br", brotliCompressSync],
  ["zstd", zstdCompressSync],
] as const)("PR2: an answer that was packed as %s is read", async (encoding, pack) => {
  const packed = pack(Buffer.from([hello, there, stop].map((each) => line(each)).join("")));
  await using server = await startRawServer(() => ({ headers: { "content-encoding": encoding }, pieces: [packed] }));
  expect((await outcomeOf(loopOn(server.url).runtime.run(contextOf({})))).answer?.text).toBe("hello there");
});

test("PR2: an answer without an end is given up, and not asked for again", async () => {
  const packed = gzipSync(Buffer.alloc(40_000_000, "data: {}\n\n"));
  await using server = await startRawServer(() => ({ headers: { "content-encoding": "gzip" }, pieces: [packed] }));
  const { failure } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({})));
  expect(failure).toMatchObject({ retry: false, message: expect.stringContaining("longer than 2 million lines") });
  expect(server.requests).toHaveLength(1);
});
