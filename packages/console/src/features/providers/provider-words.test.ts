import type { ProviderTest, ProviderTestStep } from "@reef/protocol/provider";
import { expect, test } from "vitest";
import { makeProvider } from "../../testing/nouns.ts";
import { providerState } from "./provider-state.ts";
import { linkLabel, readOnlyWords, sourceWords, verdictOf } from "./provider-words.ts";

type Results = Partial<Record<ProviderTestStep["what"], ProviderTestStep["result"]>>;

function tested(ok: boolean, results: Results): ProviderTest {
  const steps = Object.entries(results).map(([what, result]) => ({
    what: what as ProviderTestStep["what"],
    result,
    text: `${what} said ${result}`,
    durationMs: 3,
  }));
  return { ok, model: "tiny", suggestedBaseUrl: null, steps };
}

test("a test that failed says at which step, in the server's own words", () => {
  expect(verdictOf(tested(false, { address: "failed", models: "skipped" }))).toEqual({
    tone: "failed",
    title: "Couldn't reach this address",
    text: "address said failed",
  });
  expect(verdictOf(tested(false, { address: "ok", models: "ok", text: "failed" })).title).toBe(
    "The model didn't answer",
  );
});

test("a model that answers without tools is a warning, whatever the server makes of it", () => {
  for (const ok of [true, false]) {
    expect(verdictOf(tested(ok, { address: "ok", text: "ok", tool: "no" }))).toMatchObject({ tone: "warn" });
  }
  expect(verdictOf(tested(true, { address: "ok", text: "ok", tool: "ok", image: "no" }))).toMatchObject({ tone: "ok" });
});

test("a provider's state goes by its switch first, then by its key, its test and its list of models", () => {
  const of = (fields: Parameters<typeof makeProvider>[1], more = {}) =>
    providerState({ provider: makeProvider("p", fields), test: null, problem: null, ...more }).words;
  expect(of({ enabled: false, problem: "broken" })).toBe("disabled");
  expect(of({ problem: "its key cannot be decrypted" })).toBe("needs attention");
  expect(of({ secret: "p", hasKey: false })).toBe("needs its key");
  expect(of({}, { problem: "refused" })).toBe("not working");
  expect(of({}, { problem: "refused", test: tested(true, { text: "ok", tool: "ok" }) })).toBe("works");
});

test("a provider of the environment names its variable and cannot be edited; one that is stored can", () => {
  expect(sourceWords({ source: "environment", kind: "anthropic" })).toBe("set by ANTHROPIC_API_KEY");
  expect(readOnlyWords({ source: "environment", kind: "openai" })).toContain("change OPENAI_API_KEY");
  expect(readOnlyWords({ source: "stored", kind: "openai" })).toBeNull();
});

test("a link is named by its host alone", () => {
  expect(linkLabel("https://www.example.com/settings/keys?new=1")).toBe("example.com");
});
