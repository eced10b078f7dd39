import { expect, test } from "vitest";
import { makeModel } from "../../testing/nouns.ts";
import { canDo, findModels, suggestModel } from "./find-models.ts";

const chat = (id: string, abilities = {}) => makeModel(id, { abilities: { chat: true, tools: true, ...abilities } });

test("models are grouped by provider, found by all words in any order, and what has no tools comes last", () => {
  const models = [chat("a/small", { tools: false }), chat("a/big-10"), chat("a/big-9"), chat("b/big")];
  const names = (query: string) =>
    findModels(models, { work: "chat", query }).map(({ provider, shown }) => [
      provider,
      shown.map(({ model }) => model),
    ]);
  expect(names("")).toEqual([
    ["a", ["big-9", "big-10", "small"]],
    ["b", ["big"]],
  ]);
  expect(names("BIG a/")).toEqual([["a", ["big-9", "big-10"]]]);
  expect(names("nothing like it")).toEqual([]);
});

test("an embedding model is never offered for chat, nor a chat model for embedding", () => {
  const embedding = makeModel("o/embed", { abilities: { chat: false, embedding: true } });
  const silent = makeModel("o/who-knows");
  expect([chat("o/gpt"), embedding, silent].map((model) => canDo(model, "chat"))).toEqual([true, false, true]);
  expect([chat("o/gpt"), embedding, silent].map((model) => canDo(model, "embedding"))).toEqual([false, true, true]);
  expect(canDo(chat("o/blind", { vision: false }), "vision")).toBe(false);
});

test("of a thousand models a bounded number is drawn, each provider has some of them, and the rest is counted", () => {
  const models = Array.from({ length: 1_000 }, (_, n) => chat(`router/model-${n}`)).concat(chat("mine/only"));
  const groups = findModels(models, { work: "chat", query: "" });
  expect(groups.map(({ shown, more }) => [shown.length, more])).toEqual([
    [60, 940],
    [1, 0],
  ]);
  expect(findModels(models, { work: "chat", query: "model-777" })[0]?.shown.map(({ id }) => id)).toEqual([
    "router/model-777",
  ]);
});

test("the suggested model takes tools and is a general one, the newest of its name", () => {
  const suggested = (...models: Parameters<typeof suggestModel>[0]) => suggestModel(models)?.model ?? null;
  expect(suggested(chat("o/gpt-4o-audio-preview"), chat("o/gpt-5"), chat("o/gpt-5.1"), chat("o/gpt-3.5-turbo"))).toBe(
    "gpt-5.1",
  );
  expect(suggested(chat("l/llama3", { tools: false }), chat("l/odd-name"))).toBe("odd-name");
  expect(suggested(chat("l/llama3", { tools: false }))).toBe("llama3");
  expect(suggested(makeModel("l/embed", { abilities: { chat: false, embedding: true } }))).toBeNull();
});
