/** Tests MCP servers over the API: registering, secrets, approval, and a turn that calls a tool of a real service. */
import { stat } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve as serveHono } from "@hono/node-server";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { whyNoBox } from "@reef/box/testing/box-harness";
import { answer } from "@reef/engine/testing/scripted-runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Served, serve, until } from "../testing/serve.ts";

const hasBox = (await whyNoBox()) === null;
const key = "sk-mcp-7f3a9d2e51";

/** A service on loopback that wants a key. */
async function startService() {
  const heard: IncomingHttpHeaders[] = [];
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: "weather", version: "2.0.0" });
    server.registerTool(
      "forecast",
      {
        description: "Tells the weather.",
        inputSchema: z.object({ city: z.string() }),
        annotations: { readOnlyHint: true },
      },
      async ({ city }) => ({ content: [{ type: "text", text: `rain in ${city}` }] }),
    );
    return server;
  });
  const { promise, resolve } = Promise.withResolvers<AddressInfo>();
  const http = serveHono(
    {
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) => {
        heard.push(Object.fromEntries(request.headers));
        if (request.headers.get("x-key") !== key) return new Response("no", { status: 401 });
        return handler.fetch(request);
      },
    },
    resolve,
  );
  const { port } = await promise;
  return { heard, url: `http://127.0.0.1:${port}/mcp`, close: () => http.close() };
}

let reef: Served;
let service: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  service = await startService();
  reef = await serve({
    script: ({ entries, tools }) => {
      const result = entries.find(({ kind }) => kind === "tool_result");
      if (result !== undefined) return `heard: ${result.text}`;
      const tool = tools.find(({ name }) => name === "weather__forecast");
      return tool === undefined ? "no tool" : [answer("", { name: tool.name, input: { city: "Lyon" } })];
    },
  });
});
afterAll(async () => {
  service.close();
  await reef[Symbol.asyncDispose]();
});

async function json<Value>(response: Promise<Response>, status: number): Promise<Value> {
  const { status: got, ...rest } = await response.then(async (it) => ({ status: it.status, body: await it.json() }));
  expect([got, rest.body]).toEqual([status, expect.anything()]);
  return rest.body as Value;
}

interface Told {
  readonly id: string;
  readonly state: string;
  readonly problem: string | null;
  readonly software: string | null;
  readonly tools: readonly { readonly fullName: string }[];
  readonly botIds: readonly string[];
}

