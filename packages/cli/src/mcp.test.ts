import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { type Served, serve } from "@reef/server/testing/serve";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveMcp } from "./mcp.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve({ script: ({ messages }) => `you said: ${messages.at(-1)?.text}` });
  await reef.client.createBot({ name: "Coral" });
});
afterAll(() => reef[Symbol.asyncDispose]());

const eras = ["auto", "2025"] as const;

function newClient(era: (typeof eras)[number]): Client {
  const newest = era === "auto" ? { versionNegotiation: { mode: "auto" as const } } : {};
  return new Client({ name: "test", version: "1" }, newest);
}

async function tour(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toContain("memory_save");
  const saved = await client.callTool({ name: "memory_save", arguments: { text: "The lamp is green." } });
  expect(saved.isError ?? false).toBe(false);
  const found = await client.callTool({ name: "memory_search", arguments: { query: "what color is the lamp" } });
  expect(JSON.stringify(found.content)).toContain("The lamp is green.");
  const { resources } = await client.listResources();
  const memories = resources.find(({ uri }) => uri.endsWith("/memories"));
  const { contents } = await client.readResource({ uri: memories?.uri ?? "" });
  expect(JSON.stringify(contents)).toContain("The lamp is green.");
  await expect(client.readResource({ uri: "reef://nothing" })).rejects.toThrow(/no resource/);
  expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(["recall"]);
  const { messages } = await client.getPrompt({ name: "recall", arguments: { about: "lamp" } });
  expect(JSON.stringify(messages)).toContain("The lamp is green.");
}

test.each(eras)("an MCP client of the era %s saves and finds a memory over HTTP", async (era) => {
  const client = newClient(era);
  const requestInit = { headers: { authorization: `Bearer ${reef.server.token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${reef.server.url}/mcp?bot=Coral`), { requestInit }));
  await tour(client);
  await client.close();
});

test.each(eras)("reef mcp gives a client of the era %s the same", async (era) => {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const place = { url: reef.server.url, token: reef.server.token, bot: "Coral" };
  const serving = await serveMcp(place, ours);
  const client = newClient(era);
  await client.connect(theirs);
  await tour(client);
  await client.close();
  await serving.close();
});

test("reef mcp says plainly that Reef is not there, or does not know the bot", async () => {
  const { url, token } = { url: reef.server.url, token: reef.server.token };
  await expect(serveMcp({ url, token, bot: "Nobody" })).rejects.toThrow(/there is no bot “Nobody”/);
  await expect(serveMcp({ url: "http://127.0.0.1:9", token })).rejects.toThrow(/can't be reached/);
});
