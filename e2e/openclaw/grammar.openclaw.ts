/**
 * Tests a gateway whose model server builds one grammar of all tool schemas (a strict double of llama.cpp), with Reef's
 * plugin as the agent's tools: a single schema without a grammar would leave even "hello" unanswered.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "@reef/client/client";
import type { Bot } from "@reef/protocol/bot";
import type { RealGateway } from "@reef/runtimes/openclaw/testing/real-gateway";
import { sharedGateway } from "@reef/runtimes/openclaw/testing/shared-gateway";
import { type DialectServer, type Reply, startDialectServer } from "@reef/runtimes/testing/dialects/dialect-server";
import { grammarFault } from "@reef/runtimes/testing/dialects/grammar";
import { llamacpp } from "@reef/runtimes/testing/dialects/llamacpp";
import { hasLlama } from "@reef/runtimes/testing/llama/install-llama";
import { startLlama } from "@reef/runtimes/testing/llama/start-llama";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ReefProcess, startReef } from "../support/reef-process.ts";

const root = resolve(import.meta.dirname, "../..");
const plugin = JSON.parse(readFileSync(`${root}/packages/openclaw-plugin/openclaw.plugin.json`, "utf8")) as {
  readonly contracts: { readonly tools: readonly string[] };
};

describe("Reef's plugin before a model server that builds grammars", () => {
  let gateway: RealGateway;
  let model: DialectServer;
  let reef: ReefProcess;
  let client: Client;
  let original: string;
  let claw: Bot;
  beforeAll(async () => {
    gateway = await sharedGateway();
    original = readFileSync(gateway.configPath, "utf8");
    model = await startDialectServer(llamacpp, { script });
    reef = await startReef({});
    client = reef.client;
    await connect(reef, gateway);
    const config = JSON.parse(readFileSync(gateway.configPath, "utf8")) as GatewayConfig;
    config.models.providers.scripted.baseUrl = model.baseUrl;
    // Reef's tools are listed directly: tools found by a search would not be in the request.
    config.tools = { allow: plugin.contracts.tools, toolSearch: false };
    writeFileSync(gateway.configPath, JSON.stringify(config));
    await gateway.kill();
    await gateway.start();
    const [joined] = (await client.gateways()).items;
    if (joined === undefined) throw new Error("the gateway did not join");
    while ((await client.gateway(joined.id)).state !== "ready") await wait(100);
    claw = await client.adoptAgent(joined.id, "main");
  });
  afterAll(async () => {
    writeFileSync(gateway.configPath, original);
    await gateway.kill();
    await gateway.start();
    await reef[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
  });

  async function ask(text: string): Promise<string> {
    const session = await client.createSession({ botId: claw.id, title: text });
    const sent = await client.sendMessage(session.id, { text });
    await expect
      .poll(async () => (await client.message(sent.id)).state, { timeout: 120_000 })
      .not.toMatch(/queued|delivered/);
    expect([(await client.message(sent.id)).state, ...model.refusals()]).toEqual(["answered"]);
    return (await client.entries(session.id, { limit: 100 })).items.at(-1)?.text ?? "";
  }

  test("PR1: it answers a plain hello, with every tool of Reef in the request", async () => {
    expect(await ask("hello")).toBe("hello yourself");
    const { received } = model.exchanges.at(-1) ?? { received: { tools: [] } };
    expect(received.tools.toSorted()).toEqual(expect.arrayContaining([...plugin.contracts.tools].toSorted()));
  });

  test("PR1: it uses a tool of Reef", async () => {
    expect(await ask("remember the vault")).toMatch(/^done: /);
    const { items } = await client.memories(claw.id);
    expect(items.map(({ text }) => text)).toContain("The vault opens at noon.");
  });

  test.runIf(hasLlama)("PR1: llama.cpp itself builds its grammar of what the gateway sent", async () => {
    await using llama = await startLlama();
    const { tools } = model.exchanges.find(({ received }) => received.tools.length > 0)?.body ?? {};
    const response = await fetch(`${llama.baseUrl}/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ messages: [{ role: "user", content: "hello" }], tools }),
    });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("[DONE]")]);
  });

  test("PR1: the double would have refused a schema with a pattern that no grammar has", () => {
    expect(
      grammarFault({ type: "object", properties: { day: { type: "string", pattern: "^\\d{4}$" } } }),
    ).not.toBeNull();
  });
});

interface GatewayConfig {
  readonly models: { readonly providers: { readonly scripted: { baseUrl: string } } };
  tools?: object;
}

function script({ lastUser, results }: { readonly lastUser: string; readonly results: readonly string[] }): Reply {
  if (!lastUser.includes("remember the vault")) return { text: "hello yourself" };
  if (results.length > 0) return { text: `done: ${results[0]}` };
  return { calls: [{ name: "memory_save", input: { text: "The vault opens at noon." } }] };
}

/** Connects as a person does. */
async function connect(reef: ReefProcess, gateway: RealGateway): Promise<void> {
  const args = ["openclaw", "connect", "--yes", "--config", gateway.configPath, "--url", reef.url];
  const child = spawn(process.execPath, ["packages/cli/src/main.ts", ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, REEF_DATA: reef.folder },
    stdio: "ignore",
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`reef openclaw connect ended with ${code}`);
}
