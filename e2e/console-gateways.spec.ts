/** Tests gateways in a real browser: connected, their agents adopted, their sessions read, and what is typed there shown here. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Gateway } from "@reef/protocol/gateway";
import type { SessionId } from "@reef/protocol/ids";
import { type GatewayDouble, startGatewayDouble } from "@reef/runtimes/openclaw/testing/gateway-double";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { type ReefProcess, startReef } from "./support/reef-process.ts";

describe("console: gateways", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("a gateway is added, its agent becomes a bot and answers, and what is typed over there appears here", async () => {
    await using double = await startGatewayDouble({ agents: ["main", "researcher"] });
    await using reef = await startReef({ env: { REEF_IMPORT_FOLDERS: tmpdir() } });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Gateways", exact: true }).click();
    await page.getByText("npm run reef -- openclaw connect").waitFor();
    await page
      .getByRole("region", { name: /Connect an OpenClaw/ })
      .getByRole("button", { name: "Add a gateway" })
      .click();
    await page.getByLabel("Address").fill(double.url);
    await page.getByLabel("Token", { exact: true }).fill(double.token);
    await page.getByRole("button", { name: "Add and connect" }).click();
    const card = page.locator("[data-gateway]");
    await card.getByText("OpenClaw 2026.9.6 · protocol 4").waitFor();
    await card.getByRole("img", { name: "Gateway ready" }).waitFor();

    await card.getByRole("link", { name: "2 agents" }).click();
    await page.getByRole("button", { name: "New agent" }).click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Gardener");
    await page.getByRole("button", { name: "Create agent" }).click();
    await page.locator('[data-agent="gardener"]').waitFor();
    await page.getByRole("button", { name: "Warm up" }).click();
    await page.getByText("3 agents of 3 warmed up.").waitFor();
    expect(double.requests().filter(({ method }) => method === "agent")).toHaveLength(3);
    await page.getByRole("button", { name: "Adopt as bot: researcher" }).click();
    await page.getByRole("button", { name: "Start a session" }).click();
    await open.composer.waitFor();
    await open.say('Say it. [[tool=exec {"command":"echo reef"}]] [[say=Corals are **animals**.]]');
    await open.transcript.getByText("Corals are animals.").waitFor();
    await open.transcript.getByRole("button", { name: /^Run echo reef/ }).waitFor();
    const key = await keyOnScreen(page);
    expect(double.requests().findLast(({ method }) => method === "agent")?.params.sessionKey).toBe(key);
    expect(await page.getByRole("link", { name: /Open in OpenClaw/ }).getAttribute("href")).toBe(
      `${double.url.replace("ws:", "http:")}/chat?session=${encodeURIComponent(key)}`,
    );

    await double.book.type(key, "Typed in the other house. [[say=Heard over there.]]");
    const typed = open.transcript.getByRole("article", { name: "Someone in OpenClaw wrote" });
    await typed.getByText("Typed in the other house.").waitFor();
    await open.transcript.getByText("Heard over there.", { exact: true }).waitFor();
    await open.screenshot("gateways-session");
    expect(await open.transcript.getByText("Corals are animals.").count()).toBe(1);
    expect(open.complaints).toEqual([]);
  });

  test("while its gateway is away a message waits and says so; it is answered once when the gateway is back", async () => {
    await using double = await startGatewayDouble();
    await using reef = await startReef({ env: { REEF_IMPORT_FOLDERS: tmpdir() } });
    const { sessionId } = await joinAndAdopt(reef, double);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(sessionId);
    await open.say("First. [[say=One.]]");
    await open.transcript.getByText("One.", { exact: true }).waitFor();
    await double.kill();
    const strip = page.getByRole("complementary", { name: "OpenClaw" });
    await strip.getByText("Unreachable. Messages to its bots wait").waitFor();
    await open.say("Second. [[say=Two.]]");
    await open.transcript
      .getByText(/not reachable/)
      .first()
      .waitFor();
    await page.keyboard.press("Control+j");
    await page
      .getByRole("region", { name: "Health" })
      .getByText(/wait and are sent when it is back/)
      .waitFor();
    await open.screenshot("gateways-away");
    await double.start();
    await open.transcript.getByText("Two.", { exact: true }).waitFor({ timeout: 30_000 });
    await strip.getByRole("img", { name: "Gateway ready" }).waitFor();
    expect(await open.transcript.getByText("Two.", { exact: true }).count()).toBe(1);
    const rows = double.book.sessions.get(await keyOnScreen(page))?.rows ?? [];
    expect(rows.filter(({ role, content }) => role === "user" && String(content).includes("Second."))).toHaveLength(1);
    expect(open.complaints).toEqual([]);
  });

  test("a gateway's sessions are listed live, found, read with who wrote, and adopted with their transcript", async () => {
    await using double = await startGatewayDouble({ agents: ["main", "coder"] });
    const key = "agent:main:main";
    for (let n = 1; n <= 150; n++) await double.book.type(key, `Question ${n}. [[say=Answer ${n}.]]`);
    await double.book.answer("agent", {
      sessionKey: key,
      message: "A word from next door.",
      idempotencyKey: "from-next-door",
      inputProvenance: { kind: "inter_session", sourceSessionKey: "agent:coder:build", sourceTool: "sessions_send" },
    });
    for (let n = 0; n < 400; n++) {
      await double.book.answer("sessions.create", { key: `agent:coder:task-${n}`, label: `Task ${n}` });
    }
    await using reef = await startReef({ env: { REEF_IMPORT_FOLDERS: tmpdir() } });
    const gateway = await joinGateway(reef, double);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.goto(`${reef.url}/gateways/${gateway.id}`);
    const list = page.getByRole("region", { name: `Sessions of ${gateway.name}` });
    await list.locator("[data-key]").first().waitFor();
    // Of some hundred sessions only those on screen are drawn.
    expect(await list.locator("[data-key]").count()).toBeLessThan(60);
    await list.getByRole("searchbox").fill("Task 37");
    await expect.poll(() => list.locator("[data-key]").count()).toBe(14);
    await list.getByRole("searchbox").fill("");
    await page.goto(`${reef.url}/gateways/${gateway.id}?key=${encodeURIComponent(key)}`);
    const transcript = page.getByRole("log", { name: "Transcript in OpenClaw" });
    await transcript.getByText("A word from next door.", { exact: true }).waitFor();
    await transcript.getByRole("article", { name: "Message from agent:coder:build" }).waitFor();
    await open.screenshot("gateways-transcript");

    await double.book.type(key, "And this is new. [[say=So it is.]]");
    await transcript.getByText("So it is.", { exact: true }).waitFor();
    await transcript.hover();
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, -4000);
          return transcript.getByText("Answer 1.", { exact: true }).count();
        },
        { timeout: 20_000, interval: 60 },
      )
      .toBe(1);

    await page.getByRole("button", { name: "Adopt this session" }).click();
    await open.composer.waitFor();
    const sessionId = open.activeId() as SessionId;
    await expect.poll(async () => texts(reef, sessionId), { timeout: 20_000 }).toContain("So it is.");
    const first = async () => (await texts(reef, sessionId)).filter((text) => text === "Answer 1.");
    await expect.poll(first).toHaveLength(1);
    await open.transcript.getByText("So it is.", { exact: true }).waitFor();
    const frame = open.transcript.getByRole("article", { name: "message from OpenClaw" });
    await frame.getByText("agent:coder:build").waitFor();
    await open.say("From here. [[say=Back to both.]]");
    await open.transcript.getByText("Back to both.", { exact: true }).waitFor();
    await expect.poll(() => double.book.sessions.get(key)?.rows.at(-1)).toMatchObject({ role: "assistant" });
    expect(open.complaints).toEqual([]);
  });

  test("a gateway of an unknown protocol is read only, one that refuses its token says what to do; edited it works, switched off it says so, and it is removed", async () => {
    await using double = await startGatewayDouble();
    await using newer = await startGatewayDouble({ protocol: 9, token: double.token });
    await using reef = await startReef({ env: { REEF_IMPORT_FOLDERS: tmpdir() } });
    const { id: newerId } = await addGateway(reef, { name: "Newer", url: newer.url, token: double.token });
    const { id } = await addGateway(reef, { name: "Workshop", url: double.url, token: "not-the-token-at-all" });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Gateways", exact: true }).click();
    const card = page.locator(`[data-gateway="${id}"]`);
    await card.getByRole("img", { name: "Gateway refused" }).waitFor();
    await card.getByText(/Enter the token again under Edit: it is gateway.auth.token/).waitFor();
    expect(await page.content()).not.toContain("not-the-token-at-all");
    const other = page.locator(`[data-gateway="${newerId}"]`);
    await other.getByRole("img", { name: "Gateway read only" }).waitFor();
    await other.getByText(/protocol 9, and Reef knows/).waitFor();
    await other.getByRole("link", { name: "1 agent" }).click();
    await page.locator('[data-agent="main"]').waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Adopt as bot: main" }).isDisabled()).toBe(true);
    await page.getByRole("link", { name: "All gateways" }).click();
    await open.screenshot("gateways-refused");
    await choose(page, "Edit…");
    await page.getByLabel("Token", { exact: true }).fill(double.token);
    await page.getByRole("button", { name: "Save" }).click();
    await card.getByRole("img", { name: "Gateway ready" }).waitFor();
    await card.getByRole("button", { name: "Check now" }).click();
    await page.getByText("Workshop: ready").waitFor();
    await choose(page, "Switch off");
    await card.getByRole("img", { name: "Gateway off" }).waitFor();
    await choose(page, "Switch on");
    await card.getByRole("img", { name: "Gateway ready" }).waitFor();
    const bot = await reef.client.adoptAgent(id, "main");
    await choose(page, "Remove…");
    const dialog = page.getByRole("dialog", { name: "Remove Workshop" });
    await dialog.getByText(/Used by 1 bot: main/).waitFor();
    await expect.poll(() => dialog.getByRole("button", { name: "Remove", exact: true }).isDisabled()).toBe(true);
    await reef.client.deleteBot(bot.id);
    await dialog.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("Workshop was removed").waitFor();
    expect((await reef.client.gateways()).items.map(({ name }) => name)).toEqual(["Newer"]);
    expect(open.complaints).toEqual([]);
  });

  test("a new bot is bound to an agent, and its form leaves out what is OpenClaw's own", async () => {
    await using double = await startGatewayDouble({ agents: ["main", "coder"] });
    await using reef = await startReef({ env: { REEF_IMPORT_FOLDERS: tmpdir() } });
    const gateway = await joinGateway(reef, double);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("button", { name: "Create a bot without a model" }).click();
    const dialog = page.getByRole("dialog", { name: "New bot" });
    await dialog.getByLabel("Name").fill("Coder");
    await dialog.getByLabel("Runs on").selectOption("openclaw");
    await dialog.getByRole("combobox", { name: "Agent" }).selectOption("coder");
    await dialog.getByText(/its workspace and, unless you choose one here, its model come from OpenClaw/).waitFor();
    await open.screenshot("gateways-new-bot");
    await dialog.getByRole("button", { name: "Create bot" }).click();
    await open.composer.waitFor();
    const bot = (await reef.client.bots()).items.find(({ name }) => name === "Coder");
    expect(bot).toMatchObject({ runtime: "openclaw", agent: { gatewayId: gateway.id, agentId: "coder" } });
    await page.locator("[data-session]").getByRole("img", { name: "Runs on OpenClaw" }).waitFor();

    await open.say("Work. [[delay=100000]] [[say=Done.]]");
    await page.getByText("Running", { exact: false }).first().waitFor();
    await page.getByRole("radio", { name: "Steer" }).check();
    await page.getByText("joins after the run").waitFor();
    await page.getByRole("button", { name: /^Stop/ }).first().click();
    await open.transcript.getByText("Stopped by you").waitFor();
    await page.keyboard.press("Control+j");
    const form = page.getByRole("form", { name: "Settings of Coder" });
    await form.getByText("Name, role and limits").click();
    await form.getByText("Max turn time (s)").waitFor();
    expect(await form.getByText("Context tokens").count()).toBe(0);
    await page.getByRole("region", { name: "Health" }).getByRole("link", { name: gateway.name }).waitFor();
    await page.getByRole("link", { name: "Bots", exact: true }).click();
    await page.getByRole("table", { name: "Bots" }).getByText("OpenClaw · coder").waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("an import says first what it would make and cannot read, makes it, and run again finds it all here", async () => {
    await using reef = await startReef({ env: { REEF_IMPORT_FOLDERS: tmpdir() } });
    await using folder = await writeOpenClawFolder();
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.goto(`${reef.url}/gateways/import`);
    await page.getByPlaceholder("/home/me/.openclaw").fill(folder.path);
    await page.getByRole("button", { name: "Preview" }).click();
    const preview = page.getByRole("region", { name: "Preview" });
    await preview.getByText("This would be created").waitFor();
    await preview.getByRole("region", { name: "Bots" }).getByText("Clawd").waitFor();
    await preview
      .getByRole("region", { name: "Can't be read" })
      .getByText(/broken\.jsonl/)
      .first()
      .waitFor();
    await open.screenshot("gateways-import-preview");
    expect((await reef.client.bots()).items).toEqual([]);
    await preview.getByRole("button", { name: "Import it" }).click();
    const result = page.getByRole("region", { name: "Result" });
    await result.getByRole("heading", { name: "Imported" }).waitFor();
    expect((await reef.client.bots()).items.map(({ name }) => name)).toEqual(["Clawd"]);
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText(/nothing left to import/).waitFor();
    expect(await page.getByRole("button", { name: "Import it" }).count()).toBe(0);
    await preview.getByRole("region", { name: "Sessions" }).getByRole("link").first().click();
    await open.transcript.getByText("42 lines.", { exact: true }).waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("axe finds nothing serious in the screens of gateways, light and dark", async () => {
    await using double = await startGatewayDouble({ agents: ["main", "coder"] });
    await using reef = await startReef({ env: { REEF_IMPORT_FOLDERS: tmpdir() } });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const look = async (name: string) => {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(400);
        await open.screenshot(`gateways-${colorScheme}-${name}`);
        expect(await seriousFindings(page), `${name}, ${colorScheme}`).toEqual([]);
      }
    };
    await page.goto(`${reef.url}/gateways`);
    await page.getByText("Connect an OpenClaw gateway").waitFor();
    await look("empty");
    await page.getByRole("button", { name: "Add a gateway" }).first().click();
    await page.getByLabel("Address").waitFor();
    await look("add");
    await page.keyboard.press("Escape");
    await double.book.type("agent:main:main", 'Hello. [[tool=exec {"command":"echo a"}]] [[say=Good **day**.]]');
    const { gateway, sessionId } = await joinAndAdopt(reef, double);
    await addGateway(reef, { name: "Away", url: "ws://127.0.0.1:1", token: "any" });
    await page.goto(`${reef.url}/gateways`);
    await page.locator('[data-state="unreachable"]').first().waitFor();
    await look("list");
    await page.goto(`${reef.url}/gateways/${gateway.id}?view=agents`);
    await page.locator("[data-agent]").first().waitFor();
    await look("agents");
    await page.goto(`${reef.url}/gateways/${gateway.id}?key=agent%3Amain%3Amain`);
    await page.getByRole("log", { name: "Transcript in OpenClaw" }).getByText("Good day.").waitFor();
    await look("sessions");
    await page.goto(`${reef.url}/gateways/import`);
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("This would be created").waitFor();
    await look("import");
    await page.goto(`${reef.url}/s/${sessionId}`);
    await page.getByRole("complementary", { name: "OpenClaw" }).waitFor();
    await look("session");
    expect(open.complaints).toEqual([]);
  });

  test("on a phone each screen of gateways fits the width", async () => {
    await using double = await startGatewayDouble();
    await using reef = await startReef({ env: { REEF_IMPORT_FOLDERS: tmpdir() } });
    await double.book.type("agent:main:main", "Hello.");
    const { gateway, sessionId } = await joinAndAdopt(reef, double);
    await addGateway(reef, { name: "Away", url: "ws://127.0.0.1:1", token: "any" });
    await using open = await openConsole(browser, reef, { viewport: { width: 390, height: 800 }, hasTouch: true });
    const { page } = open;
    const places = [
      "/gateways",
      `/gateways/${gateway.id}`,
      `/gateways/${gateway.id}?view=agents`,
      `/gateways/${gateway.id}?key=agent%3Amain%3Amain`,
      "/gateways/import",
      `/s/${sessionId}`,
    ];
    for (const [n, path] of places.entries()) {
      await page.goto(reef.url + path);
      await page.getByRole("main").locator("button:visible").first().waitFor();
      await page.waitForTimeout(500);
      await open.screenshot(`gateways-phone-${n + 1}`);
      expect(await page.getByRole("main").evaluate(({ scrollWidth }) => scrollWidth), path).toBeLessThanOrEqual(390);
      expect(await overflowing(page), path).toEqual([]);
    }
    expect(open.complaints).toEqual([]);
  });
});

/** Connects it under the name that the console would give it, and waits until it is ready. */
async function joinGateway(reef: ReefProcess, double: GatewayDouble): Promise<Gateway> {
  const { id } = await addGateway(reef, { name: "OpenClaw", url: double.url, token: double.token });
  await expect.poll(async () => (await reef.client.gateway(id)).state).toBe("ready");
  return await reef.client.gateway(id);
}

