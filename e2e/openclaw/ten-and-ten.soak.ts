/**
 * Lets ten bots on a real OpenClaw and ten on Reef's own loop work in parallel: people write to all of them, the loop bots
 * write to the OpenClaw bots and spawn sub-agents there, while the gateway is killed three times and Reef three times.
 * Afterwards every message was acted on once, every receipt is whole, and both sides agree (MB1, MB5, MB6, SU3, TU2).
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "@reef/client/client";
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { Gateway } from "@reef/protocol/gateway";
import type { Message } from "@reef/protocol/message";
import type { Page } from "@reef/protocol/page";
import type { Session } from "@reef/protocol/session";
import { startRealGateway } from "@reef/runtimes/openclaw/testing/real-gateway";
import { call, type ModelRequest, type Script, say } from "@reef/runtimes/testing/model-script";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import { expect, test } from "vitest";
import { type ReefProcess, startReef } from "../support/reef-process.ts";

const teamSize = 10;
const rounds = 3;
const quietLimitMs = 1_200_000;

test("ten OpenClaw bots and ten loop bots survive three kills of each side with every message acted once", {
  timeout: 2_400_000,
}, async () => {
  await using model = await startModelServer({ keep: 1, script: cast });
  await using gateway = await startRealGateway({ config: configWith(model.url) });
  await using reef = await startReef({
    env: {
      REEF_MODEL_BASE_URL: `${model.url}/v1`,
      REEF_MODEL: "scripted",
      REEF_MODEL_API_KEY: "none",
      REEF_OPENCLAW_URL: gateway.url,
      REEF_OPENCLAW_TOKEN: gateway.token,
    },
  });
  const { client } = reef;
  const joined = await untilJoined(client);
  const there = await makeClaws(client, joined);
  const here = await makeLoops(client);

  const sends: Promise<Message["id"]>[] = [];
  const writeRound = (round: number): void => {
    for (const [n, session] of there.entries()) {
      sends.push(sendTask(client, session, { text: `Job ${round}-${n}: look at it.`, key: `there-${round}-${n}` }));
    }
    for (const [n, session] of here.entries()) {
      sends.push(sendTask(client, session, { text: `Plan ${round}-${n}: share it.`, key: `here-${round}-${n}` }));
    }
  };
  const kills: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    writeRound(round);
    await untilSomeRun(client, there);
    kills.push(`gateway, ${await runningOf(client, there)} of its turns running`);
    await gateway.kill();
    gateway.launch();
    await wait(1_000);
    await gateway.ready();
    await untilSomeRun(client, there);
    kills.push(`Reef, ${await runningOf(client, there)} of the gateway's turns running`);
    await reef.restart();
  }
  const sent = await Promise.all(sends);
  await untilQuiet(client);
  console.log(kills.map((line) => `killed: ${line}`).join("\n"));

  const messages = await everything((cursor) => client.messages({ limit: 1000, cursor }));
  expect(messages.filter(({ state }) => state !== "acted" && state !== "answered")).toEqual([]);
  for (const id of sent) expect(messages.some((message) => message.id === id)).toBe(true);
  const sessions = await everything((cursor) => client.sessions({ limit: 1000, cursor }));
  const bots = new Map(
    (await everything((cursor) => client.bots({ limit: 1000, cursor }))).map((bot) => [bot.id, bot]),
  );
  let compared = 0;
  for (const session of sessions) {
    const entries = await transcript(client, session);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
    const own = messages.filter(({ sessionId }) => sessionId === session.id);
    expectReceipts(own, entries);
    const bot = bots.get(session.botId);
    if (bot?.agent == null) continue;
    compared += 1;
    await expectAgreement(client, { session, bot, entries, own });
  }
  expect(compared).toBeGreaterThanOrEqual(teamSize * 2);
  expect(messages.filter(({ purpose }) => purpose === "result")).toHaveLength(teamSize * rounds);
});

/** Plays the bots of both sides, which are recognised by marks in their messages. */
function cast({ messages, tools }: ModelRequest): Script {
  const pace = { delayMs: 1_500, chunks: 10, gapMs: 150 };
  const at = messages.findLastIndex(({ role, text }) => role === "user" && marks.test(text));
  const [mark = "", kind, id] = marks.exec(messages[at]?.text ?? "") ?? [];
  if (kind !== "Plan") return say(mark === "" ? "Nothing to do." : `Done with ${mark}.`, pace);
  const results = messages.slice(at).filter(({ role }) => role === "tool").length;
  const n = Number(id?.split("-")[1]);
  if (!tools.includes("session_send") || results >= 3) return say(`Done with ${mark}.`, pace);
  if (results === 0) return call("session_send", { to: `claw ${n}`, text: `News ${id}: for you.` });
  if (results === 1) return call("session_spawn", { bot: `claw ${(n + 1) % teamSize}`, task: `Task ${id}: check it.` });
  return call("session_wait", {});
}

const marks = /\b(Job|Plan|News|Task) (\d+-\d+)(?=:)/;

/**
 * Expects both sides to agree about a session: each message is there once, unchanged, and was answered exactly once.
 */
