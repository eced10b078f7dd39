/** Published MCP servers, as npm has them, each in a box of its own under a running Reef: `npm run test:mcp`. */

import { lookup } from "node:dns/promises";
import { on } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isPublicAddress } from "@reef/box/network/public-address";
import { openPrograms } from "@reef/box/programs";
import { closeBox, probeBox } from "@reef/box/run/probe";
import type { NetworkWays } from "@reef/box/run/program";
import { whyNoBox } from "@reef/box/testing/box-harness";
import { answer } from "@reef/engine/testing/scripted-runtime";
import { McpBox } from "@reef/protocol/mcp-box";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { outsidePackages } from "../testing/outside-packages.ts";
import { type Served, serve, until } from "../testing/serve.ts";

const folder = outsidePackages("mcp-servers", {
  "@modelcontextprotocol/server-filesystem": "2026.8.31",
  "@modelcontextprotocol/server-everything": "2026.8.31",
  "@modelcontextprotocol/server-memory": "2026.8.31",
  "@modelcontextprotocol/server-sequential-thinking": "2026.8.31",
  "@playwright/mcp": "0.0.83",
});
const bins = join(folder, "node_modules");
const hasBox = (await whyNoBox()) === null;

interface Told {
  readonly id: string;
  readonly state: string;
  readonly tools: readonly { readonly name: string }[];
}

let reef: Served;
let notes: string;
beforeAll(async () => {
  notes = await mkdtemp(join(tmpdir(), "reef-notes-"));
  await chmod(notes, 0o777);
  await writeFile(join(notes, "plan.txt"), "water the plants");
  reef = await serve({
    // A message is a tool's full name and its input as JSON.
    script: ({ entries, messages }) => {
      const result = entries.find(({ kind }) => kind === "tool_result");
      if (result !== undefined) return `heard: ${result.text}`;
      const [name = "", ...input] = (messages.at(-1)?.text ?? "").split(" ");
      return [answer("", { name, input: JSON.parse(input.join(" ")) })];
    },
  });
});
afterAll(async () => {
  await reef[Symbol.asyncDispose]();
  await rm(notes, { recursive: true, force: true });
});

async function register(name: string, args: readonly string[], box: object): Promise<Told> {
  const transport = { kind: "stdio", command: "node", args };
  const made = await reef.request("POST", "/v1/mcp-servers", {
    name,
    transport,
    box: { folders: [{ path: folder }], ...box },
  });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as Told;
  const checked = await reef.request("POST", `/v1/mcp-servers/${id}/check`);
  const body = (await checked.json()) as Told;
  expect([checked.status, body]).toEqual([200, expect.objectContaining({ state: "ready" })]);
  return body;
}

async function say(serverId: string, text: string): Promise<string> {
  const bot = await reef.request("POST", "/v1/bots", { name: `bot ${Math.random()}`, mcp: [{ serverId }] });
  const { id } = (await bot.json()) as { readonly id: string };
  const session = await reef.client.createSession({ botId: id as never });
  const sent = await reef.client.sendMessage(session.id, { text });
  await until(async () => (await reef.client.message(sent.id)).state === "answered");
  return (await reef.client.entries(session.id, { limit: 10 })).items.at(-1)?.text ?? "";
}

test.skipIf(!hasBox)("filesystem: a bot reads and writes the listed folder, and no other", async () => {
  const program = join(bins, "@modelcontextprotocol/server-filesystem/dist/index.js");
  const { id, tools } = await register("fs", [program, notes], {
    folders: [{ path: folder }, { path: notes, write: true }],
  });
  expect(tools.map(({ name }) => name)).toContain("edit_file");
  expect(await say(id, `fs__read_text_file {"path":"${notes}/plan.txt"}`)).toBe("heard: water the plants");
  await say(id, `fs__write_file {"path":"${notes}/done.txt","content":"done"}`);
  expect(await readFile(join(notes, "done.txt"), "utf8")).toBe("done");
  expect(await say(id, `fs__read_text_file {"path":"/etc/shadow"}`)).toMatch(/denied|outside/i);
});

