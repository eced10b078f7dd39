import { makeId } from "@reef/engine/ids";
import { type GatewayDouble, startGatewayDouble } from "@reef/runtimes/openclaw/testing/gateway-double";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, type Joined, serveJoined } from "../testing/join.ts";

let double: GatewayDouble;
let reef: Joined;
beforeAll(async () => {
  double = await startGatewayDouble({ agents: ["main", "dev"] });
  reef = await serveJoined(double);
  await reef.ready();
});
afterAll(async () => {
  await reef[Symbol.asyncDispose]();
  await double[Symbol.asyncDispose]();
});

const token = { from: "file", name: "no-such-token" } as const;

test("a gateway says how it is, and never its token", async () => {
  const gateway = await reef.client.gateway(reef.gatewayId);
  expect(gateway).toMatchObject({ name: "home", state: "ready", version: "2026.9.6", protocolVersion: 4, agents: 2 });
  expect(JSON.stringify(await reef.client.gateways())).not.toContain(double.token);
});

test("a name and an address are there once; a token in the body is refused", async () => {
  const taken = { name: "HOME", url: "ws://127.0.0.1:1", token };
  await expect(reef.client.createGateway(taken)).rejects.toMatchObject({ code: "conflict" });
  await expect(reef.client.createGateway({ name: "x", url: double.url, token })).rejects.toMatchObject({
    code: "conflict",
  });
  const plain = { name: "x", url: "ws://127.0.0.1:1", token: "secret-word" } as never;
  await expect(reef.client.createGateway(plain)).rejects.toMatchObject({ code: "invalid_request" });
  await expect(reef.client.createGateway({ name: "x", url: "http://127.0.0.1", token })).rejects.toMatchObject({
    code: "invalid_request",
  });
});

test("a gateway that cannot be asked says why, instead of what it had", async () => {
  const { id } = await reef.client.createGateway({ name: "away", url: "ws://127.0.0.1:1", token });
  await eventually(async () => (await reef.client.gateway(id)).state === "refused");
  const unavailable = { code: "unavailable", message: expect.stringContaining("no-such-token") };
  await expect(reef.client.gatewaySessions(id)).rejects.toMatchObject(unavailable);
  await expect(reef.client.gatewayAgents(id)).rejects.toMatchObject(unavailable);
  expect(await reef.client.changeGateway(id, { enabled: false })).toMatchObject({ enabled: false });
  await eventually(async () => (await reef.client.gateway(id)).state === "off");
  await reef.client.deleteGateway(id);
  await expect(reef.client.gateway(id)).rejects.toMatchObject({ code: "not_found" });
});

test("a gateway that runs bots is not let go; the refusal names them", async () => {
  const bot = await reef.client.adoptAgent(reef.gatewayId, "dev", { name: "Developer" });
  expect(bot).toMatchObject({ name: "Developer", runtime: "openclaw", agent: { agentId: "dev" } });
  const refusal = { code: "conflict", message: expect.stringContaining("“Developer”") };
  await expect(reef.client.deleteGateway(reef.gatewayId)).rejects.toMatchObject(refusal);
  const { items } = await reef.client.gatewayAgents(reef.gatewayId);
  expect(items.map(({ agentId, botIds }) => [agentId, botIds])).toEqual([
    ["main", []],
    ["dev", [bot.id]],
  ]);
});

test("sessions are listed in pages, newest change first; a change meanwhile neither loses nor doubles one", async () => {
  for (let n = 0; n < 25; n++) await double.book.type(`agent:main:list-${n}`, `words ${n}`);
  await eventually(async () => (await reef.client.gatewaySessions(reef.gatewayId, { q: "list-" })).items.length === 25);
  const seen: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await reef.client.gatewaySessions(reef.gatewayId, { q: "list-", limit: 10, cursor });
    seen.push(...page.items.map(({ key }) => key));
    if (page.next === null) break;
    cursor = page.next;
    await double.book.type("agent:main:list-24", "again");
  }
  expect(seen).toHaveLength(25);
  expect(seen[0]).toBe("agent:main:list-24");
  expect(new Set(seen).size).toBe(25);
  const wrong = reef.client.gatewaySessions(reef.gatewayId, { cursor: "made up" });
  await expect(wrong).rejects.toMatchObject({ code: "invalid_request" });
});

