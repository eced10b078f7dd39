import { expect, it } from "vitest";
import { chooseModel, withFacts } from "../models.ts";
import type { ModelFacts, ProviderSettings } from "../settings.ts";
import { addressOf } from "./address.ts";
import { chooseProfile, kindOfAddress } from "./choose-profile.ts";
import { seesByName } from "./dialects/model-hints.ts";

const at = (baseUrl: string, modelId = "m") => chooseProfile({ kind: "openai-compatible", baseUrl, modelId });

it.each([
  ["https://api.deepseek.com", "deepseek"],
  ["https://api.mistral.ai/v1", "mistral"],
  ["https://mine.openai.azure.com/openai/v1", "azure"],
  ["https://mine.services.ai.azure.com/models?api-version=2024-05-01-preview", "azure"],
  ["https://generativelanguage.googleapis.com/v1beta/openai/", "gemini"],
  ["https://openrouter.ai/api/v1", "openrouter"],
  ["https://api.groq.com/openai/v1", "groq"],
  ["https://api.x.ai/v1", "xai"],
  ["https://api.moonshot.cn/v1", "moonshot"],
  ["http://192.168.1.5:11434/v1", "ollama"],
  ["http://localhost:1234/v1", "lmstudio"],
  ["https://notmistral.ai.example/v1", null],
  ["https://netflix.ai/v1", null],
  ["https://fax.ai/v1", null],
  ["no address", null],
])("PR1: tells the dialect of %s", (url, kind) => {
  expect(kindOfAddress(url)).toBe(kind);
  expect(at(url).kind).toBe("openai-compatible");
});

it("PR1: an unknown server gets what every server takes", () => {
  expect(at("https://models.example/v1")).toMatchObject({
    wire: "chat",
    callIdAlphabet: "identifier",
    callIdLength: 40,
    userAfterTool: false,
    system: true,
    vision: null,
    refusedFields: [],
  });
});

it("PR1: the name of a model tells its rules behind a lenient address", () => {
  expect(at("https://proxy.example/v1", "mistralai/devstral-small")).toMatchObject({
    callIdAlphabet: "alphanumeric",
    callIdLength: 9,
    isCallIdLengthExact: true,
  });
  expect(at("https://proxy.example/v1", "moonshotai/kimi-k2")).toMatchObject({ needsReasoning: "with-calls" });
  expect(at("https://proxy.example/v1", "google/gemini-3-pro").foreignSignature).not.toBeNull();
  expect(at("https://proxy.example/v1", "gemma2:9b").system).toBe(false);
  expect(at("https://proxy.example/v1", "openai/gpt-5-mini").outputLimitField).toBe("max_completion_tokens");
  // Groq refuses the field for every model.
  const groq = chooseProfile({
    kind: "groq",
    baseUrl: "https://api.groq.com/openai/v1",
    modelId: "moonshotai/kimi-k2",
  });
  expect(groq).toMatchObject({ reasoningBack: "none", needsReasoning: "never" });
});

it("PR1: a person's word stands above every table, and the server's above a person's", () => {
  const choice = { kind: "mistral" as const, baseUrl: "https://api.mistral.ai/v1", modelId: "mistral-large-latest" };
  const overrides = { callIdLength: 20, tools: true, vision: false, maxOutputTokens: 99, contextTokens: 5_000 };
  const listed = { tools: false, vision: true };
  expect(chooseProfile({ ...choice, overrides, listed })).toMatchObject({
    callIdLength: 20,
    isCallIdLengthExact: false,
    tools: true,
    vision: false,
    contextTokens: 5_000,
    maxOutputTokens: null,
  });
  const learned = { tools: false, refusedFields: ["parallel_tool_calls"] };
  const profile = chooseProfile({ ...choice, overrides, listed, learned });
  expect(profile.tools).toBe(false);
  expect(profile.refusedFields).toEqual(expect.arrayContaining(["stream_options", "parallel_tool_calls"]));
});

it.each([
  "gpt-4o-mini",
  "claude-sonnet-4-5",
  "gemini-3-pro",
  "llava:7b",
  "qwen2.5-vl-72b",
  "pixtral-12b",
  "gemma3:4b",
  "llama-4-scout",
])("PR1: knows that %s sees", (modelId) => expect(seesByName(modelId)).toBe(true));

it.each([
  "gpt-3.5-turbo",
  "llama3.1:8b",
  "o1-mini",
  "qwen3-8b",
  "gemma3:1b",
  "deepseek-v4-pro",
  "gpt-oss-120b",
  "nomic-embed-text",
])("PR1: does not take %s for one that sees", (modelId) => expect(seesByName(modelId)).toBeNull());

it.each<[ProviderSettings["kind"], string, string, unknown]>([
  ["ollama", "http://127.0.0.1:11434", "http://127.0.0.1:11434/v1", null],
  ["ollama", "http://127.0.0.1:11434/api/", "http://127.0.0.1:11434/v1", null],
  ["lmstudio", "http://127.0.0.1:1234/", "http://127.0.0.1:1234/v1", null],
  ["vllm", "http://gpu:8000/v1/", "http://gpu:8000/v1", null],
  ["mistral", "https://api.mistral.ai", "https://api.mistral.ai/v1", null],
  ["groq", "https://api.groq.com", "https://api.groq.com/openai/v1", null],
  ["openai", "https://proxy.example/v1/responses", "https://proxy.example/v1", null],
  ["openai-compatible", "https://proxy.example/v1/chat/completions", "https://proxy.example/v1", null],
  ["openai-compatible", "https://proxy.example", "https://proxy.example", null],
  ["openai-compatible", "http://127.0.0.1:11434/odd/", "http://127.0.0.1:11434/odd", null],
  ["azure", "https://x.openai.azure.com/", "https://x.openai.azure.com/openai/v1", null],
  ["azure", "https://x.openai.azure.com/openai/v1/", "https://x.openai.azure.com/openai/v1", null],
  [
    "azure",
    "https://x.openai.azure.com/openai/deployments/mine/chat/completions?api-version=2024-10-21",
    "https://x.openai.azure.com/openai/deployments/mine",
    { "api-version": "2024-10-21" },
  ],
])("PR1: puts the address of %s at %s right", (kind, baseUrl, right, query) => {
  expect(addressOf({ kind, baseUrl })).toEqual({ baseUrl: right, query });
});

it("PR1: what a server says of a model counts, within bounds", () => {
  const settings = {
    providers: {
      local: { kind: "ollama" as const },
      mine: { kind: "vllm" as const, overrides: { contextTokens: 9_000 } },
    },
    defaultProvider: "local",
    defaultModel: "llama3.1",
  };
  const none = { contextTokens: null, maxOutputTokens: null, tools: null, vision: null, reasoning: null };
  const contextOf = (name: string, facts: Partial<ModelFacts>) => {
    const { contextTokens, isContextKnown } = withFacts(chooseModel(settings, name), { ...none, ...facts });
    return [contextTokens, isContextKnown];
  };
  expect(contextOf("llama3.1", {})).toEqual([8_000, false]);
  expect(contextOf("llama3.1", { contextTokens: 16_384 })).toEqual([16_384, true]);
  expect(contextOf("llama3.1", { contextTokens: 1_000_000 })).toEqual([200_000, true]);
  expect(contextOf("llama3.1", { contextTokens: 0 })).toEqual([8_000, false]);
  expect(contextOf("mine/x", { contextTokens: 32_000 })).toEqual([9_000, true]);
});