async function addGateway(reef: ReefProcess, { name, url, token }: Record<"name" | "url" | "token", string>) {
  await reef.client.putSecret(name, { value: token, origin: url });
  return await reef.client.createGateway({ name, url, token: { from: "secret", name } });
}

async function joinAndAdopt(reef: ReefProcess, double: GatewayDouble) {
  const gateway = await joinGateway(reef, double);
  const bot = await reef.client.adoptAgent(gateway.id, "main");
  const { id: sessionId } = await reef.client.createSession({ botId: bot.id, title: "Over there" });
  return { gateway, bot, sessionId };
}

async function keyOnScreen(page: Page): Promise<string> {
  return page.getByRole("complementary", { name: "OpenClaw" }).locator("code").innerText();
}

/** Opens the menu on the card of the gateway called Workshop. */
async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "Actions for Workshop" }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

async function texts(reef: ReefProcess, sessionId: SessionId): Promise<readonly string[]> {
  return (await reef.client.entries(sessionId, { limit: 1000 })).items.map(({ text }) => text);
}

/** Lists what extends beyond the right edge of the screen. */
async function overflowing(page: Page): Promise<readonly string[]> {
  return page.getByRole("main").evaluate((main) => {
    const isCut = (element: Element): boolean => {
      for (let each = element.parentElement; each && main.contains(each); each = each.parentElement) {
        if (getComputedStyle(each).overflowX !== "visible") return true;
      }
      return false;
    };
    return [...main.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !isCut(element))
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

/**
 * Writes an OpenClaw's folder in the layout of older releases: one agent, a conversation, and a file that cannot be
 * read.
 */
async function writeOpenClawFolder() {
  const path = await mkdtemp(join(tmpdir(), "reef-openclaw-"));
  const write = async (name: string, ...lines: readonly unknown[]) => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
    await writeFile(join(path, name), `${text}\n`);
  };
  const id = "0b0e6c1e-0000-4000-8000-000000000001";
  const at = "2026-02-11T09:00:00.000Z";
  const row = (rowId: string, parentId: string | null, role: string, text: string) => ({
    type: "message",
    id: rowId,
    parentId,
    timestamp: at,
    message: { role, content: [{ type: "text", text }] },
  });
  await write("openclaw.json", { agents: { list: [{ id: "main", name: "Clawd" }] } });
  await write("workspace/MEMORY.md", "# People", "- Ana likes short answers");
  await write("agents/main/sessions/sessions.json", {
    "agent:main:research": { sessionId: id, displayName: "Research" },
  });
  await write(
    `agents/main/sessions/${id}.jsonl`,
    { type: "session", version: 3, id, timestamp: at },
    row("a1", null, "user", "what is in the log?"),
    row("a2", "a1", "assistant", "42 lines."),
  );
  await write("agents/main/sessions/broken.jsonl", "{ this is no line of a transcript");
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
    },
  };
}
