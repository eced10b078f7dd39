/** Tests what an answer leaves behind (PR1, PR3, MB6), over any store. */
import { describe, expect, it } from "vitest";
import type { RuntimeStep } from "../port/runtime.ts";
import { RuntimeFailure } from "../port/runtime.ts";
import { cancelSession } from "../session/cancel.ts";
import type { OpenStore } from "../testing/harness.ts";
import { createGate, startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";

type Answer = Extract<RuntimeStep, { type: "answer" }>;

function thoughtful(said: RuntimeStep, rest: Partial<Answer>): RuntimeStep {
  return { ...(said as Answer), ...rest };
}

const signature = { signature: "c2lnbmVk" };

export function describeAnswers(open: OpenStore): void {
  describe("answers", () => {
    it("PR1: a step is given what was thought before it, in the same turn and in a later one", async () => {
      await using reef = await startHarness(open, {
        script: (_, call) =>
          call === 1
            ? [
                thoughtful(answer("", { name: "session_list", input: {} }), {
                  reasoning: "I should look.",
                  opaque: signature,
                  calls: [{ callId: "1", name: "session_list", input: {}, opaque: { thought: "t" } }],
                }),
              ]
            : [thoughtful(answer(`answer ${call}`), { reasoning: "Done.", opaque: [call] })],
      });
      const session = await reef.newSession();
      for (const text of ["first", "second"]) await reef.settled((await reef.send(session, text)).id);
      const given = (call: number) =>
        reef.runtime.calls[call - 1]?.entries.map(({ kind, text, reasoning, opaque }) => [
          kind,
          text,
          reasoning,
          opaque,
        ]);
      const round = [
        ["person", "first", undefined, undefined],
        ["bot", "", "I should look.", signature],
        ["tool_call", "", undefined, { thought: "t" }],
        ["tool_result", expect.any(String), undefined, undefined],
      ];
      expect(given(2)).toEqual(round);
      expect(given(3)).toEqual([
        ...round,
        ["bot", "answer 2", "Done.", [2]],
        ["person", "second", undefined, undefined],
      ]);
      expect((await reef.entries(session.id)).map(({ reasoning }) => reasoning)).toContain("I should look.");
      expect(JSON.stringify(reef.events)).not.toContain('"opaque"');
    });

    it("PR2: a call that must not be run has the reason as its result, and the others run", async () => {
      const refusal = "Not run: the answer was cut off in the middle of this call";
      await using reef = await startHarness(open, {
        script: (_, call) =>
          call === 1
            ? [
                thoughtful(answer(""), {
                  calls: [
                    { callId: "1", name: "session_list", input: {} },
                    { callId: "2", name: "session_list", input: "{", refusal },
                  ],
                }),
              ]
            : [answer("done")],
      });
      const session = await reef.newSession();
      expect((await reef.settled((await reef.send(session, "go")).id)).state).toBe("answered");
      const results = (await reef.entries(session.id)).filter(({ kind }) => kind === "tool_result");
      const byCall = new Map(results.map((entry) => [entry.tool?.callId, entry]));
      expect(byCall.get("1")?.tool?.isError).toBe(false);
      expect(byCall.get("2")).toMatchObject({ text: refusal, tool: { isError: true } });
      expect(results).toHaveLength(2);
    });

    it("MB6: a turn that ends without words is done, with a notice that answers its message", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries }) =>
          entries.some(({ kind }) => kind === "tool_result")
            ? [thoughtful(answer(" \n"), { reasoning: "Nothing to add." })]
            : [answer("", { name: "session_list", input: {} })],
      });
      const session = await reef.newSession();
      const message = await reef.settled((await reef.send(session, "go")).id);
      const entries = await reef.entries(session.id);
      expect(entries.map(({ kind, text }) => [kind, text]).slice(3)).toEqual([
        ["bot", ""],
        ["notice", "The bot ended its turn without saying anything."],
      ]);
      expect(entries[4]?.notice).toEqual({ type: "model" });
      expect(message).toMatchObject({ state: "answered", reason: null, answeredBy: entries[4]?.id });
      expect((await reef.store.read.turn(message.turnId as never))?.state).toBe("done");
      expect(await reef.store.read.session(session.id)).toMatchObject({ status: "idle", unread: 0 });
    });

    it("SU3: a child that reported and then says nothing has said what it had to say", async () => {
      await using reef = await startHarness(open, {
        script: ({ session, entries }) => {
          const results = entries.filter(({ kind }) => kind === "tool_result");
          if (session.parentId !== null) {
            return results.length > 0
              ? ""
              : [answer("", { name: "report_result", input: { text: "42" }, callId: "r" })];
          }
          if (results.length === 0) return [answer("", { name: "session_spawn", input: { task: "count" } })];
          if (results.length === 1) return [answer("", { name: "session_wait", input: {}, callId: "w" })];
          return "done";
        },
      });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "go")).id);
      const tree = await reef.store.read.tree(session.id);
      const child = tree.find(({ parentId }) => parentId !== null);
      if (child === undefined) throw new Error("expected a child");
      expect((await reef.entries(child.id)).map(({ kind }) => kind)).not.toContain("notice");
      expect((await reef.entries(session.id)).filter(({ text }) => text.includes("42")).length).toBeGreaterThan(0);
    });

    it("PR3, TU4: what a failed attempt cost is counted, and the attempts are as many as without it", async () => {
      await using reef = await startHarness(open, {
        script: async function* () {
          yield { type: "paid", inputTokens: 100, outputTokens: 1, costUsd: 0.25 };
          throw new RuntimeFailure("it answers nonsense", { retry: true });
        },
      });
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      for (const calls of [1, 2, 3]) {
        await reef.until(async () => reef.runtime.calls.length === calls && reef.worker.runningTurns() === 0);
        reef.clock.advance(20_000);
      }
      const message = await reef.settled(sent.id);
      expect(message).toMatchObject({ state: "dead", reason: "it answers nonsense" });
      const turn = await reef.store.read.turn(message.turnId as never);
      expect(turn?.usage).toEqual({
        modelCalls: 3,
        inputTokens: 300,
        outputTokens: 3,
        costUsd: 0.75,
        unpricedCalls: 0,
      });
    });

    it("PR3, TU6: what a call cost that was stopped is counted when its runtime tells it, and the stop does not wait", async () => {
      const gates = [createGate(), createGate()] as const;
      await using reef = await startHarness(open, {
        script: async function* (_, call) {
          yield { type: "delta", text: "Once" };
          await gates[call - 1]?.opened;
          if (call === 1) yield { type: "paid", inputTokens: 40, outputTokens: 2, costUsd: 0.5 };
          yield answer("Once upon a time");
        },
      });
      const session = await reef.newSession();
      const stop = async (spent: number) => {
        const before = reef.runtime.calls.length;
        const sent = await reef.send(session, "go");
        await reef.until(async () => reef.runtime.calls.length > before);
        await cancelSession(reef.deps, session.id, { by: "person" });
        expect((await reef.settled(sent.id)).state).toBe("cancelled");
        gates[before]?.open();
        await reef.until(async () => (await reef.store.read.bot(session.botId))?.spend.inputTokens === spent);
      };
      await stop(40);
      await stop(50);
      expect((await reef.store.read.bot(session.botId))?.spend).toMatchObject({ modelCalls: 2, costUsd: 0.5 });
      const { items } = await reef.store.read.turns({ sessionId: session.id }, { limit: 2, cursor: null });
      expect(items.map(({ state, usage }) => [state, usage.inputTokens])).toEqual([
        ["cancelled", 10],
        ["cancelled", 40],
      ]);
    });

    it("PR3: every call of a run elsewhere is counted with its note, and each that it tells after its stop", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        script: async function* (_, call) {
          const cost = { inputTokens: 100, outputTokens: 1, costUsd: 0.25 };
          yield { type: "note", remote: { run: 1 }, modelCalls: [cost, { inputTokens: 7, outputTokens: 1 }] };
          if (call === 1) return yield answer("done");
          await gate.opened;
          yield { type: "paid", ...cost };
          yield { type: "paid", inputTokens: 0, outputTokens: 0 };
        },
      });
      const session = await reef.newSession();
      const done = await reef.settled((await reef.send(session, "go")).id);
      const turn = await reef.store.read.turn(done.turnId as never);
      expect(turn?.usage).toMatchObject({ modelCalls: 3, inputTokens: 117, unpricedCalls: 2 });
      const sent = await reef.send(session, "again");
      const usage = async () =>
        (await reef.store.read.turn((await reef.store.read.message(sent.id))?.turnId as never))?.usage;
      await reef.until(async () => (await usage())?.modelCalls === 2);
      await cancelSession(reef.deps, session.id, { by: "person" });
      gate.open();
      await reef.until(async () => (await usage())?.modelCalls === 4);
      expect(await usage()).toMatchObject({ inputTokens: 207, costUsd: 0.5, unpricedCalls: 2 });
    });

    it("an answer that no model gave is no call", async () => {
      const silent = {
        type: "answer",
        text: "by itself",
        calls: [],
        inputTokens: 0,
        outputTokens: 0,
        isByModel: false,
      };
      await using reef = await startHarness(open, {
        script: async function* () {
          yield silent as never;
        },
      });
      const done = await reef.settled((await reef.send(await reef.newSession(), "/status")).id);
      expect(done.state).toBe("answered");
      const turn = await reef.store.read.turn(done.turnId as never);
      expect(turn).toMatchObject({ state: "done", usage: { modelCalls: 0, unpricedCalls: 0 } });
    });

    it("what another session reads of it has no thoughts in it", async () => {
      await using reef = await startHarness(open, {
        script: ({ session, entries }) => {
          if (session.title === "thinker") {
            return entries.some(({ kind }) => kind === "tool_result")
              ? [thoughtful(answer("said"), { reasoning: "nacre" })]
              : [thoughtful(answer("", { name: "session_list", input: {} }), { reasoning: "nacre" })];
          }
          return entries.some(({ kind }) => kind === "tool_result")
            ? "read"
            : [answer("", { name: "session_read", input: { session: "thinker" } })];
        },
      });
      const [thinker, reader] = [
        await reef.newSession(undefined, "thinker"),
        await reef.newSession(undefined, "reader"),
      ];
      await reef.settled((await reef.send(thinker, "think")).id);
      await reef.settled((await reef.send(reader, "read")).id);
      const result = (await reef.entries(reader.id)).find(({ kind }) => kind === "tool_result");
      expect(result?.text).toContain("bot: said");
      expect(result?.text).not.toContain("nacre");
      expect(result?.text).not.toMatch(/bot: *$/m);
    });
  });
}
