/** Tests that turns wait for a model that is away, say so, and are tried again or given up together. Over any store. */
import { describe, expect, it } from "vitest";
import { readProviderTroubles, retryProvider } from "../bulk/provider-waits.ts";
import { RuntimeFailure } from "../port/runtime.ts";
import { cancelSession } from "../session/cancel.ts";
import type { Harness, OpenStore } from "../testing/harness.ts";
import { startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";

const model = "main/big";

function away(state: "down" | "limited" = "down", reason = "nothing listens there", name = model): never {
  throw new RuntimeFailure(reason, { retry: true, retryAfterMs: 60_000, isOutage: true, model: { name, state } });
}

async function waitsOf(reef: Harness, count: number): Promise<void> {
  await reef.until(async () => (await reef.store.read.providerWaits(100)).length === count);
  await reef.until(async () => reef.worker.runningTurns() === 0);
}

export function describeProviderWaits(open: OpenStore): void {
  describe("turns whose model is away", () => {
    it("TU9: a turn says what it waits for until its model answers, and counts no attempt", async () => {
      let isBack = false;
      await using reef = await startHarness(open, { script: () => (isBack ? [answer("It is back.")] : away()) });
      const session = await reef.newSession();
      const since = new Date(reef.clock.now()).toISOString();
      const sent = await reef.send(session, "go");
      await waitsOf(reef, 1);
      const wait = { model, state: "down", reason: "nothing listens there", since };
      for (let tries = 0; tries < 10; tries += 1) {
        expect(await reef.store.read.session(session.id)).toMatchObject({ status: "waiting", providerWait: wait });
        const calls = reef.runtime.calls.length;
        reef.clock.advance(60_000);
        await reef.until(async () => reef.runtime.calls.length > calls && reef.worker.runningTurns() === 0);
      }
      const [turn] = (await reef.store.read.turns({ sessionId: session.id }, { limit: 1, cursor: null })).items;
      expect(turn).toMatchObject({ attempts: 0, providerWait: wait });
      isBack = true;
      reef.clock.advance(60_000);
      expect((await reef.settled(sent.id)).state).toBe("answered");
      expect(await reef.store.read.session(session.id)).toMatchObject({ status: "idle", providerWait: null });
      const shown = () => reef.events.findLast((event) => event.type === "session.changed");
      await reef.until(async () => shown()?.session.providerWait === null);
      expect(await readProviderTroubles(reef.deps)).toEqual([]);
    });

    it("TU9: what waits for one model is one trouble, and one retry wakes all of it", async () => {
      let isBack = false;
      await using reef = await startHarness(open, {
        script: ({ bot }) => {
          if (bot.name === "other") return away("limited", "slow down", "main/small");
          return isBack ? [answer("It is back.")] : away();
        },
      });
      const bots = [await reef.newBot({ name: "a" }), await reef.newBot({ name: "b" })];
      const sent = [];
      for (const bot of [...bots, ...bots]) sent.push(await reef.send(await reef.newSession(bot), "go"));
      await reef.send(await reef.newSession(await reef.newBot({ name: "other" })), "go");
      await waitsOf(reef, 5);
      expect(await readProviderTroubles(reef.deps)).toMatchObject([
        { model, state: "down", waiting: 4, failed: 0, bots: 2, reason: "nothing listens there" },
        { model: "main/small", state: "limited", waiting: 1, failed: 0, bots: 1, reason: "slow down" },
      ]);
      isBack = true;
      const calls = reef.runtime.calls.length;
      expect(await retryProvider(reef.deps, model)).toEqual({ woken: 4, retried: 0 });
      for (const { id } of sent) expect((await reef.settled(id)).state).toBe("answered");
      expect(reef.runtime.calls.length).toBe(calls + 4);
      expect(await readProviderTroubles(reef.deps)).toMatchObject([{ model: "main/small", waiting: 1 }]);
    });

    it("TU9, MB7: turns that waited too long are given up as one cause, and one retry takes them all back", async () => {
      let isBack = false;
      let call = 0;
      await using reef = await startHarness(open, {
        settings: { providerWaitMs: 120_000 },
        script: () => {
          call += 1;
          return isBack ? [answer("It is back.")] : away("down", `refused with number ${call} of ${"x".repeat(300)}`);
        },
      });
      const sent = [];
      for (let number = 0; number < 17; number += 1) sent.push(await reef.send(await reef.newSession(), "go"));
      await waitsOf(reef, 17);
      for (let minute = 0; minute < 2; minute += 1) {
        const calls = reef.runtime.calls.length;
        reef.clock.advance(60_000);
        await reef.until(async () => reef.runtime.calls.length === calls + 17 && reef.worker.runningTurns() === 0);
      }
      for (const { id } of sent) expect((await reef.settled(id)).state).toBe("dead");
      expect(await reef.store.read.deadCauses(10)).toMatchObject([
        { cause: "the model main/big was down for too long", count: 17 },
      ]);
      expect(await readProviderTroubles(reef.deps)).toMatchObject([
        { model, state: "down", waiting: 0, failed: 17, since: null },
      ]);
      isBack = true;
      expect(await retryProvider(reef.deps, "main/other")).toEqual({ woken: 0, retried: 0 });
      expect(await retryProvider(reef.deps, model)).toEqual({ woken: 0, retried: 17 });
      for (const { id } of sent) {
        await reef.until(async () => (await reef.store.read.message(id))?.state === "answered");
      }
      expect(await readProviderTroubles(reef.deps)).toEqual([]);
    });

    it("TU9: what a turn waited for before a step does not count for the wait after it", async () => {
      await using reef = await startHarness(open, {
        settings: { providerWaitMs: 100_000 },
        script: (_context, call) => {
          if (call === 2) return [answer("", { callId: "c", name: "session_list", input: {} })];
          return call === 4 ? [answer("done")] : away();
        },
      });
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      await waitsOf(reef, 1);
      reef.clock.advance(60_000);
      await reef.until(async () => reef.runtime.calls.length === 3 && reef.worker.runningTurns() === 0);
      expect((await reef.store.read.session(session.id))?.providerWait?.since).toBe(
        new Date(reef.clock.now()).toISOString(),
      );
      reef.clock.advance(60_000);
      expect((await reef.settled(sent.id)).state).toBe("answered");
    });

    it("TU6, TU9: a turn that waits for its model is stopped like any other", async () => {
      await using reef = await startHarness(open, { script: () => away("limited") });
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      await waitsOf(reef, 1);
      await cancelSession(reef.deps, session.id, { by: "person", reason: "enough" });
      expect((await reef.settled(sent.id)).state).toBe("cancelled");
      expect(await reef.store.read.providerWaits(10)).toEqual([]);
    });

    it("turn.hurry leaves alone what waits for a person, runs or has ended", async () => {
      await using reef = await startHarness(open, {
        script: (_context, call) =>
          call === 1
            ? [answer("", { callId: "c", name: "ask_person", input: { question: "which?" } })]
            : [answer("done")],
      });
      const session = await reef.newSession();
      await reef.send(session, "go");
      await reef.until(async () => (await reef.store.read.session(session.id))?.status === "needs_you");
      await reef.until(async () => reef.worker.runningTurns() === 0);
      const [turn] = (await reef.store.read.turns({ sessionId: session.id }, { limit: 1, cursor: null })).items;
      if (turn === undefined) throw new Error("expected a turn");
      const at = new Date(reef.clock.now()).toISOString();
      await reef.store.commit({ at, ops: [{ op: "turn.hurry", turnId: turn.id }] });
      expect(await reef.store.read.turn(turn.id)).toMatchObject({ state: "waiting", readyAt: turn.readyAt });
    });
  });
}
