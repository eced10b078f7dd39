/**
 * Tests refusals that no other request would change: reported immediately, in the server's words, with what to do, and
 * never with a key.
 */
import { RuntimeFailure } from "@reef/engine/port/runtime";
import { expect, test } from "vitest";
import { dialects } from "../../testing/dialects/all.ts";
import { azure, contentFiltered, deploymentNotFound } from "../../testing/dialects/azure.ts";
import { type Dialect, dialectKey, type Refusal } from "../../testing/dialects/dialect.ts";
import { groq, toolUseFailed } from "../../testing/dialects/groq.ts";
import { lmstudio, noModelLoaded } from "../../testing/dialects/lmstudio.ts";
import { ollama } from "../../testing/dialects/ollama.ts";
import { person } from "../../testing/turn-context.ts";
import { type Bench, echo, startBench } from "./conformance/bench.conformance.ts";

async function failureOf(bench: Bench): Promise<RuntimeFailure> {
  const outcome = await bench.run({ drafts: [person("hello")], tools: [echo] }).catch((error: unknown) => error);
  if (outcome instanceof RuntimeFailure) return outcome;
  throw new Error("expected a failure", { cause: outcome });
}

const local = ["ollama", "lmstudio", "llamacpp"];

test.each(
  dialects.filter(({ name }) => !local.includes(name)),
)("PR2: $name is asked once with a wrong key", async (dialect) => {
  const wrong: Dialect = { ...dialect, authorize: (asked) => dialect.authorize({ ...asked, headers: {} }) };
  await using bench = await startBench(wrong, { script: () => ({ text: "never" }) });
  const failure = await failureOf(bench);
  expect(failure).toMatchObject({ retry: false, isOutage: false });
  expect(failure.message).toContain(dialect.model);
  expect(failure.message).not.toContain(dialectKey);
  expect(bench.server.exchanges).toHaveLength(1);
});

const told: readonly (readonly [string, Dialect, Refusal, RegExp])[] = [
  ["Azure's content filter", azure, contentFiltered, /content management policy/],
  ["a deployment that does not exist", azure, deploymentNotFound, /deployment for this resource does not exist/],
  ["LM Studio without a model", lmstudio, noModelLoaded, /No models loaded/],
  [
    "a model that Ollama has not fetched",
    ollama,
    {
      status: 404,
      body: { error: { message: 'model "qwen3:8b" not found, try pulling it first', type: "not_found_error" } },
    },
    /try pulling it first/,
  ],
];

test.each(told)("PR2: %s is told in the server's words, after one request", async (_, dialect, instead, words) => {
  await using bench = await startBench(dialect, { script: () => ({ instead }) });
  const failure = await failureOf(bench);
  expect(failure.message).toMatch(words);
  expect(failure.retry).toBe(false);
  expect(bench.server.exchanges).toHaveLength(1);
});

test("PR2: a call that Groq's own model wrote badly is asked for again", async () => {
  const state = { failed: false };
  await using bench = await startBench(groq, {
    script: () => {
      if (state.failed) return { text: "mended" };
      state.failed = true;
      return { instead: toolUseFailed };
    },
  });
  const { answer } = await bench.run({ drafts: [person("hello")], tools: [echo] });
  expect(answer.text).toBe("mended");
  expect(bench.server.exchanges).toHaveLength(2);
});
