/** Tests what goes wrong between an answer in Reef and the gateway that waits for it (AS3). */
import type { Ask } from "@reef/protocol/ask";
import type { AskId } from "@reef/protocol/ids";
import { type GatewayDouble, startGatewayDouble } from "@reef/runtimes/openclaw/testing/gateway-double";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually, type Joined, serveJoined } from "../testing/join.ts";

const main = { sessionKey: "agent:main:main", agentId: "main" };
let double: GatewayDouble;
let reef: Joined;
beforeEach(async () => {
  double = await startGatewayDouble({ agents: ["main", "dev"] });
  await double.book.type(main.sessionKey, "hello [[say=hi]]");
  reef = await serveJoined(double);
  await reef.ready();
});
afterEach(async () => {
  await reef[Symbol.asyncDispose]();
  await double[Symbol.asyncDispose]();
});

const open = async () => (await reef.client.asks({ state: "open" })).items;
const oneAsk = () => eventually(async () => (await open())[0]);
const askWhen = (id: AskId, is: (ask: Ask) => boolean) =>
  eventually(async () => {
    const ask = await reef.client.ask(id);
    return is(ask) && ask;
  });
const approve = (command = "ls") => double.book.waiting.approve({ command }, main);
const resolved = () => double.requests().filter(({ method }) => method.endsWith(".resolve"));
const colour = {
  questionId: "q1",
  header: "Color",
  question: "Which?",
  options: [{ label: "Red" }, { label: "Blue" }],
};

async function cutOff(): Promise<void> {
  await double.kill();
  await eventually(async () => (await reef.client.gateway(reef.gatewayId)).state !== "ready");
}

test("AS3: an answer that is given while the gateway is away is kept, and says what became of it afterwards", async () => {
  const decision = approve();
  const ask = await oneAsk();
  await cutOff();
  expect(await reef.client.answerAsk(ask.id, { choice: "Allow once" })).toMatchObject({
    state: "answered",
    delivery: "waiting",
  });
  reef = await reef.restart();
  expect(await reef.client.ask(ask.id)).toMatchObject({ delivery: "waiting" });
  await double.start();
  await reef.client.checkGateway(reef.gatewayId);
  expect(await askWhen(ask.id, ({ delivery }) => delivery !== "waiting")).toMatchObject({
    state: "answered",
    delivery: "too_late",
    note: "The OpenClaw gateway restarted. Your answer did not reach it, or came too late.",
  });
  void decision;
});

test("AS3: an answer is carried when the line is back", async () => {
  const decision = approve();
  const ask = await oneAsk();
  double.dropLines();
  await reef.client.answerAsk(ask.id, { choice: "Allow once" });
  expect(await decision).toBe("allow-once");
  expect(await askWhen(ask.id, ({ delivery }) => delivery !== "waiting")).toMatchObject({ delivery: "sent" });
});

test("AS3: an answer whose confirmation is lost is not given twice, and counts as sent", async () => {
  const decision = approve();
  void double.book.waiting.ask([{ ...colour, isOther: true }], main);
  const asks = await eventually(async () => {
    const now = await open();
    return now.length === 2 && now;
  });
  const { answer } = double.book;
  double.book.answer = async (method, params) => {
    const reply = await answer(method, params);
    if (method.endsWith(".resolve")) double.dropLines();
    return reply;
  };
  for (const { id, kind } of asks) {
    await reef.client.answerAsk(id, kind === "approval" ? { choice: "Allow once" } : { text: "green" });
    const settled = await askWhen(id, ({ delivery }) => delivery !== "waiting");
    expect(settled).toMatchObject({ state: "answered", delivery: "sent" });
    expect(settled.note).toBeUndefined();
  }
  expect(await decision).toBe("allow-once");
  expect(resolved()).toHaveLength(2);
});

test("AS1, AS3: of two answers, one here and one in OpenClaw, one counts, and the card says which", async () => {
  const decision = approve();
  const ask = await oneAsk();
  double.fallSilent();
  await double.book.answer("exec.approval.resolve", { id: ask.origin?.id, decision: "deny" });
  await reef.client.answerAsk(ask.id, { choice: "Allow once" });
  expect(await decision).toBe("deny");
  double.dropLines();
  await reef.client.checkGateway(reef.gatewayId);
  reef = await reef.restart();
  expect(await askWhen(ask.id, ({ delivery }) => delivery !== "waiting")).toMatchObject({
    answer: "Allow once",
    delivery: "too_late",
    note: "It was answered in OpenClaw before: Don’t allow.",
  });
});

test("AS3: an answer that can still be undone is not carried; the gateway's own counts meanwhile", async () => {
  const decision = approve();
  const ask = await oneAsk();
  await reef.client.answerAsk(ask.id, { choice: "Allow once", graceMs: 5_000 });
  expect(await reef.client.undoAnswer(ask.id)).toMatchObject({ state: "open" });
  await reef.client.answerAsk(ask.id, { choice: "Don’t allow", graceMs: 1 });
  expect(await decision).toBe("deny");
  await askWhen(ask.id, ({ delivery }) => delivery === "sent");
});

