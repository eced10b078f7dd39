/**
 * Tests tools that bots call from outside the loop, over any store: each call is done once, bound to its session and
 * its turn.
 */
import type { Bot } from "@reef/protocol/bot";
import { GatewayId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { describe, expect, it } from "vitest";
import { answerAsk } from "../ask/answer.ts";
import { commitOps } from "../commit.ts";
import { cancelSession } from "../session/cancel.ts";
import { createGate, type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { answer, type Script } from "../testing/scripted-runtime.ts";
import type { CallRequest, CallResult } from "./outcome.ts";

type Given = Partial<Omit<CallRequest, "session" | "key">>;

/** Calls tools as the runtime of `session` does. */
function caller(reef: Harness, bot: Bot, session: CallRequest["session"]) {
  return (name: string, input: unknown, given: Given = {}): Promise<CallResult> => {
    const callId = given.callId ?? `${name}-1`;
    return reef.worker.callTool(
      bot,
      { session, name, input, callId, key: `key-${callId}`, waitMs: 60_000, hasHeardOthers: false, ...given },
      new AbortController().signal,
    );
  };
}

/** Bots named “elsewhere” do what `act` says while their turn runs; every other bot says “pong”. */
function elsewhere(act: (call: ReturnType<typeof caller>, session: Session) => Promise<string>): {
  readonly script: Script;
  use(reef: Harness): void;
} {
  let harness: Harness | null = null;
  return {
    script: async function* ({ bot, session, messages }) {
      if (bot.name !== "elsewhere" || harness === null || messages.some(({ from }) => from.kind !== "person")) {
        yield answer("pong");
        return;
      }
      yield { type: "note", remote: { runId: "run-1" } };
      yield answer(await act(caller(harness, bot, { sessionId: session.id }), session));
    },
    use: (reef) => {
      harness = reef;
    },
  };
}

async function newPair(reef: Harness) {
  const bot = await reef.newBot({ name: "elsewhere" });
  const session = await reef.newSession(bot, "home");
  const other = await reef.newSession(await reef.newBot({ name: "other" }), "away");
  return { bot, session, other };
}

/** Creates a bot for an agent that a gateway runs. */
async function newAgentBot(reef: Harness) {
  const gatewayId = GatewayId.parse("gtw_01940000-0000-7000-8000-000000000000");
  const token = { from: "env" as const, name: "TOKEN" };
  const gateway = { id: gatewayId, name: "one", url: "ws://127.0.0.1:1", token, enabled: true };
  await commitOps(reef.deps, { op: "gateway.put", gateway });
  const bot = await reef.newBot({ name: "dev", runtime: "openclaw", agent: { gatewayId, agentId: "main" } });
  return { bot, gatewayId };
}

export function describeCalls(open: OpenStore): void {
  describe("calls from outside the loop", () => {
    it("MB9: a session of another bot is as if it were not there", async () => {
      await using reef = await startHarness(open, { script: () => "ok" });
      const { bot, other } = await newPair(reef);
      const call = caller(reef, bot, { sessionId: other.id });
      await expect(call("session_list", {})).rejects.toMatchObject({ code: "not_found" });
    });

    it("MB9: a key names the session of the bot's own agent, one that is new when it does something", async () => {
      await using reef = await startHarness(open, { script: () => "ok" });
      const { bot, gatewayId } = await newAgentBot(reef);
      await reef.newSession(await reef.newBot({ name: "other" }), "away");
      const made = await reef.newSession(bot, "made here");
      await caller(reef, bot, { sessionKey: `agent:main:reef-${made.id.slice(4)}` })("session_spawn", { task: "a" });
      expect(await reef.store.read.openChildren(made.id)).toHaveLength(1);
      const key = "agent:main:main";
      await caller(reef, bot, { sessionId: made.id })("schedule_create", { text: "look again", inMinutes: 5 });
      for (const tool of ["session_list", "schedule_list"]) {
        const seen = await caller(reef, bot, { sessionKey: key })(tool, {});
        expect(seen.text, tool).toContain(made.id);
        // It reads from a lent session, and no session is marked as its own.
        expect(seen.text, tool).not.toContain("this session");
      }
      expect(await reef.store.read.sessionByMirror({ gatewayId, key })).toBeNull();
      expect((await caller(reef, bot, { sessionKey: key })("session_send", { to: "away", text: "hi" })).isError).toBe(
        false,
      );
      const mirror = await reef.store.read.sessionByMirror({ gatewayId, key });
      expect(mirror).toMatchObject({ botId: bot.id, mirrors: { gatewayId, key } });
      const foreign = caller(reef, bot, { sessionKey: "agent:boss:main" });
      await expect(foreign("session_send", { to: "away", text: "hi" })).rejects.toMatchObject({ code: "not_found" });
    });

    it("MB10: a look from a session that is not known joins no turn of the session lent to it", async () => {
      const gate = createGate();
      const script: Script = async function* () {
        await gate.opened;
        yield answer("done");
      };
      await using reef = await startHarness(open, { script });
      const { bot } = await newAgentBot(reef);
      const main = await reef.newSession(bot, "main");
      const sent = await reef.send(main, "work");
      await reef.until(async () => (await reef.store.read.session(main.id))?.status === "running");
      const seen = await caller(reef, bot, { sessionKey: "agent:main:other" })("session_list", {});
      expect(seen.text).toContain(main.id);
      gate.open();
      await reef.settled(sent.id);
      expect((await reef.entries(main.id)).map(({ kind }) => kind)).toEqual(["person", "bot"]);
    });

    it("MB10: a call of another program joins no turn that runs in its session", async () => {
      const gate = createGate();
      const script: Script = async function* () {
        yield { type: "note", remote: { runId: "run-1" } };
        await gate.opened;
        yield answer("done");
      };
      await using reef = await startHarness(open, { script });
      const { session, bot } = await newPair(reef);
      const sent = await reef.send(session, "work");
      await reef.until(async () => (await reef.store.read.session(session.id))?.status === "running");
      const call = caller(reef, bot, { sessionId: session.id });
      const planned = await call("schedule_create", { text: "look again", inMinutes: 5 }, { isApart: true });
      expect(planned.isError).toBe(false);
      gate.open();
      await reef.settled(sent.id);
      expect((await reef.entries(session.id)).map(({ kind }) => kind)).toEqual(["person", "bot"]);
    });

    it("MB2: a call that is repeated, at once or later, is done once and gives the same", async () => {
      await using reef = await startHarness(open, { script: () => "ok" });
      const { bot, session, other } = await newPair(reef);
      const call = caller(reef, bot, { sessionId: session.id });
      const send = () => call("session_spawn", { task: "look", bot: "other" });
      const [first, second] = await Promise.all([send(), send()]);
      expect(second).toEqual(first);
      expect(await send()).toEqual(first);
      expect(await reef.store.read.openChildren(session.id)).toHaveLength(1);
      expect(other.id).not.toBe(session.id);
    });

    it("MB10: in a turn it goes along the turn's chain; without one it begins a chain", async () => {
      const acts = elsewhere(async (call) => (await call("session_send", { to: "away", text: "ping" })).text);
      await using reef = await startHarness(open, { script: acts.script });
      acts.use(reef);
      const { bot, session, other } = await newPair(reef);
      const asked = await reef.settled((await reef.send(session, "go")).id);
      const [inTurn] = (await reef.store.read.messages({ sessionId: other.id }, { limit: 9, cursor: null })).items;
      expect(inTurn).toMatchObject({ chainId: asked.chainId, hops: 1, from: { sessionId: session.id } });
      // The reply begins a turn of the same chain.
      await reef.until(async () => {
        const { items } = await reef.store.read.messages({ sessionId: session.id }, { limit: 9, cursor: null });
        const isIdle = (await reef.store.read.session(session.id))?.status === "idle";
        return isIdle && items.length === 2 && items.every(({ state }) => ["acted", "answered"].includes(state));
      });
      await caller(reef, bot, { sessionId: session.id })(
        "session_send",
        { to: "away", text: "again" },
        { callId: "2" },
      );
      const [alone] = (await reef.store.read.messages({ sessionId: other.id }, { limit: 9, cursor: null })).items;
      expect(alone?.chainId).not.toBe(asked.chainId);
      expect(alone).toMatchObject({ text: "again", hops: 1 });
    });

    it("MB5, TU1: in a turn the call and its result stand in the transcript, told again by the runtime or not", async () => {
      const acts = elsewhere(async (call) => (await call("session_list", {}, { callId: "c-1" })).text);
      const script: Script = async function* (context, n) {
        for await (const step of acts.script(context, n) as AsyncIterable<never>) {
          const told = { callId: "c-1", name: "session_list", input: {}, text: "", isError: false, durationMs: 1 };
          if ((step as { type: string }).type === "answer") yield { type: "tool", ...told };
          yield step;
        }
      };
      await using reef = await startHarness(open, { script });
      acts.use(reef);
      const { session } = await newPair(reef);
      await reef.settled((await reef.send(session, "go")).id);
      const entries = await reef.entries(session.id);
      expect(entries.map(({ kind }) => kind)).toEqual(["person", "tool_call", "tool_result", "bot"]);
      expect(entries[2]?.tool).toMatchObject({ callId: "c-1", name: "session_list", isError: false });
    });

    it("SU2: what the limits refuse is a result of the call, and stays it", async () => {
      const settings = { spawnLimits: { maxDepth: 3, maxChildren: 1, maxTree: 32 } };
      const gate = createGate();
      const script: Script = async function* () {
        await gate.opened;
        yield answer("done");
      };
      await using reef = await startHarness(open, { script, settings });
      const { bot, session } = await newPair(reef);
      const call = caller(reef, bot, { sessionId: session.id });
      expect((await call("session_spawn", { task: "a" }, { callId: "1" })).isError).toBe(false);
      const refused = await call("session_spawn", { task: "b" }, { callId: "2" });
      expect(refused).toMatchObject({ isError: true, text: expect.stringMatching(/^refused/) });
      expect(await call("session_spawn", { task: "b" }, { callId: "2" })).toEqual(refused);
      gate.open();
    });

    it("MB4: a wait in a turn gives the words of the reply, which is handled once", async () => {
      const acts = elsewhere(async (call) => {
        await call("session_send", { to: "away", text: "ping" });
        return (await call("session_wait", { for: "away" })).text;
      });
      await using reef = await startHarness(open, { script: acts.script });
      acts.use(reef);
      const { session } = await newPair(reef);
      await reef.settled((await reef.send(session, "go")).id);
      const entries = await reef.entries(session.id);
      expect(entries.at(-1)?.text).toMatch(/<message from="other"[^>]*>\npong\n<\/message k="\w+">/);
      const { items } = await reef.store.read.messages({ sessionId: session.id }, { limit: 9, cursor: null });
      expect(items.map(({ text, state, turnId }) => [text, state, turnId])).toEqual([
        ["pong", "answered", entries[0]?.turnId],
        ["go", "answered", entries[0]?.turnId],
      ]);
    });

    it("MB6: what is not waited for is answered by a message; a reply asks for no further one", async () => {
      await using reef = await startHarness(open, { script: () => "pong" });
      const { bot, session, other } = await newPair(reef);
      const call = caller(reef, bot, { sessionId: session.id });
      await call("session_send", { to: "away", text: "ping" });
      const reply = await reef.until(async () => {
        const { items } = await reef.store.read.messages({ sessionId: session.id }, { limit: 9, cursor: null });
        return items.find(({ text, state }) => text === "pong" && state === "answered");
      });
      expect(reply).toMatchObject({ purpose: "text", hops: 2, from: { sessionId: other.id } });
      const { items } = await reef.store.read.messages({ sessionId: other.id }, { limit: 9, cursor: null });
      expect(items).toMatchObject([{ text: "ping", purpose: "request", answeredBy: reply.id }]);
    });

    it("MB7: a request whose turn is stopped tells the one who asked", async () => {
      const gate = createGate();
      const script: Script = async function* ({ bot }) {
        if (bot.name === "other") await gate.opened;
        yield answer("pong");
      };
      await using reef = await startHarness(open, { script });
      const { bot, session, other } = await newPair(reef);
      await caller(reef, bot, { sessionId: session.id })("session_send", { to: "away", text: "ping" });
      await reef.until(async () => (await reef.store.read.session(other.id))?.status === "running");
      const cancelling = cancelSession(reef.deps, other.id, { by: "person" });
      await reef.until(async () => (await reef.store.read.session(other.id))?.turnId === null);
      reef.clock.advance(5_000);
      await cancelling;
      const told = await reef.until(async () =>
        (await reef.entries(session.id)).find(({ text }) => text.includes("could not be handled")),
      );
      expect(told.text).toContain("its turn was stopped");
      gate.open();
    });

    it("TU6: a call that waits ends with its turn", async () => {
      const results: CallResult[] = [];
      const acts = elsewhere(async (call) => {
        results.push(await call("ask_person", { question: "May I?" }));
        return "done";
      });
      await using reef = await startHarness(open, { script: acts.script });
      acts.use(reef);
      const { session } = await newPair(reef);
      await reef.send(session, "go");
      await reef.until(async () => (await reef.store.read.session(session.id))?.openAsks === 1);
      const cancelling = cancelSession(reef.deps, session.id, { by: "person" });
      await reef.until(async () => results.length === 1);
      reef.clock.advance(5_000);
      await cancelling;
      expect(results).toEqual([{ text: "the turn was stopped", isError: true }]);
      await reef.until(async () => (await reef.store.read.session(session.id))?.openAsks === 0);
    });

    it("AS2: an answer that comes while the call waits is its result", async () => {
      const acts = elsewhere(async (call) => (await call("ask_person", { question: "May I?" })).text);
      await using reef = await startHarness(open, { script: acts.script });
      acts.use(reef);
      const { session } = await newPair(reef);
      const sent = await reef.send(session, "go");
      await answerAsk(reef.deps, await openAskOf(reef, session), { answer: "yes" });
      await reef.settled(sent.id);
      const { items } = await reef.store.read.messages({ sessionId: session.id }, { limit: 9, cursor: null });
      expect(items).toHaveLength(1);
      expect((await reef.entries(session.id)).at(-1)?.text).toBe("The person answered: yes");
    });

    it("AS1: an answer that comes after the call, and after its turn, comes as a message", async () => {
      const acts = elsewhere(
        async (call) => (await call("ask_person", { question: "May I?" }, { waitMs: 2_000 })).text,
      );
      await using reef = await startHarness(open, { script: acts.script });
      acts.use(reef);
      const { session } = await newPair(reef);
      const sent = await reef.send(session, "go");
      const ask = await openAskOf(reef, session);
      await reef.until(async () => {
        reef.clock.advance(500);
        return (await reef.store.read.message(sent.id))?.state === "answered";
      });
      expect(await reef.store.read.ask(ask)).toMatchObject({ state: "open", turnId: null });
      await answerAsk(reef.deps, ask, { answer: "yes" });
      const { items } = await reef.store.read.messages({ sessionId: session.id }, { limit: 9, cursor: null });
      expect(items[0]).toMatchObject({ from: { kind: "person" }, text: "> May I?\n\nyes" });
      await expect(answerAsk(reef.deps, ask, { answer: "no" })).rejects.toMatchObject({ code: "conflict" });
    });

    it("AS1: without a turn the question is asked and its answer comes as a message", async () => {
      await using reef = await startHarness(open, { script: () => "pong" });
      const { bot, session } = await newPair(reef);
      const asked = await caller(reef, bot, { sessionId: session.id })("ask_person", { question: "May I?" });
      expect(asked.text).toContain("arrive in this session as a message");
      await answerAsk(reef.deps, await openAskOf(reef, session), { answer: "yes" });
      await reef.until(async () => (await reef.entries(session.id)).at(-1)?.text === "pong");
      expect((await reef.entries(session.id))[0]).toMatchObject({ kind: "person", text: "> May I?\n\nyes" });
    });

    it("SU3: what it reports within a turn is the turn's result", async () => {
      let reports: Harness | null = null;
      const script: Script = async function* ({ bot, session, messages }) {
        if (session.parentId !== null && reports !== null && messages.some(({ purpose }) => purpose === "task")) {
          await caller(reports, bot, { sessionId: session.id })("report_result", { text: "42" });
        }
        yield answer("chatter");
      };
      await using reef = await startHarness(open, { script });
      reports = reef;
      const { bot, session } = await newPair(reef);
      await caller(reef, bot, { sessionId: session.id })("session_spawn", { task: "how many?" });
      const result = await reef.until(async () =>
        (await reef.store.read.messages({ sessionId: session.id }, { limit: 9, cursor: null })).items.find(
          ({ purpose }) => purpose === "result",
        ),
      );
      expect(result.text).toBe("42");
    });
  });
}

async function openAskOf(reef: Harness, session: Session) {
  const ask = await reef.until(async () => {
    const { items } = await reef.store.read.asks({ sessionId: session.id, state: "open" }, { limit: 1, cursor: null });
    return items[0];
  });
  return ask.id;
}
