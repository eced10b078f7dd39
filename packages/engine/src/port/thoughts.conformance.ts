/**
 * Tests what every store must do with reasoning, with opaque data for providers, and with calls that were paid for
 * without an answer.
 */
import type { Event } from "@reef/protocol/event";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { entrySeed, openKit, sessionSeed, settleOp, stepOp } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";
import type { TurnOp } from "./unit.ts";

const opaque = { signature: "cGVhcmw=", list: [1, null] };

function retryOp(costUsd?: number): TurnOp {
  const counts = { inputTokens: 30, outputTokens: 3, durationMs: 0, ...(costUsd !== undefined && { costUsd }) };
  return { op: "turn.step", step: { kind: "retry", callId: null, tool: null, entryId: null, ...counts } };
}

export function describeStoreThoughts(name: string, open: OpenEmptyStore): void {
  describe(`${name}: thoughts`, () => {
    it("PR1: what was thought is read with its entry; what is opaque is in the window and nowhere else", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const seen: Event[] = [];
      kit.store.onEvents((events) => seen.push(...events));
      const call = { callId: "c", name: "look", input: {} };
      const answer = entrySeed(session, "pearl", { reasoning: "It asked for a nacre.", opaque });
      await kit.commit(
        { op: "entry.append", entry: entrySeed(session, "before") },
        { op: "entry.append", entry: answer },
        { op: "entry.append", entry: entrySeed(session, "", { kind: "tool_call", tool: call, opaque: "abc" }) },
      );
      for (const _ of ["read", "from what is kept"]) {
        const window = await kit.store.read.window(session);
        expect(window.map((entry) => [entry.reasoning, entry.opaque])).toEqual([
          [undefined, undefined],
          ["It asked for a nacre.", opaque],
          [undefined, "abc"],
        ]);
      }
      // An entry appended after the window was read also has its opaque data.
      await kit.commit({ op: "entry.append", entry: entrySeed(session, "after", { opaque: 7 }) });
      expect((await kit.store.read.window(session)).at(-1)).toMatchObject({ text: "after", opaque: 7 });
      const elsewhere = [
        ...(await kit.store.read.entries(session, { limit: 10 })),
        ...(await kit.store.read.entries(session, { after: 0, limit: 10 })),
        await kit.store.read.entry(answer.id),
        ...(await kit.store.read.search("pearl", { limit: 10, cursor: null })).items.map(({ entry }) => entry),
        ...(await kit.store.read.events(0, 1000)),
        ...seen,
      ];
      expect(elsewhere.filter((each) => JSON.stringify(each).includes('"opaque"'))).toEqual([]);
      expect(await kit.store.read.entry(answer.id)).toMatchObject({ reasoning: "It asked for a nacre." });
      expect(seen.find((event) => event.type === "entry.created" && event.entry.id === answer.id)).toMatchObject({
        entry: { reasoning: "It asked for a nacre." },
      });
    });

    it("PR1: what was only thought is no news, no last words, no line of memory, and is not found", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.commit({ op: "entry.append", entry: entrySeed(session, "said") });
      await kit.commit({ op: "entry.append", entry: entrySeed(session, "", { reasoning: "a secret nacre", opaque }) });
      expect(await kit.store.read.session(session)).toMatchObject({ unread: 1, lastText: "said", lastSeq: 2 });
      await kit.commit({ op: "session.read", id: session, seq: 2 });
      await kit.commit({ op: "session.unread", id: session, seq: 0 });
      expect(await kit.store.read.session(session)).toMatchObject({ unread: 1 });
      const { botId } = (await kit.store.read.session(session)) ?? {};
      if (botId === undefined) throw new Error("expected a session");
      await kit.commit({ op: "memory.capture", sessionId: session });
      const lines = await kit.store.read.memories(botId, {}, { limit: 10, cursor: null });
      expect(lines.items.map(({ text }) => text)).toEqual(["said"]);
      expect((await kit.store.read.search("nacre", { limit: 10, cursor: null })).items).toEqual([]);
    });

    it("PR1: a fork goes on with the same thoughts", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.commit({ op: "entry.append", entry: entrySeed(session, "words", { reasoning: "first", opaque }) });
      await kit.commit({ op: "entry.append", entry: entrySeed(session, "", { reasoning: "second", opaque: [2] }) });
      const fork = sessionSeed(await kit.bot());
      await kit.commit(
        { op: "session.create", session: fork },
        { op: "session.fork", from: session, to: fork.id, throughSeq: 2 },
      );
      const window = await kit.store.read.window(fork.id);
      expect(window.map((entry) => [entry.text, entry.reasoning, entry.opaque])).toEqual([
        ["words", "first", opaque],
        ["", "second", [2]],
      ]);
      expect((await kit.store.read.session(fork.id))?.lastText).toBe("words");
    });

    it("PR3, BU2: what was paid for no answer is in the sums of its turn, its bot and its day, and takes back no death", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.send(session);
      const dying = await kit.claimOne();
      await kit.turn(dying, { op: "turn.wait", waits: [], readyAt: null, failed: "cut off" });
      const claim = await kit.claimOne();
      await kit.turn(claim, retryOp(0.5), retryOp());
      const turn = await kit.store.read.turn(claim.turn.id);
      const usage = { modelCalls: 2, inputTokens: 60, outputTokens: 6, costUsd: 0.5, unpricedCalls: 1 };
      expect(turn).toMatchObject({ attempts: 1, steps: 2, usage });
      expect(turn?.stepList.map(({ kind, costUsd }) => [kind, costUsd])).toEqual([
        ["retry", 0.5],
        ["retry", null],
      ]);
      const since = new Date(0).toISOString();
      const before = new Date(kit.clock.now() + 1).toISOString();
      expect((await kit.store.read.bot(claim.bot.id))?.spend).toEqual(usage);
      expect((await kit.store.read.turnSums(session)).usage).toEqual(usage);
      const days = await kit.store.read.spend({ since, before });
      expect(days.map((day) => day.usage)).toEqual([usage]);
      await kit.turn(claim, stepOp(), settleOp());
      expect(await kit.store.read.turn(claim.turn.id)).toMatchObject({ attempts: 0, usage: { modelCalls: 3 } });
      // The cost arrives after the turn stopped.
      await kit.commit({
        op: "turn.paid",
        turnId: claim.turn.id,
        paid: { inputTokens: 7, outputTokens: 0, costUsd: 0.25 },
      });
      const late = await kit.store.read.turn(claim.turn.id);
      expect(late).toMatchObject({ state: "done", steps: 4, usage: { modelCalls: 4, inputTokens: 77, costUsd: 0.75 } });
      expect((await kit.store.read.bot(claim.bot.id))?.spend).toEqual(late?.usage);
      expect((await kit.store.read.spend({ since, before })).map((day) => day.usage)).toEqual([late?.usage]);
      const unknown = { op: "turn.paid" as const, turnId: makeId("turn"), paid: { inputTokens: 7, outputTokens: 0 } };
      await expect(kit.commit(unknown)).rejects.toMatchObject({ code: "not_found" });
    });
  });
}
