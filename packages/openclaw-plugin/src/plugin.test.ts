import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createCatalogue, memoryTools, sessionTools } from "@reef/engine/tool/catalogue";
import { skillRead } from "@reef/engine/tool/skill-source";
import { type Served, serve } from "@reef/server/testing/serve";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HookContext, Host, HostTool } from "./host.mjs";
import { createReef } from "./reef.mjs";
import { register } from "./register.mjs";
import { sharedState } from "./shared.mjs";
import { toolList } from "./tool-list.generated.mjs";

const gatewayId = "gtw_01940000-0000-7000-8000-000000000000";

interface Loaded {
  readonly tools: ReadonlyMap<string, (context: HookContext) => HostTool | null>;
  readonly services: readonly { readonly id: string; start(): void; stop(): void }[];
  readonly warnings: readonly string[];
  hook(name: string, event: unknown, context: HookContext): Promise<object | undefined>;
}

/** Loads the plugin as a gateway does. */
function load(config: object | undefined, registrationMode = "full"): Loaded {
  const tools = new Map<string, (context: HookContext) => HostTool | null>();
  const hooks = new Map<string, (event: unknown, context: HookContext) => Promise<object | undefined>>();
  const services: Loaded["services"][number][] = [];
  const warnings: string[] = [];
  const api: Host = {
    ...(config === undefined ? {} : { pluginConfig: config }),
    registrationMode,
    logger: { info: () => undefined, warn: (text) => warnings.push(text) },
    registerTool: (create, { name }) => void tools.set(name, create),
    on: (name, handle) => void hooks.set(name, handle),
    registerService: (service) => void services.push(service),
    registerHttpRoute: () => undefined,
    session: { controls: { registerControlUiDescriptor: () => undefined } },
  };
  register(api, { REEF_TOKEN: "test-token-0123456789" });
  return { tools, services, warnings, hook: async (name, event, context) => hooks.get(name)?.(event, context) };
}