test.skipIf(!hasBox)("memory: what it is told survives its restart", async () => {
  const program = join(bins, "@modelcontextprotocol/server-memory/dist/index.js");
  const made = await reef.request("POST", "/v1/mcp-servers", {
    name: "memo",
    transport: { kind: "stdio", command: "node", args: [program], env: { MEMORY_FILE_PATH: "/work/memory.jsonl" } },
    box: { folders: [{ path: folder }] },
  });
  const { id } = (await made.json()) as Told;
  expect((await reef.request("POST", `/v1/mcp-servers/${id}/check`)).status).toBe(200);
  const input = { entities: [{ name: "Ada", entityType: "person", observations: ["likes tea"] }] };
  await say(id, `memo__create_entities ${JSON.stringify(input)}`);
  for (const enabled of [false, true]) await reef.request("PATCH", `/v1/mcp-servers/${id}`, { enabled });
  expect(await say(id, "memo__read_graph {}")).toContain("likes tea");
});

test.skipIf(!hasBox)("everything and sequential-thinking: they start, list and answer", async () => {
  const everything = await register("all", [join(bins, "@modelcontextprotocol/server-everything/dist/index.js")], {});
  expect(await say(everything.id, 'all__echo {"message":"hi"}')).toContain("hi");
  const steps = await register(
    "steps",
    [join(bins, "@modelcontextprotocol/server-sequential-thinking/dist/index.js")],
    {},
  );
  const thought = { thought: "one", nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 };
  expect(await say(steps.id, `steps__sequentialthinking ${JSON.stringify(thought)}`)).toContain("thoughtNumber");
});

test.skipIf(!hasBox)("npx: a server is downloaded once, and starts without the network afterwards", async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), "reef-npx-"));
  const box = await probeBox({ hidden: [dataFolder] });
  const host = "registry.npmjs.org";
  // Where the registry is a mirror at a private address, as in a closed network, it is reached as if it were public.
  const { address } = await lookup(host);
  const ways: NetworkWays = isPublicAddress(address)
    ? {}
    : {
        resolve: (_, __, done) => done(null, [{ address: "8.8.8.8", family: 4 }]),
        dial: ({ port }) => ({ host: address, port }),
      };
  const programs = openPrograms({ box, clock: systemClock, dataFolder, ways });
  const args = ["-y", "@modelcontextprotocol/server-sequential-thinking@2026.8.31"];
  for (const network of [[host], []]) {
    const program = await programs.start({
      name: "npx",
      command: "npx",
      args,
      env: {},
      box: McpBox.parse({ network }),
    });
    const lines = on(createInterface(program.stdout), "line");
    program.stderr.resume();
    const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "reef", version: "1" } };
    program.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\n`);
    const line = await Promise.race([lines.next().then(({ value }) => String(value)), program.exit]);
    expect(line).toContain("serverInfo");
    await program.stop();
  }
  await programs[Symbol.asyncDispose]();
  await closeBox(box);
  await rm(dataFolder, { recursive: true, force: true });
});

const chromium = [process.env.REEF_CHROMIUM, "/usr/bin/chromium"].find(
  (path) => path !== undefined && existsSync(path),
);
test.skipIf(!hasBox || chromium === undefined)("playwright: the real Chromium opens a page from a turn", async () => {
  const page = createServer((_, response) => response.end("<title>Reef</title><h1>Hello from a page</h1>")).listen(
    0,
    "127.0.0.1",
  );
  await new Promise((resolve) => page.once("listening", resolve));
  const { port } = page.address() as AddressInfo;
  const args = ["--executable-path", chromium ?? "", "--no-sandbox", "--headless", "--isolated"];
  const { id } = await register("web", [join(bins, "@playwright/mcp/cli.js"), ...args], {
    memoryMb: 8_000,
    processes: 512,
  });
  expect(await say(id, 'web__browser_navigate {"url":"data:text/html,<h1>Hello from a page</h1>"}')).toContain(
    "Hello from a page",
  );
  // This machine is out of reach from a box.
  expect(await say(id, `web__browser_navigate {"url":"http://127.0.0.1:${port}/"}`)).toMatch(/ERR_|refused|proxy/i);
  page.close();
});
