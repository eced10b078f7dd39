/** Tests what an MCP server asks and offers beside tools, in turns: questions to a person, texts of a model, resources, prompts. */
import { join } from "node:path";
import type { Completion, CompletionRequest } from "@reef/engine/port/runtime";
import { answer } from "@reef/engine/testing/scripted-runtime";
import type { Ask } from "@reef/protocol/ask";
import { BotId } from "@reef/protocol/ids";
import type { Turn } from "@reef/protocol/turn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

const program = join(import.meta.dirname, "../../../mcp/src/testing/fixture-server.ts");
const asked: CompletionRequest[] = [];

let reef: Served;
let serverId: string;
let botId: string;
beforeAll(async () => {
  reef = await serve({
    config: { mcpUnboxed: true },
    // A message is a tool's full name and its input as JSON.
    script: ({ entries, messages }) => {
      if (entries.at(-1)?.kind === "tool_result") return `heard: ${entries.at(-1)?.text}`;
      const [name = "", ...input] = (messages.at(-1)?.text ?? "").split(" ");
      return [answer("", { name, input: JSON.parse(input.join(" ") || "{}") })];
    },
    complete: async (request): Promise<Completion> => {
      const price = { input: 1_000, output: 1_000 };
      await request.reserve?.({ inputTokens: 100, maxOutputTokens: 2_000, price });
      asked.push(request);
      return { text: "four", model: "scripted", inputTokens: 11, outputTokens: 3, costUsd: 0.5 };
    },
  });
  const transport = { kind: "stdio", command: process.execPath, args: [program] };
  const made = await reef.request("POST", "/v1/mcp-servers", { name: "fix", transport, timeoutMs: 60_000 });
  serverId = ((await made.json()) as { readonly id: string }).id;
  expect((await reef.request("POST", `/v1/mcp-servers/${serverId}/check`)).status).toBe(200);
  const bot = await reef.request("POST", "/v1/bots", { name: "dev", mcp: [{ serverId }] });
  botId = ((await bot.json()) as { readonly id: string }).id;
});
afterAll(() => reef[Symbol.asyncDispose]());

async function begin(text: string) {
  const session = await reef.client.createSession({ botId: botId as never });
  const sent = await reef.client.sendMessage(session.id, { text });
  const openAsk = async (): Promise<Ask> => {
    let found: Ask | undefined;
    await until(async () => {
      found = (await reef.client.asks({ sessionId: session.id, state: "open" })).items[0];
      return found !== undefined;
    });
    return found as Ask;
  };
  return {
    session,
    openAsk,
    async answer(given: object) {
      const ask = await openAsk();
      await reef.client.answerAsk(ask.id, given as never);
      return ask;
    },
    async end() {
      await until(async () => (await reef.client.message(sent.id)).state === "answered");
      return (await reef.client.entries(session.id, { limit: 10 })).items.at(-1)?.text ?? "";
    },
  };
}

