import { expect, test } from "vitest";
import { usesOf } from "./provider-uses.ts";

const none = { chat: null, consolidation: null, embedding: null, vision: null, fallback: null };

test("a deletion names the bots on its models and the work it does by default, and nothing of another provider", () => {
  const bots = [
    { name: "Ada", runtime: "loop", model: "openai/gpt", fallbackModel: null },
    { name: "Bo", runtime: "loop", model: "openai-2/gpt", fallbackModel: null },
    { name: "Cy", runtime: "openclaw", model: "openai/gpt", fallbackModel: null },
    { name: "Di", runtime: "loop", model: null, fallbackModel: null },
    { name: "Ed", runtime: "loop", model: null, fallbackModel: "openai/gpt" },
  ] as const;
  const defaults = {
    ...none,
    chat: "openai/gpt",
    inUse: { ...none, chat: null, embedding: { model: "openai/embed", source: "automatic" } as const },
  };
  expect(usesOf({ name: "openai" }, { bots, defaults })).toEqual({
    bots: ["Ada", "Ed"],
    works: ["chat"],
  });
  expect(usesOf({ name: "gone" }, { bots, defaults: null })).toEqual({ bots: [], works: [] });
});