test("AS3: what expires there is settled here, with the words that say so", async () => {
  void approve();
  void double.book.waiting.ask([colour], main);
  const asks = await eventually(async () => {
    const now = await open();
    return now.length === 2 && now;
  });
  double.book.waiting.expire();
  for (const { id } of asks) {
    const settled = await askWhen(id, ({ state }) => state !== "open");
    expect(settled).toMatchObject({ state: "cancelled", answer: null, note: "It expired in OpenClaw." });
  }
  expect((await reef.client.session(asks[0]?.sessionId as never)).status).toBe("idle");
});

test("AS3: a plugin's approval is answered too, and one without a session stands in the agent's main session", async () => {
  const request = { title: "Send a mail", description: "To ada@example.org", toolName: "mail_send" };
  const decision = double.book.waiting.approve(request, { kind: "plugin", sessionKey: null, agentId: "dev" });
  const ask = await oneAsk();
  expect(ask).toMatchObject({ kind: "approval", call: { tool: "mail_send" }, origin: { kind: "plugin" } });
  expect(ask.question).toContain("Send a mail");
  const session = await reef.client.session(ask.sessionId);
  expect(session.mirrors?.key).toBe("agent:dev:main");
  await reef.client.answerAsk(ask.id, { choice: "Allow once" });
  expect(await decision).toBe("allow-once");
});

test("AS3: an approval that may be remembered is remembered in OpenClaw, and makes no rule here", async () => {
  const allowed = { command: "ls", allowedDecisions: ["allow-once", "allow-always", "deny"] };
  const decision = double.book.waiting.approve(allowed, main);
  const ask = await oneAsk();
  await reef.client.answerAsk(ask.id, { choice: "Always allow in OpenClaw" });
  expect(await decision).toBe("allow-always");
  expect((await reef.client.approvalRules()).items).toEqual([]);
});

test("AS3: a secret is not given here: the only answer is that it is not given", async () => {
  const secret = { questionId: "q1", header: "Key", question: "The key?", options: [], isSecret: true };
  const result = double.book.waiting.ask([secret], main);
  const ask = await oneAsk();
  expect(ask).toMatchObject({ options: ["Don’t give it"], freeText: false });
  await expect(reef.client.answerAsk(ask.id, { text: "hunter2" })).rejects.toMatchObject({ code: "invalid_request" });
  await reef.client.answerAsk(ask.id, { choice: "Don’t give it" });
  expect(await result).toBe("The question was cancelled");
  await askWhen(ask.id, ({ delivery }) => delivery === "sent");
});

test("SE7, BO2: hostile frames open nothing, and as many asks as there may be", async () => {
  for (const payload of [null, 7, {}, { id: "x" }, { id: "x", request: { command: 7 } }])
    double.sendRaw(JSON.stringify({ type: "event", event: "exec.approval.requested", payload }));
  for (let n = 0; n < 130; n += 1)
    void double.book.waiting.approve({ command: `echo ${n}` }, { sessionKey: `agent:nobody:${n}`, agentId: "nobody" });
  const asks = await eventually(async () => {
    const now = (await reef.client.asks({ state: "open", limit: 200 })).items;
    return now.length === 100 && now;
  });
  // An agent that the gateway does not have makes no bot and no session of its own.
  expect(new Set(asks.map(({ sessionId }) => sessionId)).size).toBe(1);
  expect((await reef.client.bots()).items).toHaveLength(1);
  await reef.client.answerAsk(asks[0]?.id as AskId, { choice: "Allow once" });
  await eventually(async () => {
    const now = (await reef.client.asks({ state: "open", limit: 200 })).items;
    return now.some(({ question }) => question.includes("echo 100\n"));
  });
});

test("AS3: a question that is asked again under the same id is another ask", async () => {
  const id = "ask_of_the_same_call";
  void double.book.waiting.ask([colour], { ...main, id });
  const first = await oneAsk();
  void double.book.waiting.ask([colour], { ...main, id });
  const settled = await askWhen(first.id, ({ state }) => state !== "open");
  expect(settled).toMatchObject({ state: "cancelled", note: "OpenClaw asked again instead." });
  const second = await oneAsk();
  expect(second).toMatchObject({ origin: { id } });
  expect(second.id).not.toBe(first.id);
});

test("SE7: a gateway asks in no session but those of its own bots", async () => {
  const bot = await reef.client.createBot({ name: "Another", runtime: "demo" });
  const { id } = await reef.client.createSession({ botId: bot.id, title: "Private" });
  const key = `agent:main:reef-${id.slice("ses_".length)}`;
  void double.book.waiting.approve({ command: "ls" }, { sessionKey: key, agentId: "main" });
  const ask = await oneAsk();
  expect(ask.sessionId).not.toBe(id);
  expect((await reef.client.session(ask.sessionId)).mirrors?.key).toBe(main.sessionKey);
});

test("AS3: a gateway that is disconnected takes its asks along", async () => {
  void approve();
  const ask = await oneAsk();
  await reef.client.changeBot((await reef.client.bots()).items[0]?.id as never, { runtime: "demo", agent: null });
  await reef.client.deleteGateway(reef.gatewayId);
  expect(await reef.client.ask(ask.id)).toMatchObject({
    state: "cancelled",
    note: "The gateway was disconnected from Reef.",
  });
});
