import { answer } from "@reef/engine/testing/scripted-runtime";
import type { Entry } from "@reef/protocol/entry";
import type { AskId, ChainId, MessageId, SessionId, TurnId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { Accepted } from "@reef/protocol/request";
import type { Topic } from "@reef/protocol/topic";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve({
    script: ({ entries }) => {
      const last = entries.at(-1);
      if (last?.text.startsWith("ask me") && last.kind === "person") {
        return [answer("", { name: "ask_person", input: { question: "red or blue?", options: ["red", "blue"] } })];
      }
      return `you said: ${last?.text}`;
    },
  });
});
afterAll(() => reef[Symbol.asyncDispose]());

const unknownId = "01a2055b-15a0-777f-a673-3ad77605e2b6";

test("a bot is made, read, listed, changed, paused, resumed and deleted", async () => {
  const { client } = reef;
  const bot = await client.createBot({ name: "Quill", role: "writer" });
  expect(bot).toMatchObject({ name: "Quill", role: "writer", runtime: "loop", status: "idle" });
  expect(await client.bot(bot.id)).toEqual(bot);
  expect((await client.bots()).items.map(({ id }) => id)).toContain(bot.id);
  expect((await client.changeBot(bot.id, { name: "Quill 2" })).name).toBe("Quill 2");
  expect((await client.pauseBot(bot.id)).pausedAt).not.toBeNull();
  expect((await client.resumeBot(bot.id)).pausedAt).toBeNull();
  await client.deleteBot(bot.id);
  await expect(client.bot(bot.id)).rejects.toMatchObject({ code: "not_found" });
});

test("a message is answered, and its receipts, entries, turn and activity can be read", async () => {
  const { client } = reef;
  const session = await reef.newSession("receipts");
  const sent = await client.sendMessage(session.id, { text: "hello" });
  expect(sent).toMatchObject({ sessionId: session.id, text: "hello", from: { kind: "person" } });
  const message = await until(async () => {
    const now = await client.message(sent.id);
    return now.state === "answered" && now;
  });
  expect(message.receipts.answeredAt).not.toBeNull();
  const { items, next } = await client.entries(session.id);
  expect(items.map(({ seq, kind, text }) => ({ seq, kind, text }))).toEqual([
    { seq: 1, kind: "person", text: "hello" },
    { seq: 2, kind: "bot", text: "you said: hello" },
  ]);
  expect(next).toBeNull();
  const turns = await client.turnsOfSession(session.id);
  expect(turns.items).toHaveLength(1);
  expect((await client.turn(turns.items[0]!.id)).stepList.length).toBeGreaterThan(0);
  const activity = await client.activity();
  expect(activity.items.find(({ turn }) => turn.sessionId === session.id)).toMatchObject({
    botName: "receipts",
    sessionTitle: "receipts",
    messages: [{ id: sent.id, text: "hello", from: { kind: "person" } }],
  });
});

test("MB2: the same key is one message, also over HTTP, and another body under it is refused", async () => {
  const session = await reef.newSession("keys");
  const send = (text: string) =>
    reef.request("POST", `/v1/sessions/${session.id}/messages`, { text }, { "idempotency-key": "k1" });
  const [first, again, other] = [await send("one"), await send("one"), await send("two")];
  expect([first.status, again.status, other.status]).toEqual([202, 202, 422]);
  const idOf = async (response: Response) => ((await response.json()) as Accepted).message.id;
  expect(await idOf(again)).toBe(await idOf(first));
  expect(await other.json()).toMatchObject({ code: "idempotency_mismatch" });
});

