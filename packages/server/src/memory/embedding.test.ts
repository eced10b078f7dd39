/** Tests memories compared by meaning, through the real server and a model that is scripted over real HTTP. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { toInt8 } from "@reef/engine/memory/vector";
import type { BotId } from "@reef/protocol/ids";
import type { MemorySearch, MemoryStats } from "@reef/protocol/memory";
import { conceptVector, type EmbeddingServer, startEmbeddingServer } from "@reef/recall/testing/embedding-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Config } from "../config.ts";
import { makeFolder, type Served, serve } from "../testing/serve.ts";

const concepts = [
  ["commute", "bicycle", "cycles"],
  ["pet", "dachshund", "rex"],
  ["allergic", "hazelnuts"],
] as const;
const apiKey = "sk-never-to-be-seen-0123456789";
const key = { apiKey };
const patience = { timeout: 60_000 };

let model: EmbeddingServer;
let folder: string;
beforeEach(async () => {
  model = await startEmbeddingServer({ concepts, apiKey, dimensions: { large: 96 } });
  folder = await makeFolder();
});
afterEach(async () => {
  await model[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function start(config: Partial<Config> = {}, more: Parameters<typeof serve>[0] = {}): Promise<Served> {
  const embedding: Partial<Config> = {
    embeddingProvider: "openai",
    embeddingBaseUrl: `${model.url}/v1`,
    embeddingModel: "small",
    embeddingApiKey: key.apiKey,
  };
  return serve({ folder, ...more, config: { ...embedding, ...config } });
}

/** Retries until it holds; a loaded machine may take long. */
async function eventually<Value>(look: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; ; tries++) {
    const value = await look();
    if (holds(value)) return value;
    if (tries > 1_000)
      throw new Error(`what was waited for did not come; last: ${JSON.stringify(value).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

type Progress = NonNullable<MemoryStats["embedding"]>;

async function progressOf(reef: Served, bot: BotId): Promise<Progress> {
  const { embedding } = await reef.client.memoryStats(bot);
  if (embedding === null) throw new Error("expected a model for meanings");
  return embedding;
}

const embedded = (reef: Served, bot: BotId) =>
  eventually(
    () => progressOf(reef, bot),
    ({ done, of: total, state }) => done === total && state === "idle",
  );

/** Returns the answer with meaning counted. */
const search = (reef: Served, bot: BotId, q: string, more: { readonly asOf?: string } = {}): Promise<MemorySearch> =>
  eventually(
    () => reef.client.searchMemories(bot, { q, ...more }),
    ({ degraded }) => degraded === null,
  );

/**
 * Returns the answer once the model is known to fail. A question waits a third of a second, and a busy machine may need
 * more for a refusal.
 */
const degraded = (reef: Served, bot: BotId, q: string): Promise<MemorySearch> =>
  eventually(
    () => reef.client.searchMemories(bot, { q }),
    (found) => found.degraded?.includes("answered 500") === true,
  );

const facts = [
  "Ann cycles to the office by the river",
  "The dachshund sleeps under the desk",
  "Ben does not eat hazelnuts",
  "The printer on the second floor is broken",
  "Invoices are due on the first of the month",
  "The garden gate squeaks",
];

async function knowing(reef: Served, name: string, texts: readonly string[] = facts): Promise<BotId> {
  const { id } = await reef.client.createBot({ name });
  await reef.client.rememberAll(
    id,
    texts.map((text) => ({ text })),
  );
  return id;
}

const textsOf = ({ items }: MemorySearch) => items.map(({ memory }) => memory.text);

it("a memory is found by its words at once, and by its meaning when its vector is made", patience, async () => {
  model.use({ delayMs: 300 });
  await using reef = await start();
  const bot = await knowing(reef, "a");
  expect(textsOf(await reef.client.searchMemories(bot, { q: "office" }))).toContain(facts[0]);
  model.use({});
  expect(await embedded(reef, bot)).toEqual({ model: "openai:small", done: 6, of: 6, state: "idle", error: null });
  const found = await search(reef, bot, "how does she commute?");
  expect(found.items[0]?.memory.text).toBe(facts[0]);
  expect(found.items[0]?.why.meaning?.standsOut).toBe(true);
  expect(found.items[0]?.why.parts.find(({ name }) => name === "meaning")?.value).toBeGreaterThan(0);
  expect(model.requests[0]?.authorization).toBe(`Bearer ${key.apiKey}`);
});

it("without a model for meanings nothing is sent, and nothing is said to be missing", async () => {
  await using reef = await serve({ folder });
  const bot = await knowing(reef, "a");
  expect(await reef.client.searchMemories(bot, { q: "commute" })).toEqual({ items: [], degraded: null });
  expect((await reef.client.memoryStats(bot)).embedding).toBeNull();
});

it("word parts need no server: a compound is found by its half", patience, async () => {
  const offline: Partial<Config> = { embeddingProvider: "word-parts" };
  await using reef = await serve({ folder, config: offline });
  const bot = await knowing(reef, "a", [...facts, "Die Fahrradwerkstatt hat montags geschlossen"]);
  expect(await embedded(reef, bot)).toMatchObject({ model: "word-parts:512", done: 7 });
  const found = await search(reef, bot, "Werkstatt?");
  expect(found.items[0]?.memory.text).toBe("Die Fahrradwerkstatt hat montags geschlossen");
  expect(model.requests).toEqual([]);
});

it("what was not embedded when the server stopped is embedded after, and nothing twice", patience, async () => {
  const { first, bot } = await (async () => {
    await using reef = await start();
    const id = await knowing(reef, "a");
    await embedded(reef, id);
    model.use({ status: 503 });
    const sent = model.texts().length;
    const more = Array.from({ length: 70 }, (_, i) => ({ text: `note number${i}` }));
    await reef.client.rememberAll(id, [...more, { text: "Rex barks at night" }]);
    const failing = await eventually(
      () => progressOf(reef, id),
      ({ state }) => state === "failing",
    );
    expect(failing).toMatchObject({ done: 6, of: 77 });
    expect(failing.error).toMatch(/^the embedding server at 127\.0\.0\.1:\d+ answered 503$/);
    expect(sent).toBe(6);
    return { first: sent, bot: id };
  })();
  model.use({});
  model.reset();
  await using reef = await start();
  expect(await embedded(reef, bot)).toMatchObject({ done: 77, of: 77, error: null });
  expect(model.texts().length).toBe(77 - first);
  expect((await search(reef, bot, "the pet")).items.map(({ memory }) => memory.text)).toContain("Rex barks at night");
});

it("another model makes all vectors again, and finds by them", patience, async () => {
  const bot = await (async () => {
    await using reef = await start();
    const id = await knowing(reef, "a");
    await embedded(reef, id);
    return id;
  })();
  model.reset();
  await using reef = await start({ embeddingModel: "large" });
  expect(await embedded(reef, bot)).toMatchObject({ model: "openai:large", done: 6 });
  expect(model.texts().toSorted()).toEqual([...facts].toSorted());
  expect((await search(reef, bot, "commute?")).items[0]?.memory.text).toBe(facts[0]);
  expect(await reef.server.store.read.vectorCount(bot, "openai:small")).toBe(0);
});

it(
  "a model that is away costs no search its answer: found by words, and it says so without a secret",
  patience,
  async () => {
    await using reef = await start();
    const bot = await knowing(reef, "a");
    await embedded(reef, bot);
    model.use({ status: 500 });
    const found = await degraded(reef, bot, "the office commute?");
    expect(found.items[0]?.memory.text).toBe(facts[0]);
    expect(found.items[0]?.why.meaning).toBeUndefined();
    expect(found.degraded).toMatch(/^found by words alone: the embedding server at .* answered 500$/);
    expect(JSON.stringify([found, await reef.client.memoryStats(bot)])).not.toContain(key.apiKey);
    await model[Symbol.asyncDispose]();
    const gone = await reef.client.searchMemories(bot, { q: "office?" });
    expect(textsOf(gone)).toContain(facts[0]);
    expect(gone.degraded).toMatch(/^found by words alone: /);
    model = await startEmbeddingServer({ concepts });
  },
);

it(
  "ME1: a bot's question finds nothing of another bot by meaning, but for a grant while it holds",
  patience,
  async () => {
    await using reef = await start();
    const bots: BotId[] = [];
    for (let n = 0; n < 6; n++)
      bots.push(
        await knowing(
          reef,
          `bot ${n}`,
          facts.map((text) => `${text} ${n}`),
        ),
      );
    for (const bot of bots) await embedded(reef, bot);
    const [mine, other] = bots as [BotId, BotId];
    const owners = async () => {
      const { items } = await search(reef, mine, "commute pet allergic");
      return new Set(items.map(({ memory }) => memory.botId));
    };
    expect(await owners()).toEqual(new Set([mine]));
    await reef.client.putGrants(other, { readers: [mine] });
    expect(await owners()).toEqual(new Set([mine, other]));
    await reef.client.putGrants(other, { readers: [] });
    expect(await owners()).toEqual(new Set([mine]));
  },
);

it("ME4: asOf asks by meaning what held then", patience, async () => {
  await using reef = await start();
  const bot = await knowing(reef, "a");
  const old = (await reef.client.memories(bot)).items.find(({ text }) => text === facts[0]);
  if (old === undefined) throw new Error("expected the memory");
  const then = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await reef.client.changeMemory(old.id, { text: "Ann takes her new bicycle to work" });
  await embedded(reef, bot);
  expect(textsOf(await search(reef, bot, "commute?"))[0]).toBe("Ann takes her new bicycle to work");
  expect(textsOf(await search(reef, bot, "commute?", { asOf: then }))[0]).toBe(facts[0]);
});

it("ME6: a hard forget leaves no vector in the rows, the index or the files", patience, async () => {
  await (async () => {
    await using reef = await start();
    const bot = await knowing(reef, "a");
    await embedded(reef, bot);
    const { items } = await reef.client.memories(bot);
    const id = items.find(({ text }) => text === facts[1])?.id;
    if (id === undefined) throw new Error("expected the memory");
    await reef.client.forgetMemories(bot, { ids: [id], hard: true });
    expect(textsOf(await search(reef, bot, "a pet?"))).not.toContain(facts[1]);
    expect(await reef.server.store.read.vectorCount(bot, "openai:small")).toBe(5);
    expect(await embedded(reef, bot)).toMatchObject({ done: 5, of: 5 });
  })();
  const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name)).toString("latin1"))
    .join("");
  const markOf = (text: string) => {
    const vector = toInt8(Float32Array.from(conceptVector(text, { concepts, dimensions: 64, model: "small" })));
    return Buffer.from(vector.buffer).toString("latin1").slice(4, 40);
  };
  expect(bytes).toContain(markOf(facts[0] as string));
  expect(bytes).not.toContain(markOf(facts[1] as string));
});

it("a deleted index comes back with its vectors, and no text is sent again", patience, async () => {
  await using reef = await start();
  const bot = await knowing(reef, "a");
  await embedded(reef, bot);
  const before = textsOf(await search(reef, bot, "how does she commute?"));
  model.reset();
  rmSync(join(folder, "recall"), { recursive: true });
  const after = await eventually(
    async () => textsOf(await search(reef, bot, "how does she commute?")),
    (texts) => texts[0] === before[0],
  );
  expect(after).toEqual(before);
  expect(model.texts().filter((text) => facts.includes(text))).toEqual([]);
});

it("one text that the model refuses gets no vector, and stands in nobody's way", patience, async () => {
  model.use({ refuses: "hazelnuts" });
  await using reef = await start();
  const bot = await knowing(reef, "a");
  const progress = await eventually(
    () => progressOf(reef, bot),
    ({ done, state }) => done === 5 && state === "idle",
  );
  expect(progress).toMatchObject({ of: 6, error: null });
  expect((await search(reef, bot, "commute")).items[0]?.memory.text).toBe(facts[0]);
});

it("a server that refuses every text is a trouble to be mended, and passes no memory over", patience, async () => {
  model.use({ status: 400 });
  const bot = await (async () => {
    await using reef = await start();
    const id = await knowing(reef, "a");
    const { done, error } = await eventually(
      () => progressOf(reef, id),
      ({ state }) => state === "failing",
    );
    expect([done, error]).toEqual([0, expect.stringContaining("answered 400")]);
    return id;
  })();
  model.use({});
  await using reef = await start();
  expect(await embedded(reef, bot)).toMatchObject({ done: 6 });
});

describe("in turns", () => {
  it(
    "what means what the message says is recalled without a common word, and the turn keeps why",
    patience,
    async () => {
      const seen: string[] = [];
      await using reef = await start({}, { script: ({ recalled }) => `ok ${seen.push(recalled ?? "")}` });
      const bot = await knowing(reef, "a");
      await embedded(reef, bot);
      await search(reef, bot, "Plan my commute");
      const { id } = await reef.client.createSession({ botId: bot });
      await reef.client.sendMessage(id, { text: "Plan my commute" });
      const turn = await settled(reef, id);
      expect(seen.join("\n")).toContain(facts[0]);
      expect(turn.recalled[0]?.why.meaning?.standsOut).toBe(true);
      expect(seen.join("\n")).not.toContain(facts[3]);
    },
  );

  it("with the model away a turn recalls by words, and its trace says so", patience, async () => {
    await using reef = await start();
    const bot = await knowing(reef, "a");
    await embedded(reef, bot);
    model.use({ status: 500 });
    await degraded(reef, bot, "and the printer?");
    const { id } = await reef.client.createSession({ botId: bot });
    await reef.client.sendMessage(id, { text: "Is the printer fixed?" });
    const turn = await settled(reef, id);
    expect(turn.recalled[0]?.why.degraded).toMatch(/^found by words alone: .* answered 500$/);
  });

  it("what is said in an incognito session is never sent to the model", patience, async () => {
    await using reef = await start();
    const bot = await knowing(reef, "a");
    await embedded(reef, bot);
    model.reset();
    const hidden = await reef.client.createSession({ botId: bot, memory: "off" });
    const open = await reef.client.createSession({ botId: bot });
    await reef.client.sendMessage(hidden.id, { text: "nobody may know of the wombat" });
    await settled(reef, hidden.id);
    await reef.client.sendMessage(open.id, { text: "everybody may know of the kiwi" });
    await settled(reef, open.id);
    await eventually(
      async () => model.texts(),
      (texts) => texts.some((text) => text.includes("you said: everybody may know of the kiwi")),
    );
    await embedded(reef, bot);
    expect(model.texts().filter((text) => text.includes("wombat"))).toEqual([]);
  });
});

async function settled(reef: Served, session: Parameters<Served["client"]["turnsOfSession"]>[0]) {
  const turns = await eventually(
    () => reef.client.turnsOfSession(session),
    ({ items }) => items[0]?.endedAt != null,
  );
  return reef.client.turn((turns.items[0] as (typeof turns.items)[number]).id);
}

it(
  "another embedding model is chosen while the server runs: memories get its vectors, and questions its meaning",
  patience,
  async () => {
    await using reef = await serve({ folder, ownRuntimes: true });
    const bot = await knowing(reef, "a");
    expect((await reef.client.memoryStats(bot)).embedding).toBeNull();
    expect((await reef.client.searchMemories(bot, { q: "how does she commute?" })).degraded).toBeNull();
    await reef.client.putSecret("vectors", { value: apiKey });
    await reef.client.createProvider({
      name: "lab",
      kind: "openai-compatible",
      baseUrl: `${model.url}/v1`,
      secret: "vectors",
    });
    for (const name of ["small", "large", "small"]) {
      await reef.client.changeModelDefaults({ embedding: `lab/${name}` });
      await eventually(
        () => progressOf(reef, bot),
        (progress) => progress.model === `openai:${name}` && progress.done === 6 && progress.state === "idle",
      );
      expect((await search(reef, bot, "how does she commute?")).items[0]?.memory.text).toBe(facts[0]);
    }
    await reef.client.changeModelDefaults({ embedding: null });
    expect((await reef.client.memoryStats(bot)).embedding).toBeNull();
    const found = await reef.client.searchMemories(bot, { q: "office" });
    expect([textsOf(found)[0], found.degraded]).toEqual([facts[0], null]);
  },
);