async function expectAgreement(
  client: Client,
  {
    session,
    bot,
    entries,
    own,
  }: {
    readonly session: Session;
    readonly bot: Bot;
    readonly entries: readonly Entry[];
    readonly own: readonly Message[];
  },
): Promise<void> {
  const { gatewayId, agentId } = bot.agent ?? {};
  if (gatewayId === undefined) throw new Error("expected a bot of a gateway");
  const key = `agent:${agentId}:reef-${session.id.slice("ses_".length)}`;
  const rows = await client.gatewayEntries(gatewayId, key, { limit: 200 });
  const theirs = rows.items.filter(({ kind }) => kind === "bot").map(({ text }) => text.trim());
  const ours = entries.filter(({ kind }) => kind === "bot").map(({ text }) => text.trim());
  for (const { text } of own) {
    const [mark] = marks.exec(text) ?? [];
    const answer = `Done with ${mark}.`;
    expect([session.title, mark, "here", ours.filter((each) => each === answer).length]).toEqual([
      session.title,
      mark,
      "here",
      1,
    ]);
    expect([session.title, mark, "there", theirs.filter((each) => each === answer).length]).toEqual([
      session.title,
      mark,
      "there",
      1,
    ]);
  }
}

function expectReceipts(own: readonly Message[], entries: readonly Entry[]): void {
  for (const { id, receipts } of own) {
    expect(receipts.acceptedAt <= (receipts.deliveredAt ?? "")).toBe(true);
    expect((receipts.deliveredAt ?? "~") <= (receipts.actedAt ?? "")).toBe(true);
    expect(entries.filter(({ messageId }) => messageId === id)).toHaveLength(1);
  }
}

async function makeClaws(client: Client, gateway: Gateway): Promise<readonly Session[]> {
  const sessions: Session[] = [];
  for (let n = 0; n < teamSize; n += 1) {
    const agent = await client.createGatewayAgent(gateway.id, { name: `claw-${n}` });
    const bot = await client.createBot({
      name: `claw ${n}`,
      runtime: "openclaw",
      agent: { gatewayId: gateway.id, agentId: agent.agentId },
    });
    sessions.push(await client.createSession({ botId: bot.id, title: `claw ${n}` }));
  }
  return sessions;
}

async function makeLoops(client: Client): Promise<readonly Session[]> {
  return Promise.all(
    Array.from({ length: teamSize }, async (_, n) => {
      const bot = await client.createBot({ name: `loop ${n}`, runtime: "loop" });
      return client.createSession({ botId: bot.id, title: `loop ${n}` });
    }),
  );
}

/** Sends under one key until it is acknowledged: Reef may die before, during or after. */
async function sendTask(
  client: Client,
  session: Session,
  { text, key }: { readonly text: string; readonly key: string },
): Promise<Message["id"]> {
  for (;;) {
    try {
      return (await client.sendMessage(session.id, { text }, { idempotencyKey: key })).id;
    } catch {
      await wait(200);
    }
  }
}

async function untilJoined(client: Client): Promise<Gateway> {
  for (let n = 0; n < 600; n += 1) {
    const found = (await client.gateways()).items.find(({ state }) => state === "ready");
    if (found !== undefined) return found;
    await wait(200);
  }
  throw new Error("Reef did not join the gateway");
}

async function runningOf(client: Client, sessions: readonly Session[]): Promise<number> {
  const ids = new Set(sessions.map(({ id }) => id));
  const all = await everything((cursor) => client.sessions({ status: "running", limit: 1000, cursor }));
  return all.filter(({ id }) => ids.has(id)).length;
}

/** Waits long enough for the model to have been asked. */
async function untilSomeRun(client: Client, sessions: readonly Session[]): Promise<void> {
  for (let n = 0; n < 300 && (await runningOf(client, sessions)) < teamSize / 2; n += 1) await wait(200);
  await wait(4_000);
}

async function untilQuiet(client: Client): Promise<void> {
  const startedAt = performance.now();
  for (let calm = 0; calm < 5; ) {
    await wait(500);
    const { totals } = await client.status();
    calm = totals.runningTurns + totals.waitingTurns + totals.queuedMessages === 0 ? calm + 1 : 0;
    if (performance.now() - startedAt > quietLimitMs) throw new Error(`still at work: ${JSON.stringify(totals)}`);
  }
}

async function everything<Item>(page: (cursor: string | null) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = null; ; ) {
    const { items: more, next } = await page(cursor);
    items.push(...more);
    if (next === null) return items;
    cursor = next;
  }
}

async function transcript(client: ReefProcess["client"], session: Session): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const { items } = await client.entries(session.id, { after: entries.at(-1)?.seq ?? 0, limit: 1000 });
    if (items.length === 0) return entries;
    entries.push(...items);
  }
}

function configWith(modelUrl: string): Readonly<Record<string, unknown>> {
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const model = { id: "scripted", name: "scripted", reasoning: false, input: ["text"], cost };
  const provider = {
    baseUrl: `${modelUrl}/v1`,
    apiKey: "none",
    api: "openai-completions",
    models: [{ ...model, contextWindow: 200_000, maxTokens: 8_000 }],
  };
  const defaults = {
    model: { primary: "scripted/scripted" },
    skipBootstrap: true,
    heartbeat: { every: "0m" },
    maxConcurrent: 64,
  };
  return { models: { mode: "replace", providers: { scripted: provider } }, agents: { defaults } };
}
