/**
 * Tests Reef inside a real OpenClaw: connected by `reef openclaw connect`, its bots use Reef's tools and memory, its Control
 * UI shows Reef's console in a tab, and `disconnect` leaves nothing behind.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "@reef/client/client";
import type { Bot } from "@reef/protocol/bot";
import type { Gateway } from "@reef/protocol/gateway";
import type { Session } from "@reef/protocol/session";
import { openSide } from "@reef/runtimes/openclaw/testing/drive";
import type { RealGateway } from "@reef/runtimes/openclaw/testing/real-gateway";
import { sharedGateway } from "@reef/runtimes/openclaw/testing/shared-gateway";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/console-page.ts";
import { type ReefProcess, startReef } from "../support/reef-process.ts";

const root = resolve(import.meta.dirname, "../..");

describe("Reef's plugin in a gateway", () => {
  let gateway: RealGateway;
  let reef: ReefProcess;
  let client: Client;
  let original: string;
  let joined: Gateway;
  let claw: Bot;
  let helper: Bot;
  beforeAll(async () => {
    gateway = await sharedGateway();
    original = readFileSync(gateway.configPath, "utf8");
    reef = await startReef({
      env: {
        REEF_MODEL_BASE_URL: `${gateway.modelUrl}/v1`,
        REEF_MODEL: "scripted",
        REEF_MODEL_API_KEY: "scripted-model-key",
      },
    });
    client = reef.client;
    // A connected gateway loads the plugin by itself: no restart is needed.
    const said = await cli(reef, "openclaw", "connect", "--yes", "--config", gateway.configPath);
    expect(said).toContain("Written.");
    expect(said).toContain("No restart is needed.");
    expect(said).not.toMatch(/restart it/i);
    [joined] = (await client.gateways()).items as [Gateway];
    await until(async () => (await client.gateway(joined.id)).state === "ready");
    claw = await client.adoptAgent(joined.id, "main");
    helper = await client.createBot({ name: "helper", runtime: "loop" });
  });
  afterAll(async () => {
    writeFileSync(gateway.configPath, original);
    await reef[Symbol.asyncDispose]();
  });

  /** Asks the OpenClaw bot in a session of Reef; returns its answer. */
  async function ask(session: Session, text: string): Promise<string> {
    const sent = await client.sendMessage(session.id, { text });
    await until(async () => !["queued", "delivered"].includes((await client.message(sent.id)).state));
    expect(await client.message(sent.id)).toMatchObject({ state: "answered", reason: null });
    return (await client.entries(session.id, { limit: 100 })).items.at(-1)?.text ?? "";
  }

  async function resultOf(session: Session, tool: string): Promise<string> {
    const { items } = await client.entries(session.id, { limit: 100 });
    return items.find((entry) => entry.kind === "tool_result" && entry.tool?.name === tool)?.text ?? "";
  }

  const call = (id: string, args: object) => `[[tool=tool_call ${JSON.stringify({ id, args })}]]`;

  test("MB6: a bot at work in OpenClaw alone writes to a loop bot, and the answer comes into its session", async () => {
    const crane = await client.createBot({ name: "crane", runtime: "loop" });
    await client.createSession({ botId: crane.id, title: "quay" });
    await using side = openSide(gateway);
    await side.connection.ready(AbortSignal.timeout(60_000));
    const key = "agent:main:alone";
    await side.connection.request("sessions.create", { agentId: "main", key, label: "Alone at the quay" });
    const send = call("session_send", { to: "quay", text: "who is there? [[say=the crane]]" });
    await side.connection.request("chat.send", {
      sessionKey: key,
      message: `write ${send} [[say=sent]]`,
      idempotencyKey: crypto.randomUUID(),
    });
    const mirror = await until(async () =>
      (await client.sessions({ botId: claw.id, limit: 100 })).items.find(({ mirrors }) => mirrors?.key === key),
    );
    const reply = await until(async () =>
      (await client.messages({ sessionId: mirror.id })).items.find(({ state }) => state === "answered"),
    );
    expect(reply).toMatchObject({ text: "the crane", from: { kind: "session", botName: "crane" } });
    // It was not adopted by hand: it came with its label, in order of time, and with its tool under its own name.
    expect(mirror.title).toBe("Alone at the quay");
    const { items } = await client.entries(mirror.id, { limit: 100 });
    expect(items[0]).toMatchObject({ kind: "person", text: expect.stringMatching(/^write /) });
    const times = items.map(({ at }) => at);
    expect(times[0]).toBe(times.toSorted()[0]);
    // Entries from OpenClaw keep their own order; an answer of Reef may come between, while the run there continues.
    const there = items.flatMap(({ at, externalId }) => (externalId === undefined ? [] : [at]));
    expect(there).toEqual(there.toSorted());
    const calls = items.flatMap(({ kind, tool }) => (kind === "tool_call" ? [tool] : []));
    expect(calls).toMatchObject([{ name: "session_send", input: { to: "quay" } }]);
    expect(items.flatMap(({ kind, tool }) => (kind === "tool_result" ? [tool?.name] : []))).toEqual(["session_send"]);
  });

  test("ME1, TU1: a bot over there saves a memory here, once, and the call stands in its transcript once", async () => {
    const session = await client.createSession({ botId: claw.id, title: "saver" });
    await ask(session, `remember ${call("memory_save", { text: "The vault opens at noon." })}`);
    const { items } = await client.memories(claw.id);
    expect(items.filter(({ text }) => text === "The vault opens at noon.")).toMatchObject([
      { trust: "bot", source: { kind: "turn", sessionId: session.id } },
    ]);
    const entries = (await client.entries(session.id, { limit: 100 })).items;
    expect(entries.map(({ kind, tool }) => [kind, tool?.name])).toEqual([
      ["person", undefined],
      ["tool_call", "memory_save"],
      ["tool_result", "memory_save"],
      ["bot", undefined],
    ]);
  });

  test("ME1: it uses what a loop bot let it read", async () => {
    await client.remember(helper.id, { text: "Orla keeps the light." });
    await client.putGrants(helper.id, { readers: [claw.id] });
    const session = await client.createSession({ botId: claw.id, title: "reader" });
    const answer = await ask(session, `look ${call("reef_memory_search", { query: "keeps the light" })}`);
    expect(answer).toContain("Orla keeps the light.");
  });

  test("MB10: it writes to a loop bot and waits for the answer, in one chain", async () => {
    const away = await client.createSession({ botId: helper.id, title: "harbour" });
    const session = await client.createSession({ botId: claw.id, title: "writer" });
    const send = call("session_send", { to: "harbour", text: "ping [[say=pong from the harbour]]" });
    await ask(session, `write ${send} ${call("session_wait", { for: ["harbour"] })}`);
    expect(await resultOf(session, "session_wait")).toMatch(/<message from="helper"[^>]*>\npong from the harbour\n/);
    const [sent] = (await client.messages({ sessionId: away.id })).items;
    const own = (await client.messages({ sessionId: session.id })).items;
    expect(sent).toMatchObject({ state: "answered", hops: 1, chainId: own.at(-1)?.chainId });
    const calls = (await client.entries(session.id, { limit: 100 })).items.filter(({ kind }) => kind === "tool_call");
    expect(calls.map(({ tool }) => tool?.name)).toEqual(["session_send", "session_wait"]);
    // The reply went to the waiting call: it starts no turn of its own.
    expect((await client.turnsOfSession(session.id)).items).toHaveLength(1);
  });

  test("SU1, SU3: it spawns a child on a loop bot and has its result", async () => {
    const session = await client.createSession({ botId: claw.id, title: "parent" });
    const spawn = call("session_spawn", { task: "count [[say=forty-two boats]]", bot: "helper", title: "counter" });
    await ask(session, `count ${spawn} ${call("session_wait", {})}`);
    expect(await resultOf(session, "session_wait")).toContain("forty-two boats");
    const tree = (await client.tree(session.id)).items;
    expect(tree.map(({ session: { title }, parentId }) => [title, parentId])).toEqual([
      ["parent", null],
      ["counter", session.id],
    ]);
  });

  test("SC3, SC4: it plans for itself, and what is due runs over there as its own words", async () => {
    const session = await client.createSession({ botId: claw.id, title: "plans" });
    const plan = { text: "look at the oven [[say=the oven is hot]]", inMinutes: 90, name: "oven" };
    expect(await ask(session, `plan ${call("schedule_create", plan)} [[say=planned]]`)).toBe("planned");
    expect(await resultOf(session, "schedule_create")).toMatch(/^planned as sch_/);
    const [made] = (await client.schedules({ sessionId: session.id })).items;
    expect(made).toMatchObject({ name: "oven", by: "bot", state: "active", botId: claw.id });
    const { lastMessageId } = await client.runSchedule(made!.id);
    await until(async () => (await client.message(lastMessageId!)).state === "answered");
    const { items } = await client.entries(session.id, { limit: 100 });
    expect(items.at(-1)?.text).toBe("the oven is hot");
    expect(items.find(({ from }) => from?.kind === "schedule")).toMatchObject({ kind: "session", from: { by: "bot" } });
    const told = (await asked(gateway)).find((text) => text.includes("is due: “oven”"));
    expect(told).toMatch(/A schedule that you made yourself is due: “oven”/);
  });

  test("ME5: a message typed in OpenClaw has what the bot remembers before it, quoted; a turn of Reef has it once", async () => {
    await using side = openSide(gateway);
    await side.connection.ready(AbortSignal.timeout(60_000));
    await side.connection.request("chat.send", {
      sessionKey: "agent:main:typed",
      message: "When does the vault open? [[say=at noon]]",
      idempotencyKey: crypto.randomUUID(),
    });
    const typed = await until(async () =>
      (await asked(gateway)).find((text) => text.includes("When does the vault open?")),
    );
    expect(typed).toMatch(/<memory [^>]*>\\nThe vault opens at noon\.\\n<\/memory k=/);
    const session = await client.createSession({ botId: claw.id, title: "asker" });
    await ask(session, "Tell me, does the vault open early? [[say=no]]");
    const own = await until(async () =>
      (await asked(gateway)).find((text) => text.includes("does the vault open early?")),
    );
    expect(own.split("From your memory, recalled")).toHaveLength(2);
  });

  test("SE3, SE4: Reef's console works as a tab of the Control UI", async () => {
    await using browser = await openBrowser();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    const addresses: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (/Content Security|sandbox/i.test(message.text())) complaints.push(message.text());
    });
    page.on("request", (request) => addresses.push(request.url()));
    await page.goto(`${gateway.httpUrl}/#token=${gateway.token}`);
    await page
      .getByRole("link", { name: "Reef Home" })
      .or(page.getByRole("button", { name: "Reef Home" }))
      .first()
      .click({ timeout: 90_000 });
    const frame = page.frameLocator("iframe.plugin-tab-embed__frame");
    await frame.getByText("Connected").waitFor({ timeout: 60_000 });
    const row = frame.getByText("writer", { exact: true }).first();
    await row.click();
    const transcript = frame.getByTestId("transcript");
    await transcript.getByText("pong from the harbour").last().waitFor();
    await frame
      .getByRole("textbox", { name: /message/i })
      .last()
      .fill("hello from the tab [[say=hello to the tab]]");
    await page.keyboard.press("Enter");
    await transcript.getByText("hello to the tab", { exact: true }).waitFor({ timeout: 60_000 });
    await page.screenshot({ path: join(root, "e2e/artefacts/openclaw-tab.png") });
    // A sandbox forbids a form's own submission.
    await page.keyboard.press("Control+Shift+O");
    await frame.getByRole("dialog").waitFor();
    await page.screenshot({ path: join(root, "e2e/artefacts/openclaw-tab-dialog.png") });
    await frame.getByLabel("Title").fill("made in the tab");
    const kept = page.waitForResponse((response) => response.url().endsWith("/reef-home/app/place") && response.ok());
    await frame.getByRole("button", { name: "Create session" }).click();
    await frame.getByRole("dialog").waitFor({ state: "hidden" });
    await expect.poll(async () => (await client.sessions({ q: "made in the tab" })).items).toHaveLength(1);
    await kept;
    // A reload of OpenClaw's page shows the same session again.
    await page.reload();
    await frame.getByRole("button", { name: /^Session: made in the tab/ }).waitFor({ timeout: 60_000 });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.screenshot({ path: join(root, "e2e/artefacts/openclaw-tab-dark.png") });
    expect(complaints).toEqual([]);
    // When the gateway has lost its token, the tab says so and what to do, and recovers by itself.
    const token = join(reef.folder, "token");
    renameSync(token, `${token}.away`);
    await page.reload();
    await frame.getByText("The gateway has no token for Reef").waitFor({ timeout: 60_000 });
    await frame.getByText("openclaw connect").waitFor();
    await page.screenshot({ path: join(root, "e2e/artefacts/openclaw-tab-cause.png") });
    renameSync(`${token}.away`, token);
    await frame.getByRole("button", { name: /^Session: made in the tab/ }).waitFor({ timeout: 60_000 });
    expect(await cli(reef, "openclaw", "status")).toContain("the plugin reaches Reef");
    // OpenClaw's own page of a session opens on request.
    await frame.getByText("writer", { exact: true }).first().click();
    await frame.getByRole("link", { name: /Open in OpenClaw/ }).click();
    await page.locator("iframe.plugin-tab-embed__frame").waitFor({ state: "detached", timeout: 30_000 });
    await page.getByText("pong from the harbour").last().waitFor({ timeout: 60_000 });
    await page.screenshot({ path: join(root, "e2e/artefacts/openclaw-opened.png") });
    const frameTokens = addresses.filter((url) => /token|reef\.frame/.test(new URL(url).search));
    expect(frameTokens).toEqual([]);
  });

  test("disconnect gives the configuration its bytes again and takes the gateway out of Reef", async () => {
    for (const { id } of (await client.bots()).items) await client.deleteBot(id);
    const said = await cli(reef, "openclaw", "disconnect", "--yes", "--config", gateway.configPath);
    expect(said).toContain("The file is as it was before.");
    expect(readFileSync(gateway.configPath, "utf8")).toBe(original);
    expect((await client.gateways()).items).toEqual([]);
  });

  async function openBrowser(): Promise<Browser & AsyncDisposable> {
    const browser = await launchBrowser();
    return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
  }
});

/** Runs the command as a person does; returns its output. */
async function cli(reef: ReefProcess, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ["packages/cli/src/main.ts", ...args, "--url", reef.url], {
    cwd: root,
    env: { PATH: process.env.PATH, REEF_DATA: reef.folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`reef ${args.join(" ")} ended with ${code}:\n${said.join("")}`);
  return said.join("");
}

/** Returns all requests to the gateway's and Reef's models, as JSON. */
async function asked(gateway: RealGateway): Promise<readonly string[]> {
  const requests = (await (await fetch(`${gateway.modelUrl}/requests`)).json()) as { readonly body: unknown }[];
  return requests.map(({ body }) => JSON.stringify(body));
}

async function until<Value>(check: () => Promise<Value | undefined | false>): Promise<Value> {
  for (const endAt = performance.now() + 120_000; performance.now() < endAt; await wait(100)) {
    const value = await check().catch(() => undefined);
    if (value !== undefined && value !== false) return value;
  }
  throw new Error("what was waited for did not come within 120 s");
}
