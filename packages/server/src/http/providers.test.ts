/** Tests providers over HTTP, with a person's runtimes, against a scripted model server. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProviderTestStep } from "@reef/protocol/provider";
import { freePort } from "@reef/runtimes/testing/free-port";
import { call, say } from "@reef/runtimes/testing/model-script";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import { type ProviderDouble, startProviderDouble } from "@reef/runtimes/testing/provider-double";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeFolder, type Served, type ServeOptions, serve, until } from "../testing/serve.ts";

const key = "sk-never-to-be-seen-0123456789";
const patience = { timeout: 120_000 };

/** An address where nothing listens. */
let away: string;
let double: ProviderDouble;
let folder: string;
beforeEach(async () => {
  folder = await makeFolder();
  away = `http://127.0.0.1:${await freePort()}/v1`;
  double = await startProviderDouble({
    key,
    routes: {
      "GET /v1/models": {
        body: { data: [{ id: "text-embedding-x" }, { id: "small" }, { id: "big", capabilities: ["tools", "vision"] }] },
      },
    },
  });
});
afterEach(async () => {
  await double[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const start = (options: Partial<ServeOptions> = {}) => serve({ folder, ownRuntimes: true, ...options });

async function withProvider(reef: Served, name = "lab") {
  await reef.client.putSecret("lab-key", { value: key });
  return reef.client.createProvider({
    name,
    kind: "openai-compatible",
    baseUrl: `${double.url}/v1`,
    secret: "lab-key",
  });
}

async function answerOf(reef: Served, model?: string) {
  const bot = await reef.client.createBot({ name: "Ada", ...(model === undefined ? {} : { model }) });
  const session = await reef.client.createSession({ botId: bot.id });
  const { id } = await reef.client.sendMessage(session.id, { text: "hello" });
  const message = await until(async () => {
    const now = await reef.client.message(id);
    return ["answered", "dead"].includes(now.state) && now;
  });
  const { items } = await reef.client.entries(session.id);
  return { bot, state: message.state, reason: message.reason, text: items.at(-1)?.text };
}

describe("a provider that is stored", () => {
  test(
    "gives the first default, answers at once and after a restart, and is told in every place",
    patience,
    async () => {
      {
        await using reef = await start();
        expect((await reef.client.status()).runtime).toBe("demo");
        const provider = await withProvider(reef);
        expect(provider).toMatchObject({ source: "stored", hasKey: true, problem: null, firstTokenMs: 600_000 });
        expect(await reef.client.modelDefaults()).toMatchObject({
          chat: "lab/big",
          inUse: { chat: { model: "lab/big", source: "person" }, consolidation: null, embedding: null, vision: null },
        });
        expect(await reef.client.status()).toMatchObject({ runtime: "loop", model: "big" });
        expect(await answerOf(reef)).toMatchObject({
          bot: { runtime: "loop" },
          state: "answered",
          text: "hello from big",
        });
        expect(await reef.client.secrets()).toMatchObject({
          items: [{ name: "lab-key", origin: double.url, usedBy: ["provider lab"], lastUsedAt: expect.any(String) }],
        });
      }
      await using again = await start();
      expect(await answerOf(again, "lab/small")).toMatchObject({ state: "answered", text: "hello from small" });
      expect(await again.client.provider("lab")).toMatchObject({ name: "lab", hasKey: true, problem: null });
    },
  );

  test("a default that changes is taken by the next call of bots that name no model", patience, async () => {
    await using reef = await start();
    await withProvider(reef);
    await reef.client.changeModelDefaults({ chat: "lab/small" });
    expect(await answerOf(reef)).toMatchObject({ text: "hello from small" });
    for (const [chat, message] of [
      ["nobody/x", /one of these providers: lab/],
      ["small", /provider\/model/],
      ["lab/", /provider\/model/],
      ["lab/text-embedding-x", /cannot chat/],
    ] as const) {
      await expect(reef.client.changeModelDefaults({ chat })).rejects.toThrow(message);
    }
    await expect(reef.client.changeModelDefaults({ embedding: "lab/text-embedding-x" })).resolves.toMatchObject({
      embedding: "lab/text-embedding-x",
      chat: "lab/small",
    });
  });

  test("SE8: a key that was copied with white space is taken, and one that no header takes is refused at once", async () => {
    await using reef = await start();
    await reef.client.putSecret("lab-key", { value: `\n  ${key}\t ` });
    const provider = {
      name: "lab",
      kind: "openai-compatible" as const,
      baseUrl: `${double.url}/v1`,
      secret: "lab-key",
    };
    await reef.client.createProvider(provider);
    expect((await reef.client.models()).problems).toEqual([]);
    for (const value of ["", "  ", "two\nlines", "sk-abc…xyz", "\u0000"]) {
      const response = await reef.request("PUT", "/v1/secrets/other", { value });
      expect([value, response.status]).toEqual([value, 400]);
      expect((await reef.request("POST", "/v1/providers/test", { kind: "openai", key: value })).status).toBe(400);
    }
    const prices = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`m${n}`, { input: 1, output: 1 }]));
    await expect(reef.client.changeProvider("lab", { prices })).rejects.toThrow(/at most 1,000 prices/);
  });

  test("SE8: its key goes to no other address, and the new address is not asked", patience, async () => {
    await using elsewhere = await startProviderDouble();
    await using reef = await start();
    const { id } = await withProvider(reef);
    await expect(reef.client.changeProvider(id, { baseUrl: `${elsewhere.url}/v1` })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/enter the key again for the new address/),
    });
    const second = { kind: "openai-compatible" as const, baseUrl: `${elsewhere.url}/v1`, secret: "lab-key" };
    await expect(reef.client.createProvider({ name: "second", ...second })).rejects.toMatchObject({ code: "conflict" });
    await expect(reef.client.testNewProvider(second)).rejects.toMatchObject({ code: "conflict" });
    expect(elsewhere.asked).toEqual([]);
    // With the key given again for the new address, the old one gets no more requests.
    await reef.client.putSecret("lab-key", { value: key, origin: `${elsewhere.url}/v1` });
    expect((await reef.client.provider(id)).problem).toMatch(/was given for/);
    const before = double.asked.length;
    expect(await answerOf(reef)).toMatchObject({ state: "dead", reason: expect.stringMatching(/enter it again/) });
    expect(double.asked).toHaveLength(before);
    await reef.client.changeProvider(id, { baseUrl: `${elsewhere.url}/v1` });
    expect((await reef.client.provider(id)).problem).toBeNull();
  });

  test(
    "SE8: a key that cannot be decrypted is said so, the rest works, and entering it again mends it",
    patience,
    async () => {
      {
        await using reef = await start();
        await withProvider(reef);
      }
      await rm(join(folder, "secrets.key"));
      await using reef = await start();
      expect((await reef.client.provider("lab")).problem).toBe("its key cannot be decrypted: enter it again");
      expect(await reef.client.models()).toMatchObject({
        items: [],
        problems: [{ provider: "lab", reason: expect.stringMatching(/cannot be decrypted/) }],
      });
      expect(await answerOf(reef)).toMatchObject({
        state: "dead",
        reason: expect.stringMatching(/cannot be decrypted/),
      });
      await reef.client.putSecret("lab-key", { value: key });
      expect(await answerOf(reef)).toMatchObject({ state: "answered" });
    },
  );

  test("is refused where it cannot be, and nothing is lost", patience, async () => {
    await using reef = await start();
    const provider = await withProvider(reef);
    const same = { name: "LAB", kind: "ollama" as const };
    await expect(reef.client.createProvider(same)).rejects.toThrow(/named “lab” already/);
    await expect(reef.client.createProvider({ name: "x", kind: "azure" })).rejects.toThrow(/baseUrl/);
    await expect(reef.client.createProvider({ name: "x", kind: "openai", secret: "none" })).rejects.toThrow(
      /store it first/,
    );
    for (const baseUrl of [
      "http://169.254.169.254/latest",
      "http://2852039166/v1",
      "http://[::ffff:169.254.169.254]/v1",
      "http://[fe80::1]/v1",
      "http://metadata.google.internal/v1",
      `http://me:${key}@127.0.0.1/v1`,
      `http://127.0.0.1/v1?key=${key}`,
      "ftp://127.0.0.1",
      "not an address",
    ]) {
      const body = { name: "x", kind: "openai-compatible", baseUrl };
      const response = await reef.request("POST", "/v1/providers", body);
      expect([baseUrl, response.status]).toEqual([baseUrl, 400]);
      expect(await response.text()).not.toContain(key);
    }
    await expect(reef.client.deleteSecret("lab-key")).rejects.toThrow(/“lab” uses this key/);
    const bot = await reef.client.createBot({ name: "Ada", model: "lab/small" });
    await expect(reef.client.deleteProvider(provider.id)).rejects.toThrow(/“Ada” uses a model of “lab”/);
    await expect(reef.client.changeProvider(provider.id, { name: "other" })).rejects.toThrow(/“Ada”/);
    await reef.client.deleteBot(bot.id);
    await expect(reef.client.deleteProvider(provider.id)).rejects.toThrow(/default model for chat/);
    await reef.client.changeModelDefaults({ chat: null });
    await reef.client.deleteProvider(provider.id);
    await reef.client.deleteSecret("lab-key");
    expect(await reef.client.providers()).toEqual({ items: [], next: null });
    expect((await reef.client.status()).runtime).toBe("demo");
  });

  test("one that is switched off is used by nobody, and says so", patience, async () => {
    await using reef = await start();
    const { id } = await withProvider(reef);
    await reef.client.changeProvider(id, { enabled: false });
    expect(await answerOf(reef, "lab/small")).toMatchObject({
      state: "dead",
      reason: expect.stringMatching(/switched off/),
    });
    expect((await reef.client.models()).items).toEqual([]);
  });
});