test("entries are paged in both directions", async () => {
  const { client } = reef;
  const session = await reef.newSession("pages");
  for (let n = 1; n <= 5; n++) {
    const { id } = await client.sendMessage(session.id, { text: `m${n}` });
    await until(async () => (await client.message(id)).state === "answered");
  }
  const seqs = async (query: string) => {
    const response = await reef.request("GET", `/v1/sessions/${session.id}/entries?${query}`);
    const page = (await response.json()) as Page<Entry>;
    return { seqs: page.items.map(({ seq }) => seq), next: page.next };
  };
  const newest = await seqs("limit=4");
  expect(newest.seqs).toEqual([7, 8, 9, 10]);
  expect((await seqs(`limit=4&cursor=${newest.next}`)).seqs).toEqual([3, 4, 5, 6]);
  expect((await seqs("limit=4&before=3")).seqs).toEqual([1, 2]);
  expect((await seqs("limit=4&before=3")).next).toBeNull();
  const after = await seqs("limit=4&after=3");
  expect(after.seqs).toEqual([4, 5, 6, 7]);
  expect((await seqs(`limit=4&cursor=${after.next}`)).seqs).toEqual([8, 9, 10]);
  // As with every list, the other parameters may stay beside the cursor.
  expect(await seqs(`limit=4&after=3&cursor=${after.next}`)).toEqual({ seqs: [8, 9, 10], next: null });
  expect((await seqs(`limit=2&before=6&cursor=${(await seqs("limit=2&before=6")).next}`)).seqs).toEqual([2, 3]);
  expect(await seqs("limit=4&after=3&before=6")).toEqual({ seqs: [4, 5], next: null });
  expect(await seqs("limit=2&after=3&before=6")).toEqual({ seqs: [4, 5], next: null });
  const between = await seqs("limit=2&after=3&before=8");
  expect(between.seqs).toEqual([4, 5]);
  expect((await seqs(`limit=2&after=3&before=8&cursor=${between.next}`)).seqs).toEqual([6, 7]);
});

