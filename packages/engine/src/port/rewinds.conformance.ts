/** Tests what every store must do when a person goes back in a session (TU10). */
import type { EntryId, SessionId } from "@reef/protocol/ids";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { entrySeed, messageSeed, openKit, type StoreKit, settleOp, stepOp } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";
import type { Op } from "./unit.ts";

const page = { limit: 100, cursor: null };

function append(session: SessionId, ...texts: readonly string[]): Op[] {
  return texts.map((text) => ({ op: "entry.append", entry: entrySeed(session, text) }));
}

async function rewind(kit: StoreKit, session: SessionId, toSeq: number, rest: { key?: string; text?: string } = {}) {
  const lastSeq = (await kit.store.read.session(session))?.lastSeq ?? 0;
  const { key: idempotencyKey = null, text = "anew" } = rest;
  const message = messageSeed(session, { text, idempotencyKey });
  const notice = { id: makeId("entry"), text: "Replaced." };
  return kit.commit({ op: "message.send", message: { ...message, rewind: { toSeq, lastSeq, notice } } });
}

async function answerAll(kit: StoreKit, text: string): Promise<EntryId> {
  const claim = await kit.claimOne();
  const id = await kit.say(claim, text);
  await kit.turn(claim, stepOp(), settleOp());
  return id;
}

