/** Tests the roster, the mirror and the import against a real gateway, which must behave as the double does. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionId } from "@reef/protocol/ids";
import type { ImportSource } from "@reef/protocol/import";
import type { OpenConnection } from "@reef/runtimes/openclaw/gateway-connection";
import { openSide, type Side } from "@reef/runtimes/openclaw/testing/drive";
import type { RealGateway } from "@reef/runtimes/openclaw/testing/real-gateway";
import { sharedGateway } from "@reef/runtimes/openclaw/testing/shared-gateway";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, type Joined, serveJoined } from "../testing/join.ts";

let gateway: RealGateway;
/** A person at the gateway's own UI. */
let there: Side;
let reef: Joined;
beforeAll(async () => {
  gateway = await sharedGateway();
  there = openSide(gateway);
  await there.connection.ready(AbortSignal.timeout(120_000));
  reef = await serveJoined(gateway);
  await reef.ready();
});
afterAll(async () => {
  await reef[Symbol.asyncDispose]();
  await there[Symbol.asyncDispose]();
});

const own = crypto.randomUUID().slice(0, 8);

/** Sends a message as the gateway's own UI does; resolves when it is answered. */
async function type(connection: OpenConnection, sessionKey: string, message: string): Promise<void> {
  const runId = crypto.randomUUID();
  await connection.request("chat.send", { sessionKey, message, idempotencyKey: runId }, { timeoutMs: 60_000 });
  await eventually(async () => {
    const answer = await connection.request("agent.wait", { runId, timeoutMs: 20_000 }, { timeoutMs: 30_000 });
    return (answer as { readonly status: string }).status === "ok";
  });
}

async function words(id: SessionId): Promise<readonly string[]> {
  return (await reef.transcript(id)).map(({ kind, text }) => `${kind}: ${text}`);
}

async function wordsUntil(id: SessionId, last: string): Promise<readonly string[]> {
  return eventually(async () => {
    const now = await words(id);
    return now.includes(last) && now;
  });
}

async function adopt(key: string, last: string): Promise<SessionId> {
  await eventually(async () => {
    const { items } = await reef.client.gatewaySessions(reef.gatewayId, { q: key });
    return items.some((session) => session.key === key);
  });
  const { id } = await reef.client.adoptGatewaySession(reef.gatewayId, key);
  await wordsUntil(id, last);
  return id;
}

test("what is typed into an adopted session over there is here within a second, once and in order", async () => {
  const key = `agent:main:mirror-${own}`;
  await type(there.connection, key, "first [[say=one]]");
  const id = await adopt(key, "bot: one");
  const seen = new Map<string, number>();
  const stop = there.connection.onEvent(({ event, payload }) => {
    if (event !== "session.message" || (payload as { sessionKey?: string }).sessionKey !== key) return;
    const { messageId } = payload as { readonly messageId: string };
    seen.set(messageId, performance.now());
  });
  await there.connection.request("sessions.subscribe", {});
  await type(there.connection, key, "second [[say=two]]");
  await wordsUntil(id, "bot: two");
  stop();
  expect(await words(id)).toEqual(["person: first [[say=one]]", "bot: one", "person: second [[say=two]]", "bot: two"]);
  const delays = await eventually(() => {
    const found = reef.entries.flatMap(({ externalId, atMs }) => {
      const saidMs = externalId === undefined ? undefined : seen.get(externalId);
      return saidMs === undefined ? [] : [atMs - saidMs];
    });
    return found.length === 2 && found;
  });
  process.stdout.write(`typed there, seen here after ${delays.map((ms) => `${Math.round(ms)} ms`).join(" and ")}\n`);
  // The promise is a second; the machine that tests this may be busy.
  expect(Math.max(...delays)).toBeLessThan(5_000);
});

test("a session's own turn is not taken over twice, with a tool that it called and words typed after it", async () => {
  const bot = await reef.client.adoptAgent(reef.gatewayId, "main");
  const session = await reef.client.createSession({ botId: bot.id, title: `ours ${own}` });
  const { id } = await reef.client.sendMessage(session.id, {
    text: 'go [[tool=exec {"command":"echo hi"}]] [[say=went]]',
  });
  await eventually(async () => (await reef.client.message(id)).state === "answered", 200_000);
  const key = `agent:main:reef-${session.id.slice("ses_".length)}`;
  await type(there.connection, key, "from there [[say=and back]]");
  const all = await wordsUntil(session.id, "bot: and back");
  expect(all.filter((each) => !each.startsWith("notice"))).toEqual([
    'person: go [[tool=exec {"command":"echo hi"}]] [[say=went]]',
    "tool_call: ",
    expect.stringMatching(/^tool_result: hi/),
    "bot: went",
    "person: from there [[say=and back]]",
    "bot: and back",
  ]);
});