test(
  "the list of models has abilities, prices and who told them, and serves though one provider is away",
  patience,
  async () => {
    await using reef = await start();
    const { id } = await withProvider(reef);
    await reef.client.changeProvider(id, { prices: { big: { input: 1, output: 2 } } });
    await reef.client.createProvider({ name: "away", kind: "vllm", baseUrl: away });
    const list = await reef.client.models();
    expect(list.items.map((model) => model.id)).toEqual(["lab/text-embedding-x", "lab/small", "lab/big"]);
    expect(list.items[2]).toMatchObject({
      provider: "lab",
      abilities: { tools: true, vision: true },
      price: { input: 1, output: 2 },
      priceSource: "settings",
    });
    expect(list.problems).toMatchObject([{ provider: "away", reason: expect.stringMatching(/Nothing is listening/) }]);
    const ids = async (filter: Parameters<typeof reef.client.models>[0]) =>
      (await reef.client.models(filter)).items.map(({ model }) => model);
    expect(await ids({ ability: "tools" })).toEqual(["big"]);
    expect(await ids({ q: "SMA" })).toEqual(["small"]);
    expect(await ids({ provider: "away" })).toEqual([]);
    const asked = double.asked.length;
    await reef.client.models({ provider: "lab" });
    expect(double.asked).toHaveLength(asked);
    await reef.client.models({ provider: "lab", refresh: true });
    expect(double.asked).toHaveLength(asked + 1);
  },
);

