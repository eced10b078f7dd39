/** Tests what every store must do with budgets (BU1): its transaction decides what fits, and counts what was used. */
import type { Budget } from "@reef/protocol/budget";
import type { TurnId } from "@reef/protocol/ids";
import { describe, expect, it } from "vitest";
import { readBudgetFull } from "../budget/room.ts";
import { makeId } from "../ids.ts";
import { botSeed, messageSeed, openKit, type StoreKit, sessionSeed, settleOp } from "../testing/seeds.ts";
import type { BudgetSeed, CallNeed } from "./budget.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";
import type { Op, TurnOp } from "./unit.ts";

const call: CallNeed = {
  inputTokens: 60,
  outputTokens: 40,
  leastOutputTokens: 40,
  price: { input: 1_000, output: 1_000 },
};
const callUsd = 0.1;

function budgetSeed(rest: Partial<BudgetSeed> = {}): BudgetSeed {
  const id = makeId("budget");
  const limits = { limitUsd: null, limitTokens: 250, warnAt: 0.8, setBy: "you" };
  return { id, scope: { kind: "whole" }, period: "total", ...limits, ...rest };
}

async function openTurn(kit: StoreKit, place: { readonly topic?: boolean } = {}) {
  const bot = botSeed();
  const session = sessionSeed(bot.id);
  const topicId = makeId("topic");
  const ops: Op[] = [
    ...(place.topic
      ? [{ op: "topic.create" as const, id: topicId, topic: { name: "t", order: 0, color: "#336699" } }]
      : []),
    { op: "bot.create", bot },
    { op: "session.create", session: { ...session, ...(place.topic && { topicId }) } },
    { op: "message.send", message: messageSeed(session.id) },
  ];
  await kit.commit(...ops);
  const [claim] = await kit.claim();
  if (claim === undefined) throw new Error("nothing was claimed");
  const spender = { botId: bot.id, sessionId: session.id, chainId: claim.turn.chainId };
  const reserve = (need: CallNeed = call): Op => ({
    op: "budget.reserve",
    id: claim.turn.id,
    spender,
    need,
    expiresAt: null,
  });
  return { bot, session, topicId, claim, spender, reserve };
}

function paid(
  rest: { readonly inputTokens?: number; readonly outputTokens?: number; readonly costUsd?: number } = {},
): TurnOp {
  const step = { kind: "model" as const, callId: null, tool: null, entryId: null, durationMs: 1 };
  return { op: "turn.step", step: { ...step, inputTokens: 60, outputTokens: 40, ...rest } };
}

async function only(kit: StoreKit): Promise<Budget> {
  const [budget] = await kit.store.read.budgets();
  if (budget === undefined) throw new Error("there is no budget");
  return budget;
}

async function refusal(act: Promise<unknown>) {
  const error = await act.then(
    () => null,
    (reason: unknown) => reason,
  );
  return readBudgetFull(error);
}

