/**
 * Runs the same work through a real OpenClaw gateway alone and through Reef's own loop, and one turn of an OpenClaw bot
 * through Reef. Each figure of Reef appears beside OpenClaw's from the same run, on the same machine, with the same
 * scripted model.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { makeId } from "@reef/engine/ids";
import type { GatewayConnection } from "@reef/runtimes/openclaw/connection";
import { type OpenConnection, openConnection } from "@reef/runtimes/openclaw/gateway-connection";
import { type RealGateway, startRealGateway } from "@reef/runtimes/openclaw/testing/real-gateway";
import { call, type ModelRequest, type Script, type ScriptFunction, say } from "@reef/runtimes/testing/model-script";
import { type LoggedRequest, type ModelServer, startModelServer } from "@reef/runtimes/testing/model-server";
import { systemClock } from "../packages/server/src/clock.ts";
import { type Bench, makeSessions, nowMs, residentMb, startBench } from "./reef.ts";
import type { BenchReport, BenchRow } from "./report.ts";
import { percentile } from "./report.ts";

const turns = 20;
const warmUp = 3;
const handoffs = 5;
const slowMs = 5_000;
const listed = 1_000;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Figures {
  readonly readyMs: number;
  readonly idleMb: number;
  readonly peakMb: number;
  readonly addedMs: readonly number[];
  /** Wall seconds by the number of parallel turns. */
  readonly wallByCount: ReadonlyMap<number, number>;
  readonly handoffMs: readonly number[];
  readonly listMs: readonly number[];
}

/** `--quick`: only 10 parallel turns, and 100 sessions in the list. */
export async function benchOpenClaw(args: readonly string[]): Promise<BenchReport> {
  const isQuick = args.includes("--quick");
  const counts = isQuick ? [10] : [10, 50, 100];
  const inList = isQuick ? 100 : listed;
  const theirs = await measureOpenClaw(counts, inList);
  const ours = await measureReef(counts, inList);
  const beside = (row: Omit<BenchRow, "limit" | "limitName">, limit: number): BenchRow => ({
    ...row,
    limit,
    limitName: `OpenClaw ${theirs.version}`,
  });
  return {
    name: "openclaw",
    setup: `a scripted model on loopback; ${turns} turns one after another (0 ms model), then turns at once (${slowMs / 1000} s model); OpenClaw's defaults but maxConcurrent 128 and all tools offered`,
    rows: [
      beside({ what: "start to ready", value: ours.readyMs / 1000, unit: "s" }, theirs.readyMs / 1000),
      beside({ what: "resident memory, idle", value: ours.idleMb, unit: "MB" }, theirs.idleMb),
      beside({ what: "resident memory, most", value: ours.peakMb, unit: "MB" }, theirs.peakMb),
      beside(
        { what: "added to a turn, p50", value: percentile(ours.addedMs, 50), unit: "ms" },
        percentile(theirs.addedMs, 50),
      ),
      beside(
        { what: "added to a turn, p95", value: percentile(ours.addedMs, 95), unit: "ms" },
        percentile(theirs.addedMs, 95),
      ),
      ...counts.map((count) =>
        beside(
          { what: `${count} turns at once, wall`, value: ours.wallByCount.get(count) ?? Number.NaN, unit: "s" },
          theirs.wallByCount.get(count) ?? Number.NaN,
        ),
      ),
      beside(
        { what: "bot to bot, p50", value: percentile(ours.handoffMs, 50), unit: "ms" },
        percentile(theirs.handoffMs, 50),
      ),
      beside(
        { what: `list 100 of ${inList} sessions, p50`, value: percentile(ours.listMs, 50), unit: "ms" },
        percentile(theirs.listMs, 50),
      ),
      {
        what: "a turn of an OpenClaw bot through Reef, p50",
        value: percentile(theirs.throughReefMs, 50),
        unit: "ms",
        limit: percentile(theirs.addedMs, 50),
        limitName: "the same gateway alone",
      },
    ],
    notes: ["Both share two cores with the model and this bench: ratios say more than times."],
  };
}

