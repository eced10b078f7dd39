/** The protocol's own suites, old and new, and its inspector, against a running Reef: `npm run test:mcp`. */
import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { outsidePackages } from "../../testing/outside-packages.ts";
import { type Served, serve } from "../../testing/serve.ts";
import { startTokenProxy } from "../../testing/token-proxy.ts";
import { startFixtureServer } from "./testing/fixture-server.ts";

const folder = outsidePackages("mcp", {
  "conformance-2025": "npm:@modelcontextprotocol/conformance@0.1.16",
  "conformance-2026": "npm:@modelcontextprotocol/conformance@0.2.0-alpha.12",
  "@modelcontextprotocol/inspector": "2.12",
});

let reef: Served;
let proxy: Awaited<ReturnType<typeof startTokenProxy>>;
beforeAll(async () => {
  reef = await serve({ script: ({ messages }) => `you said: ${messages.at(-1)?.text}` });
  await reef.client.createBot({ name: "Coral" });
  proxy = await startTokenProxy(reef.server);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await reef[Symbol.asyncDispose]();
});

async function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  const cwd = await mkdtemp(join(tmpdir(), "reef-mcp-"));
  const child = spawn(process.execPath, [join(folder, "node_modules", program), ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}

const conformance = (year: 2025 | 2026) => `conformance-${year}/dist/index.js`;
const expected = (name: string) => join(import.meta.dirname, name);

test.each([
  [2025, [], "expected-failures.yaml", 7],
  [2026, [], "expected-failures.yaml", 36],
  [2026, ["--suite", "all", "--spec-version", "2026-07-28"], "expected-failures-2026.yaml", 95],
] as const)("the suite of %s with %j fails only where a reason is written down", async (year, args, failures, passed) => {
  const url = `${proxy.url}/mcp`;
  const { code, output } = await run(conformance(year), [
    "server",
    "--url",
    url,
    "--expected-failures",
    expected(failures),
    ...args,
  ]);
  expect(code, output.slice(-3_000)).toBe(0);
  expect(Number(/^Total: (\d+) passed/m.exec(output)?.[1])).toBeGreaterThanOrEqual(passed);
});

test("as a bot the same holds", async () => {
  const args = [
    "server",
    "--url",
    `${proxy.url}/mcp?bot=Coral`,
    "--expected-failures",
    expected("expected-failures.yaml"),
  ];
  const { code, output } = await run(conformance(2026), args);
  expect(code, output.slice(-3_000)).toBe(0);
});

test.each([
  [2025, "tools-call-simple-text"],
  [2025, "tools-call-error"],
  [2025, "tools-call-with-progress"],
  [2026, "tools-call-simple-text"],
  [2026, "tools-call-error"],
  [2026, "tools-call-with-progress"],
  [2026, "json-schema-2020-12"],
] as const)("tools of fixed names, served by the same code, pass the suite of %s: %s", async (year, scenario) => {
  await using fixture = await startFixtureServer();
  const { code, output } = await run(conformance(year), ["server", "--url", fixture.url, "--scenario", scenario]);
  expect(code, output.slice(-3_000)).toBe(0);
});

test("the inspector lists a bot's tools, resources and prompts, saves a memory and finds it", async () => {
  const url = `${proxy.url}/mcp?bot=Coral`;
  const inspect = async (...args: readonly string[]) => {
    const launcher = "@modelcontextprotocol/inspector/clients/launcher/build/index.js";
    const { code, output } = await run(launcher, ["--cli", url, "--transport", "http", ...args]);
    expect(code, output).toBe(0);
    return output;
  };
  expect(await inspect("--method", "tools/list")).toContain("memory_save");
  const save = ["--tool-name", "memory_save", "--tool-arg", "text=The harbour opens at six."];
  await inspect("--method", "tools/call", ...save);
  const find = ["--tool-name", "memory_search", "--tool-arg", "query=when does the harbour open"];
  expect(await inspect("--method", "tools/call", ...find)).toContain("The harbour opens at six.");
  expect(await inspect("--method", "resources/list")).toContain("/memories");
  expect(await inspect("--method", "prompts/list")).toContain("recall");
});
