/** Tests what every store must do with turns: claims, fences, leases, waits, settling, spawn trees, deletions. */
import type { Event } from "@reef/protocol/event";
import { msToIso } from "@reef/protocol/time";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import {
  botSeed,
  entrySeed,
  messageSeed,
  openKit,
  type StoreKit,
  sessionSeed,
  settleOp,
  stepOp,
} from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";
import { type Claim, leaseMs } from "./store.ts";
import type { AskSeed } from "./unit.ts";

export function describeStoreTurns(name: string, open: OpenEmptyStore): void {
  describe(`${name}: turns`, () => {
    it("MB4: one open turn per session, also when claims come at once", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      for (let sent = 0; sent < 3; sent++) await kit.send(session);
      const claims = (await Promise.all([kit.claim(), kit.claim(), kit.claim()])).flat();
      expect(claims.length).toBe(1);
      expect(claims[0]).toMatchObject({
        reason: "new",
        turn: { fence: 1, attempts: 0 },
        session: { status: "running" },
      });
      expect(await kit.claim()).toEqual([]);
      await kit.turn(claims[0]!, { op: "turn.wait", waits: [], readyAt: msToIso(kit.clock.now() + 1) });
      expect(await kit.claim()).toEqual([]);
    });

    it("claims take the oldest first, no more than asked for, and leave paused bots alone", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const sessions = [await kit.session(bot), await kit.session(bot), await kit.session(bot)];
      const [a, b, c] = sessions as [never, never, never];
      for (const session of [b, c, a]) await kit.send(session);
      expect((await kit.claim(2)).map(({ session }) => session.id)).toEqual([b, c]);
      await kit.commit({ op: "bot.pause", id: bot, paused: true });
      expect(await kit.claim()).toEqual([]);
      expect((await kit.store.read.session(a))?.status).toBe("paused");
      await kit.commit({ op: "bot.pause", id: bot, paused: false });
      expect((await kit.claimOne()).session.id).toBe(a);
      expect(await kit.claim(0)).toEqual([]);
    });

    it("TU9: a bot with a long queue leaves lanes to the others", async () => {
      await using kit = await openKit(open);
      const [busy, quiet] = [await kit.bot({ name: "busy" }), await kit.bot({ name: "quiet" })];
      for (let made = 0; made < 6; made++) await kit.send(await kit.session(busy));
      await kit.send(await kit.session(quiet));
      const first = await kit.claim(3);
      expect(first.map(({ bot }) => bot.id)).toEqual([busy, quiet, busy]);
      await kit.turn(first[0]!, settleOp());
      await kit.send(await kit.session(quiet));
      await kit.turn(first[1]!, settleOp());
      expect((await kit.claim(1)).map(({ bot }) => bot.id)).toEqual([quiet]);
    });

    it("TU5: a turn whose lease ended goes to another worker, and the first can write nothing", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.send(session, { text: "go" });
      const first = await kit.claimOne();
      kit.clock.advance(leaseMs - 1);
      expect(await kit.store.beat([first], kit.now())).toEqual({ lost: [], cancelled: [] });
      kit.clock.advance(leaseMs);
      expect(await kit.claimElsewhere()).toEqual([]);
      expect((await kit.store.read.session(session))?.status).toBe("running");
      kit.clock.advance(1);
      expect((await kit.store.read.session(session))?.status).toBe("unknown");
      const [second] = (await kit.claimElsewhere()) as [Claim];
      expect(second).toMatchObject({ reason: "died", turn: { id: first.turn.id, fence: 2, attempts: 1 } });
      expect(second.messages.map(({ text }) => text)).toEqual(["go"]);
      const unit = {
        at: kit.now(),
        ops: [{ op: "entry.append" as const, entry: entrySeed(session, "late") }, settleOp()],
      };
      expect(await kit.store.commitTurn(first, unit)).toEqual({ state: "fenced" });
      expect((await kit.store.beat([first, second], kit.now())).lost).toEqual([first]);
      expect(await kit.texts(session)).toEqual(["go"]);
      expect((await kit.store.commitTurn({ ...second, worker: makeId("worker") }, unit)).state).toBe("fenced");
      expect((await kit.store.commitTurn(second, unit)).state).toBe("ok");
      expect((await kit.store.commitTurn(second, unit)).state).toBe("fenced");
      expect(await kit.texts(session)).toEqual(["go", "late"]);
    });

    it("TU7, AS1: a session whose child waits for a person waits as well, until it is answered or gone", async () => {
      await using kit = await openKit(open);
      const top = await kit.session();
      const middle = await spawn(kit, top);
      const [low, other] = [await spawn(kit, middle.id), await spawn(kit, middle.id)];
      const status = async (id: typeof top) => (await kit.store.read.session(id))?.status;
      for (const claim of await kit.claim()) {
        if (claim.session.id === low.id || claim.session.id === other.id) {
          const ask = askOf(claim);
          const waits = [{ for: "ask" as const, callId: null, askId: ask.id }];
          await kit.turn(claim, { op: "ask.open", ask }, { op: "turn.wait", waits, readyAt: null });
        } else await kit.turn(claim, settleOp());
      }
      expect(await Promise.all([top, middle.id, low.id].map(status))).toEqual(["waiting", "waiting", "needs_you"]);
      const waiting = await kit.store.read.sessions({ status: "waiting" }, { limit: 9, cursor: null });
      expect(waiting.items.map(({ id }) => id).toSorted()).toEqual([top, middle.id].toSorted());
      const asks = (await kit.store.read.asks({ state: "open" }, { limit: 9, cursor: null })).items;
      const named = async (id: typeof top) => (await kit.store.read.session(id))?.waitsFor ?? null;
      const [first, second] = asks.map(({ sessionId }) => sessionId);
      // Every session above names the child that has waited longest, by its current title.
      await kit.commit({ op: "session.change", id: first!, fields: { title: "renamed" } });
      expect(await Promise.all([top, middle.id].map(named))).toEqual([
        { sessionId: first, title: "renamed" },
        { sessionId: first, title: "renamed" },
      ]);
      expect(await Promise.all([low.id, other.id].map(named))).toEqual([null, null]);
      const changed = (await kit.store.read.events(0, 1_000)).flatMap((event) =>
        event.type === "session.changed" && event.session.id === top ? [event.session.waitsFor?.title ?? null] : [],
      );
      expect(changed.at(-1)).toBe("renamed");
      await kit.commit({ op: "ask.answer", id: asks[0]!.id, answer: "yes" });
      expect(await status(top)).toBe("waiting");
      expect((await named(top))?.sessionId).toBe(second);
      await kit.commit({
        op: "turn.cancel",
        turnId: (await kit.store.read.session(second!))!.turnId!,
        by: "p",
        reason: "",
      });
      expect(await Promise.all([top, middle.id].map(status))).toEqual(["idle", "idle"]);
      expect(await Promise.all([top, middle.id].map(named))).toEqual([null, null]);
    });

    it("AS1: a session that asks and is deleted is named no more, and neither is one whose parent is deleted", async () => {
      await using kit = await openKit(open);
      const top = await kit.session();
      const middle = await spawn(kit, top);
      const [one, two] = [await spawn(kit, middle.id), await spawn(kit, middle.id)];
      for (const claim of await kit.claim()) {
        const isAsking = claim.session.id === one.id || claim.session.id === two.id;
        const ask = askOf(claim);
        const waits = [{ for: "ask" as const, callId: null, askId: ask.id }];
        if (isAsking) await kit.turn(claim, { op: "ask.open", ask }, { op: "turn.wait", waits, readyAt: null });
        else await kit.turn(claim, settleOp());
      }
      const named = async (id: typeof top) => (await kit.store.read.session(id))?.waitsFor?.sessionId ?? null;
      const asks = (await kit.store.read.asks({ state: "open" }, { limit: 9, cursor: null })).items;
      const [first, second] = asks.map(({ sessionId }) => sessionId);
      expect(await named(top)).toBe(first);
      await kit.commit({ op: "session.delete", id: first! });
      expect(await Promise.all([top, middle.id].map(named))).toEqual([second, second]);
      await kit.commit({ op: "session.delete", id: middle.id });
      expect(await named(top)).toBeNull();
      expect((await kit.store.read.session(top))?.status).toBe("idle");
    });

    it("TU7: a worker that is late keeps what it holds, for it lives", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.send(session, { text: "go" });
      const claim = await kit.claimOne();
      kit.clock.advance(2 * 3_600_000);
      expect(await kit.claim()).toEqual([]);
      expect(await kit.store.beat([claim], kit.now())).toEqual({ lost: [], cancelled: [] });
      expect((await kit.store.read.session(session))?.status).toBe("running");
      await kit.turn(claim, settleOp());
      expect((await kit.store.read.turn(claim.turn.id))?.attempts).toBe(0);
    });

    it("TU7: a clock that is set two hours on, and back, makes nothing unknown and books no death", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      await kit.send(session, { text: "go" });
      const claim = await kit.claimOne();
      const statuses: unknown[] = [];
      const statusesOf = (events: readonly Event[]) =>
        events.flatMap((event) => (event.type === "session.changed" ? [event.session.status] : []));
      const unsubscribe = kit.store.onEvents((events) => statuses.push(...statusesOf(events)));
      for (const hours of [2, -2, -2, 2]) {
        kit.clock.jump(hours * 3_600_000);
        expect((await kit.store.read.session(session))?.status).toBe("running");
        // Another message emits an event of the session, and a worker elsewhere looks for dead turns.
        await kit.send(session, { text: "and more" });
        expect(await kit.claimElsewhere()).toEqual([]);
        expect(await kit.store.beat([claim], kit.now())).toEqual({ lost: [], cancelled: [] });
      }
      unsubscribe();
      expect(new Set(statuses)).toEqual(new Set(["running"]));
      expect(await kit.store.read.turn(claim.turn.id)).toMatchObject({ attempts: 0, state: "running" });
      kit.clock.advance(leaseMs + 1);
      expect((await kit.store.read.session(session))?.status).toBe("unknown");
    });

    it("TU4: turns that died together twice are charged with nothing, and run on one at a time", async () => {
      await using kit = await openKit(open);
      for (let made = 0; made < 4; made++) await kit.send(await kit.session());
      const die = () => kit.clock.advance(leaseMs + 1);
      const all = await kit.claim();
      die();
      expect((await kit.claimElsewhere()).map(({ turn }) => turn.attempts)).toEqual([0, 0, 0, 0]);
      die();
      const [first, ...others] = await kit.claimElsewhere();
      expect(others).toEqual([]);
      expect(first).toMatchObject({ reason: "died", sharedDeaths: 2, turn: { id: all[0]?.turn.id, attempts: 0 } });
      // Turns that are not suspects are not held up, and die with a suspect without being charged.
      const beside = await kit.session();
      await kit.send(beside);
      expect((await kit.store.claim(first?.worker as never, 100, kit.now())).map(({ session }) => session.id)).toEqual([
        beside,
      ]);
      die();
      const next = await kit.claimElsewhere();
      expect(next.map(({ turn }) => turn.id)).toEqual([next[0]?.turn.id, all[1]?.turn.id]);
      expect(next).toMatchObject([{ session: { id: beside }, sharedDeaths: 1 }, { turn: { attempts: 0 } }]);
      expect((await kit.store.read.turn(all[0]?.turn.id as never))?.attempts).toBe(1);
      // A step clears it, and the next suspect runs; a suspect that only waits lets another run too.
      await kit.turn(next[1]!, stepOp());
      const third = await kit.claimElsewhere();
      expect(third.map(({ turn }) => turn.id)).toEqual([all[2]?.turn.id]);
      await kit.turn(third[0]!, { op: "turn.wait", waits: [], readyAt: kit.now() });
      const fourth = await kit.claimElsewhere();
      expect(fourth.map(({ turn }) => turn.id)).toEqual([all[3]?.turn.id]);
      await kit.turn(fourth[0]!, settleOp());
      expect((await kit.claimElsewhere()).map(({ turn }) => turn.id)).toEqual([all[0]?.turn.id]);
    });

    it("TU4: one that waits in line behind a suspect is stopped when it is asked to", async () => {
      await using kit = await openKit(open);
      for (let made = 0; made < 2; made++) await kit.send(await kit.session());
      const all = await kit.claim();
      for (let died = 0; died < 2; died++) {
        kit.clock.advance(leaseMs + 1);
        await kit.claimElsewhere();
      }
      await kit.commit({ op: "turn.cancel", turnId: all[1]!.turn.id, by: "person", reason: "enough" });
      const [stopped, ...others] = await kit.claimElsewhere();
      expect(others).toEqual([]);
      expect(stopped?.turn).toMatchObject({ id: all[1]?.turn.id, cancelRequested: { by: "person" } });
    });

    it("TU4: attempts count deaths and failed waits, and a step sets them back", async () => {
      await using kit = await openKit(open);
      await kit.send(await kit.session());
      let claim = await kit.claimOne();
      for (const attempts of [1, 2]) {
        kit.clock.advance(leaseMs + 1);
        [claim] = (await kit.claimElsewhere()) as [Claim];
        expect(claim.turn.attempts).toBe(attempts);
      }
      await kit.turn(claim, { op: "turn.wait", waits: [], readyAt: null, failed: "no answer" });
      claim = await kit.claimOne();
      expect(claim).toMatchObject({ reason: "ready", turn: { attempts: 3, error: "no answer", fence: 4 } });
      await kit.say(claim, "words are no step");
      expect((await kit.store.read.turn(claim.turn.id))?.attempts).toBe(3);
      await kit.turn(claim, stepOp());
      expect((await kit.store.read.turn(claim.turn.id))?.attempts).toBe(0);
    });

    it("steps are numbered, and their use is counted for the turn and its bot", async () => {
      await using kit = await openKit(open);
      await kit.send(await kit.session());
      const claim = await kit.claimOne();
      await kit.turn(claim, stepOp(), stepOp());
      await kit.turn(claim, {
        op: "turn.step",
        step: { ...stepOf(stepOp()), kind: "tool_start", callId: "c", tool: "t" },
      });
      const turn = await kit.store.read.turn(claim.turn.id);
      expect(turn?.stepList.map(({ n, kind, callId }) => [n, kind, callId])).toEqual([
        [1, "model", null],
        [2, "model", null],
        [3, "tool_start", "c"],
      ]);
      expect(turn).toMatchObject({ steps: 3, usage: { modelCalls: 2, inputTokens: 30, outputTokens: 15 } });
      expect((await kit.store.read.bot(claim.bot.id))?.spend).toEqual(turn?.usage);
    });

    it("BU2: what calls cost adds up to the billionth, and calls without a known price are counted", async () => {
      await using kit = await openKit(open);
      await kit.send(await kit.session());
      const claim = await kit.claimOne();
      const call = (costUsd?: number) =>
        ({ op: "turn.step", step: { ...stepOf(stepOp()), ...(costUsd === undefined ? {} : { costUsd }) } }) as const;
      await kit.turn(claim, call(0.1), call(0.2), call(0), call());
      const turn = await kit.store.read.turn(claim.turn.id);
      expect(turn?.stepList.map(({ costUsd }) => costUsd)).toEqual([0.1, 0.2, 0, null]);
      expect(turn?.usage).toMatchObject({ modelCalls: 4, costUsd: 0.3, unpricedCalls: 1 });
      expect((await kit.store.read.bot(claim.bot.id))?.spend).toEqual(turn?.usage);
    });

    it("a waiting turn holds no lane and is ready when every wait is settled", async () => {
      await using kit = await openKit(open);
      await kit.send(await kit.session());
      const claim = await kit.claimOne();
      const elsewhere = await kit.session(undefined, { title: "elsewhere" });
      const message = messageSeed(elsewhere, { held: true });
      const ask = askOf(claim);
      await kit.turn(
        claim,
        { op: "ask.open", ask },
        { op: "message.send", message },
        {
          op: "turn.wait",
          waits: [
            { for: "ask", callId: "1", askId: ask.id },
            { for: "message", callId: "2", messageId: message.id },
          ],
          readyAt: null,
        },
      );
      expect(await kit.store.read.totals()).toMatchObject({ runningTurns: 0, waitingTurns: 1, openAsks: 1 });
      expect((await kit.store.read.session(claim.session.id))?.status).toBe("needs_you");
      expect((await kit.store.commitTurn(claim, { at: kit.now(), ops: [] })).state).toBe("fenced");
      await kit.commit({ op: "ask.answer", id: ask.id, answer: "yes" });
      expect(await kit.claim()).toEqual([]);
      expect((await kit.store.read.session(claim.session.id))?.status).toBe("waiting");
      await kit.commit({ op: "message.cancel", id: message.id, reason: "no" });
      expect(await kit.claimOne()).toMatchObject({ reason: "ready", turn: { fence: 2, attempts: 0, readyAt: null } });
    });

    it("TU7, AS2: a wait that is over ends for every worker, however far ahead the clock is of the one who ended it", async () => {
      await using kit = await openKit(open);
      const ahead = msToIso(kit.clock.now() + 3_600_000);
      await kit.send(await kit.session());
      let claim = await kit.claimOne();
      const ask = askOf(claim);
      const waits = [{ for: "ask" as const, callId: "1", askId: ask.id }];
      await kit.turn(claim, { op: "ask.open", ask }, { op: "turn.wait", waits, readyAt: null });
      await kit.store.commit({ at: ahead, ops: [{ op: "ask.answer", id: ask.id, answer: "yes" }] });
      claim = await kit.claimOne();
      await kit.store.commitTurn(claim, { at: ahead, ops: [{ op: "turn.wait", waits: [], readyAt: null }] });
      expect((await kit.claimOne()).reason).toBe("ready");
    });

    it("a wait for what is settled already, or for nothing, is over at once; else it ends at readyAt", async () => {
      await using kit = await openKit(open);
      await kit.send(await kit.session());
      let claim = await kit.claimOne();
      const gone = makeId("message");
      await kit.turn(claim, {
        op: "turn.wait",
        waits: [{ for: "message", callId: "1", messageId: gone }],
        readyAt: null,
      });
      claim = await kit.claimOne();
      expect(claim.turn.waits).toEqual([{ for: "message", callId: "1", messageId: gone }]);
      await kit.turn(claim, { op: "turn.wait", waits: [], readyAt: null });
      claim = await kit.claimOne();
      const message = messageSeed(await kit.session(), { held: true });
      await kit.commit({ op: "message.send", message });
      const waits = [{ for: "message" as const, callId: "2", messageId: message.id }];
      await kit.turn(claim, { op: "turn.wait", waits, readyAt: msToIso(kit.clock.now() + 100) });
      expect(await kit.claim()).toEqual([]);
      kit.clock.advance(100);
      expect((await kit.claimOne()).reason).toBe("ready");
    });

    it("a task that was acted on is not settled for a wait until its result came", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      await kit.send(await kit.session(bot));
      const claim = await kit.claimOne();
      const child = await kit.session(bot);
      const task = await kit.send(child, { purpose: "task" });
      const waits = [{ for: "message" as const, callId: "1", messageId: task }];
      await kit.turn(claim, { op: "turn.wait", waits, readyAt: null });
      await kit.turn(await kit.claimOne(), settleOp());
      expect(await kit.claim()).toEqual([]);
      await kit.send(claim.session.id, { purpose: "result", replyTo: task });
      expect((await kit.claimOne()).turn.id).toBe(claim.turn.id);
    });

    it("settling does to the messages what it says, cancels what the turn asked and leaves a chain's ask open", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      for (const [state, messages] of [
        ["done", "acted"],
        ["failed", "dead"],
        ["cancelled", "cancelled"],
        ["cancelled", "acted"],
      ] as const) {
        const id = await kit.send(session);
        const claim = await kit.claimOne();
        const [question, chain, loop] = [askOf(claim), askOf(claim, "chain"), askOf(claim, "loop")];
        await kit.turn(claim, ...[question, chain, loop].map((ask) => ({ op: "ask.open" as const, ask })));
        await kit.turn(claim, settleOp({ state, messages, error: state === "done" ? null : "why" }));
        expect((await kit.message(id)).state).toBe(messages);
        expect((await kit.store.read.ask(question.id))?.state).toBe("cancelled");
        expect((await kit.store.read.ask(loop.id))?.state).toBe("cancelled");
        expect((await kit.store.read.ask(chain.id))?.state).toBe("open");
        await kit.commit({ op: "ask.answer", id: chain.id, answer: "stop" });
        expect(await kit.store.read.session(session)).toMatchObject({
          turnId: null,
          openAsks: 0,
          status: state === "failed" ? "failed" : "idle",
          lastError: state === "failed" ? "why" : null,
        });
      }
    });

    it("AS1: an ask is answered once", async () => {
      await using kit = await openKit(open);
      await kit.send(await kit.session());
      const ask = askOf(await kit.claimOne());
      await kit.commit({ op: "ask.open", ask });
      const answers = await Promise.allSettled(
        ["a", "b"].map((answer) => kit.commit({ op: "ask.answer", id: ask.id, answer })),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      expect(answers.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
      expect((await kit.store.read.ask(ask.id))?.answer).toBe(answers[0]?.status === "fulfilled" ? "a" : "b");
    });

    it("TU6: cancelling tells a running turn, settles a waiting one, and leaves an ended one alone", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const id = await kit.send(session);
      const claim = await kit.claimOne();
      const cancel = { op: "turn.cancel" as const, turnId: claim.turn.id, by: "person", reason: "enough" };
      await kit.commit(cancel);
      expect((await kit.store.read.turn(claim.turn.id))?.state).toBe("running");
      expect((await kit.store.beat([claim], kit.now())).cancelled).toEqual([claim]);
      await kit.turn(claim, { op: "turn.wait", waits: [], readyAt: msToIso(kit.clock.now() + 60_000) });
      const again = await kit.claimOne();
      expect(again.turn.cancelRequested).toMatchObject({ by: "person" });
      await kit.turn(again, settleOp({ state: "cancelled", messages: "cancelled", error: "enough" }));
      const { events } = await kit.commit(cancel);
      expect(events).toEqual([]);

      const other = await kit.send(session);
      const waiting = await kit.claimOne();
      await kit.turn(waiting, { op: "turn.wait", waits: [], readyAt: msToIso(kit.clock.now() + 60_000) });
      await kit.commit({ ...cancel, turnId: waiting.turn.id });
      expect((await kit.store.read.turn(waiting.turn.id))?.state).toBe("cancelled");
      expect([(await kit.message(id)).state, (await kit.message(other)).state]).toEqual(["cancelled", "cancelled"]);
      expect((await kit.store.read.entries(session, { limit: 1 }))[0]?.notice).toEqual({
        type: "cancelled",
        by: "person",
      });
    });

    it("health follows from what the turns did", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const session = await kit.session(bot);
      for (let failed = 1; failed <= 3; failed++) {
        await kit.send(session);
        await kit.turn(await kit.claimOne(), settleOp({ state: "failed", messages: "dead", error: "boom" }));
      }
      expect(await kit.store.read.bot(bot)).toMatchObject({
        status: "failing",
        health: { failuresInRow: 3, lastError: "boom" },
      });
      await kit.send(session);
      expect((await kit.store.read.bot(bot))?.health.queueDepth).toBe(1);
      await kit.turn(await kit.claimOne(), settleOp());
      expect(await kit.store.read.bot(bot)).toMatchObject({
        status: "idle",
        health: { state: "ok", failuresInRow: 0 },
      });
    });
  });

  describe(`${name}: trees and deletions`, () => {
    it("SU2: a spawn past the limits is refused with everything in its unit; a child counts until its result is settled", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const parent = await kit.session(bot);
      const limits = { maxDepth: 1, maxChildren: 1, maxTree: 5 };
      const child = await spawn(kit, parent, limits);
      await expect(spawn(kit, parent, limits)).rejects.toMatchObject({ code: "limit_exceeded" });
      await expect(spawn(kit, child.id, limits)).rejects.toMatchObject({ code: "limit_exceeded" });
      await expect(spawn(kit, parent, { maxDepth: 3, maxChildren: 8, maxTree: 2 })).rejects.toMatchObject({
        code: "limit_exceeded",
      });
      expect((await kit.store.read.openChildren(parent)).map(({ sessionId }) => sessionId)).toEqual([child.id]);
      await kit.turn(await kit.claimOne(), settleOp(), {
        op: "message.send",
        message: messageSeed(parent, { purpose: "result", replyTo: child.task }),
      });
      expect((await kit.store.read.openChildren(parent)).length).toBe(1);
      await kit.turn(await kit.claimOne(), settleOp());
      expect(await kit.store.read.openChildren(parent)).toEqual([]);
      const second = await spawn(kit, parent, limits);
      await kit.commit({ op: "message.cancel", id: second.task, reason: "not needed" });
      expect(await kit.store.read.openChildren(parent)).toEqual([]);
    });

    it("deleting a session takes all that is its own; what waits for its messages goes on, what it spawned stays", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const session = await kit.session(bot);
      await kit.send(await kit.session(bot));
      const waiting = await kit.claimOne();
      const inside = messageSeed(session);
      const ask = askOf(waiting, "chain", inside.id);
      await kit.turn(
        waiting,
        { op: "message.send", message: inside },
        { op: "ask.open", ask },
        { op: "turn.wait", waits: [{ for: "message", callId: "1", messageId: inside.id }], readyAt: null },
      );
      const child = await spawn(kit, session);
      const grandchild = await spawn(kit, child.id);
      const running = await kit.claim();
      await expect(kit.commit({ op: "session.delete", id: session })).rejects.toMatchObject({ code: "conflict" });
      for (const claim of running) await kit.turn(claim, settleOp());
      await kit.send(session);
      await kit.commit({ op: "session.delete", id: session });
      expect(await kit.store.read.session(session)).toBeNull();
      expect(await kit.store.read.message(inside.id)).toBeNull();
      expect(await kit.store.read.entries(session, { limit: 10 })).toEqual([]);
      expect((await kit.store.read.ask(ask.id))?.state).toBe("cancelled");
      expect((await kit.claim()).map(({ turn }) => turn.id)).toEqual([waiting.turn.id]);
      expect(await kit.store.read.session(child.id)).toMatchObject({ parentId: null, rootId: child.id, depth: 0 });
      expect(await kit.store.read.session(grandchild.id)).toMatchObject({
        parentId: child.id,
        rootId: child.id,
        depth: 1,
      });
      expect((await kit.store.read.bot(bot))?.health.queueDepth).toBe(0);
      await expect(kit.commit({ op: "session.delete", id: session })).rejects.toMatchObject({ code: "not_found" });
    });

    it("deleting a bot takes its sessions, not while one of its turns runs", async () => {
      await using kit = await openKit(open);
      const [bot, other] = [await kit.bot(), await kit.bot()];
      const session = await kit.session(bot);
      const kept = await kit.session(other);
      await kit.send(session);
      const claim = await kit.claimOne();
      await expect(kit.commit({ op: "bot.delete", id: bot })).rejects.toMatchObject({ code: "conflict" });
      await kit.turn(claim, settleOp());
      await kit.commit({ op: "bot.delete", id: bot });
      expect([await kit.store.read.bot(bot), await kit.store.read.session(session)]).toEqual([null, null]);
      expect((await kit.store.read.session(kept))?.id).toBe(kept);
      expect(await kit.store.read.totals()).toMatchObject({ bots: 1, sessions: 1 });
    });

    it("a fork has copies of its own, read already, and what follows in one is not in the other", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      for (const text of ["one", "two", "three"])
        await kit.commit({ op: "entry.append", entry: entrySeed(session, text) });
      const fork = sessionSeed(await kit.bot());
      await kit.commit(
        { op: "session.create", session: fork },
        { op: "session.fork", from: session, to: fork.id, throughSeq: 2 },
        { op: "entry.append", entry: entrySeed(fork.id, "mine") },
      );
      expect(await kit.texts(fork.id)).toEqual(["one", "two", "mine"]);
      expect(await kit.texts(session)).toEqual(["one", "two", "three"]);
      expect(await kit.store.read.session(fork.id)).toMatchObject({
        forkedFrom: { sessionId: session, seq: 2 },
        readSeq: 2,
        unread: 1,
        lastText: "mine",
      });
      const again = { op: "session.fork" as const, from: session, to: fork.id, throughSeq: 1 };
      await expect(kit.commit(again)).rejects.toMatchObject({ code: "conflict" });
    });

    it("what is missing is not_found, what is there twice is a conflict", async () => {
      await using kit = await openKit(open);
      const bot = botSeed();
      await kit.commit({ op: "bot.create", bot });
      await expect(kit.commit({ op: "bot.create", bot })).rejects.toMatchObject({ code: "conflict" });
      const session = sessionSeed(bot.id);
      await kit.commit({ op: "session.create", session });
      await expect(kit.commit({ op: "session.create", session })).rejects.toMatchObject({ code: "conflict" });
      const message = messageSeed(session.id);
      await kit.commit({ op: "message.send", message });
      await expect(kit.commit({ op: "message.send", message })).rejects.toMatchObject({ code: "conflict" });
      const entry = entrySeed(session.id, "words");
      await kit.commit({ op: "entry.append", entry });
      await expect(kit.commit({ op: "entry.append", entry })).rejects.toMatchObject({ code: "conflict" });
      for (const op of [
        { op: "bot.change", id: makeId("bot"), fields: { name: "x" } },
        { op: "bot.pause", id: makeId("bot"), paused: true },
        { op: "topic.change", id: makeId("topic"), fields: {} },
        { op: "session.create", session: sessionSeed(makeId("bot")) },
        { op: "session.create", session: sessionSeed(bot.id, { topicId: makeId("topic") }) },
        { op: "session.create", session: sessionSeed(bot.id, { parentId: makeId("session") }) },
        { op: "session.change", id: session.id, fields: { topicId: makeId("topic") } },
        { op: "session.read", id: makeId("session"), seq: 1 },
        { op: "message.send", message: messageSeed(makeId("session")) },
        { op: "message.retry", id: makeId("message") },
        { op: "turn.cancel", turnId: makeId("turn"), by: "person", reason: "" },
        { op: "ask.answer", id: makeId("ask"), answer: "x" },
      ] as const) {
        await expect(kit.commit(op), op.op).rejects.toMatchObject({ code: "not_found" });
      }
    });
  });
}

async function spawn(kit: StoreKit, parentId: ReturnType<typeof makeId<"session">>, limits?: object) {
  const task = makeId("message");
  const parent = await kit.store.read.session(parentId);
  const session = sessionSeed(parent!.botId, { parentId, taskMessageId: task, title: "spawned" });
  await kit.commit(
    { op: "session.create", session, ...(limits === undefined ? {} : { limits: limits as never }) },
    { op: "message.send", message: messageSeed(session.id, { id: task, purpose: "task" }) },
  );
  return { id: session.id, task };
}

function askOf(
  { session, bot, turn }: Claim,
  kind: AskSeed["kind"] = "question",
  messageId: AskSeed["messageId"] = null,
): AskSeed {
  return {
    id: makeId("ask"),
    kind,
    sessionId: session.id,
    botId: bot.id,
    turnId: turn.id,
    callId: kind === "question" ? "call" : null,
    messageId,
    question: "which?",
    options: ["a", "b"],
    freeText: false,
  };
}

function stepOf(op: ReturnType<typeof stepOp>) {
  if (op.op !== "turn.step") throw new Error("expected a step");
  return op.step;
}