async function measureOpenClaw(
  counts: readonly number[],
  inList: number,
): Promise<Figures & { readonly version: string; readonly throughReefMs: readonly number[] }> {
  const script: { use: ScriptFunction } = { use: quick };
  await using model = await startModelServer({ keep: 100_000, script: (request) => script.use(request) });
  const startedAt = nowMs();
  await using gateway = await startRealGateway({
    config: configWith(model.url),
  });
  const readyMs = nowMs() - startedAt;
  await using connection = connect(gateway);
  await connection.ready(AbortSignal.timeout(60_000));
  const memory = sampleMb(() => groupMb(gateway.pid ?? 0));
  await wait(5_000);
  const idleMb = memory.latest();

  const addedMs: number[] = [];
  for (let turn = 0; turn < turns + warmUp; turn += 1) {
    model.reset();
    const sentAt = nowMs();
    await runAgent(connection, { key: "agent:main:bench", text: `turn ${turn}` });
    if (turn >= warmUp) addedMs.push(nowMs() - sentAt - modelMs(model.requests()));
  }
  const handoffMs = await measureHandoffs(
    model,
    async (n) => {
      script.use = sendOn;
      await runAgent(connection, { key: "agent:main:from", text: `pass on ${n}.` });
    },
    connection,
  );
  script.use = slow;
  const wallByCount = new Map<number, number>();
  for (const count of counts) {
    const at = nowMs();
    const keys = Array.from({ length: count }, (_, n) => `agent:main:many-${n}`);
    await Promise.all(keys.map((key) => runAgent(connection, { key, text: `go ${count}` })));
    wallByCount.set(count, (nowMs() - at) / 1000);
  }
  script.use = quick;
  const throughReefMs = await measureThroughReef(gateway, model);
  await fillList(connection, inList);
  const listMs: number[] = [];
  for (let n = 0; n < 20; n += 1) {
    const at = nowMs();
    await connection.request("sessions.list", { limit: 100 }, { timeoutMs: 120_000 });
    if (n > 0) listMs.push(nowMs() - at);
  }
  const { version } = gateway;
  return { version, readyMs, idleMb, peakMb: memory.end(), addedMs, wallByCount, handoffMs, listMs, throughReefMs };
}

/**
 * Measures a turn of a bot bound to the gateway's agent, from the send to the answer's event, without the model's time.
 */
async function measureThroughReef(gateway: RealGateway, model: ModelServer): Promise<readonly number[]> {
  await using bench = await startBench({
    env: { REEF_OPENCLAW_URL: gateway.url, REEF_OPENCLAW_TOKEN: gateway.token },
  });
  const { client } = bench;
  const joined = async () => (await client.gateways()).items.find(({ state }) => state === "ready");
  let found = await joined();
  for (let n = 0; found === undefined && n < 300; n += 1) {
    await wait(100);
    found = await joined();
  }
  if (found === undefined) throw new Error("Reef did not join the gateway within 30 s");
  const bot = await client.createBot({
    name: "over there",
    runtime: "openclaw",
    agent: { gatewayId: found.id, agentId: "main" },
  });
  const { id } = await client.createSession({ botId: bot.id, title: "bench" });
  const taken: number[] = [];
  await oneByOne(bench, async (send) => {
    for (let turn = 0; turn < turns + warmUp; turn += 1) {
      model.reset();
      const sentAt = nowMs();
      const settledAt = await send(id, `turn ${turn}`);
      if (turn >= warmUp) taken.push(settledAt - sentAt - modelMs(model.requests()));
    }
  });
  return taken;
}

