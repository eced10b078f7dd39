/** Tests that MCP clients hear of what changes, within their scope, over real HTTP with the protocol's own client. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Bot } from "@reef/protocol/bot";
import type { Event } from "@reef/protocol/event";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve, until } from "../../testing/serve.ts";
import type { Doors } from "../door-parts.ts";
import { openChanges } from "./changes.ts";

let reef: Served;
let coral: Bot;
beforeAll(async () => {
  reef = await serve({ script: ({ messages }) => `you said: ${messages.at(-1)?.text}` });
  coral = await reef.client.createBot({ name: "Coral" });
});
afterAll(() => reef[Symbol.asyncDispose]());

async function connect(query: string, mode: "auto" | "legacy" = "auto") {
  const client = new Client({ name: "test", version: "1" }, mode === "auto" ? { versionNegotiation: { mode } } : {});
  const heard: string[] = [];
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => void heard.push(params.uri));
  for (const noun of ["resources", "tools", "prompts"] as const) {
    client.setNotificationHandler(`notifications/${noun}/list_changed`, () => void heard.push(noun));
  }
  const requestInit = { headers: { authorization: `Bearer ${reef.server.token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${reef.server.url}/mcp${query}`), { requestInit }));
  return { client, heard, [Symbol.asyncDispose]: () => client.close() };
}

const everything = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

test("DO6, SE9: a client as a bot hears of that bot's sessions, memories and skills, and of nothing else", async () => {
  await using bot = await connect("?bot=Coral");
  await using owner = await connect("");
  const open = await reef.client.createSession({ botId: coral.id, title: "open" });
  const hidden = await reef.client.createSession({ botId: coral.id, title: "hidden", memory: "off" });
  const foreign = await reef.newSession("foreign");
  const uris = [open, hidden, foreign].map(({ id }) => `reef://sessions/${id}/transcript`);
  const memories = `reef://bots/${coral.id}/memories`;
  const asked = { ...everything, resourceSubscriptions: [...uris, memories, `reef://bots/${foreign.botId}/memories`] };
  const subscriptions = await Promise.all([bot, owner].map(({ client }) => client.listen(asked)));
  for (const { id } of [hidden, foreign, open]) {
    const sent = await reef.client.sendMessage(id, { text: "hello" });
    await until(async () => (await reef.client.message(sent.id)).state === "answered");
  }
  await reef.request("POST", `/v1/bots/${foreign.botId}/memories`, { text: "The foreign lamp is red." });
  await reef.request("POST", `/v1/bots/${coral.id}/memories`, { text: "The lamp is green." });
  const markdown = "---\nname: knots\ndescription: Ties knots.\n---\n\nTwice around.\n";
  await reef.request("POST", "/v1/skills", { files: { "SKILL.md": { text: markdown } }, onFor: [coral.id] });
  await until(() => Promise.resolve(bot.heard.includes("prompts") && owner.heard.includes("prompts")));
  expect(new Set(bot.heard)).toEqual(new Set([uris[0], memories, "tools", "prompts"]));
  expect(new Set(owner.heard)).toEqual(
    new Set([uris[0], uris[2], memories, `reef://bots/${foreign.botId}/memories`, "tools", "prompts"]),
  );
  await reef.client.createSession({ botId: coral.id, title: "new" });
  await until(() => Promise.resolve(bot.heard.includes("resources")));

  expect((await bot.client.listPrompts()).prompts.map(({ name }) => name)).toEqual(["recall", "skill-knots"]);
  const { messages } = await bot.client.getPrompt({ name: "skill-knots" });
  expect(JSON.stringify(messages)).toContain("Twice around.");
  const count = bot.heard.length;
  for (const subscription of subscriptions) await subscription.close();
  await reef.client.createSession({ botId: coral.id, title: "later" });
  expect(bot.heard).toHaveLength(count);
});

test("DO6: prompts of another scope, unknown ones and ones without their argument are refused in words", async () => {
  await using bot = await connect("?bot=Coral");
  await using owner = await connect("");
  for (const [client, name, words] of [
    [bot.client, "catch-up", /no prompt “catch-up”/],
    [bot.client, "skill-none", /no prompt/],
    [bot.client, "recall", /needs the argument “about”/],
    [owner.client, "recall", /no prompt “recall”/],
  ] as const) {
    await expect(client.getPrompt({ name })).rejects.toThrow(words);
  }
  const { messages } = await owner.client.getPrompt({ name: "catch-up" });
  expect(JSON.stringify(messages)).toContain("Nothing waits for me");
});

test("an older client is offered no subscriptions, and everything else", async () => {
  await using old = await connect("?bot=Coral", "legacy");
  expect(old.client.getServerCapabilities()).toEqual({ tools: {}, resources: {}, prompts: {} });
  expect((await old.client.listPrompts()).prompts.map(({ name }) => name)).toContain("recall");
});

test("SY3: a client that reads nothing is cut off, and so is one whose login has ended; nobody is followed then", async () => {
  const followed = { now: 0, tell: (_: readonly Event[]) => {} };
  const store = {
    onEvents(listener: (events: readonly Event[]) => void) {
      followed.now += 1;
      followed.tell = listener;
      return () => (followed.now -= 1);
    },
    onGap: () => () => undefined,
  };
  const log = { error: () => undefined, debug: () => undefined };
  const changes = openChanges({ edge: { deps: { store } }, log } as unknown as Doors);
  const listen = (isOpen: () => boolean) =>
    changes.serve({ kind: "operator" }, isOpen, async () => {
      let leave = () => {};
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          leave = changes.bus.subscribe(() => controller.enqueue(new Uint8Array(1)));
        },
        cancel: () => leave(),
      });
      return new Response(body);
    });
  const login = { isOpen: true };
  await listen(() => true);
  await listen(() => login.isOpen);
  expect(followed.now).toBe(1);
  const deleted = (n: number) => ({ type: "bot.deleted", botId: `bot_${n}`, seq: n, at: "" }) as unknown as Event;
  followed.tell([deleted(0)]);
  login.isOpen = false;
  for (let n = 1; n <= 1_100; n += 1) followed.tell([deleted(n)]);
  await until(() => Promise.resolve(followed.now === 0));
});
