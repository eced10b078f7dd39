/**
 * Lets fifteen bots, created from real topic prompts, work in parallel on real tasks, write to each other and spawn
 * sub-agents, while the server is killed five times. Afterwards the record must be whole: every message acted on, none
 * twice, every result with its parent, every transcript without gaps (MB1–MB6, TU2, SU3).
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Client } from "@reef/client/client";
import type { Entry } from "@reef/protocol/entry";
import type { Message } from "@reef/protocol/message";
import type { Page } from "@reef/protocol/page";
import type { Session } from "@reef/protocol/session";
import type { ModelRequest, Script } from "@reef/runtimes/testing/model-script";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import { expect, test } from "vitest";
import { startReef } from "./support/reef-process.ts";

const shared = process.env.REEF_SHARED_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const blackbox = join(shared, "blackbox5");
const kills = 5;
const botCount = 15;
const quietLimitMs = 120_000;

interface TopicPrompt {
  readonly group: string;
  readonly name: string;
  readonly prompt: string;
}

test.skipIf(!existsSync(blackbox))(
  "fifteen bots on real tasks survive five kills with nothing lost and nothing done twice",
  { timeout: 240_000 },
  async () => {
    const prompts = readTopicPrompts().slice(0, botCount);
    expect(prompts.length).toBe(botCount);
    const tasks = readTasks(prompts.length * 3);
    await using model = await startModelServer({ script: cast(prompts.map((prompt) => prompt.name)), keep: 1 });
    await using reef = await startReef({
      env: { REEF_MODEL_BASE_URL: `${model.url}/v1`, REEF_MODEL: "scripted", REEF_MODEL_API_KEY: "none" },
    });
    const sessions = await makeBots(reef.client, prompts);

    const sends = sessions.flatMap((session, index) =>
      tasks
        .slice(index * 3, index * 3 + 3)
        .map((task, order) => sendTask(reef.client, session, { task, key: `${index}-${order}` })),
    );
    const busy: number[] = [];
    for (let kill = 1; kill <= kills; kill += 1) {
      busy.push(await untilMoved(reef.client));
      await reef.restart();
    }
    const sent = await Promise.all(sends);
    await untilQuiet(reef.client);
    // The kills must have hit work of many bots in parallel, or this proves nothing.
    expect(Math.max(...busy)).toBeGreaterThanOrEqual(botCount);

    const all = await everything((cursor) => reef.client.sessions({ limit: 1000, cursor }));
    const messages = await everything((cursor) => reef.client.messages({ limit: 1000, cursor }));
    expect(messages.length).toBeGreaterThan(sent.length * 2);
    expect(messages.filter((message) => message.state !== "acted" && message.state !== "answered")).toEqual([]);
    for (const id of sent) expect(messages.some((message) => message.id === id)).toBe(true);

    const entriesBySession = new Map<string, readonly Entry[]>();
    for (const session of all) entriesBySession.set(session.id, await transcript(reef.client, session));
    for (const session of all) expectWhole(session, entriesBySession.get(session.id) ?? []);
    expectOnce(messages, [...entriesBySession.values()].flat());
    expectResults(all, messages, entriesBySession);
    expect(all.some((session) => session.parentId !== null)).toBe(true);
    expect(messages.some((message) => message.from.kind === "session" && message.purpose === "text")).toBe(true);
  },
);

/** Each bot streams a plan and writes to the next bot, spawns a sub-agent, waits for it, and sums up. */
function cast(names: readonly string[]): (request: ModelRequest) => Script {
  return ({ system, lastUser, results }) => {
    const pace = { chunks: 12, gapMs: 25, delayMs: 100 };
    if (system.includes("gave you a task")) {
      return { ...pace, text: `Result: ${lastUser.slice(0, 80)}` };
    }
    if (lastUser.includes("<message")) return { ...pace, text: "Noted, and filed with what I know." };
    const own = names.findIndex((name) => system.startsWith(`You are ${name}:`));
    const next = names[(own + 1) % names.length];
    switch (results.length) {
      case 0:
        return {
          ...pace,
          text: `I read the task: ${lastUser.slice(0, 60)}`,
          calls: [
            { name: "session_send", input: { to: next, text: `For your information: ${lastUser.slice(0, 120)}` } },
          ],
        };
      case 1:
        return { ...pace, calls: [{ name: "session_spawn", input: { task: `Check: ${lastUser.slice(0, 100)}` } }] };
      case 2:
        return { ...pace, calls: [{ name: "session_wait", input: {} }] };
      default:
        return { ...pace, text: `Done. ${"The steps are checked and written down. ".repeat(5)}` };
    }
  };
}

async function makeBots(client: Client, prompts: readonly TopicPrompt[]): Promise<readonly Session[]> {
  const topicByGroup = new Map<string, Awaited<ReturnType<Client["createTopic"]>>>();
  const sessions: Session[] = [];
  for (const { group, name, prompt } of prompts) {
    const topic = topicByGroup.get(group) ?? (await client.createTopic({ name: `Group ${group}` }));
    topicByGroup.set(group, topic);
    const bot = await client.createBot({ name, role: "a specialist", instructions: prompt });
    expect(bot.runtime).toBe("loop");
    sessions.push(await client.createSession({ botId: bot.id, title: name, topicId: topic.id }));
  }
  return sessions;
}

