/** Tests the sub-agent rules (SU…) and the ask rules (AS…) of SPEC.md over any store. */

import { describe, expect, it } from "vitest";
import { answerAsk } from "../ask/answer.ts";
import { RuntimeFailure } from "../port/runtime.ts";
import type { Harness, OpenStore } from "../testing/harness.ts";
import { createGate, startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";
import { cancelSession } from "./cancel.ts";
import { deleteSession } from "./sessions.ts";
import { sessionTree } from "./tree.ts";

const spawn = (task: string, callId?: string) => ({
  name: "session_spawn",
  input: { task },
  ...(callId === undefined ? {} : { callId }),
});

export function describeTrees(open: OpenStore): void {
  describe("sub-agents", () => {
    it("SU1, SU3: a spawned session works on its task and its result is a message that the parent acts on", async () => {
      await using reef = await startHarness(open, {
        script: ({ session, entries }) => {
          if (session.parentId !== null) return `result of ${entries[0]?.text}`;
          if (entries.some((entry) => entry.kind === "session")) return "I have the result";
          return entries.some((entry) => entry.kind === "tool_result") ? "spawned" : [answer("", spawn("count"))];
        },
      });
      const parent = await reef.newSession();
      await reef.settled((await reef.send(parent, "go")).id);
      const result = await reef.until(async () => {
        const { items } = await reef.store.read.messages({ sessionId: parent.id }, { limit: 10, cursor: null });
        return items.find((message) => message.purpose === "result" && message.state === "answered");
      });
      expect(result.text).toBe("result of count");
      const [, child] = await sessionTree(reef.deps, parent.id);
      expect(child).toMatchObject({ parentId: parent.id, task: { state: "answered", resultId: result.id } });
      expect(child?.session.depth).toBe(1);
      expect((await reef.entries(parent.id)).at(-1)?.text).toBe("I have the result");
      expect(await reef.store.read.openChildren(parent.id)).toEqual([]);
    });

    it("SU1: the spawn, its task and the result of the call are one commit", async () => {
      await using reef = await startHarness(open, {
        script: ({ session, entries }) =>
          session.parentId !== null || entries.some((entry) => entry.kind === "tool_result")
            ? "ok"
            : [answer("", spawn("work"))],
      });
      const parent = await reef.newSession();
      await reef.settled((await reef.send(parent, "go")).id);
      const created = reef.events.find(
        (event) => event.type === "session.changed" && event.session.parentId === parent.id,
      );
      const task = reef.events.find((event) => event.type === "message.changed" && event.message.purpose === "task");
      const result = reef.events.find((event) => event.type === "entry.created" && event.entry.kind === "tool_result");
      const seqs = [created, task, result].map((event) => event?.seq ?? 0);
      expect(Math.max(...seqs) - Math.min(...seqs)).toBeLessThan(6);
    });

    it("SU2: more than 8 children, or a depth of more than 3, is refused to the bot and nothing is made", async () => {
      await using reef = await startHarness(open, {
        script: ({ session, entries }) => {
          if (entries.some((entry) => entry.kind === "tool_result")) return "done";
          if (session.depth > 0) return [answer("", spawn("deeper"))];
          return [answer("", ...Array.from({ length: 9 }, (_, index) => spawn(`task ${index}`, `c${index}`)))];
        },
      });
      const parent = await reef.newSession();
      await reef.send(parent, "go");
      const results = await reef.until(async () => {
        const entries = (await reef.entries(parent.id)).filter((entry) => entry.kind === "tool_result");
        return entries.length >= 9 ? entries : null;
      });
      expect(results.slice(0, 9).map((entry) => entry.tool?.isError)).toEqual([...Array(8).fill(false), true]);
      expect(results[8]?.text).toContain("refused");
      await reef.until(async () => {
        const { runningTurns, queuedMessages } = await reef.store.read.totals();
        return runningTurns === 0 && queuedMessages === 0;
      });
      const tree = await reef.store.read.tree(parent.id);
      expect(Math.max(...tree.map((session) => session.depth))).toBe(3);
      expect(tree.length).toBeLessThanOrEqual(32);
      expect(tree.filter((session) => session.parentId === parent.id).length).toBe(8);
    });

    it("SU3: a child with working children owes its result until it acted on theirs", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        script: async function* ({ session, entries }) {
          if (session.depth === 2) {
            await gate.opened;
            return yield answer("deep result");
          }
          const last = entries.at(-1);
          if (last?.kind === "session" && session.depth === 1 && last.from?.kind === "session" && entries.length > 3) {
            return yield answer(`child says: ${last.text}`);
          }
          if (last?.kind === "session" && session.depth === 0) return yield answer(`parent got: ${last.text}`);
          if (last?.kind === "tool_result") return yield answer("waiting for it");
          yield answer("", spawn("dig"));
        },
      });
      const parent = await reef.newSession();
      await reef.settled((await reef.send(parent, "go")).id);
      const child = await reef.until(async () =>
        (await reef.store.read.tree(parent.id)).find((node) => node.depth === 1),
      );
      await reef.until(async () => (await reef.entries(child.id)).some((entry) => entry.text === "waiting for it"));
      expect((await reef.entries(parent.id)).some((entry) => entry.kind === "session")).toBe(false);
      gate.open();
      await reef.until(async () =>
        (await reef.entries(parent.id)).some((entry) => entry.text === "parent got: child says: deep result"),
      );
    });

    it("SU3: report_result is what the parent gets, and a failed task says so", async () => {
      await using reef = await startHarness(open, {
        script: ({ session, entries }) => {
          if (session.parentId === null) {
            return entries.some((entry) => entry.kind === "tool_result") ||
              entries.some((entry) => entry.kind === "session")
              ? "ok"
              : [answer("", spawn("report", "a"), spawn("break", "b"))];
          }
          if (entries[0]?.text === "break") throw new RuntimeFailure("no such model", { retry: false });
          return entries.some((entry) => entry.kind === "tool_result")
            ? "these are only my last words"
            : [answer("", { name: "report_result", input: { text: "the whole report" } })];
        },
      });
      const parent = await reef.newSession();
      await reef.send(parent, "go");
      const texts = await reef.until(async () => {
        const entries = (await reef.entries(parent.id)).filter((entry) => entry.kind === "session");
        return entries.length === 2 ? entries.map((entry) => entry.text).toSorted() : null;
      });
      expect(texts).toEqual(["The task failed: no such model", "the whole report"]);
    });

    it("SU3: session_wait gives the lane back and takes the result into the waiting turn", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        settings: { maxTurns: 1 },
        script: async function* ({ session, entries }) {
          if (session.parentId !== null) {
            await gate.opened;
            return yield answer("child result");
          }
          if (entries.some((entry) => entry.kind === "session")) return yield answer("all in one turn");
          yield entries.some((entry) => entry.kind === "tool_result")
            ? answer("", { name: "session_wait", input: {}, callId: "wait" })
            : answer("", spawn("work"));
        },
      });
      const parent = await reef.newSession();
      const message = await reef.send(parent, "go");
      await reef.until(async () => (await reef.store.read.session(parent.id))?.status === "waiting");
      gate.open();
      const settled = await reef.settled(message.id);
      expect(settled.state).toBe("answered");
      const turns = await reef.store.read.turns({ sessionId: parent.id }, { limit: 10, cursor: null });
      expect(turns.items.length).toBe(1);
      expect((await reef.entries(parent.id)).at(-1)?.text).toBe("all in one turn");
    });

    it("of two sessions that begin to wait for each other in the same moment one is told, and both go on", async () => {
      const [first, second] = [createGate(), createGate()];
      await using reef = await startHarness(open, {
        script: async function* ({ session, entries }) {
          const results = entries.filter((entry) => entry.kind === "tool_result").length;
          const [own, other] = session.title === "a" ? [first, "b"] : [second, "a"];
          if (results === 0) return yield answer("", { name: "session_send", input: { to: other, text: "hi" } });
          if (results > 1) return yield answer("end");
          own.open();
          await Promise.all([first.opened, second.opened]);
          yield answer("", { name: "session_wait", input: { for: other }, callId: "wait" });
        },
      });
      const bot = await reef.newBot();
      const [a, b] = [await reef.newSession(bot, "a"), await reef.newSession(bot, "b")];
      await reef.settled((await reef.send(a, "go")).id);
      await reef.until(async () => {
        const { runningTurns, waitingTurns, queuedMessages } = await reef.store.read.totals();
        return runningTurns + waitingTurns + queuedMessages === 0;
      });
      const told = [...(await reef.entries(a.id)), ...(await reef.entries(b.id))].filter(
        (entry) => entry.tool?.isError,
      );
      expect(told.map(({ text }) => text)).toEqual([expect.stringContaining("is itself waiting for this session")]);
    });

    it("a call that would wait in a circle is told so, and the others of its answer wait on", async () => {
      await using reef = await startHarness(open, {
        script: async function* ({ session, entries }) {
          const results = entries.filter((entry) => entry.kind === "tool_result").length;
          const wait = (messageId: string) => ({
            name: "session_wait",
            input: { for: messageId },
            callId: `wait-${messageId}`,
          });
          if (session.title === "c") {
            await reef.until(async () => (await reef.entries(b.id)).some(({ tool }) => tool?.isError === true));
            return yield answer("from c");
          }
          const others = session.title === "a" ? ["b"] : ["c", "a"];
          if (results < others.length) {
            const send = (to: string) => ({ name: "session_send", input: { to, text: "hi" }, callId: `send-${to}` });
            return yield answer("", ...others.map(send));
          }
          if (results > others.length) return yield answer("end");
          if (session.title === "b") {
            await reef.until(async () => (await reef.store.read.session(a.id))?.status === "waiting");
          }
          yield answer("", ...others.map(wait));
        },
      });
      const bot = await reef.newBot();
      const [a, b] = [await reef.newSession(bot, "a"), await reef.newSession(bot, "b")];
      await reef.newSession(bot, "c");
      await reef.settled((await reef.send(a, "go")).id);
      const results = (await reef.entries(b.id)).filter(({ kind }) => kind === "tool_result");
      const byCall = Object.fromEntries(results.map(({ tool, text }) => [tool?.callId, text]));
      expect(byCall["wait-a"]).toContain("is itself waiting for this session");
      expect(byCall["wait-c"]).toContain("from c");
    });

    it("session_wait ends at its time-out and says what is open", async () => {
      await using reef = await startHarness(open, {
        script: async function* ({ session, entries }) {
          if (session.parentId !== null) await new Promise(() => undefined);
          const results = entries.filter((entry) => entry.kind === "tool_result");
          if (results.length === 2) return yield answer("gave up");
          yield results.length === 1
            ? answer("", { name: "session_wait", input: { timeoutSeconds: 30 }, callId: "wait" })
            : answer("", spawn("work"));
        },
      });
      const parent = await reef.newSession();
      const message = await reef.send(parent, "go");
      await reef.until(async () => (await reef.store.read.session(parent.id))?.status === "waiting");
      reef.clock.advance(30_000);
      await reef.settled(message.id);
      const result = (await reef.entries(parent.id)).findLast((entry) => entry.kind === "tool_result");
      expect(result?.text).toContain("not settled yet");
    });

    it("SU5, TU6: cancel stops the whole tree and the parent gets no result to start on", async () => {
      await using reef = await startHarness(open, {
        script: async function* ({ session, entries }) {
          if (session.depth === 2 || (session.depth === 0 && entries.length > 4)) await new Promise(() => undefined);
          if (entries.some((entry) => entry.kind === "tool_result")) await new Promise(() => undefined);
          yield answer("", spawn("work"));
        },
      });
      const parent = await reef.newSession();
      await reef.send(parent, "go");
      await reef.until(async () => (await reef.store.read.totals()).runningTurns === 3);
      const report = await cancelSession(reef.deps, parent.id, { by: "person" });
      expect(report.cancelled.length).toBe(3);
      expect(report.notStopped).toEqual([]);
      const totals = await reef.store.read.totals();
      expect([totals.runningTurns, totals.waitingTurns, totals.queuedMessages]).toEqual([0, 0, 0]);
    });

    it("deleting a session leaves the sessions it spawned, each as a root of its own", async () => {
      await using reef = await startHarness(open, { script: spawnOnce });
      const parent = await reef.newSession();
      await reef.settled((await reef.send(parent, "go")).id);
      await deleteSession(reef.deps, parent.id);
      const [child, ...others] = (await reef.store.read.sessions({}, { limit: 10, cursor: null })).items;
      expect(others).toEqual([]);
      expect(child).toMatchObject({ parentId: null, rootId: child?.id, depth: 0, title: "work" });
      await expect(deleteSession(reef.deps, parent.id)).rejects.toMatchObject({ code: "not_found" });
    });
  });

  describe("asks", () => {
    it("AS1, AS2: an ask waits without a lane, survives the worker, is answered once, and resumes the step that asked", async () => {
      await using reef = await startHarness(open, {
        settings: { maxTurns: 1 },
        script: askOnce(["red", "blue"], false),
      });
      const session = await reef.newSession();
      const message = await reef.send(session, "paint it");
      const ask = await openAsk(reef);
      expect((await reef.store.read.session(session.id))?.status).toBe("needs_you");
      const other = await reef.newSession();
      expect((await reef.store.read.totals()).runningTurns).toBe(0);
      await expect(answerAsk(reef.deps, ask.id, { answer: "green" })).rejects.toMatchObject({
        code: "invalid_request",
      });
      reef.clock.advance(360_000);
      expect((await answerAsk(reef.deps, ask.id, { answer: "BLUE" })).answer).toBe("blue");
      await expect(answerAsk(reef.deps, ask.id, { answer: "red" })).rejects.toMatchObject({ code: "conflict" });
      expect((await reef.settled(message.id)).state).toBe("answered");
      const entries = await reef.entries(session.id);
      expect(entries.map((entry) => entry.kind)).toEqual(["person", "tool_call", "tool_result", "bot"]);
      expect(entries[2]?.text).toBe("The person answered: blue");
      expect(entries[2]?.tool?.durationMs).toBe(360_000);
      expect((await reef.entries(other.id)).length).toBe(0);
    });

    it("AS1: two asks of one step are both waited for, and cancelling the turn cancels them", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries }) =>
          entries.some((entry) => entry.kind === "tool_result")
            ? "thanks"
            : [
                answer(
                  "",
                  { name: "ask_person", input: { question: "one?" }, callId: "a" },
                  { name: "ask_person", input: { question: "two?" }, callId: "b" },
                ),
              ],
      });
      const session = await reef.newSession();
      const message = await reef.send(session, "go");
      const asks = await reef.until(async () => {
        const { items } = await reef.store.read.asks({ state: "open" }, { limit: 5, cursor: null });
        return items.length === 2 ? items : null;
      });
      const [first, second] = asks;
      if (first === undefined || second === undefined) throw new Error("expected two asks");
      await answerAsk(reef.deps, first.id, { answer: "yes" });
      expect((await reef.store.read.session(session.id))?.turnId).not.toBeNull();
      expect((await reef.entries(session.id)).filter((entry) => entry.kind === "tool_result")).toEqual([]);
      await answerAsk(reef.deps, second.id, { answer: "no" });
      expect((await reef.settled(message.id)).state).toBe("answered");

      const next = await reef.newSession();
      const stopped = await reef.send(next, "go");
      const ask = await openAsk(reef);
      const report = await cancelSession(reef.deps, next.id, { by: "person" });
      expect(report.cancelled).toEqual([next.id]);
      expect((await reef.settled(stopped.id)).state).toBe("cancelled");
      expect((await reef.store.read.ask(ask.id))?.state).toBe("cancelled");
      await expect(answerAsk(reef.deps, ask.id, { answer: "late" })).rejects.toMatchObject({ code: "conflict" });
    });
  });
}

function spawnOnce({ session, entries }: Parameters<Parameters<typeof startHarness>[1]["script"]>[0]) {
  return session.parentId !== null || entries.length > 1 ? "ok" : [answer("", spawn("work"))];
}

function askOnce(options: readonly string[], freeText: boolean): Parameters<typeof startHarness>[1]["script"] {
  return ({ entries }) =>
    entries.some((entry) => entry.kind === "tool_result")
      ? "as you say"
      : [answer("", { name: "ask_person", input: { question: "which colour?", options, freeText } })];
}

async function openAsk(reef: Harness) {
  return reef.until(async () => (await reef.store.read.asks({ state: "open" }, { limit: 5, cursor: null })).items[0]);
}
