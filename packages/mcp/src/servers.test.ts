/** Tests MCP servers with a real program over standard input and output. */
import { join } from "node:path";
import { defaultSettings } from "@reef/engine/deps";
import { openFiles } from "@reef/engine/file/files";
import { approveMcpTools, changeMcpServer, createMcpServer, deleteMcpServer } from "@reef/engine/mcp/servers";
import { openModelFiles } from "@reef/engine/model/files";
import { openModelStore } from "@reef/engine/model/store";
import { createBot } from "@reef/engine/registry/bots";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import type { ToolOutcome, ToolRun } from "@reef/engine/tool/tool";
import type { McpAttachment, McpServerRecord, NewMcpServer } from "@reef/protocol/mcp";
import { mcpToolState } from "@reef/protocol/mcp-tool-state";
import { describe, expect, it, vi } from "vitest";
import type { Launch } from "./connection.ts";
import { type McpServers, openMcpServers } from "./servers.ts";

const program = join(import.meta.dirname, "testing/fixture-server.ts");
const fixture: NewMcpServer = {
  name: "fix",
  transport: { kind: "stdio", command: process.execPath, args: [program], env: {} },
};

async function start(launch?: (server: McpServerRecord) => Promise<Launch>) {
  const clock = createManualClock();
  const store = openModelStore({ clock });
  const files = openFiles({ store, clock, bytes: openModelFiles(), maxBytes: 1e9 });
  const deps = { store, clock, settings: defaultSettings, files };
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const plain = async ({ transport }: McpServerRecord): Promise<Launch> => {
    if (transport.kind === "http") throw new Error("no network here");
    return {
      kind: "stdio",
      command: transport.command,
      args: transport.args,
      env: {},
    };
  };
  const servers = await openMcpServers({ deps, log: silent, version: "9.9.9", launch: launch ?? plain });
  const attach = async (rest: Omit<McpAttachment, "serverId"> = {}, fields: NewMcpServer = fixture) => {
    const server = await createMcpServer(deps, fields);
    await servers.check(server.id, AbortSignal.timeout(30_000));
    const bot = await createBot(deps, { name: "dev", runtime: "loop", mcp: [{ serverId: server.id, ...rest }] });
    return { server, bot };
  };
  const run = async (
    bot: Parameters<McpServers["toolsFor"]>[0],
    name: string,
    input: object,
    rest: Partial<ToolRun> = {},
  ) => {
    const tool = (await servers.toolsFor(bot)).find((each) => each.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    const asked = { deps, signal: AbortSignal.timeout(60_000), ...rest } as unknown as ToolRun;
    return (await tool.run(asked, input)) as Extract<ToolOutcome, { type: "result" }>;
  };
  return { clock, deps, store, servers, attach, run, [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose]() };
}

describe("MCP servers", () => {
  it("gives an attached bot the server's tools under its name, and runs them", async () => {
    await using reef = await start();
    const { bot, server } = await reef.attach();
    const tools = await reef.servers.toolsFor(bot);
    expect(tools.map(({ name }) => name)).toContain("fix__echo");
    expect(tools.every(({ words, effects }) => words === "others" && effects.kind === "outside")).toBe(true);
    expect(await reef.run(bot, "fix__echo", { text: "hello" })).toMatchObject({ text: "hello", isError: false });
    const [record] = await reef.store.read.mcpServers();
    expect(reef.servers.health(record as McpServerRecord)).toEqual({
      state: "ready",
      problem: null,
      software: "fixture 1.2.3",
    });
    const other = await createBot(reef.deps, { name: "other", runtime: "loop" });
    expect(await reef.servers.toolsFor(other)).toEqual([]);
    await expect(deleteMcpServer(reef.deps, server.id)).rejects.toMatchObject({ code: "conflict" });
  });

  it("TO1: a bot gets only the tools named for it, and a person is asked first where that is set", async () => {
    await using reef = await start();
    const { bot } = await reef.attach({ tools: ["echo", "fail"], ask: ["fail"] });
    const tools = await reef.servers.toolsFor(bot);
    expect(tools.map(({ name }) => name).toSorted()).toEqual(["fix__echo", "fix__fail"]);
    expect(tools.find(({ name }) => name === "fix__echo")?.asksFirst).toBeUndefined();
    expect(tools.find(({ name }) => name === "fix__fail")?.asksFirst?.({ a: 1 })).toContain('"a": 1');
  });

  it("a failure, a wrong input, escape codes and a picture reach the bot as what they are", async () => {
    await using reef = await start();
    const { bot } = await reef.attach();
    expect(await reef.run(bot, "fix__fail", {})).toMatchObject({ text: "it is broken", isError: true });
    expect((await reef.run(bot, "fix__echo", { text: 3 })).isError).toBe(true);
    expect((await reef.run(bot, "fix__colours", {})).text).toBe("red plain");
    const drawn = await reef.run(bot, "fix__picture", {});
    expect(drawn.text).toBe("a pixel");
    expect(drawn.files).toMatchObject([{ mediaType: "image/png", width: 1, height: 1 }]);
  });

  it("shows how far a call is", async () => {
    await using reef = await start();
    const { bot } = await reef.attach();
    const reports: string[] = [];
    const enough = new AbortController();
    const rest = { report: (text: string) => reports.push(text), signal: enough.signal };
    const call = reef.run(bot, "fix__count", { to: 3 }, rest);
    await expect.poll(() => reports, { timeout: 20_000 }).toEqual(["1 of 3", "2 of 3", "3 of 3"]);
    enough.abort();
    await call;
  });

  it("SE8: the program gets no variable but its own and those that every program needs", async () => {
    vi.stubEnv("REEF_TOKEN", "secret");
    await using reef = await start();
    const { bot } = await reef.attach();
    const names = (await reef.run(bot, "fix__env", {})).text.split(" ");
    vi.unstubAllEnvs();
    const needed = ["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"];
    expect(names.filter((name) => !needed.includes(name))).toEqual([]);
  });

  it("TO3: a server that floods is cut off, says so, and works again with the next call", async () => {
    await using reef = await start();
    const { bot } = await reef.attach();
    const flooded = await reef.run(bot, "fix__flood", {});
    expect(flooded.isError).toBe(true);
    expect(flooded.text).toContain("The MCP server “fix” gave no result");
    expect((await reef.run(bot, "fix__echo", { text: "again" })).text).toBe("again");
  });

  it("TO3: a flood of notices changes nothing that was approved, and the server goes on", async () => {
    await using reef = await start();
    const { bot, server } = await reef.attach();
    let listings = 0;
    const unsubscribe = reef.store.onEvents((events) => {
      listings += events.filter(({ type }) => type === "mcp_server.changed").length;
    });
    expect((await reef.run(bot, "fix__spam", { times: 3_000 })).text).toBe("spammed");
    expect((await reef.run(bot, "fix__echo", { text: "still" })).text).toBe("still");
    const record = await reef.servers.check(server.id, AbortSignal.timeout(60_000));
    expect(record.tools.every((tool) => mcpToolState(tool) === "approved")).toBe(true);
    expect(listings).toBe(0);
    unsubscribe();
  });

  it("a program that ends in the middle of a call is started again for the next one, and its last words are told", async () => {
    await using reef = await start();
    const { bot } = await reef.attach();
    expect((await reef.run(bot, "fix__die", {})).isError).toBe(true);
    const [record] = await reef.store.read.mcpServers();
    await expect
      .poll(() => reef.servers.health(record as McpServerRecord))
      .toMatchObject({
        state: "failing",
        problem: "it ended by itself: out of cheese",
      });
    expect((await reef.run(bot, "fix__echo", { text: "back" })).text).toBe("back");
  });

  it("TU6: a call ends with its signal", async () => {
    await using reef = await start();
    const { bot } = await reef.attach();
    const stop = new AbortController();
    const call = reef.run(bot, "fix__hang", {}, { signal: stop.signal });
    setImmediate(() => stop.abort());
    expect((await call).isError).toBe(true);
  });

  it("stops a server that nobody needs, and starts it again for the next call", async () => {
    await using reef = await start();
    const { bot } = await reef.attach({}, { ...fixture, idleMs: 60_000 });
    const [record] = await reef.store.read.mcpServers();
    const state = () => reef.servers.health(record as McpServerRecord).state;
    expect(state()).toBe("ready");
    reef.clock.advance(60_000);
    await expect.poll(state).toBe("idle");
    expect((await reef.servers.toolsFor(bot)).length).toBeGreaterThan(5);
    expect((await reef.run(bot, "fix__echo", { text: "awake" })).text).toBe("awake");
  });

  it("TO5: a tool that changes its description is not used until a person has approved what it says now", async () => {
    await using reef = await start();
    const { bot, server } = await reef.attach();
    expect((await reef.run(bot, "fix__shifty", {})).text).toBe("3");
    await reef.run(bot, "fix__turn", {});
    const shifty = async () => {
      const [record] = await reef.store.read.mcpServers();
      return record?.tools.find(({ name }) => name === "shifty");
    };
    await expect.poll(async () => mcpToolState((await shifty()) as never), { timeout: 20_000 }).toBe("changed");
    await expect
      .poll(async () => (await reef.servers.toolsFor(bot)).map(({ name }) => name), { timeout: 20_000 })
      .not.toContain("fix__shifty");
    expect((await shifty())?.approved?.description).toBe("Adds two numbers.");
    const seen = { tools: ["shifty"], listedAt: "2020-01-01T00:00:00.000Z" };
    await expect(approveMcpTools(reef.deps, server.id, seen)).rejects.toMatchObject({ code: "conflict" });
    await approveMcpTools(reef.deps, server.id, { tools: ["shifty"] });
    await expect
      .poll(async () => (await reef.servers.toolsFor(bot)).find(({ name }) => name === "fix__shifty")?.description)
      .toContain("evil.example");
  });

  it("TO5: another program under the same name is another server: its tools need to be approved again", async () => {
    await using reef = await start();
    const { bot, server } = await reef.attach();
    await changeMcpServer(reef.deps, server.id, {
      transport: { kind: "stdio", command: process.execPath, args: [program, "--other"], env: {} },
    });
    await expect.poll(async () => (await reef.servers.toolsFor(bot)).length).toBe(0);
    await reef.servers.check(server.id, AbortSignal.timeout(30_000));
    expect(await reef.servers.toolsFor(bot)).toEqual([]);
    await approveMcpTools(reef.deps, server.id, {});
    await expect.poll(async () => (await reef.servers.toolsFor(bot)).length).toBeGreaterThan(5);
  });

  it("a server that cannot be started says why, and waits longer before each further try", async () => {
    await using reef = await start();
    const server = await createMcpServer(reef.deps, {
      name: "gone",
      transport: { kind: "stdio", command: "/no/such/program", args: [], env: {} },
    });
    const check = () => reef.servers.check(server.id, AbortSignal.timeout(30_000));
    await expect(check()).rejects.toMatchObject({ code: "unavailable", message: "the program was not found" });
    const health = reef.servers.health(server);
    expect(health).toMatchObject({ state: "failing", problem: "the program was not found" });
    await changeMcpServer(reef.deps, server.id, { enabled: false });
    await expect(check()).rejects.toMatchObject({ message: "the MCP server “gone” is switched off" });
  });
});
