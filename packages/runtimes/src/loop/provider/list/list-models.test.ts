import type { ProviderKind } from "@reef/protocol/provider";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ProviderDouble, type ProviderScript, startProviderDouble } from "../../../testing/provider-double.ts";
import { chooseChatModel } from "./choose-model.ts";
import { listModels } from "./list-models.ts";

let double: ProviderDouble;
beforeEach(async () => {
  double = await startProviderDouble();
});
afterEach(() => double[Symbol.asyncDispose]());

const key = "sk-never-to-be-seen-0123456789";

function list(kind: ProviderKind, routes: ProviderScript["routes"], path = "/v1") {
  double.use({ key, ...(routes && { routes }) });
  const settings = { kind, baseUrl: `${double.url}${path}`, apiKey: key };
  return listModels(settings, { signal: new AbortController().signal, timeoutMs: 30_000 });
}

const get = (body: unknown, path = "/v1/models") => ({ [`GET ${path}`]: { body } });
const data = (...rows: readonly object[]) => ({ object: "list", data: rows });

describe("what a provider lists, in its own dialect", () => {
  test("OpenAI: names only, and what is well known of them", async () => {
    const models = await list(
      "openai",
      get(data({ id: "gpt-5.1" }, { id: "text-embedding-3-small" }, { id: "whisper-1" }, { id: "mystery" })),
    );
    expect(models).toMatchObject([
      { id: "gpt-5.1", contextTokens: null, abilities: { chat: true, tools: true, vision: true, reasoning: true } },
      { id: "text-embedding-3-small", abilities: { chat: false, embedding: true } },
      { id: "whisper-1", abilities: { chat: false, embedding: false } },
      { id: "mystery", abilities: { chat: null, tools: null, vision: null, embedding: null } },
    ]);
    expect(double.asked[0]?.headers.authorization).toBe(`Bearer ${key}`);
  });

  test("Anthropic: in pages, with the key where it wants it", async () => {
    const models = await list("anthropic", {
      "GET /v1/models?limit=1000": {
        body: {
          data: [{ type: "model", id: "claude-sonnet-4-5", display_name: "Claude Sonnet 4.5" }],
          has_more: true,
          last_id: "a",
        },
      },
      "GET /v1/models?limit=1000&after_id=a": {
        body: { data: [{ type: "model", id: "claude-x", max_input_tokens: 1_000_000 }], has_more: true, last_id: "a" },
      },
    });
    expect(models).toMatchObject([
      { id: "claude-sonnet-4-5", name: "Claude Sonnet 4.5", abilities: { chat: true, tools: true, vision: true } },
      { id: "claude-x", contextTokens: 1_000_000, abilities: { chat: true } },
    ]);
    expect(double.asked[0]?.headers).toMatchObject({ "x-api-key": key, "anthropic-version": "2023-06-01" });
    expect(double.asked).toHaveLength(2);
  });

  test("OpenRouter: windows, parameters, modalities and prices for a token as text", async () => {
    const row = {
      id: "meta/llama-4",
      name: "Meta: Llama 4",
      context_length: 131_072,
      architecture: { input_modalities: ["text", "image"], output_modalities: ["text"] },
      supported_parameters: ["tools", "max_tokens"],
      pricing: { prompt: "0.00000015", completion: "0.0000006", input_cache_read: "0.00000001" },
      top_provider: { max_completion_tokens: 16_384 },
    };
    const auto = { id: "openrouter/auto", context_length: 2_000_000, pricing: { prompt: "-1", completion: "-1" } };
    const [first, second] = await list("openrouter", get(data(row, auto)));
    expect(first).toMatchObject({
      name: "Meta: Llama 4",
      contextTokens: 131_072,
      maxOutputTokens: 16_384,
      price: { input: 0.15, output: 0.6, cachedInput: 0.01 },
      abilities: { chat: true, tools: true, vision: true, reasoning: false },
    });
    expect(second).toMatchObject({ id: "openrouter/auto", price: null });
  });

  test("Ollama: what each can do, and the window it runs with rather than the one it could have", async () => {
    const show = (body: unknown) =>
      (body as { model: string }).model.startsWith("nomic")
        ? { body: { capabilities: ["embedding"], model_info: { "nomic-bert.context_length": 2048 } } }
        : {
            body: {
              capabilities: ["completion", "tools", "thinking"],
              model_info: { "general.architecture": "qwen3", "qwen3.context_length": 40_960 },
              parameters: 'stop "x"\nnum_ctx 16384',
            },
          };
    const routes = {
      ...get(
        { models: [{ name: "nomic-embed-text:latest" }, { name: "qwen3:8b" }, { name: "qwen3:4b" }] },
        "/api/tags",
      ),
      ...get({ models: [{ name: "qwen3:4b", context_length: 4096 }] }, "/api/ps"),
      "POST /api/show": show,
    };
    for (const path of ["", "/v1", "/v1/"]) {
      expect(await list("ollama", routes, path)).toMatchObject([
        { id: "nomic-embed-text:latest", abilities: { chat: false, embedding: true } },
        { id: "qwen3:8b", contextTokens: 40_960, runningTokens: 16_384, isLoaded: false, isElastic: true },
        {
          id: "qwen3:4b",
          runningTokens: 4096,
          isLoaded: true,
          abilities: { chat: true, tools: true, reasoning: true },
        },
      ]);
    }
  });

  test("an Ollama too old to say what a model can do: the family and the name tell", async () => {
    const models = [
      { name: "mxbai:latest", details: { family: "bert", families: ["bert"] } },
      { name: "llama2:7b", details: { family: "llama", families: null } },
    ];
    expect(await list("ollama", get({ models }, "/api/tags"))).toMatchObject([
      { id: "mxbai:latest", abilities: { chat: false, embedding: true } },
      { id: "llama2:7b", abilities: { chat: null, embedding: null } },
    ]);
  });

  test("LM Studio: kinds of models, and what is loaded", async () => {
    const rows = data(
      { id: "text-embedding-nomic", type: "embeddings", state: "loaded", max_context_length: 2048 },
      { id: "qwen2-vl", type: "vlm", state: "not-loaded", max_context_length: 32_768 },
      {
        id: "llama",
        type: "llm",
        state: "loaded",
        max_context_length: 131_072,
        loaded_context_length: 4096,
        capabilities: ["tool_use"],
      },
    );
    expect(await list("lmstudio", get(rows, "/api/v0/models"))).toMatchObject([
      { abilities: { chat: false, embedding: true } },
      { abilities: { chat: true, vision: true, embedding: false }, contextTokens: 32_768, runningTokens: null },
      { abilities: { chat: true, tools: true, vision: false }, runningTokens: 4096, isLoaded: true },
    ]);
  });

  test("llama.cpp: the window it was started with, and its template's abilities", async () => {
    const routes = {
      ...get({
        models: [{ name: "q.gguf", capabilities: ["completion"] }],
        ...data({ id: "q.gguf", owned_by: "llamacpp", meta: { n_ctx_train: 262_144 } }),
      }),
      ...get(
        {
          default_generation_settings: { n_ctx: 8192 },
          modalities: { vision: true, audio: false },
          chat_template_caps: { supports_tools: true, supports_tool_calls: false },
        },
        "/props",
      ),
    };
    const expected = [{ id: "q.gguf", contextTokens: 8192, abilities: { chat: true, tools: false, vision: true } }];
    expect(await list("llamacpp", routes)).toMatchObject(expected);
    // Its kind is not given: its list shows it.
    expect(await list("openai-compatible", routes)).toMatchObject(expected);
  });

  test.each([
    ["vllm", { id: "m", owned_by: "vllm", max_model_len: 32_768 }, { contextTokens: 32_768 }],
    [
      "groq",
      { id: "m", context_window: 131_072, max_completion_tokens: 8192 },
      { contextTokens: 131_072, maxOutputTokens: 8192 },
    ],
    [
      "mistral",
      {
        id: "m",
        max_context_length: 128_000,
        capabilities: { completion_chat: true, function_calling: true, vision: false },
      },
      { contextTokens: 128_000, abilities: { chat: true, tools: true, vision: false } },
    ],
    [
      "mistral",
      { id: "m", capabilities: { completion_chat: false, function_calling: false } },
      { abilities: { chat: false } },
    ],
    [
      "moonshot",
      { id: "m", context_length: 262_144, supports_image_in: true, supports_reasoning: false },
      { contextTokens: 262_144, abilities: { vision: true, reasoning: false } },
    ],
    ["gemini", { id: "models/gemini-2.5-flash" }, { id: "gemini-2.5-flash", abilities: { tools: true, vision: true } }],
    ["deepseek", { id: "deepseek-chat", owned_by: "deepseek" }, { abilities: { chat: true, tools: true } }],
    [
      "azure",
      { id: "m", capabilities: { chat_completion: false, embeddings: true } },
      { abilities: { chat: false, embedding: true } },
    ],
  ] as const)("%s: %o", async (kind, row, expected) => {
    expect(await list(kind, get(data(row)))).toMatchObject([expected]);
  });

  test("xAI: its own list has modalities and prices, and the plain one is taken where it is missing", async () => {
    const row = {
      id: "grok-3",
      input_modalities: ["text"],
      output_modalities: ["text"],
      prompt_text_token_price: 30_000,
      cached_prompt_text_token_price: 7500,
      completion_text_token_price: 150_000,
    };
    expect(await list("xai", get({ models: [row] }, "/v1/language-models"))).toMatchObject([
      { id: "grok-3", price: { input: 3, output: 15, cachedInput: 0.75 }, abilities: { vision: false } },
    ]);
    expect(await list("xai", get(data({ id: "grok-4" })))).toMatchObject([{ id: "grok-4" }]);
  });
});

