/** Tests BU1–BU3 over any store: turns pause at the limit with one ask, and go on as a person decides. */
import type { Ask } from "@reef/protocol/ask";
import type { NewBudget } from "@reef/protocol/budget";
import { describe, expect, it } from "vitest";
import { answerAsk } from "../ask/answer.ts";
import { cancelSession } from "../session/cancel.ts";
import { type Harness, type HarnessOptions, type OpenStore, startHarness } from "../testing/harness.ts";
import { answer, type Script } from "../testing/scripted-runtime.ts";
import { changeBudget, createBudget, deleteBudget } from "./budgets.ts";
import { stopBudget } from "./words.ts";

const page = { limit: 1_000, cursor: null };
const price = { input: 1_000, output: 1_000 };
/** One call of the script: 100 tokens, 10 cents, all of it reserved before. */
const oneCall = { inputTokens: 60, maxOutputTokens: 40, price };

/** Reserves each call as the loop does, and answers with exactly what it reserved. */
const paying: Script = async function* ({ reserve }) {
  await reserve?.(oneCall);
  yield { ...(answer("done") as object), inputTokens: 60, outputTokens: 40, costUsd: 0.1 } as ReturnType<typeof answer>;
};

async function asksOf(reef: Harness): Promise<readonly Ask[]> {
  return (await reef.store.read.asks({ kind: "budget" }, page)).items;
}

function limit(reef: Harness, rest: Partial<NewBudget> = {}) {
  const budget = { scope: { kind: "whole" as const }, period: "total" as const, limitTokens: 2_000, ...rest };
  return createBudget(reef.deps, budget, "you");
}

/** Turns that wait for calls under way try again as time passes. */
async function pass<Value>(reef: Harness, check: () => Promise<Value | null | undefined | false>): Promise<Value> {
  return reef.until(async () => {
    const value = await check();
    const isThere = value !== null && value !== undefined && value !== false;
    if (!isThere) reef.clock.advance(100);
    return value;
  });
}

async function statesOf(reef: Harness) {
  const { items } = await reef.store.read.messages({}, page);
  return Object.groupBy(items, ({ state }) => state);
}

const start = (open: OpenStore, script: Script = paying, rest: Partial<HarnessOptions> = {}) =>
  startHarness(open, { script, reservesCalls: true, ...rest });

