/**
 * Tests a session that moves from provider to provider: each request is checked by the rules of the strictest server of
 * each kind.
 */
import type { ProviderKind } from "@reef/protocol/provider";
import fc from "fast-check";
import { expect, test } from "vitest";
import { outgoing } from "../../../testing/outgoing-body.ts";
import {
  bot,
  contextOf,
  type EntryDraft,
  fromSession,
  notice,
  person,
  toolCall,
  toolResult,
} from "../../../testing/turn-context.ts";

type Json = Record<string, unknown>;
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});

const tools = [
  {
    name: "look",
    description: "Looks.",
    inputSchema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { at: { type: "string", pattern: "^\\d+$", maxLength: 5_000 }, n: { type: ["integer", "null"] } },
      required: ["at"],
      additionalProperties: false,
    },
  },
  { name: "odd.tool name!", description: "x".repeat(3_000), inputSchema: {} },
];

/** Each dialect with one of its models, and models that a lenient address passes on to. */
const receivers: readonly (readonly [ProviderKind, string])[] = [
  ["openai", "gpt-5.1"],
  ["azure", "gpt-4o"],
  ["anthropic", "claude-sonnet-4-5"],
  ["gemini", "gemini-3-pro-preview"],
  ["openrouter", "anthropic/claude-sonnet-4.5"],
  ["deepseek", "deepseek-v4-pro"],
  ["moonshot", "kimi-k2.5"],
  ["mistral", "mistral-large-latest"],
  ["groq", "openai/gpt-oss-120b"],
  ["xai", "grok-4"],
  ["ollama", "gemma2:9b"],
  ["lmstudio", "qwen3-8b"],
  ["llamacpp", "some.gguf"],
  ["vllm", "mistralai/Devstral-Small-2507"],
  ["openai-compatible", "kimi-k2-thinking"],
];

const urls: Partial<Record<ProviderKind, string>> = {
  azure: "https://mine.openai.azure.com",
  "openai-compatible": "http://127.0.0.1:9/v1",
};

async function bodyFor([kind, modelId]: readonly [ProviderKind, string], drafts: readonly EntryDraft[], given = tools) {
  const context = contextOf({ drafts, tools: given, instructions: "Be brief.\0" });
  const baseUrl = urls[kind];
  const provider = { kind, apiKey: "sk-test", ...(baseUrl !== undefined && { baseUrl }) };
  return (await outgoing({ provider, modelId, context })).body;
}

/** Returns one round of a tool, as the model of `[kind, model]` would leave it. */
function roundOf([kind, modelId]: readonly [ProviderKind, string], n: number): EntryDraft[] {
  const model = `${kind}/${modelId}`;
  const odd = ["functions.look:0", `call_${"a".repeat(300)}`, "abcDEF123", "toolu_01", "9", "ünï", "call-7|x"];
  const callId = `${odd[n % odd.length]}`;
  const isParts = kind === "anthropic" || kind === "openai";
  const metadata = kind === "anthropic" ? { anthropic: { signature: `sig${n}` } } : { openai: { itemId: `rs_${n}` } };
  const kept = isParts
    ? { model, kind: "parts", parts: [{ text: `thought ${n}`, metadata }] }
    : { model, kind: "chat", field: "reasoning_content" };
  const fields = { extra_content: { google: { thought_signature: `signed ${n}` } } };
  return [
    bot(n % 2 === 0 ? "" : `I look ${n}`, { reasoning: `thought ${n}`, opaque: kept }),
    {
      ...toolCall(callId, n % 3 === 0 ? "look" : "gone.tool", { at: "\uD800" }),
      ...(kind === "gemini" && { opaque: { model, fields } }),
    },
    toolResult(callId, "look", n % 4 === 0 ? " " : `found ${n}`),
  ];
}

