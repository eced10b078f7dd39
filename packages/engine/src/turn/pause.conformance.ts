/** Tests BO1 of SPEC.md over any store: a turn that repeats itself pauses, and a person decides. */
import type { Ask } from "@reef/protocol/ask";
import type { SessionId } from "@reef/protocol/ids";
import { describe, expect, it } from "vitest";
import { answerAsk } from "../ask/answer.ts";
import { leaseMs } from "../port/store.ts";
import { cancelSession } from "../session/cancel.ts";
import type { Harness, OpenStore } from "../testing/harness.ts";
import { startHarness } from "../testing/harness.ts";
import type { Script } from "../testing/scripted-runtime.ts";
import { answer } from "../testing/scripted-runtime.ts";

const page = { limit: 100, cursor: null };

async function pausedAsk(reef: Harness, sessionId: SessionId, index = 0): Promise<Ask> {
  return reef.until(async () => {
    const { items } = await reef.store.read.asks({ sessionId, kind: "loop" }, page);
    const ask = items.toSorted((a, b) => (a.id < b.id ? -1 : 1))[index];
    return ask?.state === "open" && reef.worker.runningTurns() === 0 ? ask : null;
  });
}

const again = answer("", { name: "session_read", input: { session: "nowhere" } });
const listAgain = answer("", { name: "session_list", input: {} });

/** Repeats the same call until a person has spoken after the task. */
const stubborn: Script = ({ entries }) => {
  const words = entries.filter(({ kind }) => kind === "person");
  return words.length > 1 ? `heard: ${words.at(-1)?.text}` : [again];
};