export function describeBudgetRules(open: OpenStore): void {
  describe("budgets", () => {
    it("BU1: fifty turns at the same moment never pass a limit of twenty calls, ask once, and all go on after the raise", async () => {
      await using reef = await start(open);
      const budget = await limit(reef);
      const bots = [await reef.newBot({ name: "one" }), await reef.newBot({ name: "two" })];
      const sessions = await Promise.all(
        Array.from({ length: 50 }, (_, n) => reef.newSession(n % 2 === 0 ? bots[0] : bots[1])),
      );
      let most = 0;
      reef.store.onEvents(() => {
        void reef.store.read.budget(budget.id).then((now) => {
          most = Math.max(most, (now?.spentTokens ?? 0) + (now?.reservedTokens ?? 0));
        });
      });
      await Promise.all(sessions.map((session) => reef.send(session, "go")));
      await pass(reef, async () => (await statesOf(reef)).answered?.length === 20 && (await isPaused(reef, 30)));
      expect(await reef.store.read.budget(budget.id)).toMatchObject({
        spentTokens: 2_000,
        reservedTokens: 0,
        state: "out",
      });
      expect(reef.runtime.calls.length).toBeGreaterThanOrEqual(50);
      const [ask, ...others] = await asksOf(reef);
      expect(others).toEqual([]);
      if (ask === undefined) return;
      expect(ask.question).toContain("2,000 tokens in total for everything, set by you");
      expect((await reef.store.read.session(sessions[49]?.id ?? ask.sessionId))?.status).toBeDefined();
      await answerAsk(reef.deps, ask.id, { answer: "5000 tokens" });
      await pass(reef, async () => (await statesOf(reef)).answered?.length === 50);
      expect(await reef.store.read.budget(budget.id)).toMatchObject({ spentTokens: 5_000, limitTokens: 5_000 });
      expect(most).toBeLessThanOrEqual(5_000);
      expect((await asksOf(reef)).filter(({ state }) => state === "open")).toEqual([]);
    });

    it("BU1, BU3: “raise” doubles the limit, “this once” does so for the period, “stop” ends what waits", async () => {
      await using reef = await start(open);
      const budget = await limit(reef, { limitTokens: undefined, limitUsd: 0.3, period: "day" });
      const session = await reef.newSession();
      const send = async () => (await reef.send(session, "go")).id;
      for (let calls = 0; calls < 3; calls += 1) await reef.settled(await send());
      const second = await send();
      const raise = await reef.until(() => openAsk(reef));
      expect(raise.options).toEqual(["Raise to $0.60", "This once: up to $0.60", stopBudget]);
      expect(raise.question).toContain("$0.30 a day for everything");
      expect(await reef.store.read.session(session.id)).toMatchObject({
        status: "out_of_budget",
        outOfBudget: { budgetId: budget.id, askId: raise.id, limit: "$0.30 a day for everything", setBy: "you" },
      });
      await answerAsk(reef.deps, raise.id, { choice: raise.options[0] ?? "" }, "the phone");
      await reef.settled(second);
      expect(await reef.store.read.budget(budget.id)).toMatchObject({
        limitUsd: 0.6,
        spentUsd: 0.4,
        setBy: "the phone",
      });
      for (let calls = 0; calls < 2; calls += 1) await reef.settled(await send());
      const third = await send();
      const once = await reef.until(() => openAsk(reef));
      await answerAsk(reef.deps, once.id, { choice: once.options[1] ?? "" });
      await reef.settled(third);
      const after = await reef.store.read.budget(budget.id);
      expect(after).toMatchObject({ limitUsd: 0.6, extraUsd: 0.6, spentUsd: 0.7 });
      reef.clock.advance(86_400_000);
      expect(await reef.store.read.budget(budget.id)).toMatchObject({ extraUsd: 0, spentUsd: 0, limitUsd: 0.6 });
      await changeBudget(reef.deps, budget.id, { limitUsd: 0 }, "you");
      const fourth = await send();
      const stop = await reef.until(() => openAsk(reef));
      await answerAsk(reef.deps, stop.id, { choice: stopBudget });
      expect((await reef.settled(fourth)).state).toBe("cancelled");
      expect((await reef.store.read.session(session.id))?.status).toBe("idle");
      await send();
      const again = await reef.until(() => openAsk(reef));
      expect(again.id).not.toBe(stop.id);
    });

    it("BU1: an answer that is no amount is refused, and the question stays open", async () => {
      await using reef = await start(open);
      await limit(reef, { limitTokens: 10 });
      await reef.send(await reef.newSession(), "go");
      const ask = await reef.until(() => openAsk(reef));
      for (const text of ["why?", "$-5", "a lot of tokens", "1e400"]) {
        await expect(answerAsk(reef.deps, ask.id, { text, graceMs: 5_000 })).rejects.toMatchObject({
          code: "invalid_request",
        });
      }
      expect((await openAsk(reef))?.id).toBe(ask.id);
    });

    it("BU1: a deleted budget, a raised one and a new day let everything go on that waits, without an answer", async () => {
      await using reef = await start(open);
      const session = await reef.newSession();
      const paused = async (period: NewBudget["period"]) => {
        const budget = await limit(reef, { limitTokens: 50, period });
        const { id } = await reef.send(session, "go");
        await reef.until(() => openAsk(reef));
        return { budget, id };
      };
      const deleted = await paused("total");
      await deleteBudget(reef.deps, deleted.budget.id);
      await reef.settled(deleted.id);
      const raised = await paused("total");
      await changeBudget(reef.deps, raised.budget.id, { limitTokens: 1_000 }, "you");
      await reef.settled(raised.id);
      await deleteBudget(reef.deps, raised.budget.id);
      const daily = await limit(reef, { limitTokens: 350, period: "day" });
      expect(daily.spentTokens).toBe(200);
      const first = await reef.send(session, "go");
      await reef.settled(first.id);
      const last = await reef.send(session, "go");
      await reef.until(() => openAsk(reef));
      reef.clock.advance(86_400_000);
      expect((await reef.settled(last.id)).state).toBe("answered");
      expect((await asksOf(reef)).every(({ state }) => state === "cancelled")).toBe(true);
    });

    it("BU1: the narrowest and the widest budget count; a bot's own does not stop another", async () => {
      await using reef = await start(open);
      const [poor, rich] = [await reef.newBot({ name: "poor" }), await reef.newBot({ name: "rich" })];
      const own = await limit(reef, { scope: { kind: "bot", id: poor.id }, limitTokens: 100 });
      await limit(reef, { limitTokens: 1_000 });
      const session = await reef.newSession(poor);
      await reef.settled((await reef.send(session, "go")).id);
      await reef.send(session, "go");
      const ask = await reef.until(() => openAsk(reef));
      expect(ask.question).toContain("100 tokens in total for the bot “poor”");
      expect((await reef.store.read.bot(poor.id))?.status).toBe("out_of_budget");
      expect((await reef.store.read.bot(poor.id))?.health.reason).toContain("set by you");
      expect((await reef.settled((await reef.send(await reef.newSession(rich), "go")).id)).state).toBe("answered");
      expect(await reef.store.read.budget(own.id)).toMatchObject({ spentTokens: 100, state: "out" });
    });

    it("BU1: a failed attempt that was paid counts, one that was not is released, and no attempt is counted for a pause", async () => {
      await using reef = await start(open, async function* ({ reserve }, call) {
        await reserve?.(oneCall);
        if (call === 1) yield { type: "paid", inputTokens: 60, outputTokens: 0, costUsd: 0.06 };
        await reserve?.(oneCall);
        if (call <= 2) throw new Error("the connection was lost");
        yield answer("done");
      });
      const budget = await limit(reef, { limitTokens: 165 });
      const sent = await reef.send(await reef.newSession(), "go");
      await pass(reef, async () => reef.runtime.calls.length === 2 && reef.worker.runningTurns() === 0);
      expect(await reef.store.read.budget(budget.id)).toMatchObject({ spentTokens: 60, reservedTokens: 0 });
      reef.clock.advance(120_000);
      expect((await reef.settled(sent.id)).state).toBe("answered");
      expect(await reef.store.read.budget(budget.id)).toMatchObject({ spentTokens: 75, reservedTokens: 0 });
    });

    it("BU1: a runtime that makes its calls elsewhere is stopped before its next turn", async () => {
      await using reef = await start(open, () => "done", { reservesCalls: false });
      const budget = await limit(reef, { limitTokens: 15 });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "go")).id);
      expect(await reef.store.read.budget(budget.id)).toMatchObject({ spentTokens: 15 });
      await reef.send(session, "go");
      await reef.until(() => openAsk(reef));
      expect(reef.runtime.calls.length).toBe(1);
    });

    it("TU6: what waits for a budget is stopped like anything else", async () => {
      await using reef = await start(open);
      await limit(reef, { limitTokens: 50 });
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      await reef.until(() => openAsk(reef));
      await cancelSession(reef.deps, session.id, { by: "person" });
      expect((await reef.settled(sent.id)).state).toBe("cancelled");
      expect((await reef.store.read.session(session.id))?.outOfBudget).toBeNull();
    });
  });
}

async function openAsk(reef: Harness): Promise<Ask | undefined> {
  const isAtRest = reef.worker.runningTurns() === 0;
  return isAtRest ? (await asksOf(reef)).find(({ state }) => state === "open") : undefined;
}

async function isPaused(reef: Harness, count: number): Promise<boolean> {
  const { items } = await reef.store.read.sessions({ status: "out_of_budget" }, page);
  return items.length === count;
}
