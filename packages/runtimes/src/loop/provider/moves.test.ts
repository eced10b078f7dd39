/**
 * Tests one session that moves from provider to provider in the middle of its conversation, with tools, through the
 * engine. Every provider is a strict double, so a history that another one wrote has to be converted for it.
 */
import { defaultSettings } from "@reef/engine/deps";
import { type Engine, startEngine } from "@reef/engine/engine";
import { sendMessage } from "@reef/engine/mailbox/send";
import { openModelStore } from "@reef/engine/model/store";
import { changeBot, createBot } from "@reef/engine/registry/bots";
import { createSession } from "@reef/engine/session/sessions";
import type { Entry } from "@reef/protocol/entry";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dialects } from "../../testing/dialects/all.ts";
import { type Dialect, dialectKey } from "../../testing/dialects/dialect.ts";
import {
  type DialectServer,
  type Question,
  type Reply,
  startDialectServer,
} from "../../testing/dialects/dialect-server.ts";
import { createLoopRuntime } from "../loop-runtime.ts";
import { fixedModels } from "../settings.ts";
import { expectTaken, wallClock } from "./conformance/bench.conformance.ts";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const nameOf = ({ name }: Dialect) => name.replaceAll(" ", "-");

interface Home extends AsyncDisposable {
  readonly engine: Engine;
  readonly store: ReturnType<typeof openModelStore>;
  readonly servers: ReadonlyMap<Dialect, DialectServer>;
}

/** Thinks and calls two tools, then one, then answers. */
function script({ results, lastUser }: Question): Reply {
  const call = { name: "session_list", input: {} };
  if (results.length === 0) return { reasoning: `I weigh: ${lastUser}`, text: "Let me look.", calls: [call, call] };
  if (results.length === 2) return { reasoning: "Once more.", calls: [{ ...call, input: { query: "harbour" } }] };
  return { reasoning: "Enough.", text: `answer to: ${lastUser}` };
}

async function startHome(): Promise<Home> {
  const servers = new Map<Dialect, DialectServer>();
  for (const dialect of dialects) servers.set(dialect, await startDialectServer(dialect, { script }));
  const providers = Object.fromEntries(
    [...servers].map(([dialect, { baseUrl }]) => [
      nameOf(dialect),
      { kind: dialect.kind, baseUrl, apiKey: dialectKey },
    ]),
  );
  const models = fixedModels({ defaultProvider: "openai", defaultModel: "gpt-5.1", providers });
  const store = openModelStore({ clock: wallClock });
  const loop = createLoopRuntime({ models, clock: wallClock, log, times: { pauseMs: 5 } });
  const engine = startEngine({
    store,
    clock: wallClock,
    runtimes: new Map([["loop", loop]]),
    settings: defaultSettings,
    log,
    live: { publish: () => undefined },
  });
  return {
    engine,
    store,
    servers,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      for (const server of servers.values()) await server[Symbol.asyncDispose]();
    },
  };
}

/** Sends one message to a bot on each of these in turn; returns the whole transcript. */
async function travel({ engine, store, servers }: Home, route: readonly Dialect[]): Promise<readonly Entry[]> {
  const { deps } = engine;
  const bot = await createBot(deps, { name: `traveller ${crypto.randomUUID()}`, runtime: "loop" });
  const session = await createSession(deps, { botId: bot.id, title: "journey" });
  for (const [n, dialect] of route.entries()) {
    await changeBot(deps, bot.id, { model: `${nameOf(dialect)}/${dialect.model}` });
    const { message } = await sendMessage(deps, session.id, { message: { text: `stop ${n}` }, idempotencyKey: null });
    const states = ["answered", "dead", "cancelled"];
    await expect.poll(async () => states.includes((await store.read.message(message.id))?.state ?? "")).toBe(true);
    const { state, reason } = (await store.read.message(message.id)) ?? {};
    const refusals = servers.get(dialect)?.refusals() ?? [];
    const way = route
      .slice(0, n + 1)
      .map(nameOf)
      .join(" → ");
    expect({ way, state, reason, refusals: state === "answered" ? [] : refusals }).toEqual({
      way,
      state: "answered",
      reason: null,
      refusals: [],
    });
  }
  return await store.read.entries(session.id, { limit: 1_000 });
}

function expectWhole(entries: readonly Entry[], stops: number): void {
  const ofKind = (kind: Entry["kind"]) => entries.filter((entry) => entry.kind === kind);
  expect(ofKind("person").map(({ text }) => text)).toEqual(Array.from({ length: stops }, (_, n) => `stop ${n}`));
  const answers = ofKind("bot").flatMap(({ text }) => (text.startsWith("answer to: ") ? [text] : []));
  expect(answers).toEqual(Array.from({ length: stops }, (_, n) => `answer to: stop ${n}`));
  expect(ofKind("tool_call").length).toBe(3 * stops);
  expect(
    ofKind("tool_result")
      .map(({ tool }) => tool?.callId)
      .toSorted(),
  ).toEqual(
    ofKind("tool_call")
      .map(({ tool }) => tool?.callId)
      .toSorted(),
  );
  expect(ofKind("notice").filter(({ notice }) => notice?.type === "failed")).toEqual([]);
  // One model's thoughts never become words of the conversation.
  expect(ofKind("bot").filter(({ text }) => text.includes("I weigh:"))).toEqual([]);
}

let home: Home;
beforeAll(async () => {
  home = await startHome();
});
afterAll(() => home[Symbol.asyncDispose]());

const named = (name: string) => {
  const found = dialects.find((dialect) => dialect.name === name);
  if (found === undefined) throw new Error(`no dialect ${name}`);
  return found;
};

test("PR1: one session goes through OpenAI, Anthropic, Mistral, DeepSeek, llama.cpp and Gemini and back", async () => {
  const there = ["openai", "anthropic", "mistral", "deepseek", "llamacpp", "gemini"].map(named);
  const route = [...there, ...there.toReversed().slice(1)];
  expectWhole(await travel(home, route), route.length);
  for (const [dialect, server] of home.servers) expectTaken(server, dialect);
});

test("PR1: a session goes through all dialects in any order", { timeout: 120_000 }, async () => {
  const all = dialects.map(({ name }) => name);
  const orders = fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
  await fc.assert(
    fc.asyncProperty(orders, async (route) => {
      expectWhole(await travel(home, route.map(named)), route.length);
    }),
    { numRuns: 3, seed: 2_026, endOnFailure: true },
  );
});
