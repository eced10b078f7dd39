/** Tests that what happens at a gateway appears here: each row once, in order, with its author. */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { type GatewayDouble, startGatewayDouble } from "@reef/runtimes/openclaw/testing/gateway-double";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually, type Joined, serveJoined } from "../testing/join.ts";

const main = "agent:main:main";
let double: GatewayDouble;
let reef: Joined;
beforeEach(async () => {
  double = await startGatewayDouble({ agents: ["main", "dev"] });
  await double.book.type(main, "before you came [[say=welcome]]");
  reef = await serveJoined(double);
  await reef.ready();
});
afterEach(async () => {
  await reef[Symbol.asyncDispose]();
  await double[Symbol.asyncDispose]();
});

async function words(id: SessionId): Promise<readonly string[]> {
  return (await reef.transcript(id)).map(({ kind, text }) => `${kind}: ${text}`);
}

/** Returns the transcript, once it has this many entries. */
async function wordsWhen(id: SessionId, count: number): Promise<readonly string[]> {
  await eventually(async () => (await reef.transcript(id)).length >= count);
  return words(id);
}

async function adopt(): Promise<Session> {
  const session = await reef.client.adoptGatewaySession(reef.gatewayId, main);
  await wordsWhen(session.id, 2);
  return session;
}

async function send(sessionId: SessionId, text: string) {
  return reef.client.sendMessage(sessionId, { text });
}

const answered = (id: Awaited<ReturnType<typeof send>>["id"]) =>
  eventually(async () => (await reef.client.message(id)).state === "answered");

const first = ["person: before you came [[say=welcome]]", "bot: welcome"];

test("an adopted session has what was said before, read, and follows what is said there", async () => {
  const session = await adopt();
  expect(await words(session.id)).toEqual(first);
  expect(await reef.client.session(session.id)).toMatchObject({
    unread: 0,
    mirrors: { gatewayId: reef.gatewayId, key: main },
  });
  await double.book.type(main, "typed there [[say=heard]]");
  expect(await wordsWhen(session.id, 4)).toEqual([...first, "person: typed there [[say=heard]]", "bot: heard"]);
  await eventually(() => reef.hints.some(({ key }) => key === main));
  const entries = await reef.transcript(session.id);
  expect(entries.map(({ turnId, messageId }) => [turnId, messageId])).toEqual(entries.map(() => [null, null]));
  expect(entries.every(({ externalId }) => externalId !== undefined)).toBe(true);
});

test("adopting twice, also at once, is adopting once; so is the agent", async () => {
  const [a, b] = await Promise.all([adopt(), adopt()]);
  expect(a.id).toBe(b.id);
  const bot = await reef.client.adoptAgent(reef.gatewayId, "main");
  expect(bot).toMatchObject({
    id: a.botId,
    runtime: "openclaw",
    agent: { gatewayId: reef.gatewayId, agentId: "main" },
  });
  expect((await reef.client.bots()).items).toHaveLength(1);
  expect(await words(a.id)).toEqual(first);
});

test("what a turn of ours said there is not taken over a second time, and stands in order with the rest", async () => {
  const session = await adopt();
  const { id } = await send(session.id, 'do it [[tool=exec {"command":"echo hi"}]] [[say=done]]');
  await answered(id);
  await double.book.type(main, "typed after [[say=yes]]");
  const all = await eventually(async () => {
    const now = await words(session.id);
    return now.includes("bot: yes") && now;
  });
  expect(all.filter((each) => !each.startsWith("notice"))).toEqual([
    ...first,
    'person: do it [[tool=exec {"command":"echo hi"}]] [[say=done]]',
    "tool_call: ",
    expect.stringMatching(/^tool_result: /),
    "bot: done",
    "person: typed after [[say=yes]]",
    "bot: yes",
  ]);
});

test("a session that was made here follows what is typed into it over there", async () => {
  const bot = await reef.client.adoptAgent(reef.gatewayId, "dev");
  const session = await reef.client.createSession({ botId: bot.id, title: "ours" });
  await answered((await send(session.id, "hello [[say=hi]]")).id);
  const key = await eventually(async () => {
    const { items } = await reef.client.gatewaySessions(reef.gatewayId, { agentId: "dev" });
    return items.find(({ sessionId }) => sessionId === session.id)?.key;
  });
  await double.book.type(key, "from there [[say=and back]]");
  const all = await eventually(async () => {
    const now = await words(session.id);
    return now.includes("bot: and back") && now;
  });
  expect(all).toEqual(["person: hello [[say=hi]]", "bot: hi", "person: from there [[say=and back]]", "bot: and back"]);
});

