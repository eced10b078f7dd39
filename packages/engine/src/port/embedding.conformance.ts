/** Tests what every store must do with vectors of memories: the contract of `memory.embed` and of its queries. */
import type { BotId, MemoryId } from "@reef/protocol/ids";
import { describe, expect, it } from "vitest";
import { vectorToText } from "../memory/vector.ts";
import { memorySeed, openKit, type StoreKit } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";

const vectorOf = (...values: readonly number[]) => Int8Array.from(values);

async function save(kit: StoreKit, botId: BotId, ...texts: readonly string[]): Promise<readonly MemoryId[]> {
  const memories = texts.map((text) => memorySeed({ text }));
  await kit.commit({ op: "memory.save", botId, memories });
  return memories.map(({ id }) => id);
}

interface Vectors {
  readonly model?: string;
  readonly through?: number;
  readonly vectors: readonly (readonly [MemoryId, Int8Array])[];
}

function embed(kit: StoreKit, botId: BotId, { model = "a", through = 0, vectors }: Vectors) {
  const kept = vectors.map(([id, vector]) => ({ id, vector: vectorToText(vector) }));
  return kit.commit({ op: "memory.embed", botId, model, through, vectors: kept });
}

async function held(kit: StoreKit, botId: BotId, model = "a") {
  const changes = await kit.store.read.vectorChanges(botId, { model, after: 0, limit: 100 });
  return Object.fromEntries(changes.map(({ id, vector }) => [id, [...vector]]));
}

