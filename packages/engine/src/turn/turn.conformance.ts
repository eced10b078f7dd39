/** Tests the turn rules (TU…) of SPEC.md over any store. */

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { RuntimeFailure } from "../port/runtime.ts";
import { leaseMs } from "../port/store.ts";
import { cancelSession } from "../session/cancel.ts";
import type { OpenStore } from "../testing/harness.ts";
import { createGate, startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";
import type { Tool } from "../tool/tool.ts";
import { defineTool } from "../tool/tool.ts";

export function describeTurns(open: OpenStore): void {
  describe("turns", () => {
    it("TU1: each step is committed before the next begins", async () => {
      const seen: number[] = [];
      await using reef = await startHarness(open, {
        script: async function* ({ session, turn }, call) {
          // Reads what the store holds when a step begins, not what the engine remembers.
          const stored = await reef.store.read.turn(turn.id);
          seen.push(stored?.stepList.length ?? -1);
          expect((await reef.store.read.session(session.id))?.status).toBe("running");
          yield call < 3 ? answer(`step ${call}`, { name: "session_list", input: {} }) : answer("end");
        },
      });
      const session = await reef.newSession();
      const message = await reef.settled((await reef.send(session, "go")).id);
      expect(seen).toEqual([0, 2, 4]);
      const turn = await reef.store.read.turn(message.turnId as never);
      expect(turn?.stepList.map((step) => step.kind)).toEqual([
        "model",
        "tool_result",
        "model",
        "tool_result",
        "model",
      ]);
      expect(turn?.usage).toEqual({ modelCalls: 3, inputTokens: 30, outputTokens: 15, costUsd: 0, unpricedCalls: 3 });
    });

    it("TU2, TU5, TU7: a turn whose worker went silent is unknown, goes on from its last step elsewhere, and the late worker can write nothing", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        // Beats would keep the lease: this worker is frozen.
        settings: { beatMs: 1e9 },
        script: async function* (_, call) {
          if (call === 1) return yield answer("first words", { name: "session_list", input: {} });
          await gate.opened;
          yield answer("too late");
        },
      });
      const session = await reef.newSession();
      const message = await reef.send(session, "go");
      await reef.until(async () => reef.runtime.calls.length === 2);
      reef.clock.advance(leaseMs - 1);
      expect((await reef.store.read.session(session.id))?.status).toBe("running");
      reef.clock.advance(2);
      expect((await reef.store.read.session(session.id))?.status).toBe("unknown");
      reef.startWorker(() => "on time");
      const settled = await reef.settled(message.id);
      expect(settled.state).toBe("answered");
      const before = await reef.entries(session.id);
      gate.open();
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(await reef.entries(session.id)).toEqual(before);
      expect(before.map((entry) => entry.kind)).toEqual(["person", "bot", "tool_call", "tool_result", "notice", "bot"]);
      expect(before.at(-1)?.text).toBe("on time");
      const turn = await reef.store.read.turn(settled.turnId as never);
      expect(turn?.crashReceipt?.done.map((call) => call.name)).toEqual(["session_list"]);
    });

    it("TU3: a call that had started is not run again when its policy is skip; the receipt says unknown", async () => {
      const { tool, runs } = outsideTool("skip");
      await using reef = await startHarness(open, {
        tools: [tool],
        settings: { beatMs: 1e9 },
        script: ({ entries }) =>
          entries.some((entry) => entry.kind === "tool_result")
            ? "went on"
            : [answer("", { name: "outside", input: {} }, { name: "session_list", input: {} })],
      });
      const session = await reef.newSession();
      const message = await reef.send(session, "go");
      await reef.until(async () => runs.length === 1);
      reef.clock.advance(leaseMs + 1);
      reef.startWorker();
      const settled = await reef.settled(message.id);
      expect(runs.length).toBe(1);
      const turn = await reef.store.read.turn(settled.turnId as never);
      expect(turn?.crashReceipt).toMatchObject({
        done: [],
        unknown: [{ name: "outside", settledBy: "skip" }],
        notStarted: [{ name: "session_list" }],
      });
      const results = (await reef.entries(session.id)).filter((entry) => entry.kind === "tool_result");
      expect(results.map((entry) => [entry.tool?.name, entry.tool?.isError])).toEqual([
        ["outside", true],
        ["session_list", false],
      ]);
      expect(results[0]?.text).toContain("unknown");
    });

    it("TU3: a call whose policy is replay is run again with the same call id", async () => {
      const { tool, runs } = outsideTool("replay");
      await using reef = await startHarness(open, {
        tools: [tool],
        settings: { beatMs: 1e9 },
        script: ({ entries }) =>
          entries.some((entry) => entry.kind === "tool_result")
            ? "went on"
            : [answer("", { name: "outside", input: {}, callId: "the-call" })],
      });
      const session = await reef.newSession();
      const message = await reef.send(session, "go");
      await reef.until(async () => runs.length === 1);
      reef.clock.advance(leaseMs + 1);
      reef.startWorker();
      await reef.settled(message.id);
      expect(runs).toEqual(["the-call", "the-call"]);
    });

    it("TU4: a turn that dies 3 times without a step is failed and its message is dead", async () => {
      await using reef = await startHarness(open, {
        settings: { beatMs: 1e9 },
        script: async function* () {
          await new Promise(() => undefined);
        },
      });
      const session = await reef.newSession();
      const message = await reef.send(session, "deadly");
      for (const calls of [1, 2, 3]) {
        await reef.until(async () => reef.runtime.calls.length === calls);
        reef.clock.advance(leaseMs + 1);
        reef.startWorker();
      }
      const settled = await reef.settled(message.id);
      expect(settled).toMatchObject({ state: "dead", reason: "the server stopped 3 times during this turn" });
      expect((await reef.store.read.turn(settled.turnId as never))?.state).toBe("failed");
      expect(reef.runtime.calls.length).toBe(3);
    });

    it("TU4: a clean shutdown gives the turn back and counts no death", async () => {
      await using reef = await startHarness(open, {
        script: async function* (_, call) {
          if (call === 1) await new Promise(() => undefined);
          yield answer("after the restart");
        },
      });
      const session = await reef.newSession();
      const message = await reef.send(session, "go");
      await reef.until(async () => reef.runtime.calls.length === 1);
      await reef.worker[Symbol.asyncDispose]();
      expect((await reef.store.read.session(session.id))?.status).toBe("waiting");
      reef.startWorker();
      const settled = await reef.settled(message.id);
      expect(settled.state).toBe("answered");
      expect((await reef.store.read.turn(settled.turnId as never))?.attempts).toBe(0);
      expect((await reef.entries(session.id)).map((entry) => entry.kind)).toEqual(["person", "bot"]);
    });

    it("TU6: cancel takes effect although the runtime does not listen, and reports it", async () => {
      await using reef = await startHarness(open, {
        script: async function* () {
          yield { type: "delta", text: "some words" };
          await new Promise(() => undefined);
        },
      });
      const session = await reef.newSession();
      const message = await reef.send(session, "go");
      await reef.until(async () => reef.runtime.calls.length === 1);
      const report = await cancelSession(reef.deps, session.id, { by: "person" });
      expect(report).toEqual({ cancelled: [session.id], idle: [], notStopped: [] });
      expect(await reef.settled(message.id)).toMatchObject({ state: "cancelled", reason: "cancelled by a person" });
      expect((await reef.store.read.session(session.id))?.status).not.toBe("running");
      const again = await cancelSession(reef.deps, session.id, { by: "person" });
      expect(again).toEqual({ cancelled: [], idle: [session.id], notStopped: [] });
    });

    it("TU6: cancel during a tool that hangs closes its call, so that the transcript stays whole", async () => {
      const { tool, runs } = outsideTool("skip");
      await using reef = await startHarness(open, {
        tools: [tool],
        script: ({ entries }) =>
          entries.some((entry) => entry.notice?.type === "cancelled")
            ? "fresh"
            : [answer("", { name: "outside", input: {} })],
      });
      const session = await reef.newSession();
      await reef.send(session, "go");
      await reef.until(async () => runs.length === 1);
      await cancelSession(reef.deps, session.id, { by: "person" });
      const next = await reef.settled((await reef.send(session, "next")).id);
      expect(next.state).toBe("answered");
      const kinds = (await reef.entries(session.id)).map((entry) => entry.kind);
      expect(kinds).toEqual(["person", "tool_call", "tool_result", "notice", "person", "bot"]);
    });

    it("a message that comes the moment a turn ends is taken without a poll", async () => {
      await using reef = await startHarness(open, { script: () => "ok" });
      const session = await reef.newSession();
      // The clock stands still, so nothing is polled for. Each message is sent a little later after the end than the
      // one before.
      for (let ticks = 0; ticks < 30; ticks++) {
        await reef.settled((await reef.send(session, "hello")).id);
        for (let tick = 0; tick < ticks; tick++) await null;
      }
      expect(await reef.entries(session.id)).toHaveLength(60);
    });

    it("a turn stops after its time limit", async () => {
      await using reef = await startHarness(open, {
        script: async function* () {
          await new Promise(() => undefined);
        },
      });
      const session = await reef.newSession(await reef.newBot({ limits: { turnTimeoutMs: 5_000 } }));
      const message = await reef.send(session, "go");
      await reef.until(async () => reef.runtime.calls.length === 1);
      reef.clock.advance(5_000);
      expect(await reef.settled(message.id)).toMatchObject({ state: "dead", reason: "it ran longer than 5 s" });
    });

    it("a wrong tool name or input is an outcome the bot sees, and calls with one id are told apart", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries }) =>
          entries.some((entry) => entry.kind === "tool_result")
            ? "noted"
            : [
                answer(
                  "",
                  { name: "no_such_tool", input: {}, callId: "1" },
                  { name: "session_read", input: { wrong: true }, callId: "1" },
                  { name: "session_send", input: "{not json", callId: "" },
                ),
              ],
      });
      const session = await reef.newSession();
      expect((await reef.settled((await reef.send(session, "go")).id)).state).toBe("answered");
      const entries = await reef.entries(session.id);
      const results = entries.filter((entry) => entry.kind === "tool_result");
      expect(results.map((entry) => entry.tool?.isError)).toEqual([true, true, true]);
      expect(results[0]?.text).toContain("there is no tool “no_such_tool”");
      const ids = entries.flatMap((entry) => (entry.kind === "tool_call" ? [entry.tool?.callId] : []));
      expect(new Set(ids).size).toBe(3);
    });

    it("a failure that may pass is tried again after a pause and then answered", async () => {
      await using reef = await startHarness(open, {
        script: (_, call) => {
          if (call === 1) throw new RuntimeFailure("busy", { retry: true });
          return "answered";
        },
      });
      const session = await reef.newSession();
      const message = await reef.send(session, "go");
      await reef.until(async () => (await reef.store.read.session(session.id))?.status === "waiting");
      reef.clock.advance(2_000);
      expect((await reef.settled(message.id)).state).toBe("answered");
      expect((await reef.entries(session.id)).map((entry) => entry.kind)).toEqual(["person", "bot"]);
    });
  });
}

/** A tool that acts outside and hangs on its first run. */
function outsideTool(afterCrash: "replay" | "skip"): { readonly tool: Tool; readonly runs: string[] } {
  const runs: string[] = [];
  const tool = defineTool({
    name: "outside",
    description: "Acts outside.",
    input: z.strictObject({}),
    effects: { kind: "outside", afterCrash },
    changes: "lasting",
    words: "others",
    tells: "nobody",
    folds: true,
    async run({ callId }) {
      runs.push(callId);
      if (runs.length === 1) await new Promise(() => undefined);
      return { type: "result", text: "done outside" };
    },
  });
  return { tool, runs };
}