describe("MCP servers over the API", () => {
  test("a service with a key is registered, checked and attached, and a turn uses its tool", async () => {
    await json(reef.request("PUT", "/v1/secrets/weather", { value: key }), 201);
    const made = await json<Told>(
      reef.request("POST", "/v1/mcp-servers", {
        name: "weather",
        transport: { kind: "http", url: service.url, headers: { "X-Key": { secret: "weather" } } },
      }),
      201,
    );
    expect(made).toMatchObject({ state: "idle", tools: [], botIds: [], listedAt: null });
    const checked = await json<Told>(reef.request("POST", `/v1/mcp-servers/${made.id}/check`), 200);
    expect(checked).toMatchObject({ state: "ready", problem: null, software: "weather 2.0.0" });
    expect(checked.tools.map(({ fullName }) => fullName)).toEqual(["weather__forecast"]);

    const bot = await json<{ readonly id: string }>(
      reef.request("POST", "/v1/bots", { name: "met", mcp: [{ serverId: made.id }] }),
      201,
    );
    const session = await reef.client.createSession({ botId: bot.id as never });
    const sent = await reef.client.sendMessage(session.id, { text: "weather?" });
    await until(async () => (await reef.client.message(sent.id)).state === "answered");
    const { items } = await reef.client.entries(session.id, { limit: 10 });
    expect(items.at(-1)?.text).toBe("heard: rain in Lyon");

    interface Listed {
      readonly items: readonly { readonly name: string }[];
    }
    const toolOf = async () => {
      const { items: all } = await json<Listed>(reef.request("GET", `/v1/bots/${bot.id}/tools`), 200);
      return all.find(({ name }) => name === "weather__forecast");
    };
    const origin = { kind: "server", serverId: made.id, server: "weather", tool: "forecast" };
    const approval = { decision: "allow", ruleId: null };
    expect(await toolOf()).toMatchObject({ origin, approval, afterCrash: "replay", callable: false });
    const rule = await reef.client.createApprovalRule({ tool: "weather__*", decision: "deny" });
    expect(await toolOf()).toMatchObject({ approval: { decision: "deny", ruleId: rule.id } });
    await reef.client.deleteApprovalRule(rule.id);
    const mcp = [{ serverId: made.id, ask: true, afterCrash: "skip" }];
    await json(reef.request("PATCH", `/v1/bots/${bot.id}`, { mcp }), 200);
    expect(await toolOf()).toMatchObject({ approval: { decision: "ask", ruleId: null }, afterCrash: "skip" });
    const refusedCall = { sessionId: session.id, callId: "1", input: { city: "Lyon" } };
    const path = `/v1/bots/${bot.id}/tools/weather__forecast`;
    expect(await json(reef.request("POST", path, refusedCall), 200)).toMatchObject({ isError: true });

    const read = await json<Told>(reef.request("GET", `/v1/mcp-servers/${made.id}`), 200);
    expect(read.botIds).toEqual([bot.id]);
    const refused = await json<{ readonly detail: string }>(reef.request("DELETE", `/v1/mcp-servers/${made.id}`), 409);
    expect(refused.detail).toContain("“met” uses “weather”");
  });

  test("SE8: the key is in no answer, and another address has to be given it again", async () => {
    const list = await (await reef.request("GET", "/v1/mcp-servers")).text();
    expect(list).not.toContain(key);
    const { items } = JSON.parse(list) as { readonly items: readonly Told[] };
    const secrets = await json<{ readonly items: readonly object[] }>(reef.request("GET", "/v1/secrets"), 200);
    expect(secrets.items).toMatchObject([{ name: "weather", usedBy: ["MCP server weather"] }]);
    const thief = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
    await new Promise((resolve) => thief.once("listening", resolve));
    const { port } = thief.address() as AddressInfo;
    const transport = { kind: "http", url: `http://127.0.0.1:${port}/`, headers: { "X-Key": { secret: "weather" } } };
    await json(reef.request("PATCH", `/v1/mcp-servers/${items[0]?.id}`, { transport }), 409);
    await json(reef.request("POST", "/v1/mcp-servers", { name: "thief", transport }), 409);
    thief.close();
  });

  test.skipIf(!hasBox)(
    "TO4: a program runs in a box of its own, with its secrets and the folders listed for it",
    async () => {
      await json(reef.request("PUT", "/v1/secrets/boxed", { value: key }), 201);
      const root = join(import.meta.dirname, "../../../..");
      const transport = {
        kind: "stdio",
        command: "node",
        args: [join(root, "packages/mcp/src/testing/fixture-server.ts")],
        env: { GIVEN: { secret: "boxed" } },
      };
      const made = await json<Told>(reef.request("POST", "/v1/mcp-servers", { name: "boxed", transport }), 201);
      const refused = await json<{ readonly detail: string }>(
        reef.request("POST", `/v1/mcp-servers/${made.id}/check`),
        503,
      );
      expect(refused.detail).toContain("Cannot find module");
      const box = { folders: [{ path: root }] };
      await json(reef.request("PATCH", `/v1/mcp-servers/${made.id}`, { box }), 200);
      const checked = await json<Told>(reef.request("POST", `/v1/mcp-servers/${made.id}/check`), 200);
      expect(checked).toMatchObject({ state: "ready", problem: null, software: "fixture 1.2.3" });
      expect(checked.tools.map(({ fullName }) => fullName)).toContain("boxed__secret");
      const folder = join(reef.folder, "mcp-servers", made.id);
      expect((await stat(folder)).isDirectory()).toBe(true);
      expect((await reef.request("DELETE", `/v1/mcp-servers/${made.id}`)).status).toBe(204);
      await until(async () => (await stat(folder).catch(() => null)) === null);
    },
  );

  test("bad input is refused, with what was expected", async () => {
    const plain = { kind: "stdio", command: "server" };
    for (const [body, path] of [
      [{ name: "Has Space", transport: plain }, "name"],
      [{ name: "a__b", transport: plain }, "name"],
      [{ name: "x", transport: { kind: "stdio" } }, "transport.command"],
      [{ name: "x", transport: { kind: "http", url: "http://169.254.169.254/" } }, "transport.url"],
      [{ name: "x", transport: { ...plain, env: { "A=B": "c" } } }, "transport.env.A=B"],
    ] as const) {
      const refused = await json<{ readonly errors: readonly { readonly path: string }[] }>(
        reef.request("POST", "/v1/mcp-servers", body),
        400,
      );
      expect(refused.errors[0]?.path).toBe(path);
    }
    const gone = "mcp_01900000-0000-7000-8000-000000000000";
    await json(reef.request("GET", `/v1/mcp-servers/${gone}`), 404);
    await json(reef.request("POST", "/v1/bots", { name: "x", mcp: [{ serverId: gone }] }), 400);
  });
});

test("TO4: where the settings allow it, a program is started with its secrets and nothing else of Reef's", async () => {
  await using local = await serve({ config: { mcpUnboxed: true }, script: () => "ok" });
  await json(local.request("PUT", "/v1/secrets/given", { value: key }), 201);
  const program = join(import.meta.dirname, "../../../mcp/src/testing/fixture-server.ts");
  const transport = {
    kind: "stdio",
    command: process.execPath,
    args: [program],
    env: { GIVEN: { secret: "given" } },
  };
  const made = await json<Told>(local.request("POST", "/v1/mcp-servers", { name: "fix", transport }), 201);
  const checked = await json<Told>(local.request("POST", `/v1/mcp-servers/${made.id}/check`), 200);
  expect(checked.tools.map(({ fullName }) => fullName)).toContain("fix__secret");
  expect(await (await local.request("GET", "/v1/mcp-servers")).text()).not.toContain(key);
});
