/**
 * Tests a provider as its bots would use it: whether it answers, what it offers, and one model for a text, a tool call
 * and a picture. Each step says in one sentence what it found. Never rejects because of the server.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { ProviderTest, ProviderTestStep } from "@reef/protocol/provider";
import { addressOf } from "@reef/runtimes/loop/provider/address";
import { chooseChatModel } from "@reef/runtimes/loop/provider/list/choose-model";
import { listModels } from "@reef/runtimes/loop/provider/list/list-models";
import { type ListedModel, ListFailure } from "@reef/runtimes/loop/provider/list/listed-model";
import {
  cannotSee,
  type ModelTest,
  type Tested,
  testPicture,
  testText,
  testTool,
} from "@reef/runtimes/loop/provider/test-model";
import { defaultModelByKind, type ProviderSettings } from "@reef/runtimes/loop/settings";

export interface ProviderToTest {
  readonly name: string;
  readonly settings: ProviderSettings;
  /** Without it, a model that can chat is chosen. */
  readonly model?: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called with each step as it ends, in order. */
  readonly onStep?: (step: ProviderTestStep) => void;
}

type What = ProviderTestStep["what"];
type Found = Pick<ProviderTestStep, "result" | "text">;

const listMs = 10_000;
/** A model on one's own machine may have to be loaded first. */
const firstAnswerMs = 120_000;
const laterAnswerMs = 60_000;
const afterwards: readonly What[] = ["text", "tool", "image"];

export async function testProvider(test: ProviderToTest): Promise<ProviderTest> {
  const steps: ProviderTestStep[] = [];
  const watch = stopwatch(test.clock);
  const note = (what: What, found: Found) => {
    const step = { what, ...found, durationMs: watch() };
    steps.push(step);
    test.onStep?.(step);
  };
  const skip = (whats: readonly What[], text: string) => {
    for (const what of whats) note(what, { result: "skipped", text });
  };
  const end = (rest: { readonly model?: string; readonly suggestedBaseUrl?: string | null } = {}): ProviderTest => ({
    ok: steps.some(({ what, result }) => what === "text" && result === "ok"),
    model: rest.model ?? null,
    suggestedBaseUrl: rest.suggestedBaseUrl ?? null,
    steps,
  });

  const listed = await readList(test.settings, test.signal);
  const { host } = new URL(addressOf(test.settings).baseUrl);
  if (listed.state !== "failed" || listed.kind === "refused")
    note("address", { result: "ok", text: `${host} answers.` });
  if (listed.state === "failed") {
    const goesOn = canGoWithout(listed, test);
    const suggested = await suggestAddress(listed, test);
    const hint = suggested === null ? "" : ` ${suggested} does answer as a model server.`;
    if (listed.kind === "refused") note("models", { result: "failed", text: listed.text });
    else if (goesOn && suggested === null) {
      note("address", { result: "ok", text: `${host} answers.` });
      note("models", { result: "no", text: `It does not list its models. ${listed.text}` });
    } else {
      note("address", { result: "failed", text: `${listed.text}${hint}` });
      skip(["models"], "Not tested.");
    }
    if (!goesOn || suggested !== null) {
      skip(afterwards, "Not tested.");
      return end({ suggestedBaseUrl: suggested });
    }
  }

  const models = listed.state === "failed" ? [] : listed.models;
  const model = test.model ?? chooseOf(test.settings, models);
  if (listed.state === "ok") note("models", sayModels(models, test.model));
  if (model === null) {
    note("text", { result: "failed", text: "It offers no model that can chat." });
    skip(["tool", "image"], "Not tested.");
    return end();
  }
  const facts = models.find(({ id }) => id === model || id === `${model}:latest`);
  const ask = (run: (test: ModelTest) => Promise<Tested>, ms: number) =>
    within({ ...test, providerName: test.name, modelId: model }, run, ms);
  const text = await ask(testText, firstAnswerMs);
  note(
    "text",
    say(text, (reply) => `“${model}” answered: ${reply}`),
  );
  if (text.result !== "ok") {
    skip(["tool", "image"], "Not tested, because it gave no answer.");
    return end({ model });
  }
  note(
    "tool",
    say(await ask(testTool, laterAnswerMs), () => "It used the tool."),
  );
  if (facts?.abilities.vision === false) note("image", { result: "no", text: cannotSee });
  else
    note(
      "image",
      say(await ask(testPicture, laterAnswerMs), (reply) => `Shown a red square, it said: ${reply}`),
    );
  return end({ model });
}