test("lists are pages: following `next` gives every item once", async () => {
  const bot = await reef.client.createBot({ name: "pager" });
  const made = new Set<string>();
  for (let n = 0; n < 7; n++) made.add((await reef.client.createSession({ botId: bot.id, title: `t${n}` })).id);
  const seen: string[] = [];
  for (let cursor: string | null = null, more = true; more; more = cursor !== null) {
    const page: { items: readonly { id: SessionId }[]; next: string | null } = await reef.client.sessions({
      botId: bot.id,
      limit: 3,
      cursor,
    });
    expect(page.items.length).toBeLessThanOrEqual(3);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  expect(seen).toHaveLength(7);
  expect(new Set(seen)).toEqual(made);
});

test("a topic’s color is taken and answered under its old name as well, which the API document calls deprecated", async () => {
  const send = async (method: string, path: string, body: unknown) =>
    (await (await reef.request(method, path, JSON.stringify(body))).json()) as Topic;
  const made = await send("POST", "/v1/topics", { name: "old", colour: "#112233" });
  expect(made).toMatchObject({ color: "#112233", colour: "#112233" });
  const path = `/v1/topics/${made.id}`;
  expect(await send("PATCH", path, { colour: "#445566" })).toMatchObject({ color: "#445566", colour: "#445566" });
  expect(await send("PATCH", path, { color: "#778899" })).toMatchObject({ color: "#778899", colour: "#778899" });
  const read = await (await reef.request("GET", path)).json();
  expect(read).toMatchObject({ name: "old", color: "#778899", colour: "#778899" });
  const document = await (await reef.request("GET", "/v1/openapi.json")).json();
  const { schemas } = (document as { components: { schemas: Record<string, { properties: object }> } }).components;
  for (const name of ["Topic", "NewTopic", "TopicPatch"]) {
    expect(schemas[name]?.properties).toMatchObject({ color: { type: "string" }, colour: { deprecated: true } });
  }
  await reef.client.deleteTopic(made.id);
});

test("a session is renamed, moved, read, archived, restored, forked and deleted", async () => {
  const { client } = reef;
  const session = await reef.newSession("life");
  const topic = await client.createTopic({ name: "dev", color: "#112233" });
  expect(await client.changeSession(session.id, { title: "new", topicId: topic.id, pinned: true })).toMatchObject({
    title: "new",
    topicId: topic.id,
    pinned: true,
  });
  const { id } = await client.sendMessage(session.id, { text: "hi" });
  await until(async () => (await client.message(id)).state === "answered");
  expect((await client.session(session.id)).unread).toBe(1);
  expect((await client.readSession(session.id)).unread).toBe(0);
  const fork = await client.forkSession(session.id, { throughSeq: 1, title: "copy" });
  expect(fork).toMatchObject({ title: "copy", forkedFrom: { sessionId: session.id, seq: 1 } });
  await client.archiveSession(session.id);
  expect((await client.sessions({ archived: true })).items.map((each) => each.id)).toContain(session.id);
  expect((await client.sessions()).items.map((each) => each.id)).not.toContain(session.id);
  await client.restoreSession(session.id);
  expect((await client.tree(session.id)).items).toHaveLength(1);
  expect((await client.cancelSession(session.id)).idle).toContain(session.id);
  await client.deleteSession(session.id);
  await expect(client.session(session.id)).rejects.toMatchObject({ code: "not_found" });
  await client.deleteTopic(topic.id);
});

test("AS1: an ask is listed, answered once, and its answer goes on with the turn", async () => {
  const { client } = reef;
  const session = await reef.newSession("asks");
  const { id } = await client.sendMessage(session.id, { text: "ask me" });
  const ask = await until(async () => (await client.asks({ state: "open", sessionId: session.id })).items[0]);
  expect(await client.ask(ask.id)).toMatchObject({ question: "red or blue?", options: ["red", "blue"] });
  expect((await client.session(session.id)).status).toBe("needs_you");
  expect((await client.answerAsk(ask.id, { answer: "red" })).state).toBe("answered");
  await expect(client.answerAsk(ask.id, { answer: "blue" })).rejects.toMatchObject({ code: "conflict" });
  await until(async () => (await client.message(id)).state === "answered");
});

test("a session is muted for every device, and what was said last is unread again when a person says so", async () => {
  const { client } = reef;
  const session = await reef.newSession("unread");
  expect(session.muted).toBe(false);
  expect((await client.changeSession(session.id, { muted: true })).muted).toBe(true);
  expect((await client.unreadSession(session.id)).unread).toBe(0);
  const { id } = await client.sendMessage(session.id, { text: "echo hello" });
  await until(async () => (await client.message(id)).state === "answered");
  expect((await client.readSession(session.id)).unread).toBe(0);
  expect((await client.unreadSession(session.id)).unread).toBe(1);
  expect(await client.session(session.id)).toMatchObject({ unread: 1, muted: true });
});

test("MB3: a waiting message is moved before or after another; where to has to be said, and once", async () => {
  const { client } = reef;
  const session = await reef.newSession("move");
  await client.pauseBot(session.botId);
  const first = await client.sendMessage(session.id, { text: "first" });
  const second = await client.sendMessage(session.id, { text: "second" });
  expect((await client.moveMessage(second.id, { before: first.id })).rank).toBe(first.rank);
  expect((await client.message(first.id)).rank).toBe(second.rank);
  for (const body of [{}, { before: first.id, after: first.id }, { before: "first" }]) {
    await expect(client.moveMessage(second.id, body as never)).rejects.toMatchObject({ code: "invalid_request" });
  }
  await client.withdrawMessage(first.id);
  await expect(client.moveMessage(second.id, { after: first.id })).rejects.toMatchObject({ code: "conflict" });
  await expect(client.moveMessage(`msg_${unknownId}` as MessageId, { after: second.id })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("a queued message is taken back; one that was answered is not", async () => {
  const { client } = reef;
  const session = await reef.newSession("withdraw");
  await client.pauseBot(session.botId);
  const { id } = await client.sendMessage(session.id, { text: "wait" });
  expect((await client.withdrawMessage(id)).state).toBe("cancelled");
  await expect(client.withdrawMessage(id)).rejects.toMatchObject({ code: "conflict" });
  await expect(client.retryMessage(id)).rejects.toMatchObject({ code: "conflict" });
  await expect(client.dismissMessage(id)).rejects.toMatchObject({ code: "conflict" });
});

test("links are replaced as a whole", async () => {
  const { client } = reef;
  const session = await reef.newSession("links");
  const links = {
    items: [{ from: { kind: "bot" as const, botId: session.botId }, to: { kind: "any" as const }, allow: false }],
  };
  expect(await client.putLinks(links)).toEqual(links);
  expect(await client.links()).toEqual(links);
  expect(await client.putLinks({ items: [] })).toEqual({ items: [] });
});

test("status and numbers say what is there", async () => {
  const status = await reef.client.status();
  expect(status).toMatchObject({ runtime: "loop", model: "scripted", maxTurns: 64 });
  expect(status.totals.bots).toBeGreaterThan(0);
  const metrics = await (await reef.request("GET", "/metrics")).text();
  expect(metrics).toMatch(/reef_events_total\{type="bot.changed"\} [1-9]/);
  expect(metrics).toMatch(/reef_commit_seconds_count\{kind="turn"\} [1-9]/);
  expect(metrics).toMatch(
    /reef_http_request_seconds_count\{method="POST",route="\/v1\/sessions\/\{id\}\/messages",status="202"\} [1-9]/,
  );
});

test("what does not exist is 404, by whatever noun", async () => {
  const { client } = reef;
  const missing = [
    client.bot(`bot_${unknownId}` as never),
    client.deleteBot(`bot_${unknownId}` as never),
    client.pauseBot(`bot_${unknownId}` as never),
    client.changeBot(`bot_${unknownId}` as never, { name: "x" }),
    client.changeTopic(`tpc_${unknownId}` as never, { name: "x" }),
    client.deleteTopic(`tpc_${unknownId}` as never),
    client.createSession({ botId: `bot_${unknownId}` as never }),
    client.session(`ses_${unknownId}` as SessionId),
    client.changeSession(`ses_${unknownId}` as SessionId, { title: "x" }),
    client.deleteSession(`ses_${unknownId}` as SessionId),
    client.entries(`ses_${unknownId}` as SessionId),
    client.turnsOfSession(`ses_${unknownId}` as SessionId),
    client.tree(`ses_${unknownId}` as SessionId),
    client.cancelSession(`ses_${unknownId}` as SessionId),
    client.forkSession(`ses_${unknownId}` as SessionId),
    client.sendMessage(`ses_${unknownId}` as SessionId, { text: "x" }),
    client.message(`msg_${unknownId}` as MessageId),
    client.retryMessage(`msg_${unknownId}` as MessageId),
    client.withdrawMessage(`msg_${unknownId}` as MessageId),
    client.turn(`trn_${unknownId}` as TurnId),
    client.answerAsk(`ask_${unknownId}` as AskId, { answer: "x" }),
    client.ask("nonsense" as AskId),
  ];
  for (const outcome of await Promise.allSettled(missing)) {
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "not_found" } });
  }
  expect((await client.messages({ chainId: `chn_${unknownId}` as ChainId })).items).toEqual([]);
  for (const path of ["/v1/memories", "/v1/windows", "/v1/approvals"]) {
    const response = await reef.request("GET", path);
    expect([path, response.status, response.headers.get("content-type")]).toEqual([
      path,
      404,
      "application/problem+json",
    ]);
  }
});

test("SE2: everything with data needs the token or a login; health, the console and the reference page do not", async () => {
  const status = async (path: string, headers: Record<string, string> = {}) =>
    (await reef.server.app.request(`${reef.server.url}${path}`, { headers })).status;
  for (const path of ["/v1/bots", "/v1/openapi.json", "/v1/events", "/v1/nothing", "/v1", "/metrics"]) {
    expect([path, await status(path)]).toEqual([path, 401]);
    expect([path, await status(path, { authorization: "Bearer wrong" })]).toEqual([path, 401]);
    expect([path, await status(path, { authorization: "Basic dGVzdA==" })]).toEqual([path, 401]);
  }
  for (const path of ["/healthz", "/readyz", "/docs", "/docs/style.css"])
    expect([path, await status(path)]).toEqual([path, 200]);
});

test("a slash at the end changes nothing, least of all who may read", async () => {
  for (const path of ["/healthz", "/docs", "/v1/bots", "/v1/status", "/metrics"]) {
    expect([path, (await reef.request("GET", `${path}/`)).status]).toEqual([path, 200]);
  }
  for (const path of ["/v1/bots/", "/metrics/", "/metrics//", "/v1//bots/", "//v1/bots", "//metrics"]) {
    const { status } = await reef.server.app.request(`${reef.server.url}${path}`);
    expect([path, [401, 404].includes(status)]).toEqual([path, true]);
  }
});

test("OPTIONS says what is possible", async () => {
  const answer = await reef.request("OPTIONS", "/v1/bots");
  expect([answer.status, answer.headers.get("allow")?.split(", ").sort()]).toEqual([
    204,
    ["GET", "HEAD", "OPTIONS", "POST"],
  ]);
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
});

test("SE4: what draws diagrams has no origin, reaches nothing, and stands in no foreign page", async () => {
  const frame = await reef.server.app.request(`${reef.server.url}/diagram-frame.html`);
  const policy = frame.headers.get("content-security-policy") ?? "";
  for (const part of ["default-src 'none'", "sandbox allow-scripts", "frame-ancestors 'self'"]) {
    expect(policy.split("; ")).toContain(part);
  }
  expect(policy).not.toMatch(/allow-same-origin|connect-src|img-src|unsafe-eval|https?:|\*/);
  expect(frame.headers.get("x-frame-options")).toBe("SAMEORIGIN");
});

test("SE4: every answer, also a refusal, carries the security headers and allows nothing inline", async () => {
  for (const path of ["/v1/bots", "/docs", "/v1/nothing", "/", "/healthz"]) {
    for (const authorization of [`Bearer ${reef.server.token}`, "Bearer wrong"]) {
      const { headers } = await reef.server.app.request(`${reef.server.url}${path}`, { headers: { authorization } });
      expect(headers.get("content-security-policy")).toMatch(/default-src '(self|none)'/);
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  }
});
