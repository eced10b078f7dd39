import { expect, test } from "vitest";
import { usesOf } from "./provider-uses.ts";

const none = { chat: null, consolidation: null, embedding: null, vision: null };

test("a deletion names the bots on its models and the work it does by default, and nothing of another provider", () => {
  const bots = [
    { name: "Ada", runtime: "loop", model: "openai/gpt" },
    { name: "Bo", runtime: "loop", model: "openai-2/gpt" },
    { name: "Cy", runtime: "openclaw", model: "openai/gpt" },
    { name: "Di", runtime: "loop", model: null },
  ] as const;
  const defaults = {
    ...none,
    chat: "openai/gpt",
    inUse: { ...none, chat: null, embedding: { model: "openai/embed", source: "automatic" } as const },
  };
  expect(usesOf({ name: "openai" }, { bots, defaults })).toEqual({
    bots: ["Ada"],
    works: ["chat"],
  });
  expect(usesOf({ name: "gone" }, { bots, defaults: null })).toEqual({ bots: [], works: [] });
});