describe("odd lists", () => {
  test.each([
    [[], []],
    [{ data: [] }, []],
    [[{ id: "plain" }], ["plain"]],
    [data({ id: "a" }, { id: "a" }, null as never, { id: "" }, { id: 7 }, { id: "x".repeat(300) }), ["a"]],
    [data({ id: "a", context_length: -5, max_model_len: 1e30, capabilities: "all", pricing: { prompt: {} } }), ["a"]],
    [data({ id: "__proto__" }, { id: "constructor" }), ["__proto__", "constructor"]],
  ])("%j", async (body, ids) => {
    const models = await list("openai-compatible", get(body));
    expect(models.map(({ id }) => id)).toEqual(ids);
  });

  test("a list of 5,000 models is cut at 2,000", async () => {
    const rows = Array.from({ length: 5000 }, (_, n) => ({ id: `m${n}` }));
    expect(await list("openai-compatible", get(data(...rows)))).toHaveLength(2000);
  });
});

describe("SE8: why a list could not be had is said in one sentence, without the key", () => {
  test.each([
    [
      "a wrong key, repeated by the server",
      { status: 401, body: { error: { message: `no: ${key}` } } },
      "refused",
      /refused \(401\): no: \[key\]/,
    ],
    ["the key in base64", { status: 403, body: btoa(key) }, "refused", /\[key\]/],
    ["a website", { body: "<!DOCTYPE html><html>hi</html>" }, "website", /a website, not a model server/],
    ["nothing there", { status: 404, body: {} }, "missing", /Nothing answers/],
    ["no JSON", { body: "hello" }, "answer", /not JSON: hello/],
    ["another kind of JSON", { body: { ok: true } }, "answer", /no list of models/],
    ["trouble", { status: 500, body: { detail: "out of memory" } }, "answer", /answered 500: out of memory/],
    [
      "a redirect",
      { status: 307, headers: { location: "https://elsewhere.example/v1/models" } },
      "answer",
      /redirects to https:\/\/elsewhere.example/,
    ],
    ["more than a list can be", { body: "x".repeat(11 * 2 ** 20) }, "answer", /more than 10 MiB/],
  ] as const)("%s", async (_name, reply, kind, message) => {
    const failed = await list("openai-compatible", { "GET /v1/models": reply }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: "ListFailure", kind, message: expect.stringMatching(message) });
    expect(String(failed)).not.toContain(key);
    expect(String(failed)).not.toContain(btoa(key));
  });

  test("SE8: a server that writes our key into its list gives it to nobody", async () => {
    const bytes = Buffer.from(key);
    const echoes = [key, `x-${bytes.toString("base64")}`, bytes.toString("base64url"), bytes.toString("hex")];
    const models = await list(
      "openai-compatible",
      get(data({ id: "plain", name: `for ${key}` }, ...echoes.map((id) => ({ id })))),
    );
    expect(models).toMatchObject([{ id: "plain", name: "plain" }]);
  });

  test("a word that a local server wants for a key is no secret: its models keep their names", async () => {
    double.use({ key: "ollama", routes: get(data({ id: "ollama-7b" })) });
    const settings = { kind: "openai-compatible" as const, baseUrl: `${double.url}/v1`, apiKey: "ollama" };
    const models = await listModels(settings, { signal: new AbortController().signal, timeoutMs: 30_000 });
    expect(models).toMatchObject([{ id: "ollama-7b" }]);
  });

  test("a redirect to another place carries no key there", async () => {
    await using elsewhere = await startProviderDouble({ routes: get(data({ id: "stolen" })) });
    for (const kind of ["anthropic", "azure", "openai-compatible"] as const) {
      const reply = { status: 302, headers: { location: `${elsewhere.url}/v1/models` } };
      await expect(list(kind, { "GET /v1/models": reply })).rejects.toMatchObject({ kind: "answer" });
    }
    expect(elsewhere.asked).toEqual([]);
  });

  test("nobody listens, nobody has that name, nobody answers", async () => {
    const closed = double.url;
    await double[Symbol.asyncDispose]();
    const ask = (baseUrl: string, timeoutMs = 30_000) =>
      listModels({ kind: "vllm", baseUrl, apiKey: key }, { signal: new AbortController().signal, timeoutMs });
    await expect(ask(`${closed}/v1`)).rejects.toThrow(/Nothing is listening at 127\.0\.0\.1/);
    await expect(ask("http://no-such-host.invalid/v1")).rejects.toMatchObject({ kind: "unreachable" });
    double = await startProviderDouble({ routes: { "GET /v1/models": { isSilent: true } } });
    await expect(ask(`${double.url}/v1`, 100)).rejects.toThrow(/did not answer within/);
  });
});

test("a model that makes vectors, sounds or pictures is never chosen to chat with; one with tools goes first", async () => {
  const models = await list(
    "openai-compatible",
    get(
      data(
        { id: "bge-m3" },
        { id: "whisper" },
        { id: "rerank-2" },
        { id: "plain" },
        { id: "handy", capabilities: ["tools"] },
      ),
    ),
  );
  expect(chooseChatModel("openai-compatible", models)?.id).toBe("handy");
  expect(chooseChatModel("openai-compatible", models.slice(0, 4))?.id).toBe("plain");
  expect(chooseChatModel("openai-compatible", models.slice(0, 3))).toBeNull();
});