/** Sends under one key until it is acknowledged: the server may die before, during or after. */
async function sendTask(
  client: Client,
  session: Session,
  { task, key }: { readonly task: string; readonly key: string },
): Promise<Message["id"]> {
  for (;;) {
    try {
      return (await client.sendMessage(session.id, { text: task }, { idempotencyKey: key })).id;
    } catch {
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

/**
 * Waits until the bots have made progress since the start, and no turn would be given up after one more death: the
 * third without a step between ends a turn, as it should (TU4). Returns the largest number of turns that ran in
 * parallel.
 */
async function untilMoved(client: Client): Promise<number> {
  const from = (await client.status()).totals.lastSeq;
  for (let most = 0; ; ) {
    await new Promise((done) => setTimeout(done, 100));
    const { running, totals } = await client.status();
    most = Math.max(most, running);
    if (totals.runningTurns + totals.queuedMessages === 0) return most;
    // Claiming a turn again takes about five events, and so does a step.
    if (totals.lastSeq - from > 12 * botCount && (await mostAttempts(client)) < 2) return most;
  }
}

/** Returns the largest number of deaths since its last step, over the unfinished turns. */
async function mostAttempts(client: Client): Promise<number> {
  const all = await everything((cursor) => client.sessions({ limit: 1000, cursor }));
  const busy = all.filter((session) => session.status !== "idle");
  const newest = await Promise.all(busy.map((session) => client.turnsOfSession(session.id, { limit: 1 })));
  return Math.max(
    0,
    ...newest.flatMap(({ items }) => items.map((turn) => (turn.endedAt === null ? turn.attempts : 0))),
  );
}

async function untilQuiet(client: Client): Promise<void> {
  const startedAt = performance.now();
  for (let calm = 0; calm < 3; ) {
    await new Promise((done) => setTimeout(done, 200));
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

async function transcript(client: Client, session: Session): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const { items } = await client.entries(session.id, { after: entries.at(-1)?.seq ?? 0, limit: 1000 });
    if (items.length === 0) return entries;
    entries.push(...items);
  }
}

function expectWhole(session: Session, entries: readonly Entry[]): void {
  expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
  expect(session.lastSeq).toBe(entries.length);
  const calls = entries.flatMap((entry) => (entry.kind === "tool_call" ? [entry.tool?.callId] : []));
  const results = entries.flatMap((entry) => (entry.kind === "tool_result" ? [entry.tool?.callId] : []));
  expect(results.toSorted()).toEqual(calls.toSorted());
  expect(new Set(calls).size).toBe(calls.length);
}

/** Expects each message in exactly one transcript, once, sent by exactly one step of a bot. */
function expectOnce(messages: readonly Message[], entries: readonly Entry[]): void {
  const ids = entries.flatMap((entry) => (entry.messageId === null ? [] : [entry.messageId]));
  expect(ids.toSorted()).toEqual(messages.map((message) => message.id).toSorted());
  const sends = entries.filter((entry) => entry.kind === "tool_call" && entry.tool?.name === "session_send");
  const received = messages.filter((message) => message.from.kind === "session" && message.purpose === "text");
  expect(received.length).toBe(sends.length);
}

function expectResults(
  sessions: readonly Session[],
  messages: readonly Message[],
  entriesBySession: ReadonlyMap<string, readonly Entry[]>,
): void {
  const children = sessions.filter((session) => session.parentId !== null);
  const spawns = [...entriesBySession.values()]
    .flat()
    .filter((entry) => entry.kind === "tool_call" && entry.tool?.name === "session_spawn");
  expect(children.length).toBe(spawns.length);
  for (const child of children) {
    const result = messages.find((message) => message.purpose === "result" && message.replyTo === child.taskMessageId);
    expect(result?.sessionId).toBe(child.parentId);
    const inParent = entriesBySession.get(child.parentId ?? "")?.filter((entry) => entry.messageId === result?.id);
    expect(inParent?.length).toBe(1);
  }
}

function readTopicPrompts(): readonly TopicPrompt[] {
  const config = JSON.parse(readFileSync(join(blackbox, "openclaw.json"), "utf8")) as {
    channels: { telegram: { groups: Record<string, { topics?: Record<string, { systemPrompt?: string }> }> } };
  };
  return Object.entries(config.channels.telegram.groups).flatMap(([group, { topics }]) =>
    Object.values(topics ?? {}).flatMap(({ systemPrompt }) => {
      const name = /^You are the (.+?) for /.exec(systemPrompt ?? "")?.[1];
      return systemPrompt === undefined || name === undefined ? [] : [{ group, name, prompt: systemPrompt }];
    }),
  );
}

function readTasks(count: number): readonly string[] {
  const files = globSync("5-project-memory/**/tasks/**/*.md", { cwd: blackbox }).toSorted();
  const tasks = files.map((file) => readFileSync(join(blackbox, file), "utf8"));
  expect(tasks.length).toBeGreaterThan(0);
  return Array.from({ length: count }, (_, index) => tasks[index % tasks.length] ?? "");
}
