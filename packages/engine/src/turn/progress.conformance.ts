/**
 * Tests that the progress of runtimes that work by themselves is noted, shown and committed before they go on. Over any
 * store.
 */
import type { FileId } from "@reef/protocol/ids";
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

    it("BO1: what a runtime says is bounded, whichever it is: both ends are shown, the whole is kept, one notice says so", async () => {
      const long = `first ${"word ".repeat(100_000)}last`;
      await using reef = await startHarness(open, {
        script: async function* ({ messages }) {
          if (messages.some(({ text }) => text === "run")) {
            yield { ...ran, input: { command: long }, text: long };
            yield { type: "said", text: long };
          }
          yield answer(long);
        },
      });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "answer")).id);
      const read = async (id: FileId) => new TextDecoder().decode(await reef.worker.deps.files?.read(id));
      const [, said, notice] = await reef.entries(session.id);
      expect(said?.kind).toBe("bot");
      expect(said?.text.length).toBeLessThan(31_000);
      expect(said?.text).toMatch(/^first word[\s\S]*\[…\][\s\S]*word last$/);
      const [file] = said?.attachments ?? [];
      if (file === undefined) throw new Error("expected the whole answer as a file");
      expect(await read(file.id)).toBe(long);
      expect(notice).toMatchObject({ kind: "notice", notice: { type: "model" } });
      expect(notice?.text).toContain("The whole is the file “whole answer.txt”");

      const running = await reef.newSession();
      await reef.settled((await reef.send(running, "run")).id);
      const entries = await reef.entries(running.id);
      const call = entries.find(({ kind }) => kind === "tool_call");
      expect(JSON.stringify(call?.tool?.input).length).toBeLessThan(3_000);
      const result = entries.find(({ kind }) => kind === "tool_result");
      expect(result?.text.length).toBeLessThan(31_000);
      const whole = await Promise.all((result?.attachments ?? []).map(({ id }) => read(id)));
      expect(whole).toEqual([JSON.stringify({ command: long }), long]);
      // One notice for what it said on the way, and one for its answer.
      expect(entries.filter(({ kind }) => kind === "notice")).toHaveLength(2);
      for (const { text } of entries) expect(text.length).toBeLessThan(31_000);
    });

    it("BO1: calls with arguments that are too large, and calls past the bound of an answer, do not run and say so", async () => {
      const huge = { text: "x".repeat(300_000) };
      await using reef = await startHarness(open, {
        script: ({ entries }) =>
          entries.some(({ kind }) => kind === "tool_result")
            ? "done"
            : [
                answer(
                  "",
                  { name: "session_list", input: huge, callId: "huge" },
                  ...Array.from({ length: 70 }, (_, n) => ({ name: "session_list", input: {}, callId: `c${n}` })),
                ),
              ],
      });
      const session = await reef.newSession();
      await reef.settled((await reef.send(session, "go")).id);
      const results = (await reef.entries(session.id)).filter(({ kind }) => kind === "tool_result");
      expect(results).toHaveLength(71);
      const refused = results.filter(({ text }) => text.startsWith("Not run: "));
      expect(refused).toHaveLength(1 + 7);
      expect(refused[0]?.text).toContain("more than 262,144");
      const [kept] = refused[0]?.attachments ?? [];
      expect(kept?.name).toBe("session_list arguments.txt");
      expect(refused.at(-1)?.text).toContain("may contain 64 calls");
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
