import { AppError } from "@reef/protocol/error";
import type { NewProvider, Provider, ProviderPatch } from "@reef/protocol/provider";
import type { Secret, SecretValue } from "@reef/protocol/secret";
import { expect, test } from "vitest";
import { makeProvider } from "../../testing/nouns.ts";
import { halfDoneWords, progressOf, type SavingClient, saveProvider } from "./save-provider.ts";

const draft = { name: "openai", kind: "openai", prices: {}, overrides: {} } as const;
const baseUrl = "https://api.openai.com/v1";

/** Records the calls, and refuses to create a provider the given number of times. */
function book(refusals = 0) {
  const calls: unknown[] = [];
  let left = refusals;
  const client: SavingClient = {
    putSecret: async (name: string, value: SecretValue) => {
      calls.push(["secret", name, value]);
      return { name } as Secret;
    },
    createProvider: async (provider: NewProvider) => {
      calls.push(["create", provider]);
      if (left-- > 0) throw new AppError("unavailable", "the server is away");
      return makeProvider(provider.name, { secret: provider.secret ?? null });
    },
    changeProvider: async (id: string, patch: ProviderPatch) => {
      calls.push(["change", id, patch]);
      return { ...makeProvider("openai"), ...patch } as Provider;
    },
  };
  return { client, calls };
}

test("SE8: a key is saved for its provider's address, and then the provider that names it", async () => {
  const { client, calls } = book();
  const progress = progressOf(null);
  await saveProvider({ client, draft, baseUrl, key: "sk-1", secretName: "openai", progress });
  expect(calls).toEqual([
    ["secret", "openai", { value: "sk-1", origin: "https://api.openai.com" }],
    ["create", { ...draft, secret: "openai" }],
  ]);
});

test("a second try after a failure goes on from what was saved, and the failure says what that is", async () => {
  const { client, calls } = book(1);
  const progress = progressOf(null);
  const before = { ...progress };
  await expect(saveProvider({ client, draft, baseUrl, key: "sk-1", secretName: "openai", progress })).rejects.toThrow();
  expect(halfDoneWords(before, progress)).toContain("saved as “openai”");
  await saveProvider({ client, draft, baseUrl, key: "", secretName: "openai-2", progress });
  expect(calls.at(-1)).toEqual(["create", { ...draft, secret: "openai" }]);
  expect(calls).toHaveLength(3);
});

test("a provider without a key needs no secret, and one that did not change is not written", async () => {
  const { client, calls } = book();
  await saveProvider({ client, draft, baseUrl, key: "", secretName: "x", progress: progressOf(null) });
  expect(calls).toEqual([["create", draft]]);
  const provider = makeProvider("openai", { secret: "openai" });
  await saveProvider({ client, draft, baseUrl, key: "", secretName: "x", progress: progressOf(provider) });
  expect(calls).toHaveLength(1);
});
