/**
 * Tests BO1 over a chain and over any store: what one message causes is bounded, and a person lets it go on or stops
 * it.
 */
import type { Ask } from "@reef/protocol/ask";
import type { SessionId } from "@reef/protocol/ids";
import { describe, expect, it } from "vitest";
import { answerAsk } from "../ask/answer.ts";
import { sendDue } from "../schedule/scheduler.ts";
import type { Harness, OpenStore } from "../testing/harness.ts";
import { startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";
import { letItGoOn, stopIt } from "./chain.ts";

const page = { limit: 1_000, cursor: null };
const small = { modelCalls: 6, costUsd: 20, spawns: 3, openQuestions: 2, schedules: 3 };

async function asksOf(reef: Harness): Promise<readonly Ask[]> {
  return (await reef.store.read.asks({ kind: "chain" }, page)).items;
}

/** True if nothing runs and nothing waits for a lane. */
async function isAtRest(reef: Harness): Promise<boolean> {
  const { queuedMessages, runningTurns } = await reef.store.read.totals();
  return reef.worker.runningTurns() + queuedMessages + runningTurns === 0;
}

/** Returns the one open ask, once everything waits for it. */
async function openAsk(reef: Harness): Promise<Ask> {
  return reef.until(async () => {
    const open = (await asksOf(reef)).filter(({ state }) => state === "open");
    return open.length === 1 && (await isAtRest(reef)) ? open[0] : null;
  });
}

async function resultsOf(reef: Harness, id: SessionId): Promise<readonly string[]> {
  return (await reef.entries(id)).filter(({ kind }) => kind === "tool_result").map(({ text }) => text);
}

/** A bot whose every turn spawns, and whose children do so too. */
const spawning = () => {
  let n = 0;
  return () => {
    n += 1;
    return [answer("", { name: "session_spawn", input: { task: `go on ${n}` }, callId: `call_${n}` })];
  };
};

export function describeChainBounds(open: OpenStore): void {
  describe("bounds of a chain", () => {
    it("BO1: model calls of a chain are bounded over all its sessions, with one ask; “go on” allows as many again, once", async () => {
      await using reef = await startHarness(open, {
        script: spawning(),
        settings: { chainLimits: { ...small, spawns: 100 } },
      });
      const session = await reef.newSession();
      const { chainId } = await reef.send(session, "go");
      for (const round of [1, 2, 3]) {
        const ask = await openAsk(reef);
        expect(ask).toMatchObject({
          chainId,
          turnId: null,
          messageId: null,
          options: [letItGoOn, stopIt],
          freeText: false,
        });
        expect(await asksOf(reef)).toHaveLength(round);
        const { modelCalls, timesExtended } = await reef.store.read.chain(chainId);
        expect(timesExtended).toBe(round - 1);
        expect(modelCalls).toBeGreaterThanOrEqual(small.modelCalls * round);
        // Turns that run in parallel may each be in a call when the bound is reached.
        expect(modelCalls).toBeLessThanOrEqual(small.modelCalls * round + 32);
        const notices = (await reef.entries(ask.sessionId)).filter(({ text }) => text.includes("a person was asked"));
        expect(notices.length).toBeGreaterThanOrEqual(1);
        await answerAsk(reef.deps, ask.id, { answer: letItGoOn });
      }
    });

    it("MB10: what a chain costs is bounded: it waits before the next call, and goes on with as much again", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries, turn }) => {
          const calls = entries.filter(({ kind, turnId }) => kind === "tool_result" && turnId === turn.id).length;
          if (calls >= 3) return "done";
          const next = answer("", { name: "session_list", input: {}, callId: `call_${calls}` });
          return [{ ...(next as Extract<typeof next, { type: "answer" }>), costUsd: 0.4 }];
        },
        settings: { chainLimits: { ...small, modelCalls: 100, costUsd: 0.75 } },
      });
      const sent = await reef.send(await reef.newSession(), "go");
      const ask = await openAsk(reef);
      expect(ask.question).toContain("has made 2 model calls for $0.80");
      expect((await reef.store.read.chain(sent.chainId)).costUsd).toBe(0.8);
      await answerAsk(reef.deps, ask.id, { answer: letItGoOn });
      expect((await reef.settled(sent.id)).state).toBe("answered");
    });

    it("BO1: a stopped chain ends everywhere, and nothing of it begins again; another message does", async () => {
      await using reef = await startHarness(open, {
        script: spawning(),
        settings: { chainLimits: { ...small, spawns: 100 } },
      });
      const bot = await reef.newBot();
      const session = await reef.newSession(bot);
      const { chainId, id } = await reef.send(session, "go");
      const ask = await openAsk(reef);
      const before = reef.runtime.calls.length;
      await answerAsk(reef.deps, ask.id, { answer: stopIt });
      await reef.until(async () => (await reef.store.read.totals()).waitingTurns === 0);
      await reef.until(() => isAtRest(reef));
      expect((await reef.settled(id)).state).toBe("cancelled");
      expect(reef.runtime.calls.length).toBe(before);
      expect(await reef.store.read.chain(chainId)).toMatchObject({ isStopped: true });
      await reef.send(await reef.newSession(bot), "another");
      await reef.until(async () => reef.runtime.calls.length > before);
    });

    it("BO1: spawns of a chain are bounded in all, also when those before are over; the bot is told", async () => {
      let spawned = 0;
      await using reef = await startHarness(open, {
        script: ({ session }) => {
          if (session.parentId !== null) return "done";
          spawned += 1;
          return spawned > 5 ? "enough" : [answer("", { name: "session_spawn", input: { task: `task ${spawned}` } })];
        },
        settings: { chainLimits: { ...small, modelCalls: 100 } },
      });
      const session = await reef.newSession();
      const { chainId } = await reef.send(session, "go");
      const ask = await reef.until(async () => (await asksOf(reef))[0]);
      await reef.until(async () => (await resultsOf(reef, session.id)).length === 5);
      const results = await resultsOf(reef, session.id);
      expect(results.filter((text) => text.startsWith("spawned"))).toHaveLength(small.spawns);
      expect(results.at(-1)).toContain("a person was asked whether it may spawn more");
      expect(await asksOf(reef)).toHaveLength(1);
      expect((await reef.store.read.chain(chainId)).spawns).toBe(small.spawns);
      await answerAsk(reef.deps, ask.id, { answer: letItGoOn });
      expect((await reef.store.read.chain(chainId)).timesExtended).toBe(1);
    });

    it("BO1: a chain that spawns in every turn, many times in an answer, has one ask in all", async () => {
      const calls = Array.from({ length: 12 }, (_, at) => ({
        name: "session_spawn",
        input: { task: "again" },
        callId: `call_${at}`,
      }));
      await using reef = await startHarness(open, {
        script: ({ entries }) => (entries.at(-1)?.kind === "tool_result" ? "spawned" : [answer("", ...calls)]),
        settings: { chainLimits: { ...small, modelCalls: 500, spawns: 32 } },
      });
      const { chainId } = await reef.send(await reef.newSession(), "go");
      await openAsk(reef);
      const { spawns, modelCalls } = await reef.store.read.chain(chainId);
      expect(spawns).toBeGreaterThanOrEqual(8);
      expect(spawns).toBeLessThanOrEqual(32);
      expect(modelCalls).toBeLessThan(500);
      expect((await reef.store.read.asks({ state: "open" }, page)).items).toHaveLength(1);
    });

    it("BO1, AS1: questions that wait for a person at once are bounded over the chain", async () => {
      await using reef = await startHarness(open, {
        script: ({ session, entries }) =>
          session.parentId === null && !entries.some(({ kind }) => kind === "tool_result")
            ? [
                answer(
                  "",
                  { name: "session_spawn", input: { task: "ask" } },
                  { name: "ask_person", input: { question: "a?" } },
                  { name: "ask_person", input: { question: "b?" } },
                ),
              ]
            : entries.some(({ tool }) => tool?.name === "ask_person")
              ? "done"
              : [
                  answer(
                    "",
                    { name: "ask_person", input: { question: "c?" } },
                    { name: "ask_person", input: { question: "d?" } },
                  ),
                ],
        settings: { chainLimits: small },
      });
      const session = await reef.newSession();
      const { chainId } = await reef.send(session, "go");
      await reef.until(async () => {
        const { items } = await reef.store.read.messages({ chainId }, page);
        const child = items.find(({ purpose }) => purpose === "task")?.sessionId;
        if (child === undefined) return false;
        const results = [...(await resultsOf(reef, session.id)), ...(await resultsOf(reef, child))];
        return (
          results.filter((text) => text.startsWith("refused: ")).length +
            (await reef.store.read.chain(chainId)).openQuestions ===
          4
        );
      });
      expect((await reef.store.read.chain(chainId)).openQuestions).toBe(small.openQuestions);
    });

    it("BO1: sessions of one chain that ask and spawn in the same moment are let through up to the bound, and not once more", async () => {
      const children = 6;
      const all = Promise.withResolvers<void>();
      let ready = 0;
      await using reef = await startHarness(open, {
        script: async function* ({ session, entries }) {
          const isDone = entries.some(({ kind }) => kind === "tool_result");
          const calls = [];
          if (session.depth === 0) {
            for (let at = 0; at < children; at += 1)
              calls.push({ name: "session_spawn", input: { task: `task ${at}` }, callId: `task_${at}` });
          } else if (session.depth === 1 && !isDone) {
            ready += 1;
            if (ready === children) all.resolve();
            await all.promise;
            calls.push({ name: "session_spawn", input: { task: "one more" }, callId: `more_${session.id}` });
            calls.push({ name: "ask_person", input: { question: "may I?" }, callId: `ask_${session.id}` });
          }
          yield isDone ? answer("done") : answer("working", ...calls);
        },
        settings: { chainLimits: { ...small, modelCalls: 100, spawns: children + 1 } },
      });
      const { chainId } = await reef.send(await reef.newSession(), "go");
      await reef.until(async () => {
        const { items } = await reef.store.read.messages({ chainId }, page);
        const told = await Promise.all(items.map(({ sessionId }) => resultsOf(reef, sessionId)));
        const refused = told.flat().filter((text) => text.includes("waiting for an answer"));
        return refused.length === children - small.openQuestions;
      });
      const counts = await reef.store.read.chain(chainId);
      expect(counts).toMatchObject({ spawns: children + 1, openQuestions: small.openQuestions });
      expect(await asksOf(reef)).toHaveLength(1);
    });

    it("BO1: what a chain plans is bounded, and what wakes by it may plan no more; a cancelled schedule frees nothing", async () => {
      let n = 0;
      await using reef = await startHarness(open, {
        script: ({ entries }) => {
          if (entries.at(-1)?.kind === "tool_result") return "planned";
          const calls = Array.from({ length: 2 }, () => {
            n += 1;
            return { name: "schedule_create", input: { text: `wake ${n}`, everyMinutes: 1 }, callId: `call_${n}` };
          });
          return [
            answer("", { name: "schedule_cancel", input: { schedule: `wake ${n}` }, callId: `cancel_${n}` }, ...calls),
          ];
        },
        settings: { chainLimits: small },
      });
      const session = await reef.newSession();
      const sent = await reef.send(session, "plan");
      await reef.settled(sent.id);
      for (let minute = 0; minute < 4; minute += 1) {
        reef.clock.advance(60_000);
        await sendDue(reef.deps);
        await reef.until(
          async () => (await reef.store.read.totals()).queuedMessages === 0 && reef.worker.runningTurns() === 0,
        );
      }
      const planned = (await resultsOf(reef, session.id)).filter((text) => text.startsWith("planned as"));
      expect(planned).toHaveLength(small.schedules);
      const asks = await asksOf(reef);
      expect(asks).toHaveLength(1);
      expect(asks[0]).toMatchObject({ chainId: sent.chainId, state: "open" });
      await answerAsk(reef.deps, asks[0]?.id as never, { answer: letItGoOn });
      expect((await reef.store.read.chain(sent.chainId)).planned).toBe(small.schedules);
    });

    it("SC3: the same schedule planned again is told that it is there", async () => {
      const again = { text: "Read the post.", cron: " 0 9 * * * ", name: "post" };
      let n = 0;
      await using reef = await startHarness(open, {
        script: ({ entries }) => {
          if (entries.at(-1)?.kind === "tool_result") return "done";
          n += 1;
          const inputs = [
            again,
            { ...again, name: "other" },
            { text: "tea", inMinutes: 5 },
            { text: "tea", inMinutes: 5 },
            { ...again, cron: "0 9 * * 1" },
          ];
          return [
            answer("", ...inputs.map((input, at) => ({ name: "schedule_create", input, callId: `call_${n}_${at}` }))),
          ];
        },
      });
      const session = await reef.newSession();
      for (let round = 0; round < 3; round += 1) await reef.settled((await reef.send(session, "plan it")).id);
      const { items } = await reef.store.read.schedules({ sessionId: session.id }, page);
      expect(items.map(({ text }) => text).toSorted()).toEqual(["Read the post.", "Read the post.", "tea"]);
      const told = (await resultsOf(reef, session.id)).filter((text) =>
        text.startsWith("this schedule already exists as sch_"),
      );
      expect(told).toHaveLength(15 - 3);
    });
  });
}