function chatFaults(kind: string, body: Json): string[] {
  const faults: string[] = [];
  const messages = list(body.messages);
  const isMistral = kind === "mistral" || /devstral/i.test(String(body.model));
  const isStrict = ["llamacpp", "lmstudio", "ollama", "vllm", "mistral"].includes(kind);
  const used = new Set<string>();
  let spoken = "";
  for (const [at, message] of messages.entries()) {
    const role = String(message.role);
    const calls = list(message.tool_calls);
    const before = messages[at - 1];
    if (role === "system" && (at > 0 || kind === "ollama")) faults.push(`${at}: system`);
    if (isStrict && role === "user" && before?.role === "tool") faults.push(`${at}: user after tool`);
    if (role === before?.role && role !== "tool") faults.push(`${at}: two of ${role}`);
    if (isStrict && (role === "user" || (role === "assistant" && calls.length === 0))) {
      if (spoken === role) faults.push(`${at}: no turn about`);
      spoken = role;
    }
    const isEmpty = message.content === null || message.content === "" || message.content === undefined;
    if (isEmpty && calls.length === 0) faults.push(`${at}: empty ${role}`);
    if (message.content === null && ["lmstudio", "llamacpp", "ollama"].includes(kind)) faults.push(`${at}: null`);
    if (message.content === "" && ["mistral", "xai", "groq", "deepseek", "gemini"].includes(kind)) {
      faults.push(`${at}: ""`);
    }
    for (const call of calls) {
      const id = String(call.id);
      if (used.has(id)) faults.push(`${at}: id ${id} twice`);
      used.add(id);
      if (!(isMistral ? /^[a-zA-Z0-9]{9}$/ : kind === "moonshot" ? /^[!-~]{1,64}$/ : /^[\w-]{1,64}$/).test(id)) {
        faults.push(`${at}: id ${id}`);
      }
      if (!/^[a-zA-Z_][\w-]{0,63}$/.test(String(object(call.function).name))) faults.push(`${at}: name`);
      const signature = object(object(call.extra_content).google).thought_signature;
      if (kind === "gemini" && signature === undefined) faults.push(`${at}: signature`);
      if (kind !== "gemini" && signature !== undefined) faults.push(`${at}: foreign signature`);
    }
    if (calls.length > 0) {
      const results = messages.slice(at + 1, at + 1 + calls.length).map((result) => result.tool_call_id);
      if (JSON.stringify(results) !== JSON.stringify(calls.map(({ id }) => id))) faults.push(`${at}: results`);
    }
    const thought = message.reasoning_content ?? message.reasoning;
    const refusesThought = ["mistral", "groq", "gemini", "xai"].includes(kind);
    if (thought !== undefined && refusesThought) faults.push(`${at}: thought`);
    const needsThought = /kimi/.test(String(body.model)) ? calls.length > 0 : kind === "deepseek";
    if (role === "assistant" && needsThought && !message.reasoning_content) faults.push(`${at}: no thought`);
  }
  if (messages.at(-1)?.role === "assistant") faults.push("ends with the assistant");
  if (isMistral && kind === "mistral" && body.stream_options !== undefined) faults.push("stream_options");
  if (body.tool_choice !== undefined) faults.push("tool_choice");
  return [
    ...faults,
    ...toolFaults(
      list(body.tools).map((tool) => object(tool.function)),
      "parameters",
    ),
  ];
}

function toolFaults(given: readonly Json[], schemaKey: string): string[] {
  return given.flatMap((tool) => {
    const json = JSON.stringify(tool[schemaKey] ?? {});
    return [
      ...(/^[a-zA-Z_][\w-]{0,63}$/.test(String(tool.name)) ? [] : [`tool ${tool.name}`]),
      ...(String(tool.description).length <= 1_024 ? [] : ["long description"]),
      ...(/"(pattern|maxLength|\$schema|anyOf|additionalProperties|minimum|format)":/.test(json) ? [json] : []),
    ];
  });
}