async function measureReef(counts: readonly number[], inList: number): Promise<Figures> {
  const script: { use: ScriptFunction } = { use: quick };
  const startedAt = nowMs();
  await using bench = await startBench({
    script: (request) => script.use(request),
    env: { REEF_MAX_TURNS: "128" },
  });
  const readyMs = nowMs() - startedAt;
  const { client, model, reef } = bench;
  const memory = sampleMb(() => residentMb(reef.pid));
  await wait(2_000);
  const idleMb = memory.latest();
  const [session] = await makeSessions(client, 1);
  if (session === undefined) throw new Error("expected a session");
  const addedMs: number[] = [];
  const wallByCount = new Map<number, number>();
  let handoffMs: readonly number[] = [];
  await oneByOne(bench, async (send) => {
    for (let turn = 0; turn < turns + warmUp; turn += 1) {
      model.reset();
      const sentAt = nowMs();
      const settledAt = await send(session.id, `turn ${turn}`);
      if (turn >= warmUp) addedMs.push(settledAt - sentAt - modelMs(model.requests()));
    }
    const ends = await Promise.all(["from", "to"].map((name) => client.createBot({ name })));
    const [from] = await Promise.all(ends.map(({ id, name }) => client.createSession({ botId: id, title: name })));
    if (from === undefined) throw new Error("expected a session");
    script.use = sendOn;
    handoffMs = await measureHandoffs(
      model,
      async (n) => {
        await send(from.id, `pass on ${n}.`);
      },
      null,
    );
    script.use = slow;
    for (const count of counts) {
      const sessions = await makeSessions(client, count);
      const at = nowMs();
      await Promise.all(sessions.map(({ id }) => send(id, "go")));
      wallByCount.set(count, (nowMs() - at) / 1000);
    }
  });
  await makeSessions(client, inList);
  const listMs: number[] = [];
  for (let n = 0; n < 20; n += 1) {
    const at = nowMs();
    await client.sessions({ limit: 100 });
    if (n > 0) listMs.push(nowMs() - at);
  }
  return { readyMs, idleMb, peakMb: memory.end(), addedMs, wallByCount, handoffMs, listMs };
}

type Send = (sessionId: Parameters<Bench["client"]["sendMessage"]>[0], text: string) => Promise<number>;

/** Passes a `send` that resolves, with the time, when the message was answered. */
async function oneByOne(bench: Bench, work: (send: Send) => Promise<void>): Promise<void> {
  const settledAt = new Map<string, number>();
  const waiting = new Map<string, (atMs: number) => void>();
  const socket = await bench.onEvent((event, atMs) => {
    if (event.type !== "message.changed" || event.message.state !== "answered") return;
    settledAt.set(event.message.id, atMs);
    waiting.get(event.message.id)?.(atMs);
  });
  try {
    await work(async (sessionId, text) => {
      const { id } = await bench.client.sendMessage(sessionId, { text });
      return settledAt.get(id) ?? (await new Promise<number>((resolve) => waiting.set(id, resolve)));
    });
  } finally {
    socket.close();
  }
}

/** Measures from the moment the sender's model asks for the message to the receiver's model being called with it. */
async function measureHandoffs(
  model: ModelServer,
  send: (n: number) => Promise<void>,
  connection: GatewayConnection | null,
): Promise<readonly number[]> {
  if (connection !== null) await runAgent(connection, { key: "agent:main:to", text: "hello" });
  const taken: number[] = [];
  for (let n = 0; n < handoffs; n += 1) {
    model.reset();
    await send(n);
    const sent = () => model.requests().find(({ request }) => taskOf(request) === `pass on ${n}.`);
    const received = () => model.requests().find(({ request }) => taskOf(request) === `handed ${n}.`);
    for (let tries = 0; received() === undefined && tries < 600; tries += 1) await wait(100);
    const [from, to] = [sent()?.endedAt, received()?.receivedAt];
    if (from == null || to === undefined) throw new Error("expected both bots to call the model");
    taken.push(to - from);
    // Later work, such as an announcement back to the sender, must not count for the next one.
    for (let calm = 0; calm < 10; calm = model.stats().running === 0 ? calm + 1 : 0) await wait(100);
  }
  return taken;
}