export function describeStoreEmbedding(name: string, open: OpenEmptyStore): void {
  describe(`${name}: vectors of memories`, () => {
    it("are read back in the order they were kept, page by page, without a new version of any memory or an event", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const [a, b, c] = (await save(kit, bot, "a", "b", "c")) as [MemoryId, MemoryId, MemoryId];
      const version = await kit.store.read.memoryVersion(bot);
      const { events } = await embed(kit, bot, {
        vectors: [
          [a, vectorOf(-127, 0, 127)],
          [c, vectorOf(1, 2, 3)],
        ],
        through: 1,
      });
      await embed(kit, bot, { vectors: [[b, vectorOf(4, 5, 6)]], through: version });
      expect(events).toEqual([]);
      expect(await kit.store.read.memoryVersion(bot)).toBe(version);
      const first = await kit.store.read.vectorChanges(bot, { model: "a", after: 0, limit: 2 });
      expect(first.map(({ id, vector }) => [id, [...vector]])).toEqual([
        [a, [-127, 0, 127]],
        [c, [1, 2, 3]],
      ]);
      const after = first.at(-1)?.version ?? 0;
      expect((await kit.store.read.vectorChanges(bot, { model: "a", after, limit: 2 })).map(({ id }) => id)).toEqual([
        b,
      ]);
      expect(await kit.store.read.embeddingState(bot)).toEqual({ model: "a", through: version, version: 3 });
      expect(await kit.store.read.vectorCount(bot, "a")).toBe(3);
      expect((await kit.store.read.embeddedOf(bot, "a", [c, a])).toSorted()).toEqual([a, c].toSorted());
    });

    it("ME1: no bot keeps a vector of another bot's memory, nor reads one", async () => {
      await using kit = await openKit(open);
      const [mine, other] = [await kit.bot(), await kit.bot()];
      const [id] = (await save(kit, mine, "the code is 4711")) as [MemoryId];
      await embed(kit, other, { vectors: [[id, vectorOf(1)]], through: 9 });
      expect(await held(kit, mine)).toEqual({});
      expect(await held(kit, other)).toEqual({});
      await embed(kit, mine, { vectors: [[id, vectorOf(1)]] });
      expect(await held(kit, mine)).toEqual({ [id]: [1] });
      expect(await held(kit, other)).toEqual({});
      expect(await kit.store.read.embeddedOf(other, "a", [id])).toEqual([]);
    });

    it("ME6: go with their memory when it is put away, deleted, or its bot is; and one that is away gets none", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const [kept, away, gone] = (await save(kit, bot, "kept", "away", "gone")) as [MemoryId, MemoryId, MemoryId];
      const all = [kept, away, gone].map((id, n) => [id, vectorOf(n + 1)] as const);
      await embed(kit, bot, { vectors: all, through: 3 });
      await kit.commit({ op: "memory.archive", botId: bot, ids: [away], reason: "forgotten" });
      await kit.commit({ op: "memory.delete", botId: bot, ids: [gone] });
      expect(await held(kit, bot)).toEqual({ [kept]: [1] });
      await embed(kit, bot, { vectors: all });
      expect(await held(kit, bot)).toEqual({ [kept]: [1] });
      expect(await kit.store.read.vectorCount(bot, "a")).toBe(1);
      await kit.commit({ op: "memory.restore", botId: bot, ids: [away] });
      expect(await held(kit, bot)).toEqual({ [kept]: [1] });
      expect(await kit.store.read.botsToEmbed("a", 10)).toEqual([bot]);
      await kit.commit({ op: "bot.delete", id: bot });
      expect(await kit.store.read.embeddingState(bot)).toBeNull();
      expect(await held(kit, bot)).toEqual({});
      expect(await kit.store.read.botsToEmbed("a", 10)).toEqual([]);
    });

    it("ME4: the vector of what was corrected stays, for what held then", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const [id] = (await save(kit, bot, "Ann lives in Oslo")) as [MemoryId];
      await embed(kit, bot, { vectors: [[id, vectorOf(7)]] });
      await kit.commit({ op: "memory.supersede", botId: bot, id, by: memorySeed({ text: "Ann lives in Bergen" }) });
      expect(await held(kit, bot)).toEqual({ [id]: [7] });
    });

    it("of another model begin anew, and take the place of the old ones one by one", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const [a, b] = (await save(kit, bot, "a", "b")) as [MemoryId, MemoryId];
      await embed(kit, bot, {
        vectors: [
          [a, vectorOf(1)],
          [b, vectorOf(2)],
        ],
        through: 2,
      });
      expect(await kit.store.read.botsToEmbed("a", 10)).toEqual([]);
      expect(await kit.store.read.botsToEmbed("b", 10)).toEqual([bot]);
      await embed(kit, bot, { model: "b", vectors: [[a, vectorOf(9, 9)]], through: 1 });
      expect(await kit.store.read.embeddingState(bot)).toEqual({ model: "b", through: 1, version: 3 });
      expect(await kit.store.read.vectorCount(bot, "b")).toBe(1);
      expect(await held(kit, bot, "a")).toEqual({ [b]: [2] });
      expect(await held(kit, bot, "b")).toEqual({ [a]: [9, 9] });
      expect(await kit.store.read.botsToEmbed("b", 10)).toEqual([bot]);
    });

    it("how far they are made never moves back, and a new memory moves the end", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      await save(kit, bot, "a", "b");
      await embed(kit, bot, { vectors: [], through: 2 });
      await embed(kit, bot, { vectors: [], through: 1 });
      expect(await kit.store.read.embeddingState(bot)).toMatchObject({ through: 2 });
      expect(await kit.store.read.botsToEmbed("a", 10)).toEqual([]);
      await save(kit, bot, "c");
      expect(await kit.store.read.botsToEmbed("a", 10)).toEqual([bot]);
    });

    it("are kept all or none with the rest of their unit", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const [id] = (await save(kit, bot, "a")) as [MemoryId];
      const vectors = [{ id, vector: vectorToText(vectorOf(1)) }];
      await expect(
        kit.commit(
          { op: "memory.embed", botId: bot, model: "a", through: 1, vectors },
          { op: "memory.change", botId: bot, id: memorySeed().id, fields: { importance: 1 } },
        ),
      ).rejects.toMatchObject({ code: "not_found" });
      expect(await held(kit, bot)).toEqual({});
      expect(await kit.store.read.embeddingState(bot)).toBeNull();
    });
  });
}