function anthropicFaults(body: Json): string[] {
  const faults: string[] = [];
  let open: string[] = [];
  for (const [at, { role, content }] of list(body.messages).entries()) {
    if (role !== (at % 2 === 0 ? "user" : "assistant")) faults.push(`${at}: ${String(role)}`);
    const blocks = list(content);
    if (blocks.length === 0) faults.push(`${at}: empty`);
    const results = blocks.filter(({ type }) => type === "tool_result").map((block) => String(block.tool_use_id));
    if (JSON.stringify(results) !== JSON.stringify(open)) faults.push(`${at}: results`);
    open = blocks.filter(({ type }) => type === "tool_use").map(({ id }) => String(id));
    for (const block of blocks) {
      if (block.type === "text" && String(block.text).trim() === "") faults.push(`${at}: blank text`);
      if (block.type === "tool_use" && !/^[\w-]{1,64}$/.test(String(block.id))) faults.push(`${at}: id`);
      if (block.type === "tool_use" && !/^[\w-]{1,64}$/.test(String(block.name))) faults.push(`${at}: name`);
      if (block.type === "thinking" && !String(block.signature).startsWith("sig")) faults.push(`${at}: signature`);
    }
  }
  if (open.length > 0) faults.push("open calls");
  return [...faults, ...toolFaults(list(body.tools), "input_schema")];
}

function responsesFaults(body: Json): string[] {
  const faults: string[] = [];
  const items = list(body.input);
  const ids = (type: string) => items.filter((item) => item.type === type).map((item) => String(item.call_id));
  const [calls, results] = [ids("function_call"), ids("function_call_output")];
  if (new Set(calls).size < calls.length) faults.push("an id twice");
  if (JSON.stringify(calls.toSorted()) !== JSON.stringify(results.toSorted())) faults.push("results");
  if (calls.some((id) => id.length > 64)) faults.push("long id");
  if (body.store !== false) faults.push("stored");
  for (const [at, item] of items.entries()) {
    if (item.type === "reasoning" && !["function_call", undefined].includes(items[at + 1]?.type as string)) {
      faults.push(`${at}: a thought alone`);
    }
  }
  return [...faults, ...toolFaults(list(body.tools), "parameters")];
}

function faultsOf(kind: ProviderKind, body: Json): string[] {
  const json = JSON.stringify(body);
  const broken = /\\ud[89ab]|\\u0000/i.test(json) ? ["broken characters"] : [];
  if (kind === "anthropic") return [...broken, ...anthropicFaults(body)];
  return [...broken, ...(kind === "openai" ? responsesFaults(body) : chatFaults(kind, body))];
}

test("PR1: a history that every provider wrote a part of is taken by each of them", async () => {
  const drafts = [
    person("go"),
    ...receivers.flatMap((receiver, n) => [
      ...roundOf(receiver, n),
      ...(n % 2 === 0 ? [] : [bot(`done ${n}`), person(`next ${n}`)]),
    ]),
    fromSession("and this\0"),
  ];
  for (const receiver of receivers) {
    expect([receiver, faultsOf(receiver[0], await bodyFor(receiver, drafts))]).toEqual([receiver, []]);
  }
});

