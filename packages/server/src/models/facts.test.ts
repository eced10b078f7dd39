import { createManualClock } from "@reef/engine/testing/manual-clock";
import { type ListedModel, listedModel } from "@reef/runtimes/loop/provider/list/listed-model";
import { expect, test } from "vitest";
import { createFacts } from "./facts.ts";
import type { Listing, Lists } from "./lists.ts";

const name = { providerName: "lab", modelId: "m" };
const provider = {
  name: "lab",
  source: "stored" as const,
  record: null,
  problem: null,
  settings: { kind: "ollama" as const },
};

function factsOf(models: readonly ListedModel[] | "never") {
  const clock = createManualClock();
  const listing: Listing = { models: models === "never" ? [] : models, problem: null };
  const get = () => (models === "never" ? new Promise<Listing>(() => undefined) : Promise.resolve(listing));
  const lists: Lists = { get, last: () => null, peek: () => null, [Symbol.dispose]: () => undefined };
  return { clock, facts: createFacts({ clock, lists, find: (each) => (each === "lab" ? provider : null) }) };
}

test("a window is what a model runs with; what it could have counts only where its server does not decide", async () => {
  for (const [known, contextTokens] of [
    [{ contextTokens: 131_072, isElastic: true }, null],
    [{ contextTokens: 2048, isElastic: true }, 2048],
    [{ contextTokens: 131_072, runningTokens: 4096, isElastic: true }, 4096],
    [{ contextTokens: 131_072 }, 131_072],
  ] as const) {
    const { facts } = factsOf([listedModel("m", known)]);
    expect(await facts.get(name)).toMatchObject({ contextTokens });
  }
});

test("what a model's answers showed goes before its list, until a provider changes", async () => {
  const abilities = { chat: true, tools: true, vision: null, reasoning: null, embedding: false };
  const { facts } = factsOf([listedModel("m:latest", { abilities })]);
  expect(await facts.get(name)).toMatchObject({ tools: true });
  facts.learn(name, { tools: false });
  expect(await facts.get(name)).toMatchObject({ tools: false });
  expect(facts.learned(name)).toEqual({ tools: false });
  facts.forgetAll();
  expect(await facts.get(name)).toMatchObject({ tools: true });
  expect(await facts.get({ providerName: "other", modelId: "m" })).toBeNull();
});

test("PR4: a call waits two seconds for the list of a provider, and goes on without", async () => {
  const { clock, facts } = factsOf("never");
  const waiting = facts.get(name);
  clock.advance(2_000);
  expect(await waiting).toBeNull();
});