test("its sessions are listed in pages, without a loss and without a double, and found by their words", async () => {
  const keys = Array.from({ length: 30 }, (_, n) => `agent:main:page-${own}-${n}`);
  for (const [n, key] of keys.entries()) {
    await there.connection.request("sessions.create", { agentId: "main", key, label: `Page ${own} ${n}` });
  }
  await eventually(
    async () => (await reef.client.gatewaySessions(reef.gatewayId, { q: `page-${own}` })).items.length === 30,
  );
  const listed: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await reef.client.gatewaySessions(reef.gatewayId, { q: `page-${own}`, limit: 7, cursor });
    listed.push(...page.items.map(({ key }) => key));
    if (page.next === null) break;
    cursor = page.next;
  }
  expect(listed.toSorted()).toEqual(keys.toSorted());
  const changed = keys[3] as string;
  await there.connection.request("sessions.patch", { key: changed, category: "research", pinned: true });
  await eventually(async () => {
    const [first] = (await reef.client.gatewaySessions(reef.gatewayId, { q: `page-${own}` })).items;
    return first?.key === changed && first.pinned && first.group === "research";
  });
});

test("killed while Reef is down and typed into since: everything is here after both are back, once", async () => {
  const key = `agent:main:catch-up-${own}`;
  await type(there.connection, key, "before [[say=0]]");
  const id = await adopt(key, "bot: 0");
  reef = await reef.restart(async () => {
    await type(there.connection, key, "unseen [[say=1]]");
    await gateway.kill();
    await gateway.start();
    await there.connection.check(AbortSignal.timeout(60_000));
    await there.connection.ready(AbortSignal.timeout(120_000));
    await type(there.connection, key, "after the kill [[say=2]]");
  });
  await reef.ready();
  await wordsUntil(id, "bot: 2");
  await type(there.connection, key, "live again [[say=3]]");
  await wordsUntil(id, "bot: 3");
  const expected = ["before", "unseen", "after the kill", "live again"];
  expect(await words(id)).toEqual(expected.flatMap((text, n) => [`person: ${text} [[say=${n}]]`, `bot: ${n}`]));
});

test("an agent made from here can be used when that is answered, is warmed up, and adopted with its notes", async () => {
  const name = `Made ${own}`;
  const agent = await reef.client.createGatewayAgent(reef.gatewayId, { name });
  expect(agent).toMatchObject({ name, isDefault: false, botIds: [] });
  const { agentId } = agent;
  const warmed = await reef.ended(await reef.client.warmGateway(reef.gatewayId, { agentIds: [agentId] }));
  expect(warmed).toMatchObject({ state: "done", done: 1, total: 1, problems: [] });
  await type(there.connection, `agent:${agentId}:main`, "hello [[say=made]]");
  const content = "# Notes\n\n- Ana likes short answers\n- api_key: abcdefgh12345678\n";
  await there.connection.request("agents.files.set", { agentId, name: "MEMORY.md", content });
  const [made] = (await reef.client.gatewayAgents(reef.gatewayId)).items.filter((each) => each.agentId === agentId);
  const folder = join(made?.workspace ?? "", "memory");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "2026-02-11.md"), "- Ana moved to the harbour\n");
  const source: ImportSource = { from: "gateway", gatewayId: reef.gatewayId, agentIds: [agentId] };
  const preview = (await reef.ended(await reef.client.importOpenClaw({ source, dryRun: true }))).report;
  expect(preview).toMatchObject({ bots: { made: 1 }, sessions: { made: 1 }, memories: { made: 3 }, redacted: 1 });
  const done = (await reef.ended(await reef.client.importOpenClaw({ source }))).report;
  expect(done).toMatchObject({ bots: { made: 1 }, sessions: { made: 1 }, entries: { made: 2 }, memories: { made: 3 } });
  const [bot] = done?.botList ?? [];
  const memories = await reef.client.memories(bot?.botId as never, { kind: "note" });
  expect(memories.items.map(({ text }) => text).toSorted()).toEqual([
    "Ana likes short answers",
    "Ana moved to the harbour",
    "api_key: [redacted secret]",
  ]);
  const again = (await reef.ended(await reef.client.importOpenClaw({ source }))).report;
  expect(again).toMatchObject({
    bots: { made: 0 },
    sessions: { made: 0 },
    entries: { made: 0 },
    memories: { made: 0 },
  });
});
