/** Tests what people do with a bot's memory, on a real server with the real store and index. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { answer } from "@reef/engine/testing/scripted-runtime";
import type { BotId, MemoryId } from "@reef/protocol/ids";
import type { ForgetReport, Memory } from "@reef/protocol/memory";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeFolder, type Served, serve, until } from "../testing/serve.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve();
});
afterAll(() => reef[Symbol.asyncDispose]());

const newBot = async (served = reef, name = "dev") => (await served.client.createBot({ name })).id;
const found = async (served: Served, bot: BotId, q: string, rest: { k?: number; asOf?: string } = {}) =>
  (await served.client.searchMemories(bot, { q, ...rest })).items.map(({ memory }) => memory.text);

describe("memories over HTTP", () => {
  it("ME8: what was remembered is found, best first, with its source and why", async () => {
    const bot = await newBot();
    const metadata = { ticket: 7, tags: ["a"] };
    const one = await reef.client.remember(bot, { text: "Ann's cat is called Miso", metadata });
    expect(one).toMatchObject({ botId: bot, kind: "fact", trust: "person", source: { kind: "person" }, metadata });
    await reef.client.rememberAll(bot, [{ text: "Ben plays chess" }, { text: "The office is in Oslo", kind: "note" }]);
    const { items } = await reef.client.searchMemories(bot, { q: "what is the name of Ann's cat?", k: 2 });
    expect(items[0]?.memory).toEqual(one);
    expect(items[0]?.why.matched).toEqual(expect.arrayContaining(["cat"]));
    const sum = items[0]?.why.parts.reduce((all, { value }) => all + value, 0);
    expect(sum).toBeCloseTo(items[0]?.score ?? Number.NaN, 3);
  });

  it("lines of a past conversation come back with the lines beside them and their own metadata", async () => {
    const bot = await newBot();
    const lines = ["Did you get a pet?", "Yes, a parrot called Rio", "Lovely!", "He talks all day"];
    const made = await reef.client.rememberAll(
      bot,
      lines.map((text, seq) => ({
        kind: "entry" as const,
        text,
        seq,
        conversation: "c1",
        speaker: seq % 2 === 0 ? "Ann" : "Ben",
        occurredAt: "2024-05-01T10:00:00+02:00",
        metadata: { line: `D1:${seq}` },
      })),
    );
    expect(made.items.map(({ text }) => text)).toEqual(lines);
    expect(made.items[0]).toMatchObject({ trust: "import", occurredAt: "2024-05-01T08:00:00.000Z" });
    const { items } = await reef.client.searchMemories(bot, { q: "which parrot does Ben have?", k: 1 });
    expect(items[0]?.memory.metadata).toEqual({ line: "D1:1" });
    expect(items[0]?.beside.map(({ text }) => text)).toEqual([lines[0], lines[2]]);
  });

  it("ME3: the same fact twice, or thrice in one request, is one memory", async () => {
    const bot = await newBot();
    const first = await reef.client.remember(bot, { text: "Tea is at five" });
    const again = await reef.client.remember(bot, { text: " tea is  at FIVE. " });
    expect(again.id).toBe(first.id);
    const many = await reef.client.rememberAll(bot, [
      { text: "a new one" },
      { text: "A new one" },
      { text: "tea is at five" },
    ]);
    expect(many.items.map(({ id }) => id)).toEqual([many.items[0]?.id, many.items[0]?.id, first.id]);
    expect((await reef.client.memoryStats(bot)).active).toBe(2);
  });

  it("ME4: a correction supersedes, and asOf still shows the old one", async () => {
    const bot = await newBot();
    const old = await reef.client.remember(bot, { text: "Ann lives in Oslo", validFrom: "2020-01-01T00:00:00Z" });
    const by = await reef.client.changeMemory(old.id, {
      text: "Ann lives in Bergen",
      validFrom: "2024-06-01T00:00:00Z",
    });
    expect(by).toMatchObject({ source: { kind: "memories", ids: [old.id] }, supersededBy: null });
    expect(await reef.client.memory(old.id)).toMatchObject({
      supersededBy: by.id,
      validTo: "2024-06-01T00:00:00.000Z",
    });
    expect(await found(reef, bot, "where does Ann live?")).toEqual(["Ann lives in Bergen"]);
    expect(await found(reef, bot, "where does Ann live?", { asOf: "2022-01-01T00:00:00Z" })).toEqual([
      "Ann lives in Oslo",
    ]);
    const late = reef.client.changeMemory(old.id, { text: "Ann lives in Rome" });
    await expect(late).rejects.toMatchObject({ code: "conflict" });
    const replaced = await reef.client.remember(bot, { text: "Ann lives in Rome", replaces: by.id });
    expect(await found(reef, bot, "where does Ann live?")).toEqual([replaced.text]);
  });

  it("ME6: a dry run tells and forgets nothing; soft can be had back; hard leaves nothing", async () => {
    const bot = await newBot();
    const made = await reef.client.rememberAll(bot, [
      { text: "the vault code is 4711" },
      { text: "the vault is blue" },
      { text: "tea at five" },
    ]);
    const dry = await reef.client.forgetMemories(bot, { query: "vault code", dryRun: true });
    expect(dry).toMatchObject({ dryRun: true, count: 1, memories: [{ text: "the vault code is 4711" }] });
    expect((await found(reef, bot, "vault")).length).toBe(2);
    await reef.client.forgetMemories(bot, { query: "vault code" });
    expect(await found(reef, bot, "vault code 4711")).toEqual(["the vault is blue"]);
    const id = made.items[0]?.id as MemoryId;
    await reef.client.changeMemory(id, { archived: false });
    expect((await found(reef, bot, "vault code"))[0]).toBe("the vault code is 4711");
    const hard = await reef.client.forgetMemories(bot, { ids: [id], hard: true });
    expect(hard.count).toBe(1);
    await expect(reef.client.memory(id)).rejects.toMatchObject({ code: "not_found" });
    expect((await reef.client.memories(bot, { state: "all" })).items.map(({ text }) => text)).not.toContain(
      "the vault code is 4711",
    );
    const events = JSON.stringify(await reef.server.store.read.events(0, 100_000));
    expect(events).not.toContain("4711");
    expect(await reef.client.memoryStats(bot)).toMatchObject({ index: { rows: 2, inStep: true } });
  });

  it("ME6: forgetting an import forgets all of it and nothing else", async () => {
    const bot = await newBot();
    const text = '{"text":"fact one"}\n{"text":"fact two","kind":"note"}\nno json\n{"text":""}\n';
    const report = await reef.client.importMemories(bot, { format: "jsonl", text, name: "old home" });
    expect(report).toMatchObject({ added: 2, known: 0, refused: [{ line: 3 }, { line: 4 }] });
    expect(await reef.client.importMemories(bot, { format: "jsonl", text, name: "old home" })).toMatchObject({
      added: 0,
      known: 2,
    });
    await reef.client.importMemories(bot, {
      format: "markdown",
      text: "# Notes\n- tea at five\n  sharp\n- cake\n",
      name: "notes",
    });
    expect((await reef.client.memories(bot)).items.map((memory) => memory.text)).toContain("tea at five\nsharp");
    const { count } = await reef.client.forgetMemories(bot, { source: { import: "old home" }, hard: true });
    expect(count).toBe(2);
    expect((await reef.client.memories(bot)).items.length).toBe(2);
  });

  it("what is exported as JSONL is the same after an import elsewhere", async () => {
    const [from, to] = [await newBot(), await newBot()];
    await reef.client.rememberAll(from, [
      { text: "one", importance: 0.9, metadata: { a: 1 } },
      { text: "two", kind: "entry", conversation: "c", seq: 2, speaker: "Ann", occurredAt: "2024-01-01T00:00:00Z" },
    ]);
    const file = await reef.request("GET", `/v1/bots/${from}/memories/export?format=jsonl`);
    await reef.client.importMemories(to, { format: "jsonl", text: await file.text(), name: "copy" });
    const plain = async (bot: BotId) =>
      (await reef.client.memories(bot)).items
        .map(({ text, kind, importance, metadata, conversation, seq, speaker, occurredAt }) => ({
          text,
          kind,
          importance,
          metadata,
          conversation,
          seq,
          speaker,
          occurredAt,
        }))
        .toSorted((a, b) => a.text.localeCompare(b.text));
    expect(await plain(to)).toEqual(await plain(from));
    const markdown = await (await reef.request("GET", `/v1/bots/${from}/memories/export?format=markdown`)).text();
    expect(markdown).toContain("- one\n");
  });

  it("ME1: another bot's memory is found by a grant only, and no longer once it is revoked", async () => {
    const [owner, reader] = [await newBot(), await newBot()];
    const { id } = await reef.client.remember(owner, { text: "the launch is on Friday" });
    await reef.client.remember(reader, { text: "the lunch is on Monday" });
    expect(await found(reef, reader, "when is the launch?")).not.toContain("the launch is on Friday");
    await reef.client.putGrants(owner, { readers: [reader] });
    expect(await found(reef, reader, "when is the launch?")).toContain("the launch is on Friday");
    expect((await reef.client.forgetMemories(reader, { ids: [id], hard: true })).count).toBe(0);
    await reef.client.putGrants(owner, { readers: [] });
    expect(await found(reef, reader, "when is the launch?")).not.toContain("the launch is on Friday");
    expect((await reef.client.memory(id)).text).toBe("the launch is on Friday");
  });

  it("ME7: a block is kept to its characters and changes from the version one has seen", async () => {
    const bot = await newBot();
    const block = await reef.client.putBlock(bot, "person", { text: "Ann, in Oslo", maxChars: 20 });
    expect(block).toMatchObject({ label: "person", version: 1, maxChars: 20 });
    await expect(reef.client.putBlock(bot, "person", { text: "x".repeat(21) })).rejects.toMatchObject({
      code: "invalid_request",
    });
    await reef.client.putBlock(bot, "person", { text: "Ann, in Bergen", ifVersion: 1 });
    await expect(reef.client.putBlock(bot, "person", { text: "late", ifVersion: 1 })).rejects.toMatchObject({
      code: "conflict",
    });
    expect((await reef.client.blockHistory(bot, "person")).items.map(({ version }) => version)).toEqual([2, 1]);
    await reef.client.deleteBlock(bot, "person");
    await expect(reef.client.block(bot, "person")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("malformed requests about memory", () => {
  const gone = "01a2055b-15a0-777f-a673-3ad77605e2b6";
  const rows: readonly (readonly [string, string, string, unknown, number, RegExp])[] = [
    ["no text", "POST", "/v1/bots/BOT/memories", {}, 400, /text/],
    ["an empty text", "POST", "/v1/bots/BOT/memories", { text: "  " }, 400, /text/],
    ["a text too long", "POST", "/v1/bots/BOT/memories", { text: "x".repeat(100_001) }, 400, /text/],
    ["an unknown kind", "POST", "/v1/bots/BOT/memories", { text: "x", kind: "dream" }, 400, /kind/],
    ["an unknown field", "POST", "/v1/bots/BOT/memories", { text: "x", txet: 1 }, 400, /txet: not a known/],
    ["a time that is none", "POST", "/v1/bots/BOT/memories", { text: "x", occurredAt: "soon" }, 400, /occurredAt/],
    ["importance over 1", "POST", "/v1/bots/BOT/memories", { text: "x", importance: 2 }, 400, /importance/],
    ["metadata that is none", "POST", "/v1/bots/BOT/memories", { text: "x", metadata: [1] }, 400, /metadata/],
    [
      "metadata too large",
      "POST",
      "/v1/bots/BOT/memories",
      { text: "x", metadata: { a: "y".repeat(20_000) } },
      400,
      /metadata/,
    ],
    ["no items", "POST", "/v1/bots/BOT/memories", { items: [] }, 400, /items/],
    ["1,001 items", "POST", "/v1/bots/BOT/memories", { items: Array(1_001).fill({ text: "x" }) }, 400, /items/],
    [
      "a bad item among good ones",
      "POST",
      "/v1/bots/BOT/memories",
      { items: [{ text: "x" }, { text: 5 }] },
      400,
      /items\.1\.text/,
    ],
    [
      "a pin on a tool's word",
      "POST",
      "/v1/bots/BOT/memories",
      { text: "x", trust: "tool", pinned: true },
      409,
      /approve/,
    ],
    ["a bot that is gone", "POST", `/v1/bots/bot_${gone}/memories`, { text: "x" }, 404, /bot/],
    [
      "a replaced memory that is gone",
      "POST",
      "/v1/bots/BOT/memories",
      { text: "x", replaces: `mem_${gone}` },
      404,
      /mem_/,
    ],
    ["no question", "GET", "/v1/bots/BOT/memories/search", undefined, 400, /q/],
    ["k of zero", "GET", "/v1/bots/BOT/memories/search?q=x&k=0", undefined, 400, /k/],
    ["k in words", "GET", "/v1/bots/BOT/memories/search?q=x&k=many", undefined, 400, /k/],
    ["asOf that is no time", "GET", "/v1/bots/BOT/memories/search?q=x&asOf=yesterday", undefined, 400, /asOf/],
    ["a memory that is gone", "GET", `/v1/memories/mem_${gone}`, undefined, 404, /memory/],
    ["an id of another noun", "GET", `/v1/memories/ses_${gone}`, undefined, 404, /memory id/],
    ["a patch of the id", "PATCH", `/v1/memories/mem_${gone}`, { id: "x" }, 400, /id: not a known/],
    ["nothing to forget", "POST", "/v1/bots/BOT/memories/forget", {}, 400, /exactly one/],
    [
      "two ways to forget",
      "POST",
      "/v1/bots/BOT/memories/forget",
      { query: "x", ids: [`mem_${gone}`] },
      400,
      /exactly one/,
    ],
    [
      "an import of nothing",
      "POST",
      "/v1/bots/BOT/memories/import",
      { format: "xml", text: "x", name: "n" },
      400,
      /format/,
    ],
    ["a label with a slash", "PUT", "/v1/bots/BOT/blocks/a%2Fb", { text: "x" }, 404, /label/],
    ["a block without text", "PUT", "/v1/bots/BOT/blocks/me", {}, 400, /text/],
    ["a grant to a bot that is gone", "PUT", "/v1/bots/BOT/grants", { readers: [`bot_${gone}`] }, 404, /bot/],
  ];

  it.each(rows)("SE7: %s is refused as problem+json", async (_what, method, path, body, status, says) => {
    const bot = await newBot();
    const response = await reef.request(method, path.replace("BOT", bot), body);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.text()).toMatch(says);
    expect(response.status).toBe(status);
  });

  it.each([
    "*",
    '"',
    "AND OR NOT",
    "NEAR(",
    "a:b",
    "'; drop table",
    "你好",
    "🙂",
    "?",
    "%_",
    "\\",
    "x".repeat(9_000),
  ])("any text is a question: %s", async (q) => {
    const bot = await newBot();
    await reef.client.remember(bot, { text: "something" });
    expect((await reef.client.searchMemories(bot, { q })).items.length).toBeLessThanOrEqual(1);
  });
});

describe("memory in turns", () => {
  it("a bot told a fact in one session uses it in another after a restart; the correction supersedes it", async () => {
    const folder = await makeFolder();
    const script = ({
      entries,
      recalled,
    }: {
      entries: readonly { text: string; kind: string }[];
      recalled: string | null;
    }) => {
      const last = entries.at(-1);
      const told = /^remember: (.*)/.exec(last?.text ?? "")?.[1];
      if (told !== undefined) return [answer("", { name: "memory_save", input: { text: told } })];
      const fix = /^correct (mem_\S+): (.*)/.exec(last?.text ?? "");
      if (fix !== null) return [answer("", { name: "memory_update", input: { id: fix[1], text: fix[2] } })];
      return recalled?.includes("4711") ? "It is 4711." : recalled?.includes("9922") ? "It is 9922." : "I do not know.";
    };
    let memory: Memory | undefined;
    let bot: BotId;
    {
      await using served = await serve({ folder, script });
      bot = await newBot(served);
      const session = await served.client.createSession({ botId: bot });
      await served.client.sendMessage(session.id, { text: "remember: The garage code is 4711" });
      memory = await until(async () => (await served.client.memories(bot, { kind: "fact" })).items[0]);
      expect(memory).toMatchObject({ trust: "bot", source: { kind: "turn", sessionId: session.id } });
      await until(async () => (await served.client.session(session.id)).turnId === null);
    }
    await using served = await serve({ folder, script });
    const ask = async () => {
      const session = await served.client.createSession({ botId: bot });
      const message = await served.client.sendMessage(session.id, { text: "What is the code of the garage?" });
      const acted = await until(async () => {
        const now = await served.client.message(message.id);
        return now.turnId !== null && now.state === "answered" ? now : null;
      });
      const { items } = await served.client.entries(session.id);
      if (acted.turnId === null) throw new Error("expected a turn");
      return { text: items.at(-1)?.text, turn: await served.client.turn(acted.turnId) };
    };
    const first = await ask();
    expect(first.text).toBe("It is 4711.");
    expect(first.turn.recalled[0]).toMatchObject({ botId: bot, why: { matched: expect.arrayContaining(["garage"]) } });
    const session = await served.client.createSession({ botId: bot });
    await served.client.sendMessage(session.id, { text: `correct ${memory.id}: The garage code is 9922` });
    await until(async () => (await served.client.memory(memory.id)).supersededBy !== null);
    const q = "garage code";
    const facts = (await served.client.searchMemories(bot, { q, kind: "fact" })).items.map((hit) => hit.memory.text);
    expect(facts).toEqual(["The garage code is 9922"]);
    // At the time it was saved: the correction begins later.
    const past = await served.client.searchMemories(bot, { q, kind: "fact", asOf: memory.createdAt });
    expect(past.items.map((hit) => hit.memory.text)).toEqual(["The garage code is 4711"]);
    rmSync(folder, { recursive: true, force: true });
  });

  it("an index file that is deleted while the server runs is rebuilt, and answers the same", async () => {
    const bot = await newBot();
    const items = Array.from({ length: 300 }, (_, n) => ({
      text: `note ${n} about topic${n % 17} and colour${n % 11}`,
    }));
    await reef.client.rememberAll(bot, items);
    const before = await reef.client.searchMemories(bot, { q: "topic5 colour3", k: 20 });
    const folder = join(reef.folder, "recall");
    for (const name of readdirSync(folder)) if (name.includes(bot)) rmSync(join(folder, name));
    const after = await reef.client.searchMemories(bot, { q: "topic5 colour3", k: 20 });
    expect(before.items.length).toBeGreaterThan(5);
    expect(after).toEqual(before);
  });

  it("ME8: a related word is told as the memory has it", async () => {
    const bot = await newBot();
    await reef.client.remember(bot, { text: "Her sons play chess on Mondays" });
    const { items } = await reef.client.searchMemories(bot, { q: "do the kids play?" });
    expect(items[0]?.why.related).toEqual([{ asked: "kids", found: "sons" }]);
  });

  it("ME3: an import is looked at before it is done: what is new, known, said twice in the file, and refused", async () => {
    const bot = await newBot();
    await reef.client.remember(bot, { text: "Ann likes tea" });
    const lines = [
      { text: "ann likes tea." },
      { text: "The code is 4711" },
      { text: "The code is 4711!" },
      { kind: "riddle" },
    ];
    const file = { format: "jsonl", name: "f", text: lines.map((line) => JSON.stringify(line)).join("\n") } as const;
    const looked = await reef.client.importMemories(bot, { ...file, dryRun: true });
    expect(looked).toMatchObject({
      ...{ dryRun: true, added: 1, known: 2, refused: [{ line: 4 }] },
      preview: { added: ["The code is 4711"], known: ["ann likes tea.", "The code is 4711!"] },
    });
    expect((await reef.client.memories(bot)).items.length).toBe(1);
    expect(await reef.client.importMemories(bot, file)).toMatchObject({
      dryRun: false,
      added: 1,
      known: 2,
      preview: null,
    });
    expect((await reef.client.memories(bot)).items.length).toBe(2);
  });

  it("a conversation that went on is summed up as a proposal, which a person takes in, takes back or leaves away", async () => {
    await using served = await serve({ script: () => "noted, I will keep to that" });
    const session = await served.newSession("garden");
    const bot = session.botId;
    const lines = [
      "The garden needs water",
      "Water the garden at six",
      "Hello",
      "The roses in the garden are red",
      "Fine?",
    ];
    for (const text of lines) {
      const sent = await served.client.sendMessage(session.id, { text });
      await until(async () => (await served.client.message(sent.id)).state === "answered");
    }
    const { items } = await served.client.consolidateMemories(bot);
    expect(items).toMatchObject([{ kind: "summary", archivedFor: "suggested", source: { kind: "memories" } }]);
    const [summary] = items as [Memory];
    expect(summary.text).toContain("Water the garden at six");
    expect(summary.source.kind === "memories" && summary.source.ids.length).toBeGreaterThan(1);
    expect((await served.client.consolidateMemories(bot)).items).toEqual([]);
    const summaries = async () =>
      (await served.client.searchMemories(bot, { q: "garden water", kind: "summary" })).items.map(
        ({ memory }) => memory.id,
      );
    expect(await summaries()).toEqual([]);
    await served.client.changeMemory(summary.id, { archived: false });
    expect(await summaries()).toEqual([summary.id]);
    await served.client.changeMemory(summary.id, { archived: true });
    expect(await summaries()).toEqual([]);
    expect((await served.client.memories(bot, { state: "suggested" })).items).toEqual([]);
    expect((await served.client.consolidateMemories(bot)).items).toEqual([]);
  });

  it("facts that say the same twice, or contradict each other, are listed for a person", async () => {
    const bot = await newBot();
    const items = [
      "The garage code is 4711",
      "The garage code is 9922",
      "Ann plays the cello on Mondays",
      "On Mondays Ann plays the cello",
      "Ben sails",
    ].map((text) => ({ text }));
    await reef.client.rememberAll(bot, items);
    const overlaps = (await reef.client.memoryOverlaps(bot)).items;
    const plain = overlaps
      .map(({ kind, memories }) => [kind, ...memories.map(({ text }) => text).toSorted()])
      .toSorted();
    expect(plain).toEqual([
      ["contradiction", "The garage code is 4711", "The garage code is 9922"],
      ["duplicate", "Ann plays the cello on Mondays", "On Mondays Ann plays the cello"],
    ]);
  });

  it("an incognito session neither reads nor writes memory", async () => {
    const seen: (string | null)[] = [];
    const tools: string[] = [];
    await using served = await serve({
      script: ({ recalled, tools: given }) => {
        seen.push(recalled);
        tools.push(...given.map(({ name }) => name));
        return "noted";
      },
    });
    const bot = await newBot(served);
    await served.client.putBlock(bot, "me", { text: "block words" });
    await served.client.remember(bot, { text: "the cat is called Miso" });
    const session = await served.client.createSession({ botId: bot, memory: "off" });
    expect(session.memory).toBe("off");
    const sent = await served.client.sendMessage(session.id, { text: "what is the cat called? I like zebras" });
    await until(async () => (await served.client.message(sent.id)).state === "answered");
    expect(seen).toEqual([null]);
    expect(tools.filter((name) => name.startsWith("memory_"))).toEqual([]);
    expect(await found(served, bot, "zebras")).toEqual([]);
  });

  it("ME2: what was said in a session is found without anybody saving it, and names its entry", async () => {
    const session = await reef.newSession("talker");
    const sent = await reef.client.sendMessage(session.id, { text: "my sister Ida moved to Trondheim" });
    await until(async () => (await reef.client.message(sent.id)).state === "answered");
    const { items } = await reef.client.searchMemories(session.botId, { q: "where does Ida live? Trondheim" });
    const line = items.find(({ memory }) => memory.trust === "person")?.memory;
    expect(line).toMatchObject({
      kind: "entry",
      text: "my sister Ida moved to Trondheim",
      source: { kind: "entry", sessionId: session.id },
    });
    const report: ForgetReport = await reef.client.forgetMemories(session.botId, {
      source: { sessionId: session.id },
      dryRun: true,
    });
    expect(report.transcripts).toBe(2);
  });
});
