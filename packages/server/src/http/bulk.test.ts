import type { BulkReport } from "@reef/protocol/bulk";
import type { SessionId, UndoToken } from "@reef/protocol/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve({ script: () => "ok" });
});
afterAll(() => reef[Symbol.asyncDispose]());

async function makeSessions(count: number) {
  const bot = await reef.client.createBot({ name: `bulk ${crypto.randomUUID()}` });
  const sessions = await Promise.all(
    Array.from({ length: count }, (_, n) => reef.client.createSession({ botId: bot.id, title: `s${n}` })),
  );
  return { bot, ids: sessions.map(({ id }) => id) };
}

test("a deleted topic comes back with the same id and all its sessions, archived ones too, in one request", async () => {
  const { client } = reef;
  const { ids } = await makeSessions(60);
  const topic = await client.createTopic({ name: "research" });
  expect((await client.bulkSessions({ ids, action: "move", topicId: topic.id })).changed).toBe(60);
  await client.archiveSession(ids[0] as SessionId);
  const undo = await client.deleteTopic(topic.id);
  expect((await client.session(ids[5] as SessionId)).topicId).toBeNull();
  await client.undo(undo as UndoToken);
  for (const id of ids) expect((await client.session(id)).topicId).toBe(topic.id);
  expect((await client.topics()).items.find(({ id }) => id === topic.id)).toMatchObject({ name: "research" });
  await expect(client.undo(undo as UndoToken)).rejects.toMatchObject({ code: "not_found" });
});

test("a move is not taken back into a topic that was deleted since; after that was undone it is", async () => {
  const { client } = reef;
  const { ids } = await makeSessions(3);
  const [from, to] = [await client.createTopic({ name: "from" }), await client.createTopic({ name: "to" })];
  await client.bulkSessions({ ids, action: "move", topicId: from.id });
  const moved = await client.bulkSessions({ ids, action: "move", topicId: to.id });
  const deleted = await client.deleteTopic(from.id);
  await client.createTopic({ name: "from" });
  const refusal = { code: "conflict", message: expect.stringContaining("undo that first") };
  await expect(client.undo(moved.undo as UndoToken)).rejects.toMatchObject(refusal);
  for (const id of ids) expect((await client.session(id)).topicId).toBe(to.id);
  await client.undo(deleted as UndoToken);
  await client.undo(moved.undo as UndoToken);
  for (const id of ids) expect((await client.session(id)).topicId).toBe(from.id);
});

test("an act on many is all or nothing, counts what it did, and is taken back as it was", async () => {
  const { client } = reef;
  const { bot, ids } = await makeSessions(12);
  const [pinned] = ids as [SessionId];
  await client.changeSession(pinned, { pinned: true });
  const report = await client.bulkSessions({ filter: { botId: bot.id }, action: "pin" });
  expect(report).toMatchObject({ changed: 11, unchanged: 1, missing: [] });
  await client.undo(report.undo as UndoToken);
  const after = await Promise.all(ids.map((id) => client.session(id)));
  expect(after.filter((session) => session.pinned).map(({ id }) => id)).toEqual([pinned]);

  const archived = await client.bulkSessions({ ids, action: "archive" });
  expect((await client.sessions({ botId: bot.id })).items).toEqual([]);
  await client.deleteSession(ids[3] as SessionId);
  await client.undo(archived.undo as UndoToken);
  expect((await client.sessions({ botId: bot.id })).items).toHaveLength(11);

  const gone = await client.bulkSessions({ ids, action: "delete" });
  expect(gone).toMatchObject({ changed: 11, missing: [ids[3]], undo: null });
  expect((await client.sessions({ botId: bot.id })).items).toEqual([]);
});

test("unread counts are taken back too", async () => {
  const { client } = reef;
  const { ids } = await makeSessions(3);
  for (const id of ids) {
    const { id: message } = await client.sendMessage(id, { text: "hello" });
    await until(async () => (await client.message(message)).state === "answered");
  }
  const report = await client.bulkSessions({ ids, action: "read" });
  expect(await Promise.all(ids.map(async (id) => (await client.session(id)).unread))).toEqual([0, 0, 0]);
  await client.undo(report.undo as UndoToken);
  expect(await Promise.all(ids.map(async (id) => (await client.session(id)).unread))).toEqual([1, 1, 1]);
});

test("waiting messages are taken back together, and what a turn has taken is left alone", async () => {
  const { client } = reef;
  const { bot, ids } = await makeSessions(2);
  await client.pauseBot(bot.id);
  const sent = await Promise.all(ids.map((id) => client.sendMessage(id, { text: "later" })));
  const cancel = { ids: sent.map(({ id }) => id), action: "cancel" } as const;
  expect(await client.bulkMessages(cancel)).toMatchObject({ changed: 2, unchanged: 0 });
  expect(await client.bulkMessages(cancel)).toMatchObject({ changed: 0, unchanged: 2 });
});

test.each([
  ["neither ids nor filter", { action: "archive" }],
  ["both", { ids: ["ses_01a2055b-15a0-777f-a673-3ad77605e2b6"], filter: {}, action: "archive" }],
  ["a move without a place", { filter: {}, action: "move" }],
  ["a place without a move", { filter: {}, action: "pin", topicId: null }],
  ["too many", { ids: Array(5_001).fill("ses_01a2055b-15a0-777f-a673-3ad77605e2b6"), action: "pin" }],
  ["an unknown act", { filter: {}, action: "explode" }],
])("%s is refused with what was expected", async (_, body) => {
  const response = await reef.request("POST", "/v1/sessions/bulk", body);
  expect(response.status).toBe(400);
});

test("a topic that is not there moves nothing", async () => {
  const { ids } = await makeSessions(1);
  const body = { ids, action: "move", topicId: "tpc_01a2055b-15a0-777f-a673-3ad77605e2b6" };
  expect((await reef.request("POST", "/v1/sessions/bulk", body)).status).toBe(404);
  const empty = await reef.request("POST", "/v1/sessions/bulk", {
    ids: ["ses_01a2055b-15a0-777f-a673-3ad77605e2b6"],
    action: "archive",
  });
  expect((await empty.json()) as BulkReport).toMatchObject({ changed: 0, undo: null, missing: [expect.any(String)] });
});
