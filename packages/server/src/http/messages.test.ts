import type { Message } from "@reef/protocol/message";
import type { Page } from "@reef/protocol/page";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve({ ownRuntimes: true });
});
afterAll(() => reef[Symbol.asyncDispose]());

const idsOf = async (path: string) => {
  const response = await reef.request("GET", path);
  const { items } = (await response.json()) as Page<Message>;
  return items.map(({ id }) => id);
};

test("MB7: a dead letter that was dismissed is off the list, and still found by who asks for it", async () => {
  const session = await reef.newSession("dead");
  const { id } = await reef.client.sendMessage(session.id, { text: "fail here" });
  await until(async () => (await reef.client.message(id)).state === "dead");
  expect(await idsOf("/v1/messages?state=dead")).toEqual([id]);
  await reef.client.dismissMessage(id);
  expect(await idsOf("/v1/messages?state=dead")).toEqual([]);
  for (const query of ["state=dead&dismissed=true", "state=dead&dismissed=any", `sessionId=${session.id}`]) {
    expect([query, await idsOf(`/v1/messages?${query}`)]).toEqual([query, [id]]);
  }
  expect((await reef.client.messages({ state: "dead", dismissed: "any" })).items).toHaveLength(1);
  await reef.client.retryMessage(id);
  await until(async () => (await reef.client.message(id)).state === "dead");
  expect(await idsOf("/v1/messages?state=dead")).toEqual([id]);
});

test("a session's messages are listed where they are sent, newest first, and filtered as everywhere", async () => {
  const session = await reef.newSession("own");
  const other = await reef.newSession("other");
  const one = await reef.client.sendMessage(session.id, { text: "echo one" });
  const two = await reef.client.sendMessage(session.id, {
    text: "echo two",
    notBefore: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await reef.client.sendMessage(other.id, { text: "echo three" });
  await until(async () => (await reef.client.message(one.id)).state === "answered");
  const path = `/v1/sessions/${session.id}/messages`;
  expect(await idsOf(path)).toEqual([two.id, one.id]);
  expect(await idsOf(`${path}?state=queued`)).toEqual([two.id]);
  expect(await idsOf(`${path}?limit=1`)).toEqual([two.id]);
  expect((await reef.request("GET", "/v1/sessions/ses_01a2055b-15a0-777f-a673-3ad77605e2b6/messages")).status).toBe(
    404,
  );
});

test("MB7: a bot that needs a model where none is set up says so, and what to do", async () => {
  const bot = await reef.client.createBot({ name: "thinker", runtime: "loop" });
  const session = await reef.client.createSession({ botId: bot.id });
  const { id } = await reef.client.sendMessage(session.id, { text: "hello" });
  await until(async () => (await reef.client.message(id)).state === "dead");
  expect((await reef.client.message(id)).reason).toMatch(/no model is set up: add a provider/);
});
