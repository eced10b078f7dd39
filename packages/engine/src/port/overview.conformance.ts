/** Tests what every store must answer across all bots: the contract of port/overview.ts. */
import { SpendBy } from "@reef/protocol/overview";
import { msToIso } from "@reef/protocol/time";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { entrySeed, messageSeed, openKit, settleOp, stepOp } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";
import type { StepSeed } from "./unit.ts";

const minute = 60_000;
const first = { limit: 100, cursor: null };

export function describeStoreOverview(name: string, open: OpenEmptyStore): void {
  describe(`${name}: reads over all bots`, () => {
    it("MB8: a timeline names the messages that were refused in it, each by its notice", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const session = await kit.session(bot);
      const refuse = async () => {
        kit.clock.advance(minute);
        const notice = { kind: "notice", notice: { type: "refused", to: "ses_x" } } as const;
        await kit.commit({ op: "entry.append", entry: entrySeed(session, "Refused: no.", notice) });
      };
      await refuse();
      const since = msToIso(kit.clock.now() + 1);
      await refuse();
      await refuse();
      await kit.commit({ op: "entry.append", entry: entrySeed(session, "Refused: words of a bot.") });
      const before = msToIso(kit.clock.now() + 1);
      const timeline = await kit.store.read.timeline({ since, before, limit: 10 });
      const entries = await kit.store.read.entries(session, { limit: 10 });
      expect(timeline.refusals.map(({ id }) => id)).toEqual([entries[2]?.id, entries[1]?.id]);
      expect(timeline.refusals[0]).toMatchObject({ sessionId: session, botId: bot, text: "Refused: no." });
      const cut = await kit.store.read.timeline({ since, before, limit: 1 });
      expect([cut.refusals.length, cut.isCut]).toEqual([1, true]);
    });

    it("AS1: sessions are counted by what they are, and the question that has waited longest comes first", async () => {
      await using kit = await openKit(open);
      const session = () => kit.session();
      const [done, failing, asking, other, archived, idle] = [
        await session(),
        await session(),
        await session(),
        await session(),
        await session(),
        await session(),
      ];
      for (const id of [done, failing]) await kit.send(id);
      for (const claim of await kit.claim()) {
        if (claim.session.id === failing) await kit.turn(claim, settleOp({ state: "failed", error: "no model" }));
        else {
          const says = entrySeed(done, "All green.", { kind: "bot", turnId: claim.turn.id });
          await kit.turn(claim, { op: "entry.append", entry: says }, settleOp());
        }
      }
      const ask = (sessionId: typeof done) => ({
        op: "ask.open" as const,
        ask: {
          id: makeId("ask"),
          kind: "question" as const,
          sessionId,
          botId: bot!,
          turnId: null,
          callId: null,
          messageId: null,
          question: "Go?",
          options: [],
          freeText: true,
        },
      });
      const bot = (await kit.store.read.session(asking))?.botId;
      for (const id of [asking, archived, other, asking]) await kit.commit(ask(id));
      await kit.commit({ op: "session.change", id: archived, fields: { archivedAt: kit.now() } });
      const none = { out_of_budget: 0, unknown: 0, running: 0, waiting: 0, queued: 0, held: 0, paused: 0 };
      expect(await kit.store.read.sessionCounts()).toEqual({
        byStatus: { ...none, needs_you: 2, failed: 1, idle: 2 },
        askingForBudget: 0,
        doneUnseen: 1,
      });
      const asks = await kit.store.read.waitingAsks(9);
      expect(asks.map(({ sessionId }) => sessionId)).toEqual([asking, other]);
      expect(await kit.store.read.waitingAsks(1)).toHaveLength(1);
      const unseen = await kit.store.read.sessions({ status: "idle", unread: true }, first);
      expect(unseen.items.map(({ id }) => id)).toEqual([done]);
      const seen = await kit.store.read.sessions({ status: "idle", unread: false }, first);
      expect(seen.items.map(({ id }) => id)).toEqual([idle]);
    });

    it("AS1: of sessions that differ only in what a person has read, each is counted as it is", async () => {
      await using kit = await openKit(open);
      const ids = [await kit.session(), await kit.session(), await kit.session()];
      for (const id of ids) await kit.send(id);
      for (const claim of await kit.claim()) {
        const says = entrySeed(claim.session.id, "All green.", { kind: "bot", turnId: claim.turn.id });
        await kit.turn(claim, { op: "entry.append", entry: says }, settleOp());
      }
      const unseen = async () => (await kit.store.read.sessionCounts()).doneUnseen;
      expect(await unseen()).toBe(3);
      for (const [index, id] of ids.entries()) {
        await kit.commit({ op: "session.read", id, seq: 99 });
        expect(await unseen()).toBe(2 - index);
      }
    });

    it("failed sessions are counted by their reason, and the newest stands for each", async () => {
      await using kit = await openKit(open);
      const ids = [];
      for (const error of ["no model", "no key", "no model", "no model"]) {
        kit.clock.advance(minute);
        const session = await kit.session();
        await kit.send(session);
        await kit.turn(await kit.claimOne(), settleOp({ state: "failed", error }));
        ids.push(session);
      }
      expect(await kit.store.read.failures(9)).toEqual([
        { sessionId: ids[3], alike: 3 },
        { sessionId: ids[1], alike: 1 },
      ]);
      await kit.commit({ op: "session.change", id: ids[3]!, fields: { archivedAt: kit.now() } });
      expect(await kit.store.read.failures(1)).toEqual([{ sessionId: ids[2], alike: 2 }]);
    });

    it("turns are counted by when they ended, failed ones apart", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const since = kit.now();
      const end = async (settle = settleOp()) => {
        await kit.send(session);
        await kit.turn(await kit.claimOne(), settle);
      };
      await end();
      kit.clock.advance(10 * minute);
      await end();
      await end(settleOp({ state: "failed", error: "no model" }));
      kit.clock.advance(minute);
      const counts = await kit.store.read.turnCounts(since, 10 * minute);
      expect(counts).toEqual({ ended: [1, 2], failed: [0, 1] });
      const later = await kit.store.read.turnCounts(msToIso(kit.clock.now() - minute / 2), 10 * minute);
      expect(later).toEqual({ ended: [0], failed: [0] });
    });

    it("BU2: what a bot has used since a time, and what it had used before, are its whole spend", async () => {
      await using kit = await openKit(open);
      const [busy, idle] = [await kit.bot({ name: "busy" }), await kit.bot({ name: "idle" })];
      const session = await kit.session(busy);
      const startMs = kit.clock.now();
      const stepAt = async (inputTokens: number) => {
        await kit.send(session);
        const claim = await kit.claimOne();
        const step = {
          kind: "model",
          callId: null,
          tool: null,
          entryId: null,
          outputTokens: 1,
          durationMs: 5,
        } as const;
        await kit.turn(claim, { op: "turn.step", step: { ...step, inputTokens } }, settleOp());
      };
      await stepAt(10);
      kit.clock.advance(10 * minute);
      await stepAt(20);
      kit.clock.advance(20 * minute);
      await stepAt(30);
      await stepAt(40);
      kit.clock.advance(minute);

      const since = msToIso(startMs + 5 * minute);
      const pulse = await kit.store.read.pulse(since, 10 * minute);
      expect(pulse.map(({ botId }) => botId)).toEqual([busy, idle].toSorted());
      const pulseOf = (id: typeof busy) => pulse.find(({ botId }) => botId === id);
      expect(pulseOf(busy)).toEqual({
        botId: busy,
        spentBefore: { modelCalls: 1, inputTokens: 10, outputTokens: 1, costUsd: 0, unpricedCalls: 1 },
        steps: [1, 0, 2],
      });
      expect(pulseOf(idle)?.steps).toEqual([0, 0, 0]);
      expect((await kit.store.read.bot(busy))?.spend.inputTokens).toBe(100);
      const all = (await kit.store.read.pulse(msToIso(startMs - minute), 60 * minute)).find(
        (each) => each.botId === busy,
      );
      expect([all?.spentBefore.inputTokens, all?.steps].flat()).toEqual([0, 4]);

      // Of a turn that began earlier, only the steps in the range count.
      await kit.send(session);
      const across = await kit.claimOne();
      await kit.turn(across, stepOp());
      kit.clock.advance(5 * minute);
      const later = kit.now();
      await kit.turn(across, stepOp(), settleOp());
      const [since5] = (await kit.store.read.pulse(later, minute)).filter((each) => each.botId === busy);
      expect([since5?.spentBefore.inputTokens, since5?.steps]).toEqual([110, [1]]);
    });

    it("BU2: what was used is told by day and bot, the newest day first", async () => {
      await using kit = await openKit(open);
      const [ada, ben] = [await kit.bot({ name: "ada" }), await kit.bot({ name: "ben" })];
      const sessions = [await kit.session(ada), await kit.session(ben)];
      const dayOf = () => kit.now().slice(0, 10);
      const since = kit.now();
      const [first, toolOnly] = [dayOf(), { callId: "c", tool: "t", entryId: null }];
      for (const session of sessions) await kit.send(session);
      const claims = await kit.claim();
      for (const claim of claims) {
        await kit.turn(claim, stepOp());
        const step = { ...toolOnly, kind: "tool_result", inputTokens: 0, outputTokens: 0, durationMs: 1 } as const;
        await kit.turn(claim, { op: "turn.step", step });
      }
      kit.clock.advance(24 * 60 * minute);
      const { step } = stepOp() as { readonly step: StepSeed };
      const [claim] = claims;
      if (claim === undefined) throw new Error("expected two claims");
      await kit.turn(claim, { op: "turn.step", step: { ...step, costUsd: 0.5 } }, settleOp());
      const unpriced = { modelCalls: 1, inputTokens: 10, outputTokens: 5, costUsd: 0, unpricedCalls: 1 };
      const spend = await kit.store.read.spend({ since, before: msToIso(kit.clock.now() + 1) });
      expect(spend).toEqual([
        { day: dayOf(), botId: claim.bot.id, usage: { ...unpriced, costUsd: 0.5, unpricedCalls: 0 } },
        ...[ada, ben].toSorted().map((botId) => ({ day: first, botId, usage: unpriced })),
      ]);
      expect(await kit.store.read.spend({ since, before: kit.now() })).toHaveLength(2);
      expect(await kit.store.read.spend({ since: kit.now(), before: msToIso(kit.clock.now() + 1) })).toHaveLength(1);
    });

    it("BU2: what was used by model, topic, tree and chain adds up to what the bots used", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const topicId = makeId("topic");
      await kit.commit({ op: "topic.create", id: topicId, topic: { name: "research", color: "#336699", order: 0 } });
      const filed = await kit.session(bot, { topicId });
      const below = await kit.session(bot, { parentId: filed });
      const alone = await kit.session();
      const chainId = makeId("chain");
      const since = kit.now();
      const { step } = stepOp() as { readonly step: StepSeed };
      for (const [sessionId, model, inputTokens] of [
        [filed, "a/one", 10],
        [below, "a/two", 20],
        [alone, "a/one", 40],
        [alone, null, 80],
      ] as const) {
        await kit.send(sessionId, sessionId === alone ? {} : { chainId });
        const claim = await kit.claimOne();
        await kit.turn(claim, { op: "turn.step", step: { ...step, inputTokens, ...(model && { model }) } }, settleOp());
      }
      kit.clock.advance(24 * 60 * minute);
      await kit.send(alone);
      await kit.turn(
        await kit.claimOne(),
        { op: "turn.step", step: { ...step, inputTokens: 160, model: "a/one" } },
        settleOp(),
      );
      const range = { since, before: msToIso(kit.clock.now() + 1) };
      const used = async (by: SpendBy) =>
        (await kit.store.read.spendBy(range, by)).map(({ id, usage }) => [id, usage.inputTokens]);
      expect(await used("model")).toEqual([
        ["a/one", 160],
        ["a/one", 50],
        ["a/two", 20],
        [null, 80],
      ]);
      expect(await used("topic")).toEqual([
        [null, 160],
        [topicId, 10],
        [null, 140],
      ]);
      expect(new Set(await used("tree"))).toEqual(
        new Set([
          [alone, 160],
          [filed, 30],
          [alone, 120],
        ]),
      );
      const chains = await used("chain");
      expect(chains).toContainEqual([chainId, 30]);
      expect(chains).toHaveLength(4);
      for (const by of SpendBy.options) {
        expect((await used(by)).reduce((sum, [, tokens]) => sum + Number(tokens), 0)).toBe(310);
      }
    });

    it("traffic counts messages between sessions by pair of bots, and the dead ones among them", async () => {
      await using kit = await openKit(open);
      const [ada, ben] = [await kit.bot({ name: "ada" }), await kit.bot({ name: "ben" })];
      const [a, b] = [await kit.session(ada), await kit.session(ben)];
      const from = { kind: "session", sessionId: a, botId: ada, botName: "ada", title: "a" } as const;
      const back = { kind: "session", sessionId: b, botId: ben, botName: "ben", title: "b" } as const;
      const fail = async () =>
        kit.turn(await kit.claimOne(), settleOp({ state: "failed", messages: "dead", error: "x" }));
      await kit.send(b);
      await fail();
      await kit.send(b, { from });
      await fail();
      const dead = await kit.send(b, { from });
      await fail();
      const laterMs = kit.clock.now() + minute;
      kit.clock.advance(minute);
      await kit.send(b, { from });
      await kit.send(a, { from: back });
      const at = msToIso(laterMs);
      const pairs = async (since: string | null) =>
        (await kit.store.read.traffic(since)).map((pair) => [
          pair.fromBotId,
          pair.toBotId,
          pair.count,
          pair.dead,
          pair.lastAt,
        ]);
      expect(await pairs(null)).toEqual([
        [ada, ben, 3, 2, at],
        [ben, ada, 1, 0, at],
      ]);
      await kit.commit({ op: "message.dismiss", id: dead });
      expect((await pairs(null))[0]?.[3]).toBe(1);
      expect((await pairs(at)).map(([, , count]) => count)).toEqual([1, 1]);
    });

    it("messages are listed by either bot of theirs, and those between bots alone", async () => {
      await using kit = await openKit(open);
      const [ada, ben, cleo] = [await kit.bot(), await kit.bot(), await kit.bot()];
      const [a, b, c] = [await kit.session(ada), await kit.session(ben), await kit.session(cleo)];
      const from = { kind: "session", sessionId: a, botId: ada, botName: "dev", title: "a" } as const;
      const plain = await kit.send(a);
      const toBen = await kit.send(b, { from });
      const other = await kit.send(c);
      const ids = async (filter: Parameters<typeof kit.store.read.messages>[0]) =>
        (await kit.store.read.messages(filter, first)).items.map(({ id }) => id);
      expect(await ids({ botId: ada })).toEqual([toBen, plain]);
      expect(await ids({ botId: ben })).toEqual([toBen]);
      expect(await ids({ botId: cleo })).toEqual([other]);
      expect(await ids({ betweenBots: true })).toEqual([toBen]);
      expect(await ids({ betweenBots: true, botId: cleo })).toEqual([]);
    });

    it("a timeline holds what was open, sent and asked in its time, newest first, and says when it is cut", async () => {
      await using kit = await openKit(open);
      const [ada, ben] = [await kit.bot({ name: "ada" }), await kit.bot({ name: "ben" })];
      const [a, b] = [await kit.session(ada), await kit.session(ben)];
      const startMs = kit.clock.now();
      const from = { kind: "session", sessionId: a, botId: ada, botName: "ada", title: "a" } as const;
      const turnOf = async (sessionId: typeof a, lastsMs: number) => {
        await kit.send(sessionId);
        const claim = await kit.claimOne();
        kit.clock.advance(lastsMs);
        await kit.turn(claim, settleOp());
        return claim.turn.id;
      };
      await turnOf(a, minute); // 0 to 1: before
      const across = await turnOf(a, 10 * minute); // 1 to 11: begins before, ends within
      const within = await turnOf(a, minute); // 11 to 12
      const message = messageSeed(b, { from, text: "x".repeat(500) });
      await kit.commit({ op: "message.send", message }); // 12
      const open12 = await kit.claimOne();
      const ask = { sessionId: b, botId: ben, turnId: open12.turn.id, messageId: null, question: "?", options: [] };
      const askId = makeId("ask");
      await kit.commit({ op: "ask.open", ask: { ...ask, id: askId, kind: "question", callId: "c", freeText: true } });
      // It waits for the person, since a turn that runs without a beat would be claimed again.
      await kit.turn(open12, { op: "turn.wait", waits: [{ for: "ask", callId: "c", askId }], readyAt: null });
      kit.clock.advance(10 * minute);
      const after = await turnOf(a, minute); // 22 to 23

      const read = (fromMinute: number, toMinute: number, limit = 100) =>
        kit.store.read.timeline({
          since: msToIso(startMs + fromMinute * minute),
          before: msToIso(startMs + toMinute * minute),
          limit,
        });
      const middle = await read(5, 20);
      expect(middle.turns.map(({ id }) => id)).toEqual([open12.turn.id, within, across]);
      expect(middle.turns[0]).toMatchObject({ state: "waiting", botId: ben, endedAt: null });
      expect(middle.messages).toMatchObject([
        { id: message.id, sessionId: b, botId: ben, fromSessionId: a, fromBotId: ada, state: "delivered" },
      ]);
      expect(middle.messages[0]?.text).toBe("x".repeat(160));
      expect(middle.asks).toMatchObject([{ id: askId, botId: ben, state: "open" }]);
      expect(middle.isCut).toBe(false);
      const late = await read(20, 30);
      expect([late.turns.map(({ id }) => id), late.messages, late.asks.length]).toEqual([
        [after, open12.turn.id],
        [],
        1,
      ]);
      const early = await read(0, 5);
      expect([early.turns.length, early.messages, early.asks]).toEqual([2, [], []]);
      const cut = await read(0, 30, 2);
      expect([cut.turns.map(({ id }) => id), cut.isCut]).toEqual([[after, open12.turn.id], true]);
    });
  });
}