export function describeBudgets(name: string, open: OpenEmptyStore): void {
  describe(`budgets in the ${name} store`, () => {
    it("BU1: it reserves what fits, refuses what does not, and settles by what was really used", async () => {
      await using kit = await openKit(open);
      const budget = budgetSeed({ limitUsd: 0.25, limitTokens: 1_000 });
      await kit.commit({ op: "budget.create", budget });
      const turns = [await openTurn(kit), await openTurn(kit), await openTurn(kit)] as const;
      await kit.turn(turns[0].claim, turns[0].reserve());
      await kit.turn(turns[1].claim, turns[1].reserve());
      expect(await only(kit)).toMatchObject({
        reservedUsd: 2 * callUsd,
        reservedTokens: 200,
        spentUsd: 0,
        state: "ok",
      });
      const third = () => kit.turn(turns[2].claim, turns[2].reserve());
      expect(await refusal(third())).toEqual({ full: budget.id, isBusy: true });
      await kit.turn(turns[0].claim, paid({ outputTokens: 10, costUsd: 0.01 }), settleOp());
      expect(await only(kit)).toMatchObject({ reservedUsd: callUsd, spentUsd: 0.01, spentTokens: 70 });
      await third();
      await kit.turn(turns[2].claim, paid({ costUsd: 0.2 }));
      expect(await refusal(kit.turn(turns[2].claim, turns[2].reserve()))).toEqual({
        full: budget.id,
        isBusy: false,
      });
      expect(await only(kit)).toMatchObject({ spentUsd: 0.21, state: "warn" });
    });

    it("BU1: an answer gets what is left, if that is of use", async () => {
      await using kit = await openKit(open);
      await kit.commit({ op: "budget.create", budget: budgetSeed({ limitTokens: 100 }) });
      const { claim, reserve } = await openTurn(kit);
      await kit.turn(claim, reserve({ ...call, outputTokens: 1_000, leastOutputTokens: 30 }));
      expect(await kit.store.read.reservedOutput(claim.turn.id)).toBe(40);
      await kit.turn(claim, reserve({ ...call, outputTokens: 20, leastOutputTokens: 20 }));
      expect(await kit.store.read.reservedOutput(claim.turn.id)).toBe(20);
      expect((await only(kit)).reservedTokens).toBe(80);
    });

    it("BU1: a turn that waits, fails or settles holds nothing; a cancelled call counts until its usage is known", async () => {
      await using kit = await openKit(open);
      await kit.commit({ op: "budget.create", budget: budgetSeed({ limitTokens: 10_000 }) });
      const [waits, fails, stops] = [await openTurn(kit), await openTurn(kit), await openTurn(kit)];
      for (const { claim, reserve } of [waits, fails, stops]) await kit.turn(claim, reserve());
      await kit.turn(waits.claim, { op: "turn.wait", waits: [], readyAt: null });
      expect((await only(kit)).reservedTokens).toBe(200);
      await kit.turn(fails.claim, settleOp({ state: "failed", messages: "dead", error: "no" }));
      expect((await only(kit)).reservedTokens).toBe(100);
      await kit.turn(stops.claim, settleOp({ state: "cancelled", messages: "cancelled", error: "stopped" }));
      expect((await only(kit)).reservedTokens).toBe(100);
      await kit.commit({
        op: "turn.paid",
        turnId: stops.claim.turn.id,
        paid: { inputTokens: 5, outputTokens: 5, costUsd: undefined },
      });
      expect(await only(kit)).toMatchObject({ reservedTokens: 0, spentTokens: 10, unpricedCalls: 1 });
    });

    it("BU1: what a dead worker's call may have cost counts until its turn goes on", async () => {
      await using kit = await openKit(open);
      await kit.commit({ op: "budget.create", budget: budgetSeed({ limitTokens: 150 }) });
      const dead = await openTurn(kit);
      const other = await openTurn(kit);
      await kit.turn(dead.claim, dead.reserve());
      kit.clock.advance(600_000);
      await kit.store.beat([other.claim], kit.now());
      expect(await refusal(kit.turn(other.claim, other.reserve()))).toMatchObject({ isBusy: true });
      const worker = makeId("worker");
      const [again] = await kit.store.claim(worker, 1, kit.now());
      expect(again?.reason).toBe("died");
      if (again === undefined) return;
      expect((await only(kit)).reservedTokens).toBe(100);
      await kit.store.commitTurn(again, { at: kit.now(), ops: [paid(), settleOp()] });
      expect(await only(kit)).toMatchObject({ reservedTokens: 0, spentTokens: 100 });
    });

    it("BU1: each scope counts what belongs to it, also what was spent before it was set", async () => {
      await using kit = await openKit(open);
      const { bot, session, topicId, claim, spender } = await openTurn(kit, { topic: true });
      const stranger = await openTurn(kit);
      await kit.turn(claim, paid({ costUsd: 0.5 }));
      await kit.turn(stranger.claim, paid());
      const scopes: readonly [BudgetSeed["scope"], number][] = [
        [{ kind: "whole" }, 200],
        [{ kind: "bot", id: bot.id }, 100],
        [{ kind: "session", id: session.id }, 100],
        [{ kind: "tree", id: session.id }, 100],
        [{ kind: "topic", id: topicId }, 100],
        [{ kind: "chain", id: claim.turn.chainId }, 100],
        [{ kind: "chain", id: makeId("chain") }, 0],
      ];
      for (const [scope, spent] of scopes) {
        const budget = budgetSeed({ scope, period: "month" });
        await kit.commit({ op: "budget.create", budget });
        expect(await kit.store.read.budget(budget.id)).toMatchObject({ scope, spentTokens: spent });
      }
      await kit.turn(claim, paid());
      const spent = (await kit.store.read.budgets()).map(({ spentTokens }) => spentTokens);
      expect(spent).toEqual([300, 200, 200, 200, 200, 200, 0]);
      expect(await kit.store.read.budgetsOver(spender)).toHaveLength(6);
      await kit.turn(claim, settleOp());
      await kit.commit({ op: "bot.delete", id: bot.id }, { op: "topic.delete", id: topicId });
      expect((await kit.store.read.budgets()).map(({ scope }) => scope.kind)).toEqual(["whole", "chain", "chain"]);
    });

    it("BU1: a scope has one budget of each period; what does not exist has none; one limit stays", async () => {
      await using kit = await openKit(open);
      const budget = budgetSeed();
      await kit.commit({ op: "budget.create", budget });
      const create = (rest: Partial<BudgetSeed>) => kit.commit({ op: "budget.create", budget: budgetSeed(rest) });
      await expect(create({})).rejects.toMatchObject({ code: "conflict" });
      await create({ period: "day" });
      await expect(create({ scope: { kind: "bot", id: makeId("bot") } })).rejects.toMatchObject({ code: "not_found" });
      const change = { op: "budget.change", id: budget.id, fields: { limitTokens: null } } as const;
      await expect(kit.commit(change)).rejects.toMatchObject({ code: "invalid_request" });
      await expect(kit.commit({ op: "budget.delete", id: makeId("budget") })).rejects.toMatchObject({
        code: "not_found",
      });
    });

    it("BU1: a day begins anew with nothing spent; a clock that is set back changes nothing", async () => {
      await using kit = await openKit(open);
      await kit.commit({ op: "budget.create", budget: budgetSeed({ period: "day", limitTokens: 150 }) });
      const { claim, reserve } = await openTurn(kit);
      await kit.turn(claim, paid());
      expect(await refusal(kit.turn(claim, reserve()))).toMatchObject({ isBusy: false });
      const before = await only(kit);
      expect(before).toMatchObject({ since: "2026-01-01T00:00:00.000Z", until: "2026-01-02T00:00:00.000Z" });
      kit.clock.jump(-3 * 86_400_000);
      expect(await only(kit)).toEqual(before);
      kit.clock.jump(4 * 86_400_000);
      expect(await only(kit)).toMatchObject({ spentTokens: 0, state: "ok", since: "2026-01-02T00:00:00.000Z" });
      await kit.turn(claim, reserve());
      await kit.turn(claim, paid());
      expect(await only(kit)).toMatchObject({ spentTokens: 100 });
    });

    it("BU1, BU3: one ask for everything that waits; a change, an allowance and a deletion let it go on", async () => {
      await using kit = await openKit(open);
      const budget = budgetSeed({ limitTokens: 50 });
      await kit.commit({ op: "budget.create", budget });
      const { id, claim, session, bot } = await waitingTurn(kit, budget);
      expect(await only(kit)).toMatchObject({ state: "out", askId: id, version: 1 });
      expect(await kit.store.read.session(session.id)).toMatchObject({
        status: "out_of_budget",
        outOfBudget: { budgetId: budget.id, limit: "50 tokens", setBy: "you" },
      });
      expect(await kit.store.read.bot(bot.id)).toMatchObject({ status: "out_of_budget", outOfBudget: { askId: id } });
      expect(await kit.claim()).toEqual([]);
      const stale = { op: "budget.out", id: budget.id, version: 0, askId: id } as const;
      await expect(kit.commit(stale)).rejects.toMatchObject({ code: "conflict" });
      await kit.commit({ op: "budget.change", id: budget.id, fields: { limitTokens: 200, setBy: "me" } });
      expect(await only(kit)).toMatchObject({ state: "ok", askId: null, version: 2, setBy: "me" });
      expect((await kit.store.read.ask(id))?.state).toBe("cancelled");
      const [again] = await kit.claim();
      expect(again?.turn.id).toBe(claim.turn.id);
      expect((await kit.store.read.session(session.id))?.outOfBudget).toBeNull();
      expect(await kit.store.read.bot(bot.id)).toMatchObject({ status: "running", outOfBudget: null });
      await kit.commit({ op: "budget.allow", id: budget.id, extraUsd: 0, extraTokens: 100 });
      expect(await only(kit)).toMatchObject({ extraTokens: 100, limitTokens: 200, version: 3 });
      const second = await waitingTurn(kit, { ...budget, version: 3 });
      await kit.commit({ op: "budget.delete", id: budget.id });
      expect((await kit.store.read.ask(second.id))?.state).toBe("cancelled");
      expect((await kit.claim()).map(({ turn }) => turn.id)).toEqual([second.claim.turn.id]);
    });

    it("BU1: what others reserve expires where nothing settles it", async () => {
      await using kit = await openKit(open);
      await kit.commit({ op: "budget.create", budget: budgetSeed({ limitTokens: 150 }) });
      const { spender } = await openTurn(kit);
      const expiresAt = "2026-01-01T01:00:00.000Z";
      const reserve = (id: string) => kit.commit({ op: "budget.reserve", id, spender, need: call, expiresAt });
      await reserve("work:1");
      expect(await refusal(reserve("work:2"))).toMatchObject({ isBusy: true });
      await kit.commit({ op: "budget.release", id: "work:1" });
      await reserve("work:2");
      kit.clock.advance(3_600_000);
      expect((await only(kit)).reservedTokens).toBe(0);
      await reserve("work:3");
      expect(await kit.store.read.reservedOutput("work:2")).toBeNull();
    });
  });
}

async function waitingTurn(
  kit: StoreKit,
  { id: budgetId, version = 1 }: { readonly id: Budget["id"]; readonly version?: number },
) {
  const turn = await openTurn(kit);
  const id = makeId("ask");
  const { bot, session, claim } = turn;
  const place = { sessionId: session.id, botId: bot.id, turnId: null as TurnId | null, callId: null, messageId: null };
  const ask = { id, kind: "budget" as const, ...place, question: "More?", options: ["Stop"], freeText: true };
  const outOfBudget = { budgetId, askId: id, limit: "50 tokens", setBy: "you" };
  const opened: Op = { op: "ask.open", ask };
  await kit.turn(
    claim,
    opened,
    // Opened by another turn in the same moment.
    opened,
    { op: "budget.out", id: budgetId, version, askId: id },
    { op: "turn.wait", waits: [{ for: "ask", callId: null, askId: id }], readyAt: null, outOfBudget },
  );
  return { ...turn, id };
}
