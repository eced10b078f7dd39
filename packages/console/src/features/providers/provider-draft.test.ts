import { expect, test } from "vitest";
import { makeProvider } from "../../testing/nouns.ts";
import { draftToPatch, freeName, needsKeyAgain, readDraft, secretNameFor } from "./provider-draft.ts";

function form(fields: Readonly<Record<string, string | readonly string[]>>): FormData {
  const data = new FormData();
  for (const [name, values] of Object.entries(fields)) {
    for (const value of typeof values === "string" ? [values] : values) data.append(name, value);
  }
  return data;
}

test("a form with only the essentials sends only them: what is empty is left to the profile", () => {
  expect(readDraft(form({ name: " openai ", kind: "openai", baseUrl: "", firstToken: "", tools: "" }))).toEqual({
    name: "openai",
    kind: "openai",
    prices: {},
    overrides: {},
  });
});

test("times are told in seconds and sent in milliseconds; prices and overrides become what the protocol takes", () => {
  const draft = readDraft(
    form({
      name: "box",
      kind: "vllm",
      baseUrl: "http://10.0.0.2:8000/v1",
      firstToken: "90",
      betweenTokens: "1.5",
      tools: "no",
      vision: "yes",
      reasoningBack: "turn",
      contextTokens: "32000",
      priceModel: ["a", "*", "", "b"],
      priceInput: ["3", "0", "9", ""],
      priceOutput: ["15", "", "9", ""],
      priceCached: ["0.3", "", "", ""],
    }),
  );
  expect(draft).toEqual({
    name: "box",
    kind: "vllm",
    baseUrl: "http://10.0.0.2:8000/v1",
    firstTokenMs: 90_000,
    betweenTokensMs: 1_500,
    prices: { a: { input: 3, output: 15, cachedInput: 0.3 }, "*": { input: 0, output: 0 } },
    overrides: { tools: false, vision: true, reasoningBack: "turn", contextTokens: 32_000 },
  });
});

test("a change sends only the fields that differ", () => {
  const provider = makeProvider("openai", { overrides: { tools: false } });
  const same = readDraft(
    form({
      name: "openai",
      kind: "openai",
      baseUrl: provider.baseUrl,
      firstToken: "600",
      betweenTokens: "60",
      tools: "no",
    }),
  );
  expect(draftToPatch(same, provider)).toEqual({});
  expect(draftToPatch({ ...same, overrides: {} }, provider)).toEqual({ overrides: {} });
});

test("SE8: another host, port or scheme needs the key again, another path does not", () => {
  const bound = "https://api.example.com";
  const at = (url: string) => needsKeyAgain(bound, url);
  expect(["https://api.example.com/v1", "https://api.example.com:443/v2", "half an addr"].map(at)).toEqual([
    false,
    false,
    false,
  ]);
  expect(["http://api.example.com/v1", "https://api.example.com:8443", "https://api.example.org"].map(at)).toEqual([
    true,
    true,
    true,
  ]);
  expect(needsKeyAgain(null, "https://anywhere.example")).toBe(false);
});

test("SE8: a key for a new address is kept under a new name, so that the old one stays whole until the change is saved", () => {
  const provider = { secret: "openai", baseUrl: "https://api.openai.com/v1" };
  const secrets = [{ name: "openai" }];
  const nameFor = (baseUrl: string) => secretNameFor({ provider, name: "openai", baseUrl, secrets });
  expect(nameFor("https://api.openai.com/v2")).toBe("openai");
  expect(nameFor("https://proxy.example/v1")).toBe("openai-2");
  expect(secretNameFor({ provider: null, name: "groq", baseUrl: "https://x.example", secrets })).toBe("groq");
});

test("a taken name gets a number, whatever its case", () => {
  expect(freeName("ollama", ["OLLAMA", "ollama-2"])).toBe("ollama-3");
});