/** Returns a function that gives the milliseconds since its last call. */
function stopwatch(clock: Clock): () => number {
  let last = clock.now();
  return () => {
    const before = last;
    last = clock.now();
    return Math.max(0, last - before);
  };
}

type ListFound =
  | { readonly state: "ok"; readonly models: readonly ListedModel[] }
  | { readonly state: "failed"; readonly kind: ListFailure["kind"]; readonly text: string };

async function readList(settings: ProviderSettings, signal: AbortSignal): Promise<ListFound> {
  try {
    return { state: "ok", models: await listModels(settings, { signal, timeoutMs: listMs }) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ListFailure) return { state: "failed", kind: error.kind, text: error.message };
    return { state: "failed", kind: "answer", text: "Its answer could not be read." };
  }
}

/** A server without a list, or a key that may not read it, can still have the model that was named. */
function canGoWithout(listed: Extract<ListFound, { state: "failed" }>, { model }: ProviderToTest): boolean {
  if (model === undefined) return false;
  return listed.kind === "missing" || listed.kind === "answer" || /\(403\)/.test(listed.text);
}

/** Returns the same address with `/v1`, when a model server answers there. */
async function suggestAddress(
  listed: Extract<ListFound, { state: "failed" }>,
  { settings, signal }: ProviderToTest,
): Promise<string | null> {
  const address = addressOf(settings).baseUrl;
  if (listed.kind === "unreachable" || listed.kind === "refused" || /\/v\d+[a-z]*(\/|$)/.test(address)) return null;
  const baseUrl = `${address}/v1`;
  const there = await readList({ ...settings, baseUrl }, signal);
  return there.state === "ok" || there.kind === "refused" ? baseUrl : null;
}

function chooseOf({ kind }: ProviderSettings, models: readonly ListedModel[]): string | null {
  const usual = kind === "openai" || kind === "anthropic" ? defaultModelByKind[kind] : null;
  return chooseChatModel(kind, models)?.id ?? usual;
}

function sayModels(models: readonly ListedModel[], wanted: string | undefined): Found {
  const talking = models.filter(({ abilities }) => abilities.chat !== false).length;
  const count = models.length === 1 ? "1 model" : `${models.length} models`;
  if (models.length === 0) return { result: "no", text: "It offers no models: load or pull one first." };
  if (wanted !== undefined && !models.some(({ id }) => id === wanted || id === `${wanted}:latest`)) {
    return { result: "no", text: `It offers ${count}, and “${wanted}” is not one of them.` };
  }
  return {
    result: "ok",
    text: talking === models.length ? `It offers ${count}.` : `It offers ${count}, ${talking} for chat.`,
  };
}

async function within(test: ModelTest, run: (test: ModelTest) => Promise<Tested>, ms: number): Promise<Tested> {
  const timeout = AbortSignal.timeout(ms);
  try {
    return await run({ ...test, signal: AbortSignal.any([test.signal, timeout]) });
  } catch (error) {
    test.signal.throwIfAborted();
    if (timeout.aborted) return { result: "failed", text: `It gave no answer within ${ms / 1000} seconds.` };
    throw error;
  }
}

function say(tested: Tested, ok: (reply: string) => string): Found {
  return tested.result === "ok" ? { result: "ok", text: ok(tested.reply) } : tested;
}
