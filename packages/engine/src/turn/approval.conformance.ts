/** Tests remembered approvals (TO1), calls whose outcome a person settles (TU3), and deadlines of asks (AS1). */
import type { Ask } from "@reef/protocol/ask";
import { msToIso } from "@reef/protocol/time";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { answerAsk } from "../ask/answer.ts";
import { createApprovalRule, deleteApprovalRule } from "../ask/approvals.ts";
import { settleDue } from "../ask/held-answers.ts";
import { createGate, type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { answer, type Script } from "../testing/scripted-runtime.ts";
import { defineTool, type Tool } from "../tool/tool.ts";

interface Acting {
  readonly asks?: boolean;
  readonly afterCrash?: "replay" | "ask" | "skip";
  readonly run?: (what: string, signal: AbortSignal) => Promise<string>;
}

function acting({ asks = true, afterCrash = "ask", run = async (what) => `did ${what}` }: Acting = {}): {
  readonly tool: Tool;
  readonly runs: string[];
} {
  const runs: string[] = [];
  const tool = defineTool({
    name: "act",
    description: "Acts.",
    input: z.strictObject({ what: z.string() }),
    effects: { kind: "outside", afterCrash },
    changes: "lasting",
    words: "others",
    tells: "nobody",
    folds: false,
    ...(asks && { asksFirst: ({ what }: { readonly what: string }) => `act ${what}` }),
    async run({ signal }, { what }) {
      runs.push(what);
      return { type: "result", text: await run(what, signal) };
    },
  });
  return { tool, runs };
}

/** Calls the tool with what the person said, then ends. */
const obeying: Script = ({ entries }) => {
  const last = entries.at(-1);
  if (last?.kind !== "person") return `ended: ${last?.text}`;
  const [name = "act", what = ""] = last.text.split(" ");
  const input = name === "session_spawn" ? { task: what } : { what };
  return [answer("", { name, input })];
};

async function asksIn(reef: Harness): Promise<readonly Ask[]> {
  return (await reef.store.read.asks({ state: "open" }, { limit: 10, cursor: null })).items;
}

async function nextAsk(reef: Harness): Promise<Ask> {
  const ask = await reef.until(async () => (await asksIn(reef))[0]);
  await reef.until(async () => reef.worker.runningTurns() === 0);
  return ask;
}

export function describeApprovals(open: OpenStore): void {
  describe("approvals", () => {
    it("TO1, AS2: a question that a rule lets a person approve first is asked after that, and its answer is the result", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries }) => {
          const last = entries.at(-1);
          if (last?.kind !== "person") return `ended: ${last?.text}`;
          return [answer("", { name: "ask_person", input: { question: "Which color?" } })];
        },
      });
      const bot = await reef.newBot();
      await createApprovalRule(reef.deps, { botId: bot.id, tool: "ask_person", decision: "ask" });
      const session = await reef.newSession(bot);
      const { id } = await reef.send(session, "paint");
      const approval = await nextAsk(reef);
      expect(approval.kind).toBe("approval");
      await answerAsk(reef.deps, approval.id, { choice: "Allow once" });
      const question = await reef.until(async () => (await asksIn(reef)).find(({ kind }) => kind === "question"));
      expect(question.question).toBe("Which color?");
      await answerAsk(reef.deps, question.id, { text: "blue" });
      await reef.settled(id);
      expect((await reef.entries(session.id)).at(-1)?.text).toBe("ended: The person answered: blue");
    });

    it("TO1: “always with these arguments” and “always for this bot” are remembered, listed, and asked again once revoked", async () => {
      const { tool, runs } = acting();
      await using reef = await startHarness(open, { tools: [tool], script: obeying });
      const bot = await reef.newBot();
      const session = await reef.newSession(bot);
      const say = async (text: string) => reef.settled((await reef.send(session, text)).id);

      const first = await reef.send(session, "act a*b");
      const ask = await nextAsk(reef);
      expect(ask).toMatchObject({
        kind: "approval",
        options: ["Allow once", "Always allow for this bot", "Always allow with these arguments", "Don’t allow"],
        call: { tool: "act", input: { what: "a*b" }, isCut: false },
      });
      await answerAsk(reef.deps, ask.id, { choice: "Always allow with these arguments" });
      await reef.settled(first.id);
      await say("act a*b");
      expect(runs).toEqual(["a*b", "a*b"]);

      const second = await reef.send(session, "act axb");
      await answerAsk(reef.deps, (await nextAsk(reef)).id, { choice: "Always allow for this bot" });
      await reef.settled(second.id);
      await say("act other");
      expect(runs).toEqual(["a*b", "a*b", "axb", "other"]);

      const rules = await reef.store.read.approvalRules();
      expect(rules).toMatchObject([
        { botId: bot.id, tool: "act", arguments: '{"what":"a\\*b"}', decision: "allow", askId: ask.id },
        { botId: bot.id, tool: "act", arguments: null, decision: "allow" },
      ]);
      for (const { id } of rules) await deleteApprovalRule(reef.deps, id);
      await expect(deleteApprovalRule(reef.deps, rules[0]!.id)).rejects.toMatchObject({ code: "not_found" });
      const last = await reef.send(session, "act a*b");
      await answerAsk(reef.deps, (await nextAsk(reef)).id, { choice: "Don’t allow" });
      await reef.settled(last.id);
      expect(runs).toHaveLength(4);

      const stranger = await reef.newSession(await reef.newBot({ name: "other" }));
      await reef.send(stranger, "act a*b");
      expect((await nextAsk(reef)).sessionId).toBe(stranger.id);
    });

    it("TO1: a rule can ask first or deny for any tool, also Reef's own; a person is offered what will help", async () => {
      const { tool, runs } = acting({ asks: false });
      await using reef = await startHarness(open, { tools: [tool], script: obeying });
      const session = await reef.newSession();
      await createApprovalRule(reef.deps, { tool: "session_*", decision: "ask" });
      await createApprovalRule(reef.deps, { tool: "act", arguments: { what: "rm*" }, decision: "deny" });
      await createApprovalRule(reef.deps, {
        botId: session.botId,
        tool: "act",
        arguments: { what: "careful*" },
        decision: "ask",
      });
      await reef.settled((await reef.send(session, "act ls")).id);
      await reef.settled((await reef.send(session, "act rm-all")).id);
      expect(runs).toEqual(["ls"]);
      expect((await reef.entries(session.id)).findLast(({ kind }) => kind === "tool_result")?.text).toContain("a rule");

      await reef.send(session, "act carefully");
      const careful = await nextAsk(reef);
      // A rule for the whole tool would not decide: the one with arguments asks.
      expect(careful.options).toEqual(["Allow once", "Always allow with these arguments", "Don’t allow"]);
      await answerAsk(reef.deps, careful.id, { choice: "Allow once" });

      const spawning = await reef.send(session, "session_spawn work");
      const ask = await nextAsk(reef);
      expect(ask).toMatchObject({ kind: "approval", call: { tool: "session_spawn", input: { task: "work" } } });
      await answerAsk(reef.deps, ask.id, { choice: "Always allow for this bot" });
      await reef.settled(spawning.id);
      expect(await reef.store.read.tree(session.id)).toHaveLength(2);
      expect(runs).toEqual(["ls", "carefully"]);
    });

    it("TO1: a rule replaces the one with the same bot, tool and arguments, and goes with its bot", async () => {
      await using reef = await startHarness(open, { script: obeying });
      const bot = await reef.newBot();
      const of = { botId: bot.id, tool: "act", arguments: { b: 1, a: "x" } };
      await createApprovalRule(reef.deps, { ...of, decision: "allow" });
      const second = await createApprovalRule(reef.deps, { ...of, arguments: { a: "x", b: 1 }, decision: "deny" });
      const kept = await createApprovalRule(reef.deps, { tool: "act", decision: "ask" });
      expect(await reef.store.read.approvalRules()).toEqual([second, kept]);
      await reef.store.commit({ at: msToIso(reef.clock.now()), ops: [{ op: "bot.delete", id: bot.id }] });
      expect(await reef.store.read.approvalRules()).toEqual([kept]);
      await expect(createApprovalRule(reef.deps, { ...of, decision: "ask" })).rejects.toMatchObject({
        code: "not_found",
      });
    });
  });

  describe("unknown outcomes", () => {
    const answers = [
      { choice: "Run it again", runs: 2, said: "did it" },
      { choice: "It happened", runs: 1, said: "it happened; its result is not known" },
      { choice: "Skip it", runs: 1, said: "unknown" },
      { text: "sent as 42", runs: 1, said: "sent as 42" },
    ] as const;
    for (const { runs: expected, said, ...given } of answers) {
      it(`TU3: a call with the policy ask that a crash cut off waits for a person: ${Object.values(given)[0]}`, async () => {
        const gate = createGate();
        const crashing = acting({ asks: false, run: () => gate.opened.then(() => "never") });
        const after = acting({ asks: false, run: async () => "did it" });
        const runs = () => crashing.runs.length + after.runs.length;
        let isFirst = true;
        const tool: Tool = {
          ...crashing.tool,
          run: (run, input) => (isFirst ? crashing.tool.run(run, input) : after.tool.run(run, input)),
        };
        await using reef = await startHarness(open, { settings: { beatMs: 1e9 }, tools: [tool], script: obeying });
        const session = await reef.newSession();
        const message = await reef.send(session, "act it");
        await reef.until(async () => runs() === 1);
        isFirst = false;
        reef.clock.advance(15_001);
        reef.startWorker();
        const ask = await reef.until(async () => (await asksIn(reef))[0]);
        expect(ask).toMatchObject({
          kind: "unknown",
          options: ["Run it again", "It happened", "Skip it"],
          call: { tool: "act", input: { what: "it" } },
        });
        expect((await reef.store.read.turn(ask.turnId as never))?.crashReceipt).toMatchObject({
          unknown: [{ name: "act", settledBy: "ask" }],
        });
        expect(runs()).toBe(1);
        expect((await reef.store.read.session(session.id))?.status).toBe("needs_you");
        await answerAsk(reef.deps, ask.id, given);
        expect((await reef.settled(message.id)).state).toBe("answered");
        expect(runs()).toBe(expected);
        expect((await reef.entries(session.id)).findLast(({ kind }) => kind === "tool_result")?.text).toContain(said);
        gate.open();
      });
    }
  });

  it("TU3: a call that a clean stop of the server cut off is asked about as well, and asked once", async () => {
    const { tool, runs } = acting({ asks: false, run: () => new Promise<never>(() => undefined) });
    await using reef = await startHarness(open, { tools: [tool], script: obeying });
    const session = await reef.newSession();
    const message = await reef.send(session, "act it");
    await reef.until(async () => runs.length === 1);
    await reef.worker[Symbol.asyncDispose]();
    await reef.startWorker()[Symbol.asyncDispose]();
    reef.startWorker();
    const asks = await reef.until(async () => {
      const found = await asksIn(reef);
      return found.length > 0 && (await reef.store.read.session(session.id))?.status === "needs_you" && found;
    });
    expect(asks).toMatchObject([{ kind: "unknown", call: { tool: "act" } }]);
    await answerAsk(reef.deps, asks[0]!.id, { choice: "Skip it" });
    expect((await reef.settled(message.id)).state).toBe("answered");
    expect(runs).toEqual(["it"]);
  });

  describe("deadlines of asks", () => {
    const asking: Script = ({ entries }) => {
      const last = entries.at(-1);
      if (last?.kind !== "person") return `heard: ${last?.text}`;
      return [answer("", { name: "ask_person", input: JSON.parse(last.text) })];
    };

    it("AS1: a question with a deadline is answered with its default then, once, and never before", async () => {
      await using reef = await startHarness(open, { script: asking });
      const session = await reef.newSession();
      const question = { question: "red?", options: ["yes", "no"], deadlineMinutes: 10, default: "no" };
      const message = await reef.send(session, JSON.stringify(question));
      const ask = await nextAsk(reef);
      expect(ask).toMatchObject({ defaultAnswer: "no", deadlineAt: msToIso(reef.clock.now() + 600_000) });
      reef.clock.advance(599_000);
      await settleDue(reef.deps);
      expect((await reef.store.read.ask(ask.id))?.state).toBe("open");
      reef.startWorker();
      reef.clock.advance(1_000);
      await settleDue(reef.deps);
      expect((await reef.settled(message.id)).state).toBe("answered");
      expect((await reef.entries(session.id)).at(-1)?.text).toContain("Nobody answered before the deadline");
      await expect(answerAsk(reef.deps, ask.id, { choice: "yes" })).rejects.toMatchObject({ code: "conflict" });
      expect(await reef.store.read.asksByDeadline(10)).toEqual([]);
    });

    it("AS1: a person's answer counts more than the default, also while it can still be taken back", async () => {
      await using reef = await startHarness(open, { script: asking });
      const session = await reef.newSession();
      const question = { question: "red?", options: ["yes", "no"], deadlineMinutes: 1, default: "no" };
      const message = await reef.send(session, JSON.stringify(question));
      const ask = await nextAsk(reef);
      reef.clock.advance(58_000);
      await answerAsk(reef.deps, ask.id, { choice: "yes", graceMs: 5_000 });
      reef.clock.advance(3_000);
      await settleDue(reef.deps);
      expect((await reef.store.read.ask(ask.id))?.state).toBe("open");
      reef.clock.advance(5_000);
      await settleDue(reef.deps);
      await reef.settled(message.id);
      expect((await reef.entries(session.id)).at(-1)?.text).toContain("The person answered: yes");
    });
  });
}
