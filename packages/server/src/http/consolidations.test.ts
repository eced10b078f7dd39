/**
 * Tests the endpoints of consolidations. The server's demo bots have no model, so lines are chosen instead, and the
 * answer says so.
 */
import type { Consolidation } from "@reef/protocol/consolidation";
import type { Event } from "@reef/protocol/event";
import type { BotId } from "@reef/protocol/ids";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serve } from "../testing/serve.ts";

const lines = [
  "The garden needs water",
  "Water the garden at six",
  "Hello",
  "The roses in the garden are red",
  "Fine?",
];

describe("consolidations", () => {
  let reef: Served;
  beforeAll(async () => {
    reef = await serve({ script: () => "noted, I will keep to that" });
  });
  afterAll(() => reef[Symbol.asyncDispose]());

  async function consolidated(): Promise<{ readonly bot: BotId; readonly consolidation: Consolidation }> {
    const session = await reef.newSession("garden");
    for (const text of lines) {
      const sent = await reef.client.sendMessage(session.id, { text });
      await expect.poll(async () => (await reef.client.message(sent.id)).state, { timeout: 10_000 }).toBe("answered");
    }
    const { consolidations } = await reef.client.consolidateMemories(session.botId);
    return { bot: session.botId, consolidation: consolidations[0] as Consolidation };
  }

  it("ME7: a proposal is listed with its lines, accepted, and undone; other consoles are told each time", async () => {
    const { bot, consolidation } = await consolidated();
    expect(consolidation).toMatchObject({ cause: "asked", by: "extract", model: null, usage: { modelCalls: 0 } });
    const { id } = consolidation;
    const proposal = consolidation.proposals[0];
    expect(proposal?.sources.length).toBeGreaterThan(1);
    expect(proposal?.sources.every(({ entryId }) => entryId !== null)).toBe(true);
    const open = () => reef.client.consolidations(bot, { open: true });
    expect((await open()).items).toEqual([consolidation]);
    const found = async () =>
      (await reef.client.searchMemories(bot, { q: "garden water", kind: "summary" })).items.length;
    expect(await found()).toBe(0);

    const events: Event[] = [];
    const stop = reef.server.store.onEvents((committed) => void events.push(...committed));
    const text = "The garden is watered at six";
    const accepted = await reef.client.acceptProposals(id, { texts: { [proposal?.id as never]: text } });
    expect(accepted).toMatchObject({
      refused: [],
      consolidation: { proposals: [{ state: "accepted", memory: { text } }] },
    });
    expect(await found()).toBe(1);
    expect((await open()).items).toEqual([]);
    const undone = await reef.client.undoProposals(id);
    expect(undone.consolidation.proposals).toMatchObject([{ state: "undone", memory: { archivedFor: "undone" } }]);
    expect(await found()).toBe(0);
    stop();
    const told = events.filter((event) => event.type === "consolidation.changed");
    expect(told).toMatchObject([{ botId: bot, consolidationId: id }, { consolidationId: id }]);
    expect(JSON.stringify(told)).not.toContain("garden");
    // Nothing is proposed twice.
    expect((await reef.client.consolidateMemories(bot)).consolidations).toEqual([]);
    expect((await reef.client.consolidations(bot)).items.map((item) => item.id)).toEqual([id]);
    expect(await reef.client.consolidation(id)).toEqual(undone.consolidation);
  });

  it("a rejected proposal is put away; what is not there, and what was done already, is told", async () => {
    const { consolidation } = await consolidated();
    const [proposal] = consolidation.proposals;
    const { consolidation: after } = await reef.client.rejectProposals(consolidation.id);
    expect(after.proposals).toMatchObject([{ state: "rejected", memory: { archivedFor: "forgotten" } }]);
    const again = await reef.client.rejectProposals(consolidation.id, { ids: [proposal?.id as never] });
    expect(again.refused).toMatchObject([{ id: proposal?.id, reason: expect.stringContaining("already rejected") }]);
    const nothing = "prp_01a20000-0000-7000-8000-000000000000" as never;
    await expect(reef.client.undoProposals(consolidation.id, { ids: [nothing] })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(reef.client.consolidation("con_01a20000-0000-7000-8000-000000000000" as never)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("a bot's policy is read and set", async () => {
    const bot = (await reef.client.createBot({ name: "careful" })).id;
    expect(await reef.client.memoryPolicy(bot)).toEqual({ consolidation: "propose" });
    expect(await reef.client.putMemoryPolicy(bot, { consolidation: "apply" })).toEqual({ consolidation: "apply" });
    expect(await reef.client.memoryPolicy(bot)).toEqual({ consolidation: "apply" });
    await expect(reef.client.putMemoryPolicy(bot, { consolidation: "sometimes" as never })).rejects.toMatchObject({
      code: "invalid_request",
    });
    const nobody = "bot_01a20000-0000-7000-8000-000000000000" as never;
    await expect(reef.client.putMemoryPolicy(nobody, { consolidation: "off" })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(reef.client.consolidations(nobody)).rejects.toMatchObject({ code: "not_found" });
  });
});
