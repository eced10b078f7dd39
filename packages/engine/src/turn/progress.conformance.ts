/**
 * Tests that the progress of runtimes that work by themselves is noted, shown and committed before they go on. Over any
 * store.
 */
import { describe, expect, it } from "vitest";
import type { RuntimeStep } from "../port/runtime.ts";
import { RuntimeFailure } from "../port/runtime.ts";
import type { OpenStore } from "../testing/harness.ts";
import { startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";

const ran: RuntimeStep = {
  type: "tool",
  callId: "call-1",
  name: "exec",
  input: { command: "ls" },
  text: "a b",
  isError: false,
  durationMs: 12,
};

export function describeProgress(open: OpenStore): void {
  describe("runtimes that work by themselves", () => {
    it("TU1, TU2: a note of a run elsewhere is on disk before the runtime is asked for more", async () => {
      const seen: unknown[] = [];
      await using reef = await startHarness(open, {
        script: async function* ({ turn }) {
          yield { type: "note", remote: { runId: "run-1" } };
          seen.push((await reef.store.read.turn(turn.id))?.remote);
          yield answer("done");
        },
      });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "go")).id);
      expect(seen).toEqual([{ runId: "run-1" }]);
    });

    it("TU2: after a failure the runtime is given its note again, and the messages of the turn", async () => {
      await using reef = await startHarness(open, {
        script: async function* (context, call) {
          if (call === 1) {
            yield { type: "note", remote: { runId: "run-1" } };
            throw new Error("the connection was lost");
          }
          yield answer(`${JSON.stringify(context.turn.remote)} ${context.messages.map(({ text }) => text)}`);
        },
      });
      reef.clock.advance(0);
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      await reef.until(async () => reef.runtime.calls.length === 1 && reef.worker.runningTurns() === 0);
      reef.clock.advance(120_000);
      await reef.settled(sent.id);
      expect((await reef.entries(session.id)).at(-1)?.text).toBe('{"runId":"run-1"} go');
    });

    it("MB7: an outage counts no attempt, however long it takes", async () => {
      await using reef = await startHarness(open, {
        script: (_context, call) => {
          if (call > 10) return [answer("It is back.")];
          throw new RuntimeFailure("the gateway is away", { retry: true, retryAfterMs: 3_000, isOutage: true });
        },
      });
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      for (let calls = 1; calls <= 10; calls += 1) {
        await reef.until(async () => reef.runtime.calls.length === calls);
        await reef.until(async () => (await reef.store.read.session(session.id))?.status !== "running");
        reef.clock.advance(3_000);
      }
      const message = await reef.settled(sent.id);
      expect(message.state).toBe("answered");
      expect(
        (await reef.store.read.turns({ sessionId: session.id }, { limit: 2, cursor: null })).items.map(
          ({ attempts }) => attempts,
        ),
      ).toEqual([0]);
    });

    it("its calls and words stand in the transcript in order, a call that is told twice once", async () => {
      await using reef = await startHarness(open, {
        script: () => [
          { type: "delta", text: "Let me" },
          { type: "said", text: "Let me look.", externalId: "row-1" },
          ran,
          ran,
          { type: "notice", text: "The gateway came back." },
          { ...(answer("There are two.") as Extract<RuntimeStep, { type: "answer" }>), externalId: "row-2" },
        ],
      });
      const session = await reef.newSession();
      const message = await reef.settled((await reef.send(session, "go")).id);
      const entries = await reef.entries(session.id);
      expect(entries.map(({ kind, text, externalId }) => [kind, text, externalId])).toEqual([
        ["person", "go", undefined],
        ["bot", "Let me look.", "row-1"],
        ["tool_call", "", undefined],
        ["tool_result", "a b", undefined],
        ["notice", "The gateway came back.", undefined],
        ["bot", "There are two.", "row-2"],
      ]);
      expect(entries[3]?.tool).toMatchObject({ callId: "call-1", name: "exec", isError: false, durationMs: 12 });
      expect(message.state).toBe("answered");
    });
  });
}