export function describeStoreRewinds(name: string, open: OpenEmptyStore): void {
  describe(`${name}: rewinds`, () => {
    it("TU10: what was replaced stays in the transcript, marked, and leaves the window, also one that was read before", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.commit(...append(session, "one", "two", "three"));
      expect((await kit.store.read.window(session)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
      await rewind(kit, session, 1);
      await answerAll(kit, "answered anew");
      const texts = async (part: "window" | "current") => {
        const entries =
          part === "window"
            ? await kit.store.read.window(session)
            : await kit.store.read.entries(session, { limit: 100, isCurrent: true });
        return entries.map(({ text }) => text);
      };
      expect(await texts("window")).toEqual(["one", "anew", "answered anew"]);
      expect(await texts("current")).toEqual(["one", "Replaced.", "anew", "answered anew"]);
      const all = await kit.store.read.entries(session, { limit: 100 });
      expect(all.map(({ seq, text, replacedBy }) => [seq, text, replacedBy])).toEqual([
        [1, "one", undefined],
        [2, "two", 4],
        [3, "three", 4],
        [4, "Replaced.", undefined],
        [5, "anew", undefined],
        [6, "answered anew", undefined],
      ]);
      expect(all[3]?.notice).toEqual({ type: "rewound", toSeq: 1 });
      expect(await kit.store.read.entry(all[1]?.id ?? makeId("entry"))).toMatchObject({ replacedBy: 4 });
      const [hit] = (await kit.store.read.search("three", page)).items;
      expect(hit?.entry).toMatchObject({ seq: 3, replacedBy: 4 });
    });

    it("TU10: a summary that stands in the replaced part does not count, and an older one does again", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const sum = (throughSeq: number): Op => ({
        op: "entry.append",
        entry: entrySeed(session, `up to ${throughSeq}`, {
          kind: "notice",
          notice: { type: "compaction", throughSeq, tokensBefore: 9 },
        }),
      });
      await kit.commit(
        ...append(session, "1", "2"),
        sum(1),
        ...append(session, "4", "5"),
        sum(4),
        ...append(session, "7"),
      );
      expect(await kit.texts(session)).toHaveLength(7);
      const window = async () => (await kit.store.read.window(session)).map(({ text }) => text);
      expect(await window()).toEqual(["up to 4", "5", "7"]);
      await rewind(kit, session, 4);
      expect(await window()).toEqual(["up to 1", "2", "4"]);
      await kit.commit({ op: "message.cancelQueued", sessionId: session, reason: "" });
      await rewind(kit, session, 1);
      expect(await window()).toEqual(["1"]);
    });

    it("TU10: it is refused, with nothing changed, while a turn is open, while messages wait, after news, and twice in one place", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.commit(...append(session, "one", "two", "three"));
      const lastSeq = async () => (await kit.store.read.session(session))?.lastSeq;
      const refused = async (toSeq: number) => {
        const before = await lastSeq();
        await expect(rewind(kit, session, toSeq)).rejects.toMatchObject({ code: "conflict" });
        expect(await lastSeq()).toBe(before);
      };
      const waits = await kit.send(session);
      await refused(1);
      const claim = await kit.claimOne();
      await refused(1);
      await kit.turn(claim, settleOp());
      expect((await kit.message(waits)).state).toBe("acted");
      const message = messageSeed(session);
      const stale = { toSeq: 1, lastSeq: 3, notice: { id: makeId("entry"), text: "" } };
      await expect(kit.commit({ op: "message.send", message: { ...message, rewind: stale } })).rejects.toMatchObject({
        code: "conflict",
      });
      await refused(99);
      await rewind(kit, session, 1);
      await answerAll(kit, "answered");
      // Entries 2 and 3 are replaced, so that nothing can follow them.
      await refused(2);
      await refused(3);
    });

    it("MB2, TU10: the same key and body again goes back once; the same text to another place is another body", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.commit(...append(session, "one", "two"));
      await rewind(kit, session, 1, { key: "k" });
      expect((await rewind(kit, session, 1, { key: "k" })).existing).toMatchObject([{ text: "anew", rewoundTo: 1 }]);
      await expect(rewind(kit, session, 0, { key: "k" })).rejects.toMatchObject({ code: "idempotency_mismatch" });
      expect(await kit.texts(session)).toEqual(["one", "two", "Replaced."]);
      expect(await kit.store.read.messageByKey(session, "k")).toMatchObject({ text: "anew" });
      expect(await kit.store.read.messageByKey(session, "other")).toBeNull();
    });

    it("TU10: dead messages of the replaced part are dismissed and cannot be retried", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.commit(...append(session, "one"));
      const dead = await kit.send(session, { text: "two" });
      await kit.turn(await kit.claimOne(), settleOp({ state: "failed", messages: "dead", error: "boom" }));
      await rewind(kit, session, 1);
      expect((await kit.message(dead)).dismissedAt).not.toBeNull();
      await expect(kit.commit({ op: "message.retry", id: dead })).rejects.toMatchObject({ code: "conflict" });
    });

    it("TU10, ME2: lines of the replaced part leave the memory, what was saved stays, and nothing of it comes back", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const session = await kit.session(bot);
      await kit.commit(...append(session, "the tide is high", "the tide is low"));
      await kit.commit({ op: "memory.capture", sessionId: session });
      await kit.commit(...append(session, "the tide turns"));
      await rewind(kit, session, 1);
      await answerAll(kit, "the tide is calm");
      await kit.commit({ op: "memory.capture", sessionId: session });
      const { items } = await kit.store.read.memories(bot, {}, page);
      expect(items.map(({ text }) => text).toSorted()).toEqual(["anew", "the tide is calm", "the tide is high"]);
    });

    it("TU10: a fork of a replaced part has it as its own; one of the whole has it replaced", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const session = await kit.session(bot);
      await kit.commit(...append(session, "one", "two", "three"));
      await rewind(kit, session, 1);
      const fork = async (throughSeq: number) => {
        const to = await kit.session(bot);
        await kit.commit({ op: "session.fork", from: session, to, throughSeq });
        return (await kit.store.read.window(to)).map(({ text }) => text);
      };
      expect(await fork(3)).toEqual(["one", "two", "three"]);
      expect(await fork(4)).toEqual(["one"]);
    });

    it("BU2: a step keeps what is known of its model call, and the newest answer of a session is found", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      expect(await kit.store.read.lastAnswer(session)).toBeNull();
      await kit.send(session);
      const claim = await kit.claimOne();
      const facts = {
        model: "p/m",
        cachedTokens: 3,
        firstTokenMs: 40,
        windowTokens: 9,
        contextTokens: 100,
        compactsAt: 75,
      };
      const head = { kind: "model" as const, callId: null, tool: null, entryId: null };
      const counts = { inputTokens: 10, outputTokens: 5, durationMs: 2 };
      await kit.turn(claim, { op: "turn.step", step: { ...head, ...counts, ...facts } }, stepOp("retry"));
      expect(await kit.store.read.lastAnswer(session)).toMatchObject({ n: 1, ...facts });
      await kit.turn(claim, stepOp(), settleOp());
      const none = { model: null, cachedTokens: null, firstTokenMs: null, windowTokens: null, contextTokens: null };
      expect(await kit.store.read.lastAnswer(session)).toMatchObject({ n: 3, ...none, compactsAt: null });
    });
  });
}
