import { EmbeddingFailure } from "@reef/engine/port/embedding";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type EmbeddingServer, startEmbeddingServer } from "../testing/embedding-server.ts";
import { sendByFetch } from "../testing/send-by-fetch.ts";
import { openEmbedder } from "./open-embedder.ts";
import { EmbeddingSettings } from "./settings.ts";

const apiKey = "sk-never-to-be-seen-0123456789";
const signal = new AbortController().signal;
const memory = { purpose: "memory", signal } as const;

let server: EmbeddingServer;
beforeEach(async () => {
  server = await startEmbeddingServer({ concepts: [["tea", "coffee"]], apiKey, dimensions: { wide: 128 } });
});
afterEach(() => server[Symbol.asyncDispose]());

const openAi = (more: object = {}) =>
  openEmbedder(
    EmbeddingSettings.parse({
      kind: "openai",
      baseUrl: `${server.url}/v1/`,
      apiKey,
      model: "small",
      weight: 0.8,
      ...more,
    }),
    { send: sendByFetch },
  );

async function failureOf(work: Promise<unknown>): Promise<EmbeddingFailure> {
  const error = await work.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EmbeddingFailure);
  return error as EmbeddingFailure;
}

test("vectors come in the order of their texts, packed or plain, whatever the order of the answer", async () => {
  const texts = ["tea", "coffee and cake", "a bicycle"];
  const embedder = openAi();
  const packed = await embedder.embed(texts, memory);
  expect(server.requests.at(-1)).toMatchObject({ path: "/v1/embeddings", body: { encoding_format: "base64" } });
  server.use({ plainOnly: true });
  const plain = await embedder.embed(texts, memory);
  expect(server.requests.at(-1)?.body).not.toHaveProperty("encoding_format");
  expect(packed.map((vector) => vector.length)).toEqual([64, 64, 64]);
  expect(plain).toEqual(packed);
  expect(await embedder.embed([texts[2] as string], memory)).toEqual([packed[2]]);
  expect(server.requests).toHaveLength(4);
});

test("Ollama is asked in its own way, and gets no key", async () => {
  await using open = await startEmbeddingServer({ concepts: [] });
  const embedder = openEmbedder(
    EmbeddingSettings.parse({ kind: "ollama", baseUrl: open.url, model: "nomic-embed-text", weight: 1 }),
    { send: sendByFetch },
  );
  const [vector] = await embedder.embed(["tea"], memory);
  expect(vector).toHaveLength(64);
  expect(open.requests).toMatchObject([
    { path: "/api/embed", model: "nomic-embed-text", texts: ["tea"], authorization: undefined },
  ]);
  expect(embedder.model).toBe("ollama:nomic-embed-text");
});

test("a question and a memory have their own beginnings, and a model is named by what its vectors depend on", async () => {
  const embedder = openAi({ questionPrefix: "query: ", memoryPrefix: "passage: ", dimensions: 32, model: "wide" });
  await embedder.embed(["tea?"], { purpose: "question", signal });
  await embedder.embed(["tea"], memory);
  expect(server.texts()).toEqual(["query: tea?", "passage: tea"]);
  expect(server.requests[0]?.body).toMatchObject({ dimensions: 32 });
  expect(new Set([embedder.model, openAi().model, openAi({ model: "wide" }).model]).size).toBe(3);
  expect(openAi({ baseUrl: "http://elsewhere.example/v1" }).model).toBe(openAi().model);
});

test.each([
  [401, "refused"],
  [403, "refused"],
  [404, "refused"],
  [400, "text"],
  [413, "text"],
  [422, "text"],
  [408, "passing"],
  [429, "passing"],
  [500, "passing"],
  [503, "passing"],
] as const)("an answer of %d is a failure of kind %s, and repeats neither the key nor the text", async (status, kind) => {
  server.use({ status, headers: { "retry-after": "7" } });
  const failure = await failureOf(openAi().embed(["a text in confidence"], memory));
  expect(failure.kind).toBe(kind);
  expect(failure.message).toContain(String(status));
  expect(failure.retryAfterMs).toBe(status === 429 || status >= 500 || status === 408 ? 7_000 : null);
  const all = [failure.message, failure.stack, JSON.stringify(failure), String(failure.cause)].join(" ");
  expect(all).not.toContain(apiKey);
  expect(all).not.toContain("confidence");
});

test.each([
  ["no JSON", "<html>"],
  ["another form", '{"data":[{"vector":[1]}]}'],
  ["too few vectors", '{"data":[]}'],
  ["vectors of several lengths", '{"data":[{"embedding":[1,2]},{"embedding":[1]}]}'],
  ["an empty vector", '{"data":[{"embedding":[]},{"embedding":[]}]}'],
])("an answer that is of no use fails as passing: %s", async (_what, body) => {
  server.use({ body });
  expect((await failureOf(openAi().embed(["a", "b"], memory))).kind).toBe("passing");
});

test("a server that is not there, or that sends elsewhere, is a passing failure that names the address", async () => {
  const { url } = server;
  await using elsewhere = await startEmbeddingServer({ concepts: [] });
  server.use({ status: 307, headers: { location: `${elsewhere.url}/v1/embeddings` } });
  expect((await failureOf(openAi().embed(["a"], memory))).message).toContain(new URL(url).host);
  expect(elsewhere.requests).toEqual([]);
  const embedder = openAi();
  await server[Symbol.asyncDispose]();
  const failure = await failureOf(embedder.embed(["a"], memory));
  expect(failure).toMatchObject({
    kind: "passing",
    message: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)/),
  });
  server = await startEmbeddingServer({ concepts: [] });
});

test("a call that is given up rejects with the signal's reason", async () => {
  server.use({ delayMs: 60_000 });
  const given = new AbortController();
  const call = openAi().embed(["a"], { purpose: "memory", signal: given.signal });
  given.abort(new Error("no longer wanted"));
  await expect(call).rejects.toThrow("no longer wanted");
});

test("an address with a name and password in it is refused, for addresses are shown", () => {
  const settings = { kind: "openai", model: "m", weight: 1, baseUrl: "https://me:secret@host/v1" };
  expect(() => EmbeddingSettings.parse(settings)).toThrow(/without a name and password/);
});