test("MB9: another session's words are a session's, never the bot's own", async () => {
  const session = await adopt();
  const from = (agentId: string, key: string) => ({
    sessionKey: main,
    message: `news from ${agentId}`,
    idempotencyKey: crypto.randomUUID(),
    inputProvenance: { kind: "inter_session", sourceSessionKey: key },
  });
  const dev = await reef.client.adoptAgent(reef.gatewayId, "dev");
  const known = await reef.client.createSession({ botId: dev.id, title: "dev's own" });
  await double.book.answer("agent", from("dev", `agent:dev:reef-${known.id.slice(4)}`));
  await wordsWhen(session.id, 4);
  await double.book.answer("agent", from("a stranger", "agent:other:main"));
  await wordsWhen(session.id, 6);
  const spoken = (await reef.transcript(session.id)).filter(({ kind }) => kind === "session");
  expect(spoken.map(({ text, from: sender }) => [text, sender])).toMatchObject([
    ["news from dev", { kind: "session", sessionId: known.id, botId: dev.id, title: "dev's own" }],
    ["news from a stranger", { kind: "system", reason: "OpenClaw session agent:other:main" }],
  ]);
});

test("what was said while the gateway's line was broken is there after it, once", async () => {
  const session = await adopt();
  double.dropLines();
  await double.book.type(main, "unheard [[say=still said]]");
  expect(await wordsWhen(session.id, 4)).toEqual([...first, "person: unheard [[say=still said]]", "bot: still said"]);
  await double.kill();
  await eventually(async () => (await reef.client.gateway(reef.gatewayId)).state !== "ready");
  await double.start();
  await reef.client.checkGateway(reef.gatewayId);
  await reef.ready();
  await double.book.type(main, "third [[say=3]]");
  expect((await wordsWhen(session.id, 6)).slice(4)).toEqual(["person: third [[say=3]]", "bot: 3"]);
});

test("what was said while Reef was down is there after its start, once, with and without its cache", async () => {
  const session = await adopt();
  reef = await reef.restart(() => double.book.type(main, "while you slept [[say=slept well]]"));
  await reef.ready();
  const expected = [...first, "person: while you slept [[say=slept well]]", "bot: slept well"];
  expect(await wordsWhen(session.id, 4)).toEqual(expected);
  const { rm } = await import("node:fs/promises");
  reef = await reef.restart(() => rm(`${reef.folder}/openclaw`, { recursive: true }));
  await reef.ready();
  await double.book.type(main, "last [[say=4]]");
  expect(await wordsWhen(session.id, 6)).toEqual([...expected, "person: last [[say=4]]", "bot: 4"]);
});

test("a long transcript is taken over in pages, whole and in order", async () => {
  const key = "agent:dev:long";
  for (let n = 0; n < 130; n++) await double.book.type(key, `${n} [[say=re ${n}]]`);
  const session = await reef.client.adoptGatewaySession(reef.gatewayId, key);
  const [progress] = (await reef.client.progressList()).items;
  if (progress === undefined) throw new Error("no progress is told");
  expect(await reef.ended(progress)).toMatchObject({
    kind: "adopt",
    sessionId: session.id,
    state: "done",
    done: 260,
    total: 260,
  });
  const expected = Array.from({ length: 130 }, (_, n) => [`person: ${n} [[say=re ${n}]]`, `bot: re ${n}`]).flat();
  expect(await words(session.id)).toEqual(expected);
});

test("TU6: a run that its gateway resumes after it was cancelled here in the meantime is stopped", async () => {
  const session = await adopt();
  const { id } = await send(session.id, "slow [[delay=60000]] [[say=never]]");
  // Its message is in the transcript: only then is the run resumed after a crash.
  await eventually(async () => JSON.stringify(double.book.sessions.get(main)?.rows.at(-1))?.includes("never"));
  await double.kill();
  await eventually(async () => (await reef.client.gateway(reef.gatewayId)).state !== "ready");
  await reef.client.cancelSession(session.id);
  await eventually(async () => (await reef.client.message(id)).state === "cancelled");
  await double.start();
  await reef.client.checkGateway(reef.gatewayId);
  await reef.ready();
  const resumed = await eventually(async () => {
    const [run] = double
      .requests()
      .filter(({ method, params }) => method === "sessions.abort" && !String(params?.runId).startsWith("trn_"));
    return run ?? null;
  });
  expect(resumed.params).toMatchObject({ key: main, runId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  await eventually(async () => double.book.sessions.get(main)?.active === null);
  expect((await words(session.id)).filter((each) => each.includes("bot: never"))).toEqual([]);
});

test("an answer that comes after its turn was cancelled here is shown with a notice", async () => {
  const session = await adopt();
  const { id } = await send(session.id, "slow [[delay=3000]] [[say=too late]]");
  await eventually(async () => double.book.sessions.get(main)?.active !== null);
  // A gateway that does not get the stop goes on.
  const { answer } = double.book;
  Object.assign(double.book, {
    answer: (method: string, params: Record<string, unknown>) =>
      method === "sessions.abort" || method === "chat.abort"
        ? Promise.resolve({ ok: true, payload: { ok: true, abortedRunId: null, status: "no-active-run" } })
        : answer(method, params),
  });
  await reef.client.cancelSession(session.id);
  await eventually(async () => (await reef.client.message(id)).state === "cancelled");
  const all = await eventually(async () => {
    const now = await words(session.id);
    return now.includes("bot: too late") && now;
  });
  expect(all.at(-2)).toMatch(/^notice: The turn had ended here/);
  expect(all.filter((each) => each === "bot: too late")).toHaveLength(1);
});