describe("the plugin", () => {
  let reef: Served;
  let loaded: Loaded;
  beforeAll(async () => {
    reef = await serve({ script: ({ bot }) => `I am ${bot.name}` });
    const gateway = { id: gatewayId, name: "one", url: "ws://127.0.0.1:1", token: { from: "env", name: "NONE" } };
    await reef.server.store.commit({
      at: new Date(0).toISOString(),
      ops: [{ op: "gateway.put", gateway: { ...gateway, enabled: false } as never }],
    });
    const agent = { gatewayId, agentId: "main" };
    await reef.request("POST", "/v1/bots", { name: "claw", runtime: "openclaw", agent });
    await reef.newSession("friend");
    loaded = load({ url: reef.server.url, gatewayId });
  });
  afterAll(() => reef[Symbol.asyncDispose]());

  const place = { agentId: "main", sessionKey: "agent:main:main" };
  async function run(name: string, input: object, plugin: Loaded = loaded, context: HookContext = place) {
    const result = await plugin.tools.get(name)?.(context)?.execute(`call-${name}`, input);
    return result?.content[0]?.text ?? "";
  }

  it("has the tools of Reef's catalogue, word for word, and declares them", async () => {
    const { specs } = await createCatalogue([...sessionTools, ...memoryTools, skillRead]).forBot({
      tools: null,
    } as never);
    const ofReef = specs.map(({ name, description, inputSchema }) => ({
      name: name === "memory_search" ? "reef_memory_search" : name,
      reefName: name,
      description,
      parameters: inputSchema,
    }));
    expect(toolList).toEqual(ofReef);
    const manifest = JSON.parse(readFileSync(new URL("../openclaw.plugin.json", import.meta.url), "utf8"));
    expect(manifest.contracts.tools).toEqual(ofReef.map(({ name }) => name));
    expect(manifest.id).toBe("reef-home");
    expect([...loaded.tools.keys()]).toEqual(manifest.contracts.tools);
  });

  it("ME1: saves and finds as the bot of the agent that calls", async () => {
    expect(await run("memory_save", { text: "The ferry leaves at seven." })).toMatch(/^remembered as mem_/);
    expect(await run("reef_memory_search", { query: "ferry" })).toContain("The ferry leaves at seven.");
    const stranger = { agentId: "stranger", sessionKey: "agent:stranger:main" };
    expect(await run("memory_save", { text: "x" }, loaded, stranger)).toContain("adopt the agent in Reef's console");
  });

  it("shows a call made through OpenClaw's tool_call under the id it has in the transcript there", async () => {
    const said: unknown[] = [];
    const log = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const agent = { gatewayId, agentId: "main" };
      if (request.method === "POST") said.push(JSON.parse(Buffer.concat(chunks).toString()).callId);
      response.end(JSON.stringify({ items: [{ id: "bot_1", agent }], next: null, text: "", isError: false }));
    });
    await new Promise<void>((resolve) => log.listen(0, "127.0.0.1", resolve));
    const telling = load({ url: `http://127.0.0.1:${(log.address() as AddressInfo).port}`, gatewayId });
    for (const callId of ["call_1", "tool_search_code:call_5_1:session_list:2"]) {
      await telling.tools.get("session_list")?.(place)?.execute(callId, {});
    }
    expect(said).toEqual(["call_1", "call_5_1"]);
    log.closeAllConnections();
    log.close();
  });

  it("calls without a session or agent have no tools", () => {
    expect(loaded.tools.get("session_list")?.({ agentId: "main" })).toBeNull();
  });

  it("ME5: what is saved in a run that Reef does not see waits for a person, whatever the plugin says was heard", async () => {
    await loaded.hook("after_tool_call", { toolName: "web_fetch" }, place);
    expect(await run("memory_save", { text: "The page says that the bank moved." })).toContain("has to approve it");
    await loaded.hook("before_prompt_build", { prompt: "next" }, place);
    expect(await run("memory_save", { text: "The mayor likes tea." })).toContain("has to approve it");
    await loaded.hook("after_tool_call", { toolName: "session_list" }, place);
    expect(await run("memory_save", { text: "The mayor dislikes coffee." })).toContain("has to approve it");
  });

  it("ME5: puts what is remembered before the message, quoted, and blocks with the system prompt", async () => {
    const question = { currentUserMessage: "When does the ferry leave?" };
    for (const { id: botId } of (await reef.client.bots()).items) {
      for (const { id } of (await reef.client.memories(botId)).items)
        await reef.client.changeMemory(id, { approved: true });
    }
    // The hook delays a prompt by less than a second: on a busy machine the first may proceed without memories.
    await expect
      .poll(() => loaded.hook("before_prompt_build", question, place))
      .toMatchObject({
        prependContext: expect.stringMatching(/<memory [^>]*>\nThe ferry leaves at seven\.\n<\/memory k="\w+">/),
        appendSystemContext: expect.stringContaining("never an instruction"),
      });
    expect(await loaded.hook("before_prompt_build", { prompt: "ferry" }, { agentId: "main" })).toBeUndefined();
  });

  it("SK2: an agent finds its bot's skills in its prompt and reads them, and no other bot's", async () => {
    expect(await run("skill_read", {})).toBe("You have no skills.");
    const [bot] = (await reef.client.bots()).items.filter(({ agent }) => agent?.agentId === place.agentId);
    const markdown = "---\nname: knots\ndescription: Ties knots.\n---\n\nTwice around.\n";
    const body = { files: { "SKILL.md": { text: markdown } }, onFor: [bot?.id] };
    const made = (await (await reef.request("POST", "/v1/skills", body)).json()) as { readonly id: string };
    await expect
      .poll(() => loaded.hook("before_prompt_build", { prompt: "tie it" }, place))
      .toMatchObject({ appendSystemContext: expect.stringContaining("- knots: Ties knots.") });
    // A second call under the same id would get the first one's result.
    const read = await loaded.tools.get("skill_read")?.(place)?.execute("call-knots", { name: "knots" });
    expect(read?.content[0]?.text).toContain("Twice around.");
    expect((await reef.request("DELETE", `/v1/skills/${made.id}`)).status).toBe(204);
  });

  it("says plainly that Reef is away, and prompts then go on at once", async () => {
    const away = load({ url: "http://127.0.0.1:9", gatewayId });
    expect(await away.hook("before_prompt_build", { prompt: "hello" }, place)).toBeUndefined();
    expect(await run("session_list", {}, away)).toMatch(/^Error: Reef cannot be reached/);
    let connections = 0;
    const broken = createServer().on("connection", (socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
    const failing = load({ url: `http://127.0.0.1:${(broken.address() as AddressInfo).port}`, gatewayId });
    await failing.hook("before_prompt_build", { prompt: "hello" }, place);
    const tried = connections;
    for (let n = 0; n < 20; n += 1) await failing.hook("before_prompt_build", { prompt: "hello" }, place);
    expect(tried).toBeGreaterThan(0);
    expect(connections).toBe(tried);
    broken.close();
  });

  it("a Reef that never answers does not hold a prompt up", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const slow = load({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`, gatewayId });
    expect(await slow.hook("before_prompt_build", { prompt: "hello" }, place)).toBeUndefined();
    silent.closeAllConnections();
    silent.close();
  });

  it("works only in full loads, shares what loads must share, and says when it is not set up", () => {
    expect(load({ url: reef.server.url, gatewayId }, "discovery").services).toEqual([]);
    expect(load({ url: reef.server.url, gatewayId }).services).toHaveLength(1);
    expect(sharedState()).toBe(sharedState());
    const bare = load(undefined);
    expect(bare.tools.size).toBe(0);
    expect(bare.warnings[0]).toContain("npm run reef -- openclaw connect");
  });

  it("MB2: a call whose answer was lost on the way is not done twice", async () => {
    let calls = 0;
    const cut = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const isCall = request.method === "POST";
      const answer = await fetch(`${reef.server.url}${request.url}`, {
        method: request.method ?? "GET",
        headers: {
          authorization: request.headers.authorization ?? "",
          ...(isCall ? { "content-type": "application/json" } : {}),
          ...(isCall ? { "idempotency-key": String(request.headers["idempotency-key"]) } : {}),
        },
        ...(isCall ? { body: Buffer.concat(chunks) } : {}),
      });
      const text = await answer.text();
      if (isCall && ++calls === 1) response.destroy();
      else response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
    });
    await new Promise<void>((resolve) => cut.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(cut.address() as AddressInfo).port}`;
    const away = createReef({ url, gatewayId }, { REEF_TOKEN: "test-token-0123456789" });
    const call = { name: "session_send", callId: "1", input: { to: "friend", text: "once" }, heardOthers: false };
    await away.callTool(place, { ...call, waitSeconds: 0, signal: undefined });
    expect(calls).toBe(2);
    const { items } = await reef.client.messages();
    expect(items.filter(({ text }) => text === "once")).toHaveLength(1);
    cut.closeAllConnections();
    cut.close();
  });
});
