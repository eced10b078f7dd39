/** Tests what every store keeps of providers, secrets and the models by use. */
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { openKit } from "../testing/seeds.ts";
import { noModelDefaults } from "./models.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";

const providerSeed = (rest: { readonly name?: string; readonly baseUrl?: string; readonly secret?: string } = {}) => ({
  id: makeId("provider"),
  name: "lab",
  kind: "openai-compatible" as const,
  baseUrl: "https://one.example/v1",
  secret: null,
  firstTokenMs: 600_000,
  betweenTokensMs: 60_000,
  prices: { "*": { input: 0.5, output: 1.5, cachedInput: 0.05 } },
  overrides: { tools: false },
  enabled: true,
  ...rest,
});
const sealed = { op: "secret.put" as const, name: "key", sealed: "v1.sealed", origin: null };

export function describeStoreModels(name: string, open: OpenEmptyStore): void {
  describe(`providers and secrets in the ${name} store`, () => {
    it("keeps providers in the order they were made, through a change and a deletion, and tells each whole", async () => {
      await using kit = await openKit(open);
      const [first, second] = [providerSeed(), providerSeed({ name: "other" })];
      await kit.commit({ op: "provider.put", provider: first }, { op: "provider.put", provider: second });
      const createdAt = kit.now();
      kit.clock.advance(1000);
      const changed = { ...first, name: "LAB", enabled: false, firstTokenMs: 3_600_000, prices: {}, overrides: {} };
      const { events } = await kit.commit({ op: "provider.put", provider: changed });
      const stored = { ...changed, createdAt, updatedAt: kit.now() };
      expect(events).toMatchObject([{ type: "provider.changed", provider: stored }]);
      expect(await kit.store.read.providers()).toEqual([stored, { ...second, createdAt, updatedAt: createdAt }]);
      await kit.commit({ op: "provider.delete", id: first.id });
      expect((await kit.store.read.providers()).map(({ id }) => id)).toEqual([second.id]);
      await expect(kit.commit({ op: "provider.delete", id: first.id })).rejects.toMatchObject({ code: "not_found" });
    });

    it("refuses a second provider of the same name, whatever the case of its letters", async () => {
      await using kit = await openKit(open);
      await kit.commit({ op: "provider.put", provider: providerSeed() });
      const again = kit.commit({ op: "provider.put", provider: providerSeed({ name: "Lab" }) });
      await expect(again).rejects.toMatchObject({ code: "conflict" });
      expect(await kit.store.read.providers()).toHaveLength(1);
    });

    it("SE8: a secret is listed and told without what it holds", async () => {
      await using kit = await openKit(open);
      const { events } = await kit.commit(sealed);
      const record = { name: "key", origin: null, createdAt: kit.now(), updatedAt: kit.now(), lastUsedAt: null };
      expect(await kit.store.read.secrets()).toEqual([record]);
      expect(JSON.stringify([events, await kit.store.read.events(0, 100)])).not.toContain("v1.sealed");
      expect(await kit.store.read.sealedSecrets()).toEqual([{ record, sealed: "v1.sealed" }]);
    });

    it("SE8: a gateway's token is bound like a provider's key, and neither takes the other's elsewhere", async () => {
      await using kit = await openKit(open);
      const gateway = {
        id: makeId("gateway"),
        name: "home",
        url: "ws://127.0.0.1:18789",
        token: { from: "secret" as const, name: "key" },
        enabled: true,
      };
      const conflict = { code: "conflict" };
      await expect(kit.commit({ op: "gateway.put", gateway })).rejects.toMatchObject(conflict);
      await kit.commit(sealed);
      await kit.commit({ op: "gateway.put", gateway });
      expect(await kit.store.read.secrets()).toMatchObject([{ name: "key", origin: "ws://127.0.0.1:18789" }]);
      const moved = { ...gateway, url: "wss://evil.example/" };
      await expect(kit.commit({ op: "gateway.put", gateway: moved })).rejects.toMatchObject(conflict);
      // Forgotten with the value, and still the gateway's.
      await kit.commit(sealed);
      const thief = providerSeed({ secret: "key" });
      await expect(kit.commit({ op: "provider.put", provider: thief })).rejects.toMatchObject(conflict);
      await expect(kit.commit({ op: "secret.delete", name: "key" })).rejects.toMatchObject(conflict);
      // What became of its secret is no reason to keep it switched on.
      await kit.commit({ ...sealed, origin: "https://one.example" });
      await kit.commit({ op: "gateway.put", gateway: { ...gateway, enabled: false } });
      expect(await kit.store.read.secrets()).toMatchObject([{ origin: "https://one.example" }]);
    });

    it("SE8: a secret belongs to the address of the first provider that has it, and goes to no other", async () => {
      await using kit = await openKit(open);
      await kit.commit(sealed);
      const provider = providerSeed({ secret: "key" });
      await kit.commit({ op: "provider.put", provider });
      expect(await kit.store.read.secrets()).toMatchObject([{ origin: "https://one.example" }]);
      for (const elsewhere of ["http://one.example/v1", "https://one.example:8443/v1", "https://two.example/v1"]) {
        const moved = kit.commit({ op: "provider.put", provider: { ...provider, baseUrl: elsewhere } });
        await expect(moved).rejects.toThrow(/enter the key again for the new address/);
        const second = providerSeed({ name: "second", secret: "key", baseUrl: elsewhere });
        await expect(kit.commit({ op: "provider.put", provider: second })).rejects.toMatchObject({ code: "conflict" });
      }
      await kit.commit({ op: "provider.put", provider: { ...provider, baseUrl: "https://one.example/other" } });
      await kit.commit({ ...sealed, sealed: "v1.other" });
      expect(await kit.store.read.secrets()).toMatchObject([{ origin: null }]);
      const second = providerSeed({ name: "second", secret: "key", baseUrl: "https://two.example/v1" });
      await expect(kit.commit({ op: "provider.put", provider: second })).rejects.toThrow(/a key of its own/);
      await kit.commit({ op: "provider.put", provider: { ...provider, baseUrl: "https://two.example/v1" } });
      expect(await kit.store.read.secrets()).toMatchObject([{ origin: "https://two.example" }]);
    });

    it("SE8: a use is noted with its time, and binds a secret that has no address yet", async () => {
      await using kit = await openKit(open);
      await kit.commit(sealed);
      kit.clock.advance(5000);
      await kit.commit({ op: "secret.used", name: "key", origin: "https://one.example" });
      const used = { origin: "https://one.example", lastUsedAt: kit.now() };
      expect(await kit.store.read.secrets()).toMatchObject([used]);
      await kit.commit({ op: "secret.used", name: "key", origin: "https://two.example" });
      expect(await kit.store.read.secrets()).toMatchObject([used]);
      const { events } = await kit.commit({ op: "secret.used", name: "gone", origin: "https://one.example" });
      expect(events).toEqual([]);
    });

    it("a secret that a provider uses cannot be deleted, and a provider cannot have one that is not there", async () => {
      await using kit = await openKit(open);
      const provider = providerSeed({ secret: "key" });
      await expect(kit.commit({ op: "provider.put", provider })).rejects.toThrow(/no secret named “key”/);
      await kit.commit(sealed);
      await kit.commit({ op: "provider.put", provider });
      await expect(kit.commit({ op: "secret.delete", name: "key" })).rejects.toThrow(/“lab” uses this key/);
      await kit.commit({ op: "provider.put", provider: { ...provider, secret: null } });
      const { events } = await kit.commit({ op: "secret.delete", name: "key" });
      expect(events).toMatchObject([{ type: "secret.deleted", name: "key" }]);
      await expect(kit.commit({ op: "secret.delete", name: "key" })).rejects.toMatchObject({ code: "not_found" });
    });

    it("keeps which model does which work, whole", async () => {
      await using kit = await openKit(open);
      expect(await kit.store.read.modelDefaults()).toEqual(noModelDefaults);
      const defaults = { ...noModelDefaults, chat: "lab/big", vision: "lab/eyes" };
      const { events } = await kit.commit({ op: "models.put", defaults });
      expect(events).toMatchObject([{ type: "models.changed", defaults }]);
      expect(await kit.store.read.modelDefaults()).toEqual(defaults);
      await kit.commit({ op: "models.put", defaults: { ...noModelDefaults, embedding: "lab/vectors" } });
      expect(await kit.store.read.modelDefaults()).toEqual({ ...noModelDefaults, embedding: "lab/vectors" });
    });
  });
}