export function describePauses(open: OpenStore): void {
  describe("pauses", () => {
    it("BO1: the same call five times pauses the turn with an ask, its lane free and nothing counted against it", async () => {
      for (const [same, name] of [
        [again, "session_read"],
        [listAgain, "session_list"],
        [answer("", { name: "no_such_tool", input: { a: 1 } }), "no_such_tool"],
        [answer("", { name: "session_read", input: { wrong: true } }), "session_read"],
      ] as const) {
        await using reef = await startHarness(open, { script: () => [same] });
        const session = await reef.newSession();
        const sent = await reef.send(session, "go");
        const ask = await pausedAsk(reef, session.id);
        expect(ask).toMatchObject({ kind: "loop", callId: null, options: ["Go on", "Stop"], freeText: true });
        expect(ask.question).toContain("“dev” has made the same call 5 times");
        expect(ask.question).toContain(`Call: ${name} {`);
        expect(reef.runtime.calls.length).toBe(5);
        const results = (await reef.entries(session.id)).filter(({ kind }) => kind === "tool_result");
        expect(results.map(({ text }) => /This is the (\w+) time/.exec(text)?.[1])).toEqual([
          undefined,
          undefined,
          "third",
          "fourth",
          "fifth",
        ]);
        const turn = await reef.store.read.turn(ask.turnId as never);
        expect(turn).toMatchObject({ state: "waiting", attempts: 0, error: null });
        expect(turn?.waits).toEqual([{ for: "ask", callId: null, askId: ask.id }]);
        expect((await reef.store.read.session(session.id))?.status).toBe("needs_you");
        expect((await reef.store.read.message(sent.id))?.state).toBe("delivered");
      }
    });

    it("BO1, AS2: “Go on” lets it go on once, and the counting begins anew", async () => {
      await using reef = await startHarness(open, { script: () => [again] });
      const session = await reef.newSession();
      await reef.send(session, "go");
      await answerAsk(reef.deps, (await pausedAsk(reef, session.id)).id, { choice: "go on" });
      const second = await pausedAsk(reef, session.id, 1);
      expect(reef.runtime.calls.length).toBe(10);
      expect(second.question).toContain("5 times");
      const turn = await reef.store.read.turn(second.turnId as never);
      expect(turn?.stepList.filter(({ kind }) => kind === "resumed").length).toBe(1);
      const notices = (await reef.entries(session.id)).filter(({ notice }) => notice?.type === "loop");
      expect(notices.map(({ text }) => text)).toEqual([expect.stringContaining("allowed it")]);
    });

    it("BO1: a person's own words reach the bot as a person's, and it goes on from them", async () => {
      await using reef = await startHarness(open, { script: stubborn });
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      const ask = await pausedAsk(reef, session.id);
      await answerAsk(reef.deps, ask.id, { text: "look elsewhere" });
      expect((await reef.settled(sent.id)).state).toBe("answered");
      const entries = await reef.entries(session.id);
      expect(entries.at(-1)?.text).toBe("heard: look elsewhere");
      expect(entries.at(-2)).toMatchObject({ kind: "person", from: { kind: "person" }, text: "look elsewhere" });
    });

    it("BO1: “Stop” ends the turn: its message is cancelled, not dead, and nothing hangs open", async () => {
      await using reef = await startHarness(open, { script: () => [again] });
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      await answerAsk(reef.deps, (await pausedAsk(reef, session.id)).id, { answer: "Stop" });
      expect(await reef.settled(sent.id)).toMatchObject({
        state: "cancelled",
        reason: "a person was asked and stopped it",
      });
      expect((await reef.store.read.session(session.id))?.status).toBe("idle");
      expect((await reef.entries(session.id)).at(-1)?.notice).toEqual({ type: "cancelled", by: "person" });
    });

    it("BO1: calls that take turns are found; what changes is left alone", async () => {
      let made = 0;
      await using reef = await startHarness(open, {
        script: ({ session }) => {
          made += 1;
          if (session.title === "polls") {
            return made > 40 ? "done" : [answer("", { name: "session_read", input: { session: `n${made}` } })];
          }
          return [made % 2 === 0 ? again : listAgain];
        },
      });
      const polls = await reef.newSession(undefined, "polls");
      expect((await reef.settled((await reef.send(polls, "go")).id)).state).toBe("answered");
      const [turns, calls] = [await reef.newSession(undefined, "turns"), reef.runtime.calls.length];
      await reef.send(turns, "go");
      await pausedAsk(reef, turns.id);
      expect(reef.runtime.calls.length - calls).toBeLessThanOrEqual(11);
    });

    it("BO1: the limit of model calls pauses; “Go on” allows as many again", async () => {
      let made = 0;
      await using reef = await startHarness(open, {
        script: async function* () {
          made += 1;
          if (made === 1) yield { type: "paid", inputTokens: 1, outputTokens: 1 };
          yield answer("", { name: "session_read", input: { session: `n${made}` } });
        },
      });
      const session = await reef.newSession(await reef.newBot({ limits: { maxSteps: 4 } }));
      const sent = await reef.send(session, "go");
      const first = await pausedAsk(reef, session.id);
      expect(first.question).toBe("“dev” has made 4 model calls in this turn. May it make up to 4 more?");
      // The fourth was paid for without an answer.
      expect(reef.runtime.calls.length).toBe(3);
      await answerAsk(reef.deps, first.id, { answer: "Go on" });
      const second = await pausedAsk(reef, session.id, 1);
      expect(second.question).toBe("“dev” has made 8 model calls in this turn. May it make up to 4 more?");
      expect(reef.runtime.calls.length).toBe(7);
      await cancelSession(reef.deps, session.id, { by: "person" });
      expect((await reef.settled(sent.id)).state).toBe("cancelled");
      expect((await reef.store.read.ask(second.id))?.state).toBe("cancelled");
    });

    it("BO1, TU2: what a person said is taken once, whatever stops the worker before it is taken or after", async () => {
      await using reef = await startHarness(open, {
        // Its only lane hangs, so the worker cannot resume what it lost.
        settings: { beatMs: 1e9, maxTurns: 1 },
        script: () => [again],
      });
      const session = await reef.newSession();
      await reef.send(session, "go");
      const ask = await pausedAsk(reef, session.id);
      await reef.worker[Symbol.asyncDispose]();
      await answerAsk(reef.deps, ask.id, { answer: "look elsewhere" });
      const claim = async () =>
        (await reef.store.claim("wrk_test" as never, 1, new Date(reef.clock.now()).toISOString()))[0];
      // This worker gives the turn back before it took the answer.
      const given = await claim();
      if (given === undefined) throw new Error("expected the turn to be ready");
      const at = new Date(reef.clock.now()).toISOString();
      await reef.store.commitTurn(given, { at, ops: [{ op: "turn.wait", waits: [], readyAt: at }] });
      // One worker dies before that, and another in the first step after it.
      expect((await claim())?.turn.id).toBe(ask.turnId);
      reef.clock.advance(leaseMs + 1);
      const hanging = reef.startWorker(async function* () {
        await new Promise(() => undefined);
      });
      const resumed = async () =>
        ((await reef.store.read.turn(ask.turnId as never))?.stepList ?? []).filter(({ kind }) => kind === "resumed")
          .length;
      await reef.until(async () => (await resumed()) === 1 && hanging.runningTurns() === 1);
      reef.clock.advance(leaseMs + 1);
      reef.startWorker(stubborn);
      await reef.until(async () => (await reef.store.read.session(session.id))?.turnId === null);
      expect(await resumed()).toBe(1);
      const entries = await reef.entries(session.id);
      expect(entries.filter(({ text }) => text === "look elsewhere").length).toBe(1);
      expect(entries.at(-1)?.text).toBe("heard: look elsewhere");
    });

    it("BO1, SU3: the parent of a child that pauses waits on, and gets its result when a person let it go on", async () => {
      await using reef = await startHarness(open, {
        script: (context, call) => {
          const { session, entries } = context;
          if (session.parentId !== null) return stubborn({ ...context, entries: entries.map(asPerson) }, call);
          const results = entries.filter(({ kind }) => kind === "tool_result");
          if (results.length === 0) return [answer("", { name: "session_spawn", input: { task: "look" } })];
          return results.length === 1 ? [answer("", { name: "session_wait", input: {}, callId: "w" })] : "thank you";
        },
      });
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      const child = await reef.until(async () =>
        (await reef.store.read.tree(session.id)).find(({ parentId }) => parentId !== null),
      );
      const ask = await pausedAsk(reef, child.id);
      expect((await reef.store.read.session(session.id))?.status).toBe("waiting");
      await answerAsk(reef.deps, ask.id, { text: "enough" });
      expect((await reef.settled(sent.id)).state).toBe("answered");
      expect((await reef.entries(session.id)).some(({ text }) => text.includes("heard: enough"))).toBe(true);
    });

    it("answers that hold nothing but unreadable calls end the turn at the third, and say why", async () => {
      await using reef = await startHarness(open, {
        script: (_, call) => [answer("", { name: "session_send", input: `{"text":"${"x".repeat(call)}` })],
      });
      const session = await reef.newSession();
      const settled = await reef.settled((await reef.send(session, "go")).id);
      expect(settled.state).toBe("dead");
      expect(settled.reason).toContain("unreadable arguments");
      expect(reef.runtime.calls.length).toBe(3);
    });

    it("AS1: a turn asks a person at most three things at once", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries }) =>
          entries.some(({ kind }) => kind === "tool_result")
            ? "all asked"
            : [answer("", ...[1, 2, 3, 4, 5].map((n) => ({ name: "ask_person", input: { question: `${n}?` } })))],
      });
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      const asks = await reef.until(async () => {
        const { items } = await reef.store.read.asks({ sessionId: session.id, kind: "question", state: "open" }, page);
        return items.length === 3 && reef.worker.runningTurns() === 0 ? items : null;
      });
      for (const { id } of asks) await answerAsk(reef.deps, id, { answer: "yes" });
      expect((await reef.settled(sent.id)).state).toBe("answered");
      const refused = (await reef.entries(session.id)).filter(({ tool }) => tool?.isError === true);
      expect(refused.map(({ text }) => text.slice(0, 20))).toEqual(Array(2).fill("refused: 3 questions"));
    });
  });
}

/** Presents a child's task, which its transcript has as its parent's words, as a person's. */
function asPerson<Of extends { readonly kind: string }>(entry: Of): Of {
  return entry.kind === "session" ? { ...entry, kind: "person" } : entry;
}
