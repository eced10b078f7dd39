import { expect, test } from "vitest";
import { makeModel, makeProvider } from "../../testing/nouns.ts";
import { blindModel, modelTrouble } from "./bot-model.ts";

const known = {
  models: [
    makeModel("openai/gpt", { abilities: { tools: true } }),
    makeModel("local/tiny", { abilities: { tools: false } }),
    makeModel("router/meta/llama"),
  ],
  providers: [makeProvider("openai"), makeProvider("local"), makeProvider("router")],
  serverModel: "openai/gpt",
};
const loop = (model: string | null) => ({ runtime: "loop", model }) as const;

test("a bot on the demo or without any model is told so, and one of OpenClaw is left alone", () => {
  expect(modelTrouble({ runtime: "demo", model: null }, known)).toEqual({ type: "demo" });
  expect(modelTrouble(loop(null), { ...known, serverModel: null })).toEqual({ type: "no-model" });
  expect(modelTrouble({ runtime: "openclaw", model: "gone/x" }, known)).toBeNull();
  expect(modelTrouble(loop(null), known)).toBeNull();
});

test("a model without tools is named, also when it is the server's default or is written without its provider", () => {
  expect(modelTrouble(loop("local/tiny"), known)).toEqual({ type: "no-tools", model: "tiny" });
  expect(modelTrouble(loop("tiny"), known)).toEqual({ type: "no-tools", model: "tiny" });
  expect(modelTrouble(loop(null), { ...known, serverModel: "local/tiny" })).toMatchObject({ type: "no-tools" });
});

test("a provider that is gone, off or without its key is named; a model that is only not listed is no trouble", () => {
  expect(modelTrouble(loop("gone/x"), known)).toEqual({ type: "no-provider", provider: "gone" });
  expect(modelTrouble(loop("openai/new-one"), known)).toBeNull();
  expect(modelTrouble(loop("router/meta/llama"), known)).toBeNull();
  const off = { ...known, providers: [makeProvider("openai", { enabled: false })] };
  expect(modelTrouble(loop("openai/gpt"), off)).toEqual({ type: "provider-off", provider: "openai" });
  const keyless = { ...known, providers: [makeProvider("openai", { secret: "openai", hasKey: false })] };
  expect(modelTrouble(loop("openai/gpt"), keyless)).toEqual({ type: "no-key", provider: "openai" });
});

test("pictures go unseen only where the model is known to be blind and none sees for it", () => {
  const models = [
    makeModel("o/blind", { abilities: { vision: false } }),
    makeModel("o/unknown"),
    makeModel("o/sees", { abilities: { vision: true } }),
  ];
  const inUse = (chat: string | null, vision: string | null = null) => {
    const use = (model: string | null) => model && ({ model, source: "person" } as const);
    const none = { consolidation: null, embedding: null, fallback: null };
    return { inUse: { ...none, chat: use(chat) || null, vision: use(vision) || null } };
  };
  const of = (model: string | null, defaults = inUse(null), runtime: "loop" | "openclaw" = "loop") =>
    blindModel({ runtime, model }, { models, defaults });
  expect(of("o/blind")).toBe("blind");
  expect(of(null, inUse("o/blind"))).toBe("blind");
  expect(of("o/blind", inUse(null, "o/sees"))).toBeNull();
  expect(of("o/unknown")).toBeNull();
  expect(of("o/sees")).toBeNull();
  expect(of("o/not-listed")).toBeNull();
  expect(of(null)).toBeNull();
  expect(of("o/blind", inUse(null), "openclaw")).toBeNull();
});