describe("what an MCP server asks during a call", () => {
  test("a form becomes one question a field, with what fits; the answers go back in their kinds", async () => {
    const turn = await begin("fix__book");
    const seat = await turn.answer({ choice: "Aisle" });
    expect(seat).toMatchObject({ kind: "question", options: ["Window", "Aisle", "Decline"], freeText: false });
    expect(seat.question).toBe("The MCP server “fix” asks:\n\nWhich seat?\n\n**Seat**");
    await turn.answer({ text: "many" });
    const again = await turn.answer({ text: "2" });
    expect(again.question).toContain("“many” does not fit: expected a integer");
    await turn.answer({ choice: "Yes" });
    expect((await turn.answer({ choice: "Skip" })).options).toEqual(["Skip", "Decline"]);
    expect(await turn.end()).toBe('heard: {"action":"accept","content":{"seat":"Aisle","bags":2,"lunch":true}}');
  });

  test("a person can decline, and is shown the address of a page to open", async () => {
    const turn = await begin("fix__book");
    await turn.answer({ choice: "Decline" });
    expect(await turn.end()).toBe('heard: {"action":"decline"}');
    const pay = await begin("fix__pay");
    const ask = await pay.answer({ choice: "Done" });
    expect(ask.question).toContain("https://pay.example/1");
    expect(await pay.end()).toBe('heard: {"action":"accept"}');
  });

  test("TU6: a turn that is stopped takes its question with it", async () => {
    const turn = await begin("fix__book");
    await turn.openAsk();
    await reef.client.cancelSession(turn.session.id);
    await until(async () => (await reef.client.asks({ sessionId: turn.session.id, state: "open" })).items.length === 0);
  });

  test("a text of the model is refused, until a person allows it for this server; then the bot pays for it", async () => {
    const refused = await begin("fix__think");
    expect(await refused.end()).toBe("heard: Method not found");
    expect(asked).toEqual([]);
    expect((await reef.request("PATCH", `/v1/mcp-servers/${serverId}`, { sampling: true })).status).toBe(200);
    const turn = await begin("fix__think");
    expect(await turn.end()).toBe('heard: {"type":"text","text":"four"}');
    expect(asked[0]?.text).toBe("user: What is 2 and 2?");
    const turns = await reef.request("GET", `/v1/sessions/${turn.session.id}/turns`);
    const { items } = (await turns.json()) as { readonly items: readonly Turn[] };
    expect(items[0]?.usage.costUsd).toBeCloseTo(0.5);
  });

  test("BU1: what a server asks the model is reserved first, counts as spent, and passes no limit", async () => {
    const before = asked.length;
    const scope = { kind: "bot", id: BotId.parse(botId) } as const;
    // What was spent before counts: less is left than the worst of one such call, and enough for the turn to begin.
    const budget = await reef.client.createBudget({ scope, period: "total", limitUsd: 0.5 * before + 0.4 });
    const now = async () => (await reef.client.budgets()).items.find(({ id }) => id === budget.id);
    const refused = await begin("fix__think");
    expect(await refused.end()).toContain("a budget has no room for it");
    expect(asked).toHaveLength(before);
    expect(await now()).toMatchObject({ spentUsd: 0.5 * before, reservedUsd: 0 });
    await reef.client.changeBudget(budget.id, { limitUsd: 100 });
    const turn = await begin("fix__think");
    expect(await turn.end()).toContain("four");
    expect(await now()).toMatchObject({ spentUsd: 0.5 * before + 0.5, reservedUsd: 0 });
    await reef.client.deleteBudget(budget.id);
  });
});

describe("what an MCP server offers beside tools", () => {
  const read = async (path: string) => (await reef.request("GET", `/v1/mcp-servers/${serverId}/${path}`)).json();

  test("resources and prompts are listed and read, by people and by bots", async () => {
    expect(await read("resources")).toMatchObject({
      items: [{ uri: "note://plan", description: "The plan.", mediaType: "text/plain" }],
    });
    expect(await read(`resources/content?uri=${encodeURIComponent("note://plan")}`)).toEqual({
      text: "[note://plan]\nwater the plants",
    });
    expect(await read("prompts")).toMatchObject({
      items: [{ name: "greet", arguments: [{ name: "name", required: true }] }],
    });
    const prompt = await reef.request("POST", `/v1/mcp-servers/${serverId}/prompts`, {
      name: "greet",
      arguments: { name: "Ada" },
    });
    expect(await prompt.json()).toEqual({ text: "user:\n\nGreet Ada." });
    expect(await (await begin("fix__resources")).end()).toContain("note://plan");
    expect(await (await begin('fix__resources {"uri":"note://plan"}')).end()).toContain("water the plants");
    expect(await (await begin('fix__prompts {"name":"greet","arguments":{"name":"Bo"}}')).end()).toContain("Greet Bo.");
    expect(await (await begin('fix__resources {"uri":"note://none"}')).end()).toContain("gave no result");
  });

  test("the catalogue is listed, and an entry is set up with its answers and secrets", async () => {
    const { items } = (await (await reef.request("GET", "/v1/mcp-servers/catalogue")).json()) as {
      readonly items: readonly { readonly name: string }[];
    };
    expect(items.map(({ name }) => name)).toContain("filesystem");
    const files = await reef.request("POST", "/v1/mcp-servers/catalogue/filesystem", {
      answers: { folder: "/srv/notes" },
    });
    expect([files.status, await files.json()]).toEqual([
      201,
      expect.objectContaining({
        name: "files",
        box: expect.objectContaining({ folders: [{ path: "/srv/notes", write: true }] }),
      }),
    ]);
    const github = await reef.request("POST", "/v1/mcp-servers/catalogue/github", {
      answers: { "mcp-github-token": "Bearer x" },
      name: "gh",
    });
    expect(github.status).toBe(201);
    expect(await (await reef.request("GET", "/v1/secrets")).json()).toMatchObject({
      items: [{ name: "mcp-github-token", origin: "https://api.githubcopilot.com" }],
    });
    expect((await reef.request("POST", "/v1/mcp-servers/catalogue/filesystem", { answers: {} })).status).toBe(400);
    expect((await reef.request("POST", "/v1/mcp-servers/catalogue/none", {})).status).toBe(404);
  });
});
