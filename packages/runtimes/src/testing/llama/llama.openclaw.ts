/**
 * Tests Reef against llama.cpp itself. The model says nothing sensible, so the tests show that the real templates and
 * grammars accept what Reef sends, and that the strict double refuses what they refuse.
 */
import { createCatalogue, memoryTools, sessionTools } from "@reef/engine/tool/catalogue";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLoopRuntime } from "../../loop/loop-runtime.ts";
import { wallClock } from "../../loop/provider/conformance/bench.conformance.ts";
import { fixedModels } from "../../loop/settings.ts";
import { grammarFault } from "../dialects/grammar.ts";
import { answerOf, bot, contextOf, notice, person, toolCall, toolResult } from "../turn-context.ts";
import { hasLlama } from "./install-llama.ts";
import { type LlamaServer, startLlama } from "./start-llama.ts";

describe.runIf(hasLlama)("llama.cpp itself", () => {
  let llama: LlamaServer;
  beforeAll(async () => {
    llama = await startLlama();
  });
  afterAll(() => llama[Symbol.asyncDispose]());

  async function statusOf(parameters: object): Promise<number> {
    const tool = { type: "function", function: { name: "try", description: "tries", parameters } };
    const body = { model: "tiny", stream: true, messages: [{ role: "user", content: "hello" }], tools: [tool] };
    const response = await fetch(`${llama.baseUrl}/chat/completions`, { method: "POST", body: JSON.stringify(body) });
    await response.text();
    return response.status;
  }

  const schemas = {
    "plain words": { type: "string" },
    "a short pattern": { type: "string", pattern: "^[a-z]{1,20}$" },
    "a pattern with \\d": { type: "string", pattern: "^\\d+$" },
    "a pattern with \\s": { type: "string", pattern: "^[^\\s]+$" },
    "a pattern without its ends": { type: "string", pattern: "a" },
    "1,999 characters": { type: "string", maxLength: 1_999 },
    "2,000 characters": { type: "string", maxLength: 2_000 },
    "20,000 characters": { type: "string", maxLength: 20_000 },
    "at least 2,000 characters": { type: "string", minLength: 2_000 },
    "3,000 items": { type: "array", items: { type: "string" }, maxItems: 3_000 },
    "a format": { type: "string", format: "uri" },
    "no type": { description: "anything" },
    "a type that is none": { type: "text" },
    "a reference that leads nowhere": { $ref: "#/$defs/nothing" },
    "either of two": { anyOf: [{ type: "string" }, { type: "null" }] },
    "a fixed choice": { enum: ["a", 1, null] },
  };

  test.each(Object.entries(schemas))("PR1: the strict double says of %s what llama.cpp says", async (_, value) => {
    const parameters = { type: "object", properties: { value }, required: ["value"] };
    expect(grammarFault(parameters) === null).toBe((await statusOf(parameters)) === 200);
  });

  test("PR1: a turn with all tools of Reef, and with a history of every kind, is answered", async () => {
    const models = fixedModels({
      defaultProvider: "local",
      defaultModel: "tiny",
      providers: { local: { kind: "llamacpp", baseUrl: llama.baseUrl } },
    });
    const runtime = createLoopRuntime({ models, clock: wallClock, log: { warn: () => undefined } });
    const { specs: tools } = await createCatalogue([...sessionTools, ...memoryTools]).forBot(contextOf({}).bot);
    const drafts = [
      person("begin"),
      toolCall("functions.session_list:0", "session_list"),
      toolResult("functions.session_list:0", "session_list", "no sessions"),
      notice("The server was restarted.", { type: "restart", deaths: 1 }),
      bot("done"),
      person("hello"),
    ];
    for (const entries of [drafts.slice(-1), drafts]) {
      const answer = await answerOf(runtime.run(contextOf({ drafts: entries, tools })));
      expect(answer.outputTokens).toBeGreaterThan(0);
      expect(answer.text).not.toBe("");
    }
  });
});
