/** Tests that MCP clients hear of what changes, within their scope, over real HTTP with the protocol's own client. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { Bot } from "@reef/protocol/bot";
import { type Served, serve, until } from "@reef/server/testing/serve";
import { afterAll, beforeAll, expect, test } from "vitest";

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
