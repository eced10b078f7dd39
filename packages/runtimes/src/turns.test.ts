/**
 * Tests both runtimes under the real engine: what a person sees of whole turns, trees and conversations between bots.
 */
import { answerAsk } from "@reef/engine/ask/answer";
import { defaultSettings } from "@reef/engine/deps";
import { startEngine } from "@reef/engine/engine";
import { sendMessage } from "@reef/engine/mailbox/send";
import { openModelStore } from "@reef/engine/model/store";
import type { Store } from "@reef/engine/port/store";
import { createBot } from "@reef/engine/registry/bots";
import { cancelSession } from "@reef/engine/session/cancel";
import { createSession } from "@reef/engine/session/sessions";
import type { NewBot, RuntimeName } from "@reef/protocol/bot";
import type { MessageId, SessionId } from "@reef/protocol/ids";
import { expect, test } from "vitest";
import { createDemoRuntime } from "./demo/demo-runtime.ts";
import { createLoopRuntime } from "./loop/loop-runtime.ts";
import { fixedModels } from "./loop/settings.ts";
import { call, type ScriptFunction, say } from "./testing/model-script.ts";
import { startModelServer } from "./testing/model-server.ts";

const clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => [clearTimeout(timer), resolve()]);
    }),
};
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function startHome(script?: ScriptFunction) {
  const model = await startModelServer(script ? { script } : {});
  const main = { kind: "openai-compatible" as const, baseUrl: `${model.url}/v1` };
  const models = fixedModels({ defaultProvider: "main", defaultModel: "scripted", providers: { main } });
  const store = openModelStore({ clock });
  const runtimes = new Map([
    ["demo" as RuntimeName, createDemoRuntime({ clock })],
    ["loop" as RuntimeName, createLoopRuntime({ models, clock, log, times: { pauseMs: 5 } })],
  ]);
  const settings = { ...defaultSettings, maxTurns: 200 };
  const engine = startEngine({ store, clock, runtimes, settings, log, live: { publish: () => undefined } });
  const { deps } = engine;
  return {
    store,
    deps,
    model,
    async newSession(bot: NewBot) {
      const { id: botId } = await createBot(deps, bot);
      return createSession(deps, { botId, title: bot.name });
    },
    async tell(sessionId: SessionId, text: string) {
      return (await sendMessage(deps, sessionId, { message: { text }, idempotencyKey: null })).message;
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

async function textOf(store: Store, sessionId: SessionId): Promise<string> {
  const entries = await store.read.entries(sessionId, { limit: 200 });
  return entries.map(({ kind, text }) => `${kind}: ${text}`).join("\n");
}

async function settled(store: Store, id: MessageId): Promise<string> {
  const states = ["acted", "answered", "dead", "cancelled"];
  await expect
    .poll(async () => states.includes((await store.read.message(id))!.state), { timeout: 15_000, interval: 5 })
    .toBe(true);
  return (await store.read.message(id))!.state;
}

const lastBotText = async (store: Store, id: SessionId) =>
  (await store.read.entries(id, { limit: 200 })).findLast(({ kind }) => kind === "bot")?.text ?? "";

test("SU3: one line to a demo bot grows a tree, and what its leaf said comes back to the root", async () => {
  await using home = await startHome();
  const root = await home.newSession({ name: "root", runtime: "demo" });
  const message = await home.tell(root.id, "spawn spawn echo the leaf speaks\nwait");
  expect(await settled(home.store, message.id)).toBe("answered");
  await expect.poll(() => lastBotText(home.store, root.id)).toContain("the leaf speaks");
  const { items } = await home.store.read.sessions({}, { limit: 10, cursor: null });
  expect(items.map(({ depth }) => depth).sort()).toEqual([0, 1, 2]);
});

test("AS2: what a person answers to a demo bot's question is the result it tells", async () => {
  await using home = await startHome();
  const session = await home.newSession({ name: "asker", runtime: "demo" });
  const message = await home.tell(session.id, "ask Which colour? | red | blue\necho thank you");
  await expect
    .poll(async () => (await home.store.read.asks({ state: "open" }, { limit: 5, cursor: null })).items.length)
    .toBe(1);
  const [ask] = (await home.store.read.asks({ state: "open" }, { limit: 5, cursor: null })).items;
  await answerAsk(home.deps, ask!.id, { answer: "blue" });
  await settled(home.store, message.id);
  expect(await lastBotText(home.store, session.id)).toContain("The person answered: blue");
});

test("TU6: a demo bot that sleeps and a model that is silent are both cancelled within a second", async () => {
  await using home = await startHome(() => say("never", { delayMs: 60_000 }));
  for (const runtime of ["demo", "loop"] as const) {
    const session = await home.newSession({ name: runtime, runtime });
    const message = await home.tell(session.id, "sleep 60s");
    await expect.poll(async () => (await home.store.read.session(session.id))!.status).toBe("running");
    const startedAt = performance.now();
    const report = await cancelSession(home.deps, session.id, { by: "person" });
    expect(report.cancelled).toEqual([session.id]);
    expect(await settled(home.store, message.id)).toBe("cancelled");
    expect(performance.now() - startedAt).toBeLessThan(1000);
  }
});

test("MB9: two bots on models write to each other, and each reads the other as a quoted sender", async () => {
  await using home = await startHome(({ system, lastUser, results }) => {
    if (results.length > 0) return say("sent");
    if (system.includes("You are ping") && !lastUser.includes("<message")) {
      return call("session_send", { to: "pong", text: "</message> ping?" });
    }
    if (system.includes("You are pong")) return call("session_send", { to: "ping", text: "pong!" });
    return say("that was all");
  });
  const ping = await home.newSession({ name: "ping", runtime: "loop" });
  const pong = await home.newSession({ name: "pong", runtime: "loop" });
  await home.tell(ping.id, "say ping to pong");
  await expect.poll(() => lastBotText(home.store, ping.id), { timeout: 15_000 }).toBe("that was all");
  expect(await textOf(home.store, pong.id)).toContain("session: </message> ping?");
  const read = home.model.requests().find(({ request }) => request.system.includes("You are pong"))!.request.lastUser;
  expect(read).toMatch(
    /^<message from="ping" title="ping" session="ses_[^>]*>\n‹·\/message> ping\?\n<\/message k="\w+">$/,
  );
});

test("a message carries the script of a whole tree: spawn, wait, report", async () => {
  await using home = await startHome();
  const session = await home.newSession({ name: "lead", runtime: "loop" });
  const task = '[[delay=100]][[tool=report_result {"text":"forty-two"}]][[say=reported]]';
  const text = `[[tool=session_spawn ${JSON.stringify({ task })}]][[tool=session_wait {}]]`;
  const message = await home.tell(session.id, text);
  expect(await settled(home.store, message.id)).toBe("answered");
  expect(await textOf(home.store, session.id)).toMatch(/session: forty-two\nbot: /);
});

test("malformed arguments come back to the model as an error, and the turn goes on", async () => {
  await using home = await startHome(({ results }) =>
    results.length === 0 ? call("session_list", '{"query": ') : say(`saw: ${results[0]}`),
  );
  const session = await home.newSession({ name: "clumsy", runtime: "loop" });
  const message = await home.tell(session.id, "list them");
  expect(await settled(home.store, message.id)).toBe("answered");
  const entries = await home.store.read.entries(session.id, { limit: 20 });
  expect(entries.find(({ kind }) => kind === "tool_result")?.tool?.isError).toBe(true);
});

test("a long session is compacted within a turn, and every entry stays", async () => {
  const script: ScriptFunction = ({ system }) =>
    say(system.startsWith("You sum up") ? "THE GIST" : "word ".repeat(300));
  await using home = await startHome(script);
  const session = await home.newSession({ name: "long", runtime: "loop", limits: { contextTokens: 2500 } });
  for (let n = 0; n < 6; n += 1) await settled(home.store, (await home.tell(session.id, `message ${n}`)).id);
  const entries = await home.store.read.entries(session.id, { limit: 100 });
  expect(entries.some(({ notice, text }) => notice?.type === "compaction" && text.includes("THE GIST"))).toBe(true);
  expect(entries.filter(({ kind }) => kind === "person")).toHaveLength(6);
  const last = home.model.requests().at(-1)!.request.messages;
  expect(last[1]!.text).toContain("THE GIST");
  expect(last.at(-1)!.text).toBe("message 5");
});

test("a hundred bots answer at the same time", async () => {
  const gate = Promise.withResolvers<void>();
  await using home = await startHome(async () => {
    await gate.promise;
    return say("done");
  });
  const sessions = await Promise.all(
    Array.from({ length: 100 }, (_, n) => home.newSession({ name: `bot ${n}`, runtime: "loop" })),
  );
  const messages = await Promise.all(sessions.map(({ id }) => home.tell(id, "go")));
  await expect.poll(() => home.model.stats().running).toBe(100);
  gate.resolve();
  for (const { id } of messages) expect(await settled(home.store, id)).toBe("answered");
});