/**
 * Finds what the model has to do now. OpenClaw wraps the message that it passes on, and adds messages of its own after
 * it.
 */
function taskOf({ messages }: ModelRequest): string | null {
  const text = messages.findLast((message) => message.role === "user" && tasks.test(message.text))?.text ?? "";
  return tasks.exec(text)?.[0] ?? null;
}

const tasks = /(?:pass on|handed) \d+\./;

function quick(): Script {
  return say("a short answer");
}

function slow(): Script {
  return say("word ".repeat(50), { delayMs: slowMs - 1_000, chunks: 50, gapMs: 20 });
}

function sendOn(request: ModelRequest): Script {
  const { messages, tools } = request;
  const task = taskOf(request);
  const from = messages.findLastIndex(({ role, text }) => role === "user" && tasks.test(text));
  const isDone = messages.slice(from).some(({ role }) => role === "tool");
  if (task === null || task.startsWith("handed") || isDone) return say("got it");
  const text = task.replace("pass on", "handed");
  return tools.includes("sessions_send")
    ? call("sessions_send", { sessionKey: "agent:main:to", message: text, timeoutSeconds: 0 })
    : call("session_send", { to: "to", text });
}

function modelMs(calls: readonly LoggedRequest[]): number {
  return calls.reduce((sum, { receivedAt, endedAt }) => sum + ((endedAt ?? receivedAt) - receivedAt), 0);
}

async function runAgent(
  connection: GatewayConnection,
  { key, text }: { readonly key: string; readonly text: string },
): Promise<void> {
  const params = { sessionKey: key, message: text, idempotencyKey: crypto.randomUUID() };
  const { runId } = (await connection.request("agent", params, { timeoutMs: 300_000 })) as { readonly runId: string };
  for (;;) {
    const answer = await connection.request("agent.wait", { runId, timeoutMs: 60_000 }, { timeoutMs: 90_000 });
    const { status } = answer as { readonly status: string };
    if (status === "ok") return;
    if (status === "error") throw new Error(`OpenClaw's run failed: ${JSON.stringify(answer).slice(0, 300)}`);
  }
}

async function fillList(connection: GatewayConnection, count: number): Promise<void> {
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    for (let n = lane; n < count; n += 8) {
      await connection.request(
        "sessions.create",
        { agentId: "main", key: `agent:main:listed-${n}` },
        { timeoutMs: 120_000 },
      );
    }
  });
  await Promise.all(lanes);
}

function connect(gateway: RealGateway): OpenConnection {
  const at = new Date().toISOString();
  return openConnection({
    record: {
      id: makeId("gateway"),
      name: "bench",
      url: gateway.url,
      token: { from: "env", name: "BENCH_TOKEN" },
      enabled: true,
      createdAt: at,
      updatedAt: at,
    },
    readToken: async () => ({ state: "token", token: gateway.token }),
    clock: systemClock,
    log: silent,
  });
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
  return {
    models: { mode: "replace", providers: { scripted: provider } },
    tools: { toolSearch: false },
    agents: {
      defaults: {
        model: { primary: "scripted/scripted" },
        skipBootstrap: true,
        heartbeat: { every: "0m" },
        maxConcurrent: 128,
      },
    },
  };
}

/** Returns the memory of a process and all its descendants, in MB (10^6 bytes). */
function groupMb(group: number): number {
  let sum = 0;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      if (Number(fields[2]) === group) sum += residentMb(Number(name));
    } catch {
      // The process ended before it was read.
    }
  }
  return sum;
}

function sampleMb(read: () => number): { latest(): number; end(): number } {
  const samples: number[] = [];
  const look = (): void => {
    const mb = read();
    if (Number.isFinite(mb) && mb > 0) samples.push(mb);
  };
  const timer = setInterval(look, 500);
  return {
    latest() {
      look();
      return samples.at(-1) ?? Number.NaN;
    },
    end() {
      clearInterval(timer);
      return Math.max(...samples);
    },
  };
}
