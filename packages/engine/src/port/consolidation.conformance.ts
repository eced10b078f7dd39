/** Tests what every store must do with consolidations: the contract of `ConsolidationOp` and `ConsolidationQueries`. */
import type { BotId, MemoryId, SessionId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { memorySeed, openKit, type StoreKit, settleOp, stepOp } from "../testing/seeds.ts";
import type { ConsolidationRecord, ConsolidationSeed, ProposalSeed } from "./consolidation.ts";
import type { MemorySeed } from "./memory-seed.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";
import type { Op } from "./unit.ts";

const first = { limit: 100, cursor: null };

function proposalSeed(memory: Partial<MemorySeed> | null, rest?: Partial<ProposalSeed>): ProposalSeed {
  const seed = memory === null ? null : memorySeed({ trust: "bot", ...memory });
  return { id: makeId("proposal"), action: "add", reason: "", ends: [], sources: [], memory: seed, ...rest };
}

interface BotSession {
  readonly botId: BotId;
  readonly sessionId: SessionId;
}

function consolidationSeed(
  { botId, sessionId }: BotSession,
  proposals: readonly ProposalSeed[],
  rest?: Partial<ConsolidationSeed>,
): ConsolidationSeed {
  return {
    id: makeId("consolidation"),
    botId,
    sessionId,
    cause: "idle",
    by: "model",
    model: "m",
    note: null,
    fromSeq: 1,
    throughSeq: 8,
    usage: { modelCalls: 1, inputTokens: 100, outputTokens: 20, costUsd: 0.25, unpricedCalls: 0 },
    proposals,
    ...rest,
  };
}

async function openBotSession(kit: StoreKit): Promise<BotSession> {
  const botId = await kit.bot();
  return { botId, sessionId: await kit.session(botId) };
}

async function saved(kit: StoreKit, consolidation: ConsolidationSeed): Promise<ConsolidationRecord> {
  await kit.commit({ op: "consolidation.save", consolidation });
  const record = await kit.store.read.consolidation(consolidation.id);
  if (record === null) throw new Error("expected the consolidation that was just saved");
  return record;
}

async function remember(kit: StoreKit, botId: BotId, ...seeds: readonly Partial<MemorySeed>[]): Promise<MemoryId[]> {
  const memories = seeds.map((seed) => memorySeed(seed));
  await kit.commit({ op: "memory.save", botId, memories });
  return memories.map(({ id }) => id);
}

const settle = (
  { botId }: BotSession,
  proposal: ConsolidationRecord["proposals"][number] | undefined,
  to: "accepted" | "undone",
): Op => {
  if (proposal === undefined) throw new Error("expected a proposal");
  return {
    op: "proposal.settle",
    botId,
    id: proposal.id,
    from: [to === "accepted" ? "open" : "accepted"],
    to,
    by: "person",
  };
};

export function describeStoreConsolidations(name: string, open: OpenEmptyStore): void {
  describe(`${name}: consolidations`, () => {
    it("ME7: what it proposes is put away, and counts for nothing until it is taken in", async () => {
      await using kit = await openKit(open);
      const place = await openBotSession(kit);
      const [old] = (await remember(kit, place.botId, { text: "tea at five", importance: 0.2 })) as [MemoryId];
      const record = await saved(
        kit,
        consolidationSeed(place, [
          proposalSeed({ text: "Ann lives in Oslo" }, { sources: [old], reason: "she said so" }),
          // This is known already, so nothing is added and the existing memory gains nothing.
          proposalSeed({ text: "Tea at five!", importance: 0.9 }),
          proposalSeed({ text: "tea at six" }, { action: "replace", ends: [old] }),
          proposalSeed(null, { action: "forget", ends: [makeId("memory")] }),
        ]),
      );
      expect(record.proposals.map(({ state, isNew, ends }) => ({ state, isNew, ends }))).toEqual([
        { state: "open", isNew: true, ends: [] },
        { state: "open", isNew: true, ends: [old] },
      ]);
      expect(record.proposals[0]).toMatchObject({ sources: [old], reason: "she said so", settledBy: null });
      expect(record).toMatchObject({ ...place, cause: "idle", by: "model", model: "m", fromSeq: 1, throughSeq: 8 });
      const { items } = await kit.store.read.memories(place.botId, {}, first);
      expect(items).toMatchObject([{ text: "tea at five", importance: 0.2 }]);
      const suggested = await kit.store.read.memories(place.botId, { state: "suggested" }, first);
      expect(suggested.items.map(({ text }) => text).toSorted()).toEqual(["Ann lives in Oslo", "tea at six"]);
      const bot = await kit.store.read.bot(place.botId);
      expect(bot?.spend).toEqual({
        modelCalls: 1,
        inputTokens: 100,
        outputTokens: 20,
        costUsd: 0.25,
        unpricedCalls: 0,
      });
    });

    it("ME2: a stretch is looked at once, and nothing of an incognito session", async () => {
      await using kit = await openKit(open);
      const place = await openBotSession(kit);
      await saved(kit, consolidationSeed(place, [], { fromSeq: 1, throughSeq: 8 }));
      const again = consolidationSeed(place, [], { fromSeq: 8, throughSeq: 9 });
      await expect(kit.commit({ op: "consolidation.save", consolidation: again })).rejects.toMatchObject({
        code: "conflict",
      });
      await saved(kit, consolidationSeed(place, [], { fromSeq: 9, throughSeq: 12 }));
      expect(await kit.store.read.consolidatedThrough(place.botId)).toEqual(new Map([[place.sessionId, 12]]));
      const secret = { ...place, sessionId: await kit.session(place.botId, { memory: "off" }) };
      const seed = consolidationSeed(secret, [proposalSeed({})]);
      await expect(kit.commit({ op: "consolidation.save", consolidation: seed })).rejects.toMatchObject({
        code: "conflict",
      });
      const foreign = consolidationSeed({ ...place, botId: await kit.bot() }, [proposalSeed({})]);
      await expect(kit.commit({ op: "consolidation.save", consolidation: foreign })).rejects.toMatchObject({
        code: "not_found",
      });
    });

    it("lists them newest first, page by page, those with something open alone, and finds the one that adds a memory", async () => {
      await using kit = await openKit(open);
      const place = await openBotSession(kit);
      const made = [];
      for (let n = 0; n < 5; n++) {
        const proposals = n % 2 === 0 ? [proposalSeed({ text: `fact ${n}` })] : [];
        made.push(await saved(kit, consolidationSeed(place, proposals, { fromSeq: n + 1, throughSeq: n + 1 })));
      }
      await saved(kit, consolidationSeed(await openBotSession(kit), [proposalSeed({})]));
      const { read } = kit.store;
      const page = await read.consolidations(place.botId, {}, { limit: 3, cursor: null });
      const rest = await read.consolidations(place.botId, {}, { limit: 3, cursor: page.next });
      expect([...page.items, ...rest.items]).toEqual(made.toReversed());
      expect(rest.next).toBeNull();
      const [newest] = (await read.consolidations(place.botId, { open: true }, first)).items;
      expect(newest).toEqual(made[4]);
      const added = newest?.proposals[0]?.memoryId as MemoryId;
      expect(await read.consolidationAdding(added)).toEqual(made[4]);
      await kit.commit(settle(place, newest?.proposals[0], "accepted"));
      expect((await read.consolidations(place.botId, { open: true }, first)).items.length).toBe(2);
    });

    it("ME4: what is taken in ends what it replaces; undone, the old one holds again as if nothing had been", async () => {
      await using kit = await openKit(open);
      const place = await openBotSession(kit);
      const [five, noon] = (await remember(kit, place.botId, { text: "tea at five" }, { text: "tea at noon" })) as [
        MemoryId,
        MemoryId,
      ];
      kit.clock.advance(1000);
      const record = await saved(
        kit,
        consolidationSeed(place, [proposalSeed({ text: "tea at six" }, { action: "replace", ends: [five, noon] })]),
      );
      const by = record.proposals[0]?.memoryId as MemoryId;
      const { botId } = place;
      kit.clock.advance(1000);
      await kit.commit(
        settle(place, record.proposals[0], "accepted"),
        { op: "memory.restore", botId, ids: [by] },
        { op: "memory.replace", botId, ids: [five, noon], by },
      );
      const begun = (await kit.store.read.memory(by))?.validFrom;
      expect(await kit.store.read.memory(five)).toMatchObject({ supersededBy: by, validTo: begun });
      expect((await kit.store.read.memories(botId, {}, first)).items.map(({ id }) => id)).toEqual([by]);
      // A proposal settles once, and cannot end a memory that is archived or replaced.
      await expect(kit.commit(settle(place, record.proposals[0], "accepted"))).rejects.toMatchObject({
        code: "conflict",
      });
      const twice: Op = { op: "memory.replace", botId, ids: [five], by };
      await expect(kit.commit(twice)).rejects.toMatchObject({ code: "conflict" });
      await kit.commit(
        settle(place, record.proposals[0], "undone"),
        { op: "memory.archive", botId, ids: [by], reason: "undone" },
        { op: "memory.reinstate", botId, ids: [five, noon], by },
      );
      expect(await kit.store.read.memory(five)).toMatchObject({ supersededBy: null, validTo: null });
      const active = (await kit.store.read.memories(botId, {}, first)).items.map(({ text }) => text);
      expect(active.toSorted()).toEqual(["tea at five", "tea at noon"]);
      const after = await kit.store.read.consolidation(record.id);
      expect(after?.proposals).toMatchObject([{ state: "undone", settledBy: "person", settledAt: kit.now() }]);
    });

    it("what a person pinned is not replaced, another bot's is not there, and what another says by now does not come back", async () => {
      await using kit = await openKit(open);
      const place = await openBotSession(kit);
      const other = await openBotSession(kit);
      const { botId } = place;
      const [pinned, old, by] = (await remember(
        kit,
        botId,
        { text: "rule one", pinned: true },
        { text: "tea at five" },
        { text: "tea at six" },
      )) as [MemoryId, MemoryId, MemoryId];
      const replace = (ids: readonly MemoryId[]): Op => ({ op: "memory.replace", botId, ids, by });
      await expect(kit.commit(replace([pinned]))).rejects.toMatchObject({ code: "conflict" });
      const [foreign] = (await remember(kit, other.botId, { text: "x" })) as [MemoryId];
      await expect(kit.commit(replace([foreign]))).rejects.toMatchObject({ code: "not_found" });
      await kit.commit(replace([old]));
      await remember(kit, botId, { text: "Tea at five." });
      await kit.commit({ op: "memory.reinstate", botId, ids: [old], by });
      expect(await kit.store.read.memory(old)).toMatchObject({ supersededBy: by });
    });

    it("what a look cost counts on the day it was made, beside what the turns of the bot cost", async () => {
      await using kit = await openKit(open);
      const place = await openBotSession(kit);
      await saved(kit, consolidationSeed(place, [], { fromSeq: 1, throughSeq: 1 }));
      kit.clock.advance(24 * 3_600_000);
      const since = kit.now();
      await kit.send(place.sessionId);
      await kit.turn(await kit.claimOne(), stepOp(), settleOp());
      await saved(kit, consolidationSeed(place, [], { fromSeq: 2, throughSeq: 2 }));
      const before = msToIso(kit.clock.now() + 1);
      const [today, ...others] = await kit.store.read.spend({ since, before });
      expect(others).toEqual([]);
      expect(today).toMatchObject({
        botId: place.botId,
        day: since.slice(0, 10),
        usage: { modelCalls: 2, inputTokens: 110 },
      });
      const all = await kit.store.read.spend({ since: msToIso(0), before });
      expect(all.map(({ usage }) => usage.modelCalls)).toEqual([2, 1]);
      const [pulse] = await kit.store.read.pulse(since, 60_000);
      expect(pulse?.spentBefore).toMatchObject({ modelCalls: 1, inputTokens: 100 });
    });

    it("a suggestion is put into other words; a memory is not (ME4)", async () => {
      await using kit = await openKit(open);
      const place = await openBotSession(kit);
      const { botId } = place;
      const [fact] = (await remember(kit, botId, { text: "tea at five" })) as [MemoryId];
      const record = await saved(kit, consolidationSeed(place, [proposalSeed({ text: "Ann lives in Bergen" })]));
      const id = record.proposals[0]?.memoryId as MemoryId;
      await expect(kit.commit({ op: "memory.reword", botId, id: fact, text: "x" })).rejects.toMatchObject({
        code: "conflict",
      });
      await kit.commit(
        { op: "memory.reword", botId, id, text: "Ann lives in Oslo" },
        { op: "memory.restore", botId, ids: [id] },
      );
      expect(await kit.store.read.memory(id)).toMatchObject({ text: "Ann lives in Oslo", archivedAt: null });
      const [same] = await remember(kit, botId, { text: "ann lives in oslo" });
      expect(await kit.store.read.memory(same as MemoryId)).toBeNull();
      await remember(kit, botId, { text: "Ann lives in Bergen" });
      expect((await kit.store.read.memories(botId, {}, first)).items.length).toBe(3);
    });

    it("ME6: deleting a memory takes the proposals along that name it, deleting the bot takes all", async () => {
      await using kit = await openKit(open);
      const place = await openBotSession(kit);
      const { botId } = place;
      const [old] = (await remember(kit, botId, { text: "tea at five" })) as [MemoryId];
      const record = await saved(
        kit,
        consolidationSeed(place, [
          proposalSeed({ text: "one" }),
          proposalSeed({ text: "two" }, { action: "replace", ends: [old] }),
          proposalSeed({ text: "three" }),
        ]),
      );
      const one = record.proposals[0]?.memoryId as MemoryId;
      const { events } = await kit.commit({ op: "memory.delete", botId, ids: [one, old] });
      expect(events.map(({ type }) => type)).toContain("consolidation.changed");
      expect((await kit.store.read.consolidation(record.id))?.proposals.map(({ id }) => id)).toEqual([
        record.proposals[2]?.id,
      ]);
      await kit.commit({ op: "memory.policy", botId, consolidation: "off" }, { op: "bot.delete", id: botId });
      expect(await kit.store.read.consolidation(record.id)).toBeNull();
      expect(await kit.store.read.consolidationPolicy(botId)).toBe("propose");
    });

    it("ME6: a session that is deleted takes along what was proposed of it and not accepted", async () => {
      await using kit = await openKit(open);
      const place = await openBotSession(kit);
      const { botId } = place;
      const seeds = ["open", "accepted", "rejected"].map((text) => proposalSeed({ text }));
      const record = await saved(kit, consolidationSeed(place, seeds));
      const [open_, accepted, rejected] = record.proposals;
      const ids = record.proposals.map(({ memoryId }) => memoryId as MemoryId);
      await kit.commit(
        settle(place, accepted, "accepted"),
        { op: "memory.restore", botId, ids: [ids[1] as MemoryId] },
        { op: "proposal.settle", botId, id: rejected?.id as never, from: ["open"], to: "rejected", by: "person" },
        { op: "memory.archive", botId, ids: [ids[2] as MemoryId], reason: "forgotten" },
      );
      expect(open_?.state).toBe("open");
      await kit.commit({ op: "session.delete", id: place.sessionId });
      const left = await kit.store.read.memories(botId, { state: "all" }, first);
      expect(left.items.map(({ text }) => text)).toEqual(["accepted"]);
      const after = await kit.store.read.consolidation(record.id);
      expect(after?.proposals.map(({ id }) => id)).toEqual([accepted?.id]);
    });

    it("the policy is `propose` until somebody says otherwise, each change an event", async () => {
      await using kit = await openKit(open);
      const botId = await kit.bot();
      expect(await kit.store.read.consolidationPolicy(botId)).toBe("propose");
      const put = (consolidation: "apply" | "propose") => kit.commit({ op: "memory.policy", botId, consolidation });
      expect((await put("propose")).events).toEqual([]);
      expect((await put("apply")).events).toMatchObject([{ type: "memory_policy.changed", botId }]);
      expect(await kit.store.read.consolidationPolicy(botId)).toBe("apply");
      const nobody: Op = { op: "memory.policy", botId: makeId("bot"), consolidation: "off" };
      await expect(kit.commit(nobody)).rejects.toMatchObject({ code: "not_found" });
    });
  });
}