test(
  "what the settings set shows as such, works as before, is no secret's, and cannot be changed here",
  patience,
  async () => {
    const config = {
      modelBaseUrl: `${double.url}/v1`,
      modelApiKey: key,
      model: "small",
      fromVariables: ["modelBaseUrl", "modelApiKey", "model"],
      providers: { other: { kind: "vllm" as const, baseUrl: away } },
    };
    await using reef = await start({ config });
    expect(await reef.client.providers()).toMatchObject({
      items: [
        { id: "default", name: "default", source: "environment", hasKey: true, secret: null, createdAt: null },
        { id: "other", name: "other", source: "file", hasKey: false },
      ],
    });
    expect(await reef.client.modelDefaults()).toMatchObject({
      chat: null,
      inUse: { chat: { model: "default/small", source: "environment" } },
    });
    expect(await answerOf(reef)).toMatchObject({ state: "answered", text: "hello from small" });
    await expect(reef.client.changeProvider("default", { enabled: false })).rejects.toThrow(/change its variables/);
    await expect(reef.client.deleteProvider("other")).rejects.toThrow(/change the file/);
    await expect(reef.client.createProvider({ name: "default", kind: "ollama" })).rejects.toThrow(
      /choose another name/,
    );
    expect((await reef.client.testProvider("default")).ok).toBe(true);
    await reef.client.changeModelDefaults({ chat: "default/big" });
    expect((await reef.client.modelDefaults()).inUse.chat).toEqual({ model: "default/big", source: "person" });
  },
);

