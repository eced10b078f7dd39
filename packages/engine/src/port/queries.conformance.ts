/** Tests what every store must answer: the contract of port/queries.ts. */
import { msToIso } from "@reef/protocol/time";
import { addUsage, noUsage } from "@reef/protocol/usage";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { entrySeed, messageSeed, openKit, settleOp, stepOp } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";

const first = { limit: 100, cursor: null };

export function describeStoreQueries(name: string, open: OpenEmptyStore): void {
  describe(`${name}: reads`, () => {
    it("bots come by name, whatever its case, and are found by it", async () => {
      await using kit = await openKit(open);
      for (const each of ["beta", "Alpha", "gamma", "ALPHA"]) await kit.bot({ name: each });
      const page = await kit.store.read.bots(first);
      expect(page.items.map((bot) => bot.name.toLowerCase())).toEqual(["alpha", "alpha", "beta", "gamma"]);
      expect((await kit.store.read.botsByName("aLpHa")).length).toBe(2);
      expect(await kit.store.read.bot(makeId("bot"))).toBeNull();
    });

    it("pages follow on each other without a gap or a repeat, also when much has the same time", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const made = new Set<string>();
      for (let index = 0; index < 25; index++) {
        if (index % 4 === 0) kit.clock.advance(1);
        made.add(await kit.session(bot, { title: `s${index}` }));
      }
      const seen: string[] = [];
      for (let cursor: string | null = null; ; ) {
        const page = await kit.store.read.sessions({}, { limit: 4, cursor });
        seen.push(...page.items.map(({ id }) => id));
        expect(page.items.length).toBeLessThanOrEqual(4);
        cursor = page.next;
        if (cursor === null) break;
      }
      expect(seen.length).toBe(25);
      expect(new Set(seen)).toEqual(made);
      const times = (await kit.store.read.sessions({}, first)).items.map(({ lastAt }) => lastAt);
      expect(times).toEqual(times.toSorted().toReversed());
      await expect(kit.store.read.sessions({}, { limit: 4, cursor: "nonsense!" })).rejects.toMatchObject({
        code: "invalid_request",
      });
    });

    it("sessions are filtered by everything a person can see of them", async () => {
      await using kit = await openKit(open);
      const [bot, other] = [await kit.bot(), await kit.bot()];
      const topicId = makeId("topic");
      await kit.commit({ op: "topic.create", id: topicId, topic: { name: "dev", color: "#112233", order: 1 } });
      const plain = await kit.session(bot, { title: "Fix the 100% bug", topicId });
      const pinned = await kit.session(other, { title: "Research", pinned: true });
      const child = await kit.session(other, { title: "child", parentId: pinned });
      const archived = await kit.session(bot, { title: "old" });
      await kit.commit({ op: "session.change", id: archived, fields: { archivedAt: kit.now() } });
      await kit.send(plain);
      const ids = async (filter: Parameters<typeof kit.store.read.sessions>[0]) =>
        (await kit.store.read.sessions(filter, first)).items.map(({ id }) => id).toSorted();
      const cases = [
        [{ botId: bot }, [plain]],
        [{ topicId }, [plain]],
        [{ pinned: true }, [pinned]],
        [{ archived: true }, [archived]],
        [{ parentId: pinned }, [child]],
        [{ q: "THE fix" }, [plain]],
        [{ q: "100%" }, [plain]],
        [{ q: "%" }, [plain]],
        [{ q: "fix nothing" }, []],
        [{ status: "queued" }, [plain]],
        [{ status: "idle" }, [pinned, child]],
        [{ status: "running" }, []],
      ] as const;
      for (const [filter, expected] of cases)
        expect(await ids(filter), JSON.stringify(filter)).toEqual(expected.toSorted());
      const pinnedAt = (await kit.store.read.session(pinned))?.pinnedAt;
      expect(pinnedAt).toBe((await kit.store.read.session(pinned))?.createdAt);
      expect((await kit.store.read.session(child))?.pinnedAt).toBeNull();
      expect((await kit.store.read.sessionsByTitle("research")).map(({ id }) => id)).toEqual([pinned]);
      expect(await kit.store.read.sessionsByTitle("old")).toEqual([]);
      expect((await kit.store.read.mainSessionOfBot(bot))?.id).toBe(plain);
      expect((await kit.store.read.mainSessionOfBot(other))?.id).toBe(pinned);
      expect((await kit.store.read.tree(pinned)).map(({ id }) => id)).toEqual([pinned, child]);
      await kit.commit({ op: "topic.delete", id: topicId });
      expect((await kit.store.read.session(plain))?.topicId).toBeNull();
      expect(await kit.store.read.topics(first)).toEqual({ items: [], next: null });
    });

    it("SY4: sessions are counted as the list puts them: apart when they need a person or are pinned, spawned ones below", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const topicId = makeId("topic");
      await kit.commit({ op: "topic.create", id: topicId, topic: { name: "dev", color: "#112233", order: 1 } });
      const none = await kit.store.read.listCounts();
      expect(none).toMatchObject({ total: 0, topics: {}, noTopic: 0, queued: 0 });
      const parent = await kit.session(bot, { topicId });
      await kit.session(bot, { topicId });
      await kit.session(bot, { topicId, parentId: parent });
      await kit.session(bot, { topicId, pinned: true });
      await kit.send(await kit.session(bot));
      const archived = await kit.session(bot, { topicId });
      await kit.session(bot, { parentId: archived });
      await kit.commit({ op: "session.change", id: archived, fields: { archivedAt: kit.now() } });
      expect(await kit.store.read.listCounts()).toEqual({
        total: 6,
        needsYou: 0,
        pinned: 1,
        unread: 0,
        running: 0,
        waiting: 0,
        failed: 0,
        queued: 1,
        topics: { [topicId]: 2 },
        noTopic: 2,
      });
    });

    it("a filter by status fills its pages from all sessions", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      for (let index = 0; index < 30; index++) {
        const session = await kit.session(bot);
        if (index % 10 === 0) await kit.send(session);
      }
      const page = await kit.store.read.sessions({ status: "queued" }, { limit: 2, cursor: null });
      expect(page.items.length).toBe(2);
      const rest = await kit.store.read.sessions({ status: "queued" }, { limit: 2, cursor: page.next });
      expect([rest.items.length, rest.next]).toEqual([1, null]);
    });

    it("unread counts what bots and other sessions wrote, and failures, after what was read", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const kinds = ["person", "bot", "tool_call", "tool_result", "session", "bot"] as const;
      for (const kind of kinds) await kit.commit({ op: "entry.append", entry: entrySeed(session, kind, { kind }) });
      const failed = { kind: "notice", notice: { type: "failed" } } as const;
      await kit.commit({ op: "entry.append", entry: entrySeed(session, "failed", failed) });
      const quiet = { kind: "notice", notice: { type: "runtime" } } as const;
      await kit.commit({ op: "entry.append", entry: entrySeed(session, "note", quiet) });
      const unread = async () => (await kit.store.read.session(session))?.unread;
      expect(await unread()).toBe(4);
      await kit.commit({ op: "session.read", id: session, seq: 5 });
      expect(await unread()).toBe(2);
      await kit.commit({ op: "session.read", id: session, seq: 2 });
      expect(await unread()).toBe(2);
      await kit.commit({ op: "session.read", id: session, seq: 100 });
      expect(await kit.store.read.session(session)).toMatchObject({
        unread: 0,
        readSeq: 8,
        lastSeq: 8,
        lastText: "note",
      });
      await kit.commit({ op: "session.unread", id: session, seq: 5 });
      expect(await kit.store.read.session(session)).toMatchObject({ unread: 2, readSeq: 5 });
      await kit.commit({ op: "session.unread", id: session, seq: 7 });
      expect(await unread()).toBe(2);
    });

    it("the sums of a session count all its turns, the open one too, and no other session's", async () => {
      await using kit = await openKit(open);
      const [session, other] = [await kit.session(), await kit.session()];
      const none = await kit.store.read.turnSums(session);
      expect(none).toMatchObject({ turns: 0, usage: { modelCalls: 0, inputTokens: 0 }, endedMs: 0, openSince: null });
      await kit.send(other);
      await kit.turn(await kit.claimOne(), stepOp(), settleOp());
      for (let n = 0; n < 3; n++) {
        await kit.send(session);
        const claim = await kit.claimOne();
        kit.clock.advance(1_234);
        await kit.turn(claim, stepOp(), settleOp());
      }
      await kit.send(session);
      const open4 = await kit.claimOne();
      await kit.turn(open4, stepOp());
      const { items } = await kit.store.read.turns({ sessionId: session }, { limit: 10, cursor: null });
      const sums = await kit.store.read.turnSums(session);
      expect(sums).toMatchObject({ turns: 4, endedMs: 3 * 1_234, openSince: open4.turn.startedAt });
      expect(sums.usage).toEqual(items.reduce((sum, { usage }) => addUsage(sum, usage), noUsage));
      expect(sums.usage.modelCalls).toBeGreaterThan(0);
    });

    it("entries come ascending: the newest, those before, those after", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      for (let seq = 1; seq <= 10; seq++) await kit.commit({ op: "entry.append", entry: entrySeed(session, `${seq}`) });
      const seqs = async (range: Parameters<typeof kit.store.read.entries>[1]) =>
        (await kit.store.read.entries(session, range)).map(({ seq }) => seq);
      expect(await seqs({ limit: 3 })).toEqual([8, 9, 10]);
      expect(await seqs({ before: 8, limit: 3 })).toEqual([5, 6, 7]);
      expect(await seqs({ after: 2, limit: 3 })).toEqual([3, 4, 5]);
      expect(await seqs({ after: 2, before: 5, limit: 9 })).toEqual([3, 4]);
      expect(await seqs({ after: 10, limit: 3 })).toEqual([]);
    });

    it("the window begins with the newest compaction and goes on behind what it stands for", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const append = (text: string, throughSeq?: number) => {
        const notice =
          throughSeq === undefined
            ? {}
            : { kind: "notice" as const, notice: { type: "compaction" as const, throughSeq, tokensBefore: 9 } };
        return kit.commit({ op: "entry.append", entry: entrySeed(session, text, notice) });
      };
      for (const text of ["1", "2", "3"]) await append(text);
      const texts = async () => (await kit.store.read.window(session)).map(({ text }) => text);
      expect(await texts()).toEqual(["1", "2", "3"]);
      await append("sum of 1-2", 2);
      await append("5");
      expect(await texts()).toEqual(["sum of 1-2", "3", "5"]);
      await append("sum of 1-5", 5);
      expect(await texts()).toEqual(["sum of 1-5"]);
    });

    it("ME6: a window that was read before has what came since, each once, and nothing after its session's end", async () => {
      await using kit = await openKit(open);
      const [session, other] = [await kit.session(), await kit.session()];
      const texts = async (id: typeof session) => (await kit.store.read.window(id)).map(({ text }) => text);
      const append = (id: typeof session, text: string) =>
        kit.commit({ op: "entry.append", entry: entrySeed(id, text) });
      expect(await texts(session)).toEqual([]);
      const said: string[] = [];
      for (let n = 0; n < 5; n++) {
        said.push(`said ${n}`);
        await append(session, `said ${n}`);
        await append(other, `elsewhere ${n}`);
        expect(await texts(session)).toEqual(said);
      }
      expect(await texts(session)).toEqual(said);
      expect((await texts(other)).at(-1)).toBe("elsewhere 4");
      await kit.commit({ op: "session.delete", id: session });
      expect(await texts(session)).toEqual([]);
      expect(await texts(other)).toHaveLength(5);
    });

    it("messages are listed newest first, by state, session, sender and chain", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const [a, b] = [await kit.session(bot), await kit.session(bot)];
      const from = { kind: "session", sessionId: a, botId: bot, botName: "dev", title: "a" } as const;
      const one = messageSeed(a);
      await kit.commit({ op: "message.send", message: one });
      const two = await kit.send(b, { from, chainId: one.chainId });
      const three = await kit.send(b);
      const ids = async (filter: Parameters<typeof kit.store.read.messages>[0]) =>
        (await kit.store.read.messages(filter, first)).items.map(({ id }) => id);
      expect(await ids({})).toEqual([three, two, one.id]);
      expect(await ids({ sessionId: b })).toEqual([three, two]);
      expect(await ids({ fromSessionId: a })).toEqual([two]);
      expect(await ids({ chainId: one.chainId })).toEqual([two, one.id]);
      const keyed = messageSeed(b, { idempotencyKey: "k" });
      await kit.commit({ op: "message.send", message: keyed });
      expect(await ids({ idempotencyKey: "k" })).toEqual([keyed.id]);
      expect(await ids({ sessionId: a, idempotencyKey: "k" })).toEqual([]);
      expect((await kit.store.read.message(keyed.id))?.idempotencyKey).toBe("k");
      await kit.commit({ op: "message.cancel", id: keyed.id, reason: "x" });
      expect((await kit.store.read.queuedMessages(b)).map(({ id }) => id)).toEqual([two, three]);
      for (const claim of await kit.claim())
        await kit.turn(claim, settleOp({ state: "failed", messages: "dead", error: "x" }));
      const [cause] = await kit.store.read.deadCauses(10);
      expect(cause).toMatchObject({ cause: "x", reason: "x", count: 2, sessions: 2, bots: 1 });
      expect(await ids({ cause: "x" })).toEqual([two, one.id]);
      expect(await ids({ cause: "y" })).toEqual([]);
      await kit.commit({ op: "message.dismiss", id: two });
      expect((await kit.store.read.deadCauses(10))[0]?.count).toBe(1);
      expect(await ids({ state: "dead" })).toEqual([two, one.id]);
      expect(await ids({ state: "dead", dismissed: false })).toEqual([one.id]);
      expect((await kit.store.read.totals()).deadMessages).toBe(1);
      await kit.commit({ op: "message.retry", id: one.id });
      expect(await kit.store.read.deadCauses(10)).toEqual([]);
      expect(await ids({ cause: "x" })).toEqual([two]);
      expect((await kit.store.read.message(one.id))?.cause).toBeUndefined();
    });

    it("turns are listed newest first and by the time they were open", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const session = await kit.session(bot);
      const ends: string[] = [];
      for (let made = 0; made < 3; made++) {
        await kit.send(session);
        const claim = await kit.claimOne();
        kit.clock.advance(1000);
        await kit.turn(claim, settleOp());
        ends.push(claim.turn.id);
      }
      const ids = async (filter: Parameters<typeof kit.store.read.turns>[0]) =>
        (await kit.store.read.turns(filter, first)).items.map(({ id }) => id);
      expect(await ids({})).toEqual(ends.toReversed());
      expect(await ids({ sessionId: session, botId: bot })).toEqual(ends.toReversed());
      const startMs = kit.clock.now() - 3000;
      expect(await ids({ since: msToIso(startMs + 1500) })).toEqual([ends[2], ends[1]]);
      expect(await ids({ before: msToIso(startMs + 1000) })).toEqual([ends[0]]);
    });

    it("open asks come first, oldest waiting first", async () => {
      await using kit = await openKit(open);
      await kit.send(await kit.session());
      const { session, bot, turn } = await kit.claimOne();
      const asked = [makeId("ask"), makeId("ask"), makeId("ask")];
      for (const [index, id] of asked.entries()) {
        const caller = {
          kind: index === 1 ? ("loop" as const) : ("question" as const),
          sessionId: session.id,
          botId: bot.id,
          turnId: turn.id,
          messageId: null,
        };
        const ask = { ...caller, id, callId: `c${index}`, question: "?", options: [], freeText: true };
        await kit.commit({ op: "ask.open", ask });
      }
      await kit.commit({ op: "ask.answer", id: asked[0]!, answer: "yes" });
      const pages = [await kit.store.read.asks({}, { limit: 2, cursor: null })];
      pages.push(await kit.store.read.asks({}, { limit: 2, cursor: pages[0]!.next }));
      expect(pages.flatMap(({ items }) => items).map(({ id }) => id)).toEqual([asked[1], asked[2], asked[0]]);
      expect((await kit.store.read.asks({ state: "open" }, first)).items.length).toBe(2);
      expect((await kit.store.read.asks({ botId: makeId("bot") }, first)).items).toEqual([]);
      const ofKind = async (kind: "loop" | "question" | "chain") =>
        (await kit.store.read.asks({ kind }, first)).items.map(({ id }) => id);
      expect([await ofKind("loop"), await ofKind("question"), await ofKind("chain")]).toEqual([
        [asked[1]],
        [asked[2], asked[0]],
        [],
      ]);
      expect((await kit.store.read.asksOfTurn(turn.id)).map(({ id }) => id)).toEqual(asked);
      expect(await kit.store.read.asksOfTurn(makeId("turn"))).toEqual([]);
      expect((await kit.store.read.askOfCall(turn.id, "c1", "loop"))?.id).toBe(asked[1]);
      expect(await kit.store.read.askOfCall(turn.id, "c1", "question")).toBeNull();
      expect(await kit.store.read.askOfCall(turn.id, "c9", "question")).toBeNull();
    });

    it("SY2: events after a number come in order, and the bounds say what is kept", async () => {
      await using kit = await openKit(open);
      expect(await kit.store.read.eventBounds()).toEqual({ first: 0, last: 0 });
      await kit.session();
      const { first: from, last } = await kit.store.read.eventBounds();
      const all = await kit.store.read.events(0, 100);
      expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, index) => from + index));
      expect(await kit.store.read.events(1, 1)).toEqual([all[1]]);
      expect(await kit.store.read.events(last, 10)).toEqual([]);
    });

    it("links are put as a whole, chains are extended, topics are ordered", async () => {
      await using kit = await openKit(open);
      const botId = await kit.bot();
      const links = [
        { from: { kind: "bot", botId }, to: { kind: "any" }, allow: false },
        { from: { kind: "tree" }, to: { kind: "tree" }, allow: true },
      ] as const;
      await kit.commit({ op: "links.put", links: [...links] });
      expect(await kit.store.read.links()).toEqual(links);
      await kit.commit({ op: "links.put", links: [links[1]] });
      expect(await kit.store.read.links()).toEqual([links[1]]);
      const chainId = makeId("chain");
      expect(await kit.store.read.chainExtraHops(chainId)).toBe(0);
      for (const hops of [12, 3]) await kit.commit({ op: "chain.extend", chainId, hops });
      expect(await kit.store.read.chainExtraHops(chainId)).toBe(15);
      const none = { rootId: chainId, modelCalls: 0, costUsd: 0, spawns: 0, openQuestions: 0, planned: 0 };
      expect(await kit.store.read.chain(chainId)).toEqual({ ...none, timesExtended: 0, isStopped: false });
      await kit.commit({ op: "chain.goOn", chainId }, { op: "chain.goOn", chainId }, { op: "chain.stop", chainId });
      expect(await kit.store.read.chain(chainId)).toEqual({ ...none, timesExtended: 2, isStopped: true });
      expect(await kit.store.read.chainExtraHops(chainId)).toBe(15);
      for (const [each, order] of [
        ["b", 2],
        ["c", 1],
        ["a", 2],
      ] as const) {
        await kit.commit({ op: "topic.create", id: makeId("topic"), topic: { name: each, color: "#000000", order } });
      }
      expect((await kit.store.read.topics(first)).items.map((topic) => topic.name)).toEqual(["c", "a", "b"]);
    });
  });
}