test("a session's group, pin, archive and last words are shown as they are; archived ones only when asked for", async () => {
  const key = "agent:dev:topic";
  await double.book.type(key, "hello [[say=last words]]");
  await double.book.answer("sessions.patch", { key, label: "The topic", category: "research", pinned: true });
  const listed = await eventually(async () => {
    const { items } = await reef.client.gatewaySessions(reef.gatewayId, { agentId: "dev", q: "TOPIC" });
    return items[0]?.pinned && items[0];
  });
  expect(listed).toMatchObject({
    title: "The topic",
    group: "research",
    status: "idle",
    lastText: "last words",
    sessionId: null,
  });
  const expectedSessionId = double.book.sessions.get(key)?.sessionId;
  await double.book.answer("sessions.patch", { key, archived: true, expectedSessionId });
  await eventually(async () => (await reef.client.gatewaySessions(reef.gatewayId, { q: "topic" })).items.length === 0);
  expect((await reef.client.gatewaySessions(reef.gatewayId, { archived: true })).items).toMatchObject([
    { key, archived: true },
  ]);
});

test("a run over there shows as running, without anybody having asked for it here", async () => {
  const key = "agent:main:busy";
  const typed = double.book.type(key, "slow [[delay=2500]] [[say=done]]");
  const status = async () => (await reef.client.gatewaySessions(reef.gatewayId, { q: key })).items[0]?.status;
  await eventually(async () => (await status()) === "running");
  await typed;
  await eventually(async () => (await status()) === "idle");
});

test("a transcript is read there in pages; rows that come meanwhile do not move them", async () => {
  const key = "agent:main:read";
  for (let n = 0; n < 6; n++) await double.book.type(key, `${n} [[say=re ${n}]]`);
  const newest = await reef.client.gatewayEntries(reef.gatewayId, key, { limit: 4 });
  expect(newest.items.map(({ text }) => text)).toEqual(["4 [[say=re 4]]", "re 4", "5 [[say=re 5]]", "re 5"]);
  await double.book.type(key, "6");
  const older = await reef.client.gatewayEntries(reef.gatewayId, key, { limit: 4, before: newest.next });
  expect(older.items.map(({ text }) => text)).toEqual(["2 [[say=re 2]]", "re 2", "3 [[say=re 3]]", "re 3"]);
});

test("an agent is made, and can be used when that is answered; its name is there once", async () => {
  const agent = await reef.client.createGatewayAgent(reef.gatewayId, { name: "New One" });
  expect(agent).toMatchObject({ agentId: "new-one", name: "New One", botIds: [] });
  const again = reef.client.createGatewayAgent(reef.gatewayId, { name: "new one" });
  await expect(again).rejects.toMatchObject({ code: "conflict" });
});

test("agents are warmed up one after another, and no session of it is shown", async () => {
  const warmed = await reef.ended(await reef.client.warmGateway(reef.gatewayId, { agentIds: ["main", "dev"] }));
  expect(warmed).toMatchObject({ kind: "warm", state: "done", done: 2, total: 2, problems: [] });
  expect((await reef.client.gatewaySessions(reef.gatewayId, { q: "warm" })).items).toEqual([]);
  const unknown = reef.client.warmGateway(reef.gatewayId, { agentIds: ["nobody"] });
  await expect(unknown).rejects.toMatchObject({ code: "not_found" });
});

test("what is not there is not found", async () => {
  const missing = { code: "not_found" };
  await expect(reef.client.adoptAgent(reef.gatewayId, "nobody")).rejects.toMatchObject(missing);
  await expect(reef.client.adoptGatewaySession(reef.gatewayId, "agent:main:none")).rejects.toMatchObject(missing);
  await expect(reef.client.gatewaySessions(makeId("gateway"))).rejects.toMatchObject(missing);
  await expect(reef.client.progress(makeId("progress"))).rejects.toMatchObject(missing);
});