test("PR1: whatever the transcript, each provider gets what it takes", async () => {
  const anyReceiver = fc.constantFrom(...receivers);
  const round = fc.tuple(anyReceiver, fc.nat(20)).map(([receiver, n]) => roundOf(receiver, n));
  const part = fc.oneof(
    round,
    fc
      .constantFrom(person("p"), person(" "), fromSession("s"), bot("b"), bot(""), bot("cut", { partial: true }))
      .map((one) => [one]),
    fc.constant([notice("n", { type: "runtime" })]),
    fc.constantFrom("a", "b").map((id) => [toolCall(id, "look", "not an object")]),
    fc.constantFrom("a", "b").map((id) => [toolResult(id, "look", "")]),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 12 }), anyReceiver, async (parts, receiver) => {
      expect(faultsOf(receiver[0], await bodyFor(receiver, parts.flat()))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test("PR1: an id is the same in every request, and one that fits stays as it came", async () => {
  const drafts = [person("go"), ...roundOf(["moonshot", "kimi-k2.5"], 0), ...roundOf(["mistral", "m"], 2)];
  const idsOf = (body: Json) => list(body.messages).flatMap((message) => list(message.tool_calls).map(({ id }) => id));
  const first = idsOf(await bodyFor(["mistral", "m"], drafts));
  expect(first[1]).toBe("abcDEF123");
  expect(idsOf(await bodyFor(["mistral", "m"], [...drafts, bot("so"), person("and?")]))).toEqual(first);
  expect(idsOf(await bodyFor(["moonshot", "kimi-k2.5"], drafts))).toEqual(["functions.look:0", "abcDEF123"]);
});

test("PR1: what was thought goes back to the model that thought it, and to no other", async () => {
  const round = roundOf(["openai-compatible", "a"], 1);
  const thoughts = (body: Json) => list(body.messages).map((message) => message.reasoning_content);
  const own = await bodyFor(["openai-compatible", "a"], [person("go"), ...round]);
  expect(thoughts(own)).toEqual([undefined, undefined, "thought 1", undefined]);
  const other = await bodyFor(["openai-compatible", "b"], [person("go"), ...round]);
  expect(JSON.stringify(other)).not.toContain("thought 1");
  const older = round.map((draft) => ({ ...draft, turnId: null }));
  expect(
    JSON.stringify(await bodyFor(["openai-compatible", "a"], [person("go"), ...older, person("on")])),
  ).not.toContain("thought 1");
  // A retried turn has another id than the rounds it continues.
  const again = await bodyFor(["openai-compatible", "a"], [{ ...person("go"), turnId: null }, ...older]);
  expect(JSON.stringify(again)).toContain("thought 1");
  const kimi = roundOf(["moonshot", "kimi-k2.5"], 1).map((draft) => ({ ...draft, turnId: null }));
  expect(JSON.stringify(await bodyFor(["moonshot", "kimi-k2.5"], [person("go"), ...kimi, person("on")]))).toContain(
    "thought 1",
  );
});

test("PR1: thinking goes back to Anthropic with its signature, and to OpenAI under its seal", async () => {
  const claude = await bodyFor(
    ["anthropic", "claude-sonnet-4-5"],
    [person("go"), ...roundOf(["anthropic", "claude-sonnet-4-5"], 1)],
  );
  expect(list(list(claude.messages)[1]?.content)[0]).toMatchObject({
    type: "thinking",
    thinking: "thought 1",
    signature: "sig1",
  });
  const sealed = roundOf(["openai", "gpt-5.1"], 1).map((draft) =>
    draft.kind === "bot"
      ? {
          ...draft,
          opaque: {
            model: "openai/gpt-5.1",
            kind: "parts",
            parts: [{ text: "t", metadata: { openai: { itemId: "rs_1", reasoningEncryptedContent: "sealed" } } }],
          },
        }
      : draft,
  );
  const gpt = await bodyFor(["openai", "gpt-5.1"], [person("go"), ...sealed]);
  expect(list(gpt.input).find(({ type }) => type === "reasoning")).toMatchObject({ encrypted_content: "sealed" });
  expect(gpt.include).toEqual(["reasoning.encrypted_content"]);
  expect((await bodyFor(["openai", "gpt-4o"], [person("go")])).include).toBeUndefined();
});

test("PR1: Gemini gets back the signature it gave, and Google's word for calls of others", async () => {
  const signatures = (body: Json) =>
    list(body.messages).flatMap((message) =>
      list(message.tool_calls).map(({ extra_content: extra }) => object(object(extra).google).thought_signature),
    );
  const own = roundOf(["gemini", "gemini-3-pro-preview"], 5);
  const sibling = toolCall("second", "look", { at: "2" });
  const drafts = [person("go"), own[0]!, own[1]!, sibling, own[2]!, ...roundOf(["groq", "x"], 3)];
  expect(signatures(await bodyFor(["gemini", "gemini-3-pro-preview"], drafts))).toEqual([
    "signed 5",
    undefined,
    "skip_thought_signature_validator",
  ]);
});

test("PR1: without tools, calls of the history are told in words", async () => {
  const body = await bodyFor(["llamacpp", "m"], [person("go"), ...roundOf(["groq", "x"], 3), person("and?")], []);
  expect(body.tools).toBeUndefined();
  expect(JSON.stringify(body)).not.toMatch(/tool_call|"role":"tool"/);
  expect(JSON.stringify(body)).toMatch(/\[Called look with .*\[Result of look\]\\nfound 3/);
  expect(list(body.messages).map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
});