describe("a test of a provider says what failed in plain words", () => {
  const steps = (test: Awaited<ReturnType<Served["client"]["testNewProvider"]>>) =>
    Object.fromEntries(test.steps.map(({ what, result, text }) => [what, `${result}: ${text}`]));
  const kind = "openai-compatible" as const;

  test("one that works, before it is stored and after", patience, async () => {
    await using reef = await start();
    const before = await reef.client.testNewProvider({ kind, baseUrl: `${double.url}/v1`, key });
    expect(before).toMatchObject({ ok: true, model: "big", suggestedBaseUrl: null });
    expect(before.steps.map(({ what, result }) => [what, result]).slice(0, 4)).toEqual([
      ["address", "ok"],
      ["models", "ok"],
      ["text", "ok"],
      ["tool", "ok"],
    ]);
    expect(before.steps).toHaveLength(5);
    expect(before.steps[4]).toMatchObject({ what: "image", result: "ok" });
    expect(JSON.stringify(double.asked.at(-1)?.body)).toContain("data:image/png;base64,");
    expect(await reef.client.secrets()).toMatchObject({ items: [] });
    const { id } = await withProvider(reef);
    expect(await reef.client.testProvider(id, { model: "small" })).toMatchObject({ ok: true, model: "small" });
  });

  test("a wrong key, nobody there, a website, a model without tools, only vectors", patience, async () => {
    await using reef = await start();
    const ask = (rest: Partial<Parameters<typeof reef.client.testNewProvider>[0]> = {}) =>
      reef.client.testNewProvider({ kind, baseUrl: `${double.url}/v1`, key, ...rest });
    const wrong = await ask({ key: "sk-wrong-key-of-somebody" });
    expect(wrong.ok).toBe(false);
    expect(steps(wrong)).toMatchObject({
      address: expect.stringMatching(/^ok/),
      models: expect.stringMatching(/^failed: The key was refused \(401\)/),
      text: expect.stringMatching(/^skipped/),
    });
    expect(JSON.stringify(wrong)).not.toContain("sk-wrong-key-of-somebody");
    expect(steps(await ask({ baseUrl: away }))).toMatchObject({
      address: expect.stringMatching(/^failed: Nothing is listening at 127.0.0.1/),
    });
    const models = { "GET /v1/models": { body: { data: [{ id: "small" }] } } };
    double.use({ key, routes: { "GET /models": { body: "<html>Welcome</html>" }, ...models } });
    const website = await ask({ baseUrl: double.url });
    expect(website).toMatchObject({ ok: false, suggestedBaseUrl: `${double.url}/v1` });
    expect(steps(website).address).toMatch(/this is a website, not a model server.*\/v1 does answer/);
    double.use({ key, routes: models, tools: "refused" });
    const plain = await ask();
    expect(plain.ok).toBe(true);
    expect(steps(plain).tool).toMatch(/^no: This model can't use tools: bots on it can only talk/);
    double.use({ key, routes: models, tools: "ignored" });
    expect(steps(await ask()).tool).toMatch(/^no: .*answered in words/);
    double.use({ key, routes: models, pictures: "ignored" });
    expect(steps(await ask()).image).toMatch(/^no: .*red square.*“hello from small”/);
    double.use({ key, routes: { "GET /v1/models": { body: { data: [{ id: "bge-m3" }] } } } });
    expect(steps(await ask()).text).toMatch(/no model that can chat/);
  });
});

describe("a test that is followed", () => {
  const kind = "openai-compatible" as const;

  test("tells each step when it ends, and the whole in the end", patience, async () => {
    const textSeen = Promise.withResolvers<void>();
    await using slow = await startModelServer({
      // The tool is asked about only after the step before was reported: an answer in one piece would never come.
      script: async ({ tools }) => {
        if (tools.length > 0) await textSeen.promise;
        return tools.includes("report_number") ? call("report_number", { number: 7 }) : say("Red");
      },
    });
    await using reef = await start();
    const told: string[] = [];
    const onStep = ({ what, result }: ProviderTestStep) => {
      told.push(`${what} ${result}`);
      if (what === "text") textSeen.resolve();
    };
    const whole = await reef.client.testNewProvider({ kind, baseUrl: `${slow.url}/v1` }, { onStep });
    expect(whole).toMatchObject({ ok: true, model: "scripted" });
    expect(told).toEqual(["address ok", "models ok", "text ok", "tool ok", "image ok"]);
    expect(whole.steps.map(({ what, result }) => `${what} ${result}`)).toEqual(told);
  });

  test("ends at the provider when nobody follows it any more", patience, async () => {
    await using slow = await startModelServer({ script: () => new Promise(() => undefined) });
    await using reef = await start();
    const leaving = new AbortController();
    const onStep = ({ what }: ProviderTestStep) => what === "models" && leaving.abort();
    const options = { onStep, signal: leaving.signal };
    await expect(reef.client.testNewProvider({ kind, baseUrl: `${slow.url}/v1` }, options)).rejects.toMatchObject({
      name: "AbortError",
    });
    await until(async () => slow.stats().running === 0);
  });

  test("is refused like any other request before it begins", patience, async () => {
    await using reef = await start();
    const onStep = () => undefined;
    await expect(reef.client.testProvider("nobody", {}, { onStep })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("local servers", () => {
  test(
    "an Ollama whose newest model makes vectors: a model that can chat is chosen, and found servers are listed",
    patience,
    async () => {
      double.use({
        routes: {
          "GET /api/tags": { body: { models: [{ name: "nomic-embed-text" }, { name: "qwen3:8b" }] } },
          "POST /api/show": (body) => ({
            body: { capabilities: JSON.stringify(body).includes("nomic") ? ["embedding"] : ["completion", "tools"] },
          }),
        },
      });
      await using reef = await start({ config: { ollamaUrl: double.url } });
      await until(async () => (await reef.client.status()).runtime === "loop");
      expect(await reef.client.status()).toMatchObject({ model: "qwen3:8b" });
      expect(await reef.client.modelDefaults()).toMatchObject({
        chat: null,
        inUse: { chat: { model: "ollama/qwen3:8b", source: "automatic" } },
      });
      expect(await reef.client.providers()).toMatchObject({
        items: [{ name: "ollama", source: "found", hasKey: false }],
      });
      expect(await answerOf(reef)).toMatchObject({ state: "answered", text: "hello from qwen3:8b" });
      expect((await reef.client.foundServers()).items.filter(({ kind }) => kind === "ollama")).toEqual([]);
      await expect(reef.client.changeProvider("ollama", { enabled: false })).rejects.toThrow(/add it as a provider/);
      // Added as a provider of its own, it replaces the one that was found.
      const added = await reef.client.createProvider({ name: "ollama", kind: "ollama", baseUrl: `${double.url}/v1` });
      expect(added.source).toBe("stored");
      expect((await reef.client.providers()).items).toHaveLength(1);
    },
  );

  test("the model that is named is taken of an Ollama that is found", patience, async () => {
    double.use({ routes: { "GET /api/tags": { body: { models: [{ name: "first" }, { name: "second" }] } } } });
    await using reef = await start({ config: { ollamaUrl: double.url, model: "second" } });
    await until(async () => (await reef.client.status()).model === "second");
  });

  test("off looks at nothing", async () => {
    await using reef = await start();
    expect(await reef.client.foundServers()).toEqual({ items: [], next: null });
    expect((await reef.client.providerOffers()).items.find(({ kind }) => kind === "openai")).toMatchObject({
      needsKey: true,
      keyUrl: expect.stringMatching(/^https:/),
    });
  });
});

test("SY1: who was told of a change by its event reads the change, in every list", patience, async () => {
  await using reef = await start();
  const { id } = await withProvider(reef);
  const read: Promise<readonly unknown[]>[] = [];
  const look = async () => {
    const [list, one, models, secrets] = await Promise.all([
      reef.client.providers(),
      reef.client.provider(id),
      reef.client.models(),
      reef.client.secrets(),
    ]);
    return [list.items[0]?.firstTokenMs, one.firstTokenMs, models.problems.length, secrets.items.length];
  };
  const socket = reef.connect({
    after: -1,
    onReset: () => undefined,
    onEvent: ({ type }) => type === "provider.changed" && read.push(look()),
  });
  await until(() => socket.state === "open");
  const times = Array.from({ length: 20 }, (_, n) => 1_000 * (n + 1));
  for (const firstTokenMs of times) {
    await reef.client.changeProvider(id, { firstTokenMs });
    await until(() => read.length === firstTokenMs / 1_000);
    expect(await read.at(-1)).toEqual([firstTokenMs, firstTokenMs, 0, 1]);
  }
  socket.close();
});
