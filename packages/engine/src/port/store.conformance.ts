/** Tests what every store must do: the contract of port/store.ts and port/unit.ts. Reads have a suite of their own. */
import type { Event } from "@reef/protocol/event";
import type { MessageId } from "@reef/protocol/ids";
import type { MessageMove } from "@reef/protocol/message";
import { msToIso } from "@reef/protocol/time";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import type { ManualClock } from "../testing/manual-clock.ts";
import { botSeed, entrySeed, messageSeed, openKit, sessionSeed, settleOp, stepOp } from "../testing/seeds.ts";
import type { Claim, Store } from "./store.ts";
import type { Op } from "./unit.ts";

/** Opens an empty store of the kind under test. */
export type OpenEmptyStore = (clock: ManualClock) => Promise<Store>;

export function describeStore(name: string, open: OpenEmptyStore): void {
  describe(`${name}: units`, () => {
    it("MB5: a unit that fails at its last operation changes nothing, and shows no event", async () => {
      await using kit = await openKit(open);
      const seen: Event[] = [];
      kit.store.onEvents((events) => seen.push(...events));
      const bot = botSeed();
      const session = sessionSeed(bot.id);
      const ops: Op[] = [
        { op: "bot.create", bot },
        { op: "session.create", session },
        { op: "message.send", message: messageSeed(session.id, { idempotencyKey: "once" }) },
        { op: "entry.append", entry: entrySeed(session.id, "words") },
        { op: "message.cancel", id: makeId("message"), reason: "there is no such message" },
      ];
      await expect(kit.commit(...ops)).rejects.toMatchObject({ code: "not_found" });
      expect(await kit.store.read.totals()).toMatchObject({ bots: 0, sessions: 0, queuedMessages: 0, lastSeq: 0 });
      expect(seen).toEqual([]);
      await kit.commit(...ops.slice(0, 4));
      expect(await kit.texts(session.id)).toEqual(["words"]);
      expect((await kit.store.read.session(session.id))?.queued).toBe(1);
    });

    it("MB5: what takes an act back is kept with it, is used once, and goes when its time is over", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const [token, other] = [makeId("undo"), makeId("undo")];
      const back: Op = { op: "session.change", id: session, fields: { pinned: false } };
      const expiresAt = "2030-01-01T00:00:00.000Z";
      await kit.commit(
        { op: "session.change", id: session, fields: { pinned: true } },
        { op: "undo.keep", token, ops: [back], expiresAt },
      );
      expect(await kit.store.read.undo(token)).toEqual({ ops: [back], expiresAt });
      await kit.commit({ op: "undo.take", token }, back);
      expect(await kit.store.read.session(session)).toMatchObject({ pinned: false, pinnedAt: null });
      await expect(kit.commit({ op: "undo.take", token }, back)).rejects.toMatchObject({ code: "not_found" });
      await kit.commit({ op: "undo.keep", token, ops: [], expiresAt: "2000-01-01T00:00:00.000Z" });
      await kit.commit({ op: "undo.keep", token: other, ops: [], expiresAt });
      expect(await kit.store.read.undo(token)).toBeNull();
      expect(await kit.store.read.undo(other)).toEqual({ ops: [], expiresAt });
    });

    it("MB5: units committed at once fail each for itself", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          index % 3 === 0
            ? kit.commit({ op: "entry.append", entry: entrySeed(makeId("session"), "nowhere") })
            : kit.commit({ op: "entry.append", entry: entrySeed(session, `entry ${index}`) }),
        ),
      );
      expect(results.map(({ status }) => status === "rejected")).toEqual(results.map((_, index) => index % 3 === 0));
      const entries = await kit.store.read.entries(session, { limit: 100 });
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
      expect(entries.length).toBe(13);
    });

    it("SY1: each commit's events carry the next numbers, and listeners have them before the commit resolves", async () => {
      await using kit = await openKit(open);
      const seen: number[] = [];
      const stop = kit.store.onEvents((events) => seen.push(...events.map(({ seq }) => seq)));
      const session = await kit.session();
      const { seq, events } = await kit.commit({ op: "entry.append", entry: entrySeed(session, "words") });
      expect(seen.at(-1)).toBe(seq);
      expect(seen).toEqual(seen.map((_, index) => index + 1));
      expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["entry.created", "session.changed"]));
      expect(events.filter(({ type }) => type === "session.changed").length).toBe(1);
      expect(await kit.store.read.events(seq - events.length, 100)).toEqual(events);
      stop();
      await kit.send(session);
      expect(seen.at(-1)).toBe(seq);
    });

    it("whoever follows the events holds what the reads say", async () => {
      await using kit = await openKit(open);
      const held = new Map<string, unknown>();
      kit.store.onEvents((events) => {
        for (const event of events) {
          if (event.type === "session.changed") held.set(event.session.id, event.session);
          if (event.type === "message.changed") held.set(event.message.id, event.message);
          if (event.type === "turn.changed") held.set(event.turn.id, event.turn);
          if (event.type === "ask.changed") held.set(event.ask.id, event.ask);
        }
      });
      const session = await kit.session();
      const message = await kit.send(session);
      const later = await kit.send(session);
      const claim = await kit.claimOne();
      const answer = await kit.say(claim, "answer");
      const askId = makeId("ask");
      await kit.turn(claim, stepOp(), { op: "ask.open", ask: askSeedOf(claim, askId) });
      await kit.turn(claim, settleOp({ answeredBy: answer }));
      await kit.commit({ op: "message.cancel", id: later, reason: "withdrawn" });
      await kit.commit({ op: "session.read", id: session, seq: 1 });
      const { stepList: _steps, recalled: _recalled, ...turn } = (await kit.store.read.turn(claim.turn.id))!;
      expect(held.get(session)).toEqual(await kit.store.read.session(session));
      expect(held.get(message)).toEqual(await kit.message(message));
      expect(held.get(later)).toEqual(await kit.message(later));
      expect(held.get(askId)).toEqual(await kit.store.read.ask(askId));
      expect(held.get(claim.turn.id)).toEqual(turn);
    });

    it("onWake is called after what makes a turn claimable", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const wakes: string[] = [];
      let during = "";
      kit.store.onWake(() => wakes.push(during));
      const steps: readonly [string, () => Promise<unknown>][] = [
        ["send", () => kit.send(session)],
        ["send behind", () => kit.send(session)],
      ];
      for (const [step, act] of steps) {
        during = step;
        await act();
      }
      const claim = await kit.claimOne();
      during = "settle with more behind";
      await kit.turn(claim, settleOp());
      expect(wakes).toContain("send");
      expect(wakes).toContain("settle with more behind");
    });
  });

  describe(`${name}: messages`, () => {
    it("MB2: the same key and body again sends nothing and says what was there; another body is refused", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const first = messageSeed(session, { idempotencyKey: "k", text: "one" });
      await kit.commit({ op: "message.send", message: first });
      const again = await kit.commit({ op: "message.send", message: { ...first, id: makeId("message") } });
      expect(again.existing.map(({ id }) => id)).toEqual([first.id]);
      expect(again.events).toEqual([]);
      for (const other of [
        { text: "two" },
        { mode: "steer" as const },
        { replyTo: first.id },
        { notBefore: kit.now() },
      ]) {
        const message = { ...first, id: makeId("message"), ...other };
        await expect(kit.commit({ op: "message.send", message })).rejects.toMatchObject({
          code: "idempotency_mismatch",
        });
      }
      expect((await kit.store.read.session(session))?.queued).toBe(1);
      const elsewhere = await kit.session();
      await kit.commit({ op: "message.send", message: { ...first, id: makeId("message"), sessionId: elsewhere } });
      expect((await kit.store.read.session(elsewhere))?.queued).toBe(1);
    });

    it("MB2: the same key in one tick is sent once", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const sent = await Promise.all(
        Array.from({ length: 10 }, () =>
          kit.commit({ op: "message.send", message: messageSeed(session, { idempotencyKey: "k" }) }),
        ),
      );
      expect(sent.map(({ existing }) => existing.length).toSorted()).toEqual([0, ...Array(9).fill(1)]);
      expect((await kit.store.read.queuedMessages(session)).length).toBe(1);
    });

    it("a session that is archived is reopened, an open one is left alone, and a missing one is refused", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const untouched = await kit.commit({ op: "session.reopen", id: session });
      expect(untouched.events).toEqual([]);
      await kit.commit({ op: "session.change", id: session, fields: { archivedAt: kit.now() } });
      const { events } = await kit.commit(
        { op: "session.reopen", id: session },
        { op: "message.send", message: messageSeed(session) },
      );
      expect((await kit.store.read.session(session))?.archivedAt).toBeNull();
      const shown = events.flatMap((event) => (event.type === "session.changed" ? [event.session] : []));
      expect(shown).toMatchObject([{ archivedAt: null, queued: 1 }]);
      const missing = makeId("session");
      await expect(kit.commit({ op: "session.reopen", id: missing })).rejects.toMatchObject({
        code: "not_found",
      });
    });

    it("MB3: turns take messages in the order they were accepted, one each", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const sent = [await kit.send(session), await kit.send(session), await kit.send(session)];
      const taken: MessageId[] = [];
      for (const _ of sent) {
        const claim = await kit.claimOne();
        taken.push(...claim.messages.map(({ id }) => id));
        await kit.turn(claim, settleOp());
      }
      expect(taken).toEqual(sent);
    });

    it("MB3: a message is not taken before its time, nor while it is held, and others pass it", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const later = await kit.send(session, { notBefore: msToIso(kit.clock.now() + 1000) });
      const held = await kit.send(session, { held: true });
      expect(await kit.claim()).toEqual([]);
      const plain = await kit.send(session);
      const claim = await kit.claimOne();
      expect(claim.messages.map(({ id }) => id)).toEqual([plain]);
      await kit.turn(claim, settleOp());
      expect(await kit.claim()).toEqual([]);
      await kit.commit({ op: "message.release", id: held });
      const released = await kit.claimOne();
      expect(released.messages.map(({ id }) => id)).toEqual([held]);
      await kit.turn(released, settleOp());
      kit.clock.advance(1000);
      expect((await kit.claimOne()).messages.map(({ id }) => id)).toEqual([later]);
      await kit.commit({ op: "message.release", id: held });
    });

    it("MB3, MB4: a new turn takes what waits before the last urgent message along, and results behind a result", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const urgent = await kit.session(bot);
      const first = [
        await kit.send(urgent),
        await kit.send(urgent, { mode: "steer" }),
        await kit.send(urgent),
        await kit.send(urgent, { mode: "interrupt" }),
      ];
      await kit.send(urgent);
      expect((await kit.claimOne()).messages.map(({ id }) => id)).toEqual(first);

      const results = await kit.session(bot);
      const all = [
        await kit.send(results, { purpose: "result" }),
        await kit.send(results, { purpose: "result" }),
        await kit.send(results),
        await kit.send(results, { purpose: "result" }),
      ];
      expect((await kit.claimOne()).messages.map(({ id }) => id)).toEqual(all.slice(0, 2));
    });

    it("MB4: turn.join takes urgent messages and what waits before them; turn.take takes what it names", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.send(session, { text: "a" });
      const claim = await kit.claimOne();
      await kit.send(session, { text: "b" });
      await kit.turn(claim, { op: "turn.join" });
      expect(await kit.texts(session)).toEqual(["a"]);
      await kit.send(session, { text: "c", mode: "steer" });
      const last = await kit.send(session, { text: "d" });
      await kit.turn(claim, { op: "turn.join" });
      expect(await kit.texts(session)).toEqual(["a", "b", "c"]);
      await kit.turn(claim, { op: "turn.take", messageIds: [last, makeId("message"), last] });
      expect(await kit.texts(session)).toEqual(["a", "b", "c", "d"]);
      await kit.turn(claim, { op: "turn.take", messageIds: [last] }, settleOp());
      expect((await kit.store.read.turn(claim.turn.id))?.messageIds.length).toBe(4);
      expect((await kit.message(last)).state).toBe("acted");
    });

    it("MB6: receipts go forward, and a reply answers", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const id = await kit.send(session);
      const acceptedAt = kit.now();
      kit.clock.advance(10);
      const claim = await kit.claimOne();
      const deliveredAt = kit.now();
      expect(await kit.message(id)).toMatchObject({ state: "delivered", turnId: claim.turn.id });
      kit.clock.advance(10);
      await kit.turn(claim, settleOp());
      const actedAt = kit.now();
      expect(await kit.message(id)).toMatchObject({
        state: "acted",
        answeredBy: null,
        receipts: { acceptedAt, deliveredAt, actedAt, answeredAt: null },
      });
      kit.clock.advance(10);
      const reply = await kit.send(await kit.session(), { replyTo: id });
      const late = await kit.send(await kit.session(), { replyTo: id });
      expect(await kit.message(id)).toMatchObject({
        state: "answered",
        answeredBy: reply,
        receipts: { acceptedAt, deliveredAt, actedAt, answeredAt: kit.now() },
      });
      expect((await kit.message(late)).replyTo).toBe(id);
    });

    it("MB6: a reply during the turn counts when the turn ends; a task is answered by its result alone", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const plain = await kit.send(session);
      const claim = await kit.claimOne();
      const reply = await kit.send(await kit.session(), { replyTo: plain, held: true });
      expect(await kit.message(plain)).toMatchObject({ state: "delivered", answeredBy: reply });
      await kit.turn(claim, settleOp({ answeredBy: makeId("entry") }));
      expect(await kit.message(plain)).toMatchObject({ state: "answered", answeredBy: reply });

      const task = await kit.send(session, { purpose: "task" });
      await kit.turn(await kit.claimOne(), settleOp({ answeredBy: makeId("entry") }));
      expect(await kit.message(task)).toMatchObject({ state: "acted", answeredBy: null });
    });

    it("MB6: only a queued message is cancelled, only a dead one is retried or dismissed", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const id = await kit.send(session);
      const refusals = async (...ops: readonly Op[]) => {
        for (const op of ops) await expect(kit.commit(op)).rejects.toMatchObject({ code: "conflict" });
      };
      const cancel: Op = { op: "message.cancel", id, reason: "no" };
      const retry: Op = { op: "message.retry", id };
      const dismiss: Op = { op: "message.dismiss", id };
      await refusals(retry, dismiss);
      const claim = await kit.claimOne();
      await refusals(cancel, retry, dismiss);
      await kit.turn(claim, settleOp({ state: "failed", messages: "dead", error: "boom" }));
      expect(await kit.message(id)).toMatchObject({ state: "dead", reason: "boom" });
      await refusals(cancel);
      await kit.commit(dismiss);
      await kit.commit(retry);
      expect(await kit.message(id)).toMatchObject({ state: "queued", retries: 1, reason: null, dismissedAt: null });
      await kit.commit(cancel);
      await refusals(cancel, retry, dismiss);
    });

    it("MB3: a waiting message is moved beside another; what lies between moves up, and each change is shown", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const [a, b, c, d] = [
        await kit.send(session),
        await kit.send(session),
        await kit.send(session),
        await kit.send(session),
      ] as const;
      const line = async () => (await kit.store.read.queuedMessages(session)).map(({ id }) => id);
      const shown: string[] = [];
      kit.store.onEvents((events) => {
        for (const event of events) if (event.type === "message.changed") shown.push(event.message.id);
      });
      await kit.commit({ op: "message.move", id: c, to: { before: a } });
      expect(await line()).toEqual([c, a, b, d]);
      expect(shown.toSorted()).toEqual([a, b, c].toSorted());
      await kit.commit({ op: "message.move", id: c, to: { after: b } });
      expect(await line()).toEqual([a, b, c, d]);
      shown.length = 0;
      await kit.commit({ op: "message.move", id: b, to: { after: a } });
      await kit.commit({ op: "message.move", id: b, to: { before: b } });
      expect(shown).toEqual([]);
      await kit.commit({ op: "message.move", id: d, to: { before: a } });
      const late = await kit.send(session);
      expect(await line()).toEqual([d, a, b, c, late]);
      for (const id of [d, a, b, c, late]) {
        const claim = await kit.claimOne();
        expect(claim.messages.map((message) => message.id)).toEqual([id]);
        await kit.turn(claim, settleOp());
      }
    });

    it("MB3: an urgent message takes along what stands before it now, and a moved one keeps its session's turn among others", async () => {
      await using kit = await openKit(open);
      const [session, other] = [await kit.session(), await kit.session()];
      const first = await kit.send(session);
      const between = await kit.send(other);
      const second = await kit.send(session);
      const urgent = await kit.send(session, { mode: "steer" });
      await kit.commit({ op: "message.move", id: urgent, to: { before: second } });
      await kit.commit({ op: "message.move", id: first, to: { after: second } });
      const claims = await kit.claim(2);
      expect(claims.map(({ messages }) => messages.map(({ id }) => id))).toEqual([[urgent], [between]]);
    });

    it("MB3: only what waits is moved, and only within its session", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const taken = await kit.send(session);
      await kit.claimOne();
      const [waits, beside] = [await kit.send(session), await kit.send(session)];
      const elsewhere = await kit.send(await kit.session());
      const refuse = async (id: MessageId, to: MessageMove) =>
        expect(kit.commit({ op: "message.move", id, to })).rejects.toMatchObject({ code: "conflict" });
      await refuse(taken, { before: waits });
      await refuse(waits, { after: taken });
      await refuse(waits, { before: elsewhere });
      await refuse(waits, { before: makeId("message") });
      const unknown: Op = { op: "message.move", id: makeId("message"), to: { before: waits } };
      await expect(kit.commit(unknown)).rejects.toMatchObject({ code: "not_found" });
      expect((await kit.store.read.queuedMessages(session)).map(({ id }) => id)).toEqual([waits, beside]);
    });

    it("MB7: a retried message goes to the end of the mailbox and stands once in the transcript", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const id = await kit.send(session, { text: "try me" });
      await kit.turn(await kit.claimOne(), settleOp({ state: "failed", messages: "dead", error: "boom" }));
      const other = await kit.send(session, { text: "other" });
      await kit.commit({ op: "message.retry", id });
      const next = await kit.claimOne();
      expect(next.messages.map((message) => message.id)).toEqual([other]);
      await kit.turn(next, settleOp());
      await kit.turn(await kit.claimOne(), settleOp());
      const entries = await kit.store.read.entries(session, { limit: 10 });
      expect(entries.map(({ kind }) => kind)).toEqual(["person", "person", "notice"]);
      expect(entries[2]).toMatchObject({ notice: { type: "retry", messageId: id }, messageId: null });
      expect((await kit.message(id)).state).toBe("acted");
    });

    it("MB9: the entry of a message names its sender; each kind of sender has its kind of entry", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const [sender, session] = [await kit.session(bot), await kit.session(bot)];
      const from = { kind: "session", sessionId: sender, botId: bot, botName: "dev", title: "Work" } as const;
      await kit.send(session, { from, mode: "steer" });
      await kit.send(session, { from: { kind: "system", reason: "dead letter" }, mode: "steer" });
      const id = await kit.send(session, { from: { kind: "person", name: "Ada" }, mode: "steer" });
      const { turn } = await kit.claimOne();
      const entries = await kit.store.read.entries(session, { limit: 10 });
      expect(entries.map(({ kind, notice }) => [kind, notice])).toEqual([
        ["session", null],
        ["notice", { type: "runtime" }],
        ["person", null],
      ]);
      expect(entries[0]?.from).toEqual(from);
      expect(entries[2]).toMatchObject({ messageId: id, turnId: turn.id, from: { kind: "person", name: "Ada" } });
    });

    it("MB4: an interrupt asks a running turn to stop and settles a waiting one; repeating it does nothing", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const first = await kit.send(session);
      const claim = await kit.claimOne();
      const interrupt = messageSeed(session, { mode: "interrupt", idempotencyKey: "k" });
      await kit.commit({ op: "message.send", message: interrupt });
      expect((await kit.store.read.turn(claim.turn.id))?.cancelRequested).toMatchObject({ by: "interrupt" });
      expect((await kit.store.beat([claim], kit.now())).cancelled).toEqual([claim]);
      await kit.turn(claim, settleOp({ state: "cancelled" }));
      const next = await kit.claimOne();
      await kit.turn(next, { op: "turn.wait", waits: [], readyAt: msToIso(kit.clock.now() + 5000) });
      const repeated = { ...interrupt, id: makeId("message") };
      await kit.commit({ op: "message.send", message: repeated });
      expect((await kit.store.read.turn(next.turn.id))?.state).toBe("waiting");
      await kit.send(session, { mode: "interrupt" });
      expect((await kit.store.read.turn(next.turn.id))?.state).toBe("cancelled");
      expect((await kit.store.read.entries(session, { limit: 1 }))[0]?.notice).toEqual({ type: "interrupted" });
      expect([(await kit.message(first)).state, (await kit.message(interrupt.id)).state]).toEqual(["acted", "acted"]);
      expect((await kit.claim()).length).toBe(1);
    });
  });
}

function askSeedOf({ session, bot, turn }: Claim, id: ReturnType<typeof makeId<"ask">>) {
  return {
    id,
    kind: "question" as const,
    sessionId: session.id,
    botId: bot.id,
    turnId: turn.id,
    callId: "call",
    messageId: null,
    question: "which?",
    options: ["a", "b"],
    freeText: false,
  };
}
