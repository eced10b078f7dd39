/** Tests the Tools screen and a bot's tools in a real browser: servers, what they say anew, and which bot may use what. */
import { join } from "node:path";
import type { Bot } from "@reef/protocol/bot";
import { startSignInService } from "@reef/server/testing/sign-in-service";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { type ReefProcess, startReef } from "./support/reef-process.ts";

const program = join(import.meta.dirname, "../packages/mcp/src/testing/fixture-server.ts");
const unboxed = { env: { REEF_MCP_UNBOXED: "1" } };
const patient = { timeout: 30_000 };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function addServer({ client }: ReefProcess) {
  const transport = { kind: "stdio" as const, command: process.execPath, args: [program], env: {} };
  const { id } = await client.createMcpServer({ name: "fixture", transport });
  return await client.checkMcpServer(id);
}

describe("console: tools", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("SE8: a program is added with a secret that is typed once, checked, and lists its tools", async () => {
    await using reef = await startReef(unboxed);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Tools" }).click();
    await page.getByText("No MCP servers yet").waitFor();
    await page.getByRole("button", { name: "Add a server" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Add an MCP server" });
    await dialog.getByLabel("Name", { exact: false }).first().fill("fixture");
    await dialog.getByLabel("A program").check();
    await dialog.getByLabel("Command").fill(process.execPath);
    await dialog.getByLabel("Arguments").fill(program);
    await dialog.getByRole("button", { name: "Add a variable" }).click();
    await dialog.getByLabel("Name of variable 1").fill("GIVEN");
    await dialog.getByLabel("Kind of variable 1").selectOption("new");
    await dialog.getByLabel("Value of variable 1").fill("very-secret-value");
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("tools-add");
    await dialog.getByRole("button", { name: "Add and check" }).click();
    await dialog.waitFor({ state: "hidden" });
    const card = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "fixture" }) });
    await card.getByText("Running", { exact: true }).waitFor(patient);
    await card.getByText("secret “fixture-GIVEN”").waitFor();
    await card.getByRole("button", { name: /^\d+ tools$/ }).click();
    await card.getByText("Says it again.").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("tools-servers");
    expect(await page.content()).not.toContain("very-secret-value");
    expect((await reef.client.secrets()).items).toMatchObject([
      { name: "fixture-GIVEN", usedBy: ["MCP server fixture"] },
    ]);

    await card.getByRole("button", { name: "Actions for fixture" }).click();
    await page.getByRole("menuitem", { name: "Delete…" }).click();
    await page.getByRole("dialog", { name: "Delete fixture" }).getByRole("button", { name: "Delete" }).click();
    await page.getByText("No MCP servers yet").waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("a server that can't be reached says why, and what was typed in a refused form stays", async () => {
    await using reef = await startReef();
    await addUnreachable(reef);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.goto(`${reef.url}/tools`);
    const card = page.locator('[data-server="weather"]');
    await card.getByText("Not checked yet").waitFor();
    await card.getByRole("button", { name: "Check now: weather" }).click();
    await card
      .getByRole("alert")
      .filter({ hasText: /nothing listens at its address.*ECONNREFUSED/ })
      .waitFor(patient);
    await card.getByText("Doesn't work").waitFor();
    await open.screenshot("tools-failing");
    await page.getByRole("button", { name: "Add a server" }).click();
    const dialog = page.getByRole("dialog", { name: "Add an MCP server" });
    await dialog.getByLabel("Name", { exact: false }).first().fill("weather");
    await dialog.getByLabel("Address").fill("http://127.0.0.1:9/other");
    await dialog.getByRole("button", { name: "Add and check" }).click();
    await dialog
      .getByRole("alert")
      .filter({ hasText: /Couldn't save it/ })
      .waitFor();
    expect(await dialog.getByLabel("Address").inputValue()).toBe("http://127.0.0.1:9/other");
    expect((await reef.client.mcpServers()).items).toHaveLength(1);
  });

  test("a person signs in at a remote server's page, from the card that says so, and its tools are there", async () => {
    await using reef = await startReef();
    const service = await startSignInService();
    await reef.client.createMcpServer({ name: "notes", transport: { kind: "http", url: service.url, headers: {} } });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.goto(`${reef.url}/tools`);
    const card = page.locator('[data-server="notes"]');
    await card.getByRole("button", { name: "Check now: notes" }).click();
    await card
      .getByRole("alert")
      .filter({ hasText: /sign in/i })
      .waitFor(patient);
    await open.screenshot("tools-sign-in");
    const opened = page.waitForEvent("popup");
    await card.getByRole("button", { name: "Sign in… notes" }).click();
    const popup = await opened;
    await popup.getByText("Reef can use “notes” now").waitFor(patient);
    await popup.close();
    await card.getByRole("button", { name: "1 tool" }).waitFor(patient);
    service.close();
  });

  test("SE8: a client of one's own is entered where no program can register, and its secret is not shown again", async () => {
    await using reef = await startReef();
    const own = { id: "reef-by-hand", secret: "the-client-secret", redirect: `${reef.url}/oauth/callback` };
    const service = await startSignInService({ own });
    for (const colorScheme of ["light", "dark"] as const) {
      await using open = await openConsole(browser, reef, { colorScheme });
      const { page } = open;
      await page.goto(`${reef.url}/tools`);
      const name = `notes-${colorScheme}`;
      await page.getByRole("button", { name: "Add a server" }).first().click();
      const dialog = page.getByRole("dialog", { name: "Add an MCP server" });
      await dialog.getByLabel("Name", { exact: false }).first().fill(name);
      await dialog.getByLabel("Address").fill(service.url);
      await dialog.getByText(`${reef.url}/oauth/callback`).waitFor();
      await dialog.getByLabel("Client ID for signing in").fill(own.id);
      await dialog.getByLabel("Kind of client secret").selectOption("new");
      await dialog.getByLabel("Client secret", { exact: true }).fill(own.secret);
      await dialog.getByLabel("Scope").fill("notes.read");
      expect(await seriousFindings(page)).toEqual([]);
      await open.screenshot(`tools-own-client-${colorScheme}`);
      await page.setViewportSize(phone.viewport);
      await open.screenshot(`tools-own-client-phone-${colorScheme}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await page.setViewportSize({ width: 1280, height: 900 });
      await dialog.getByRole("button", { name: "Add and check" }).click();
      await dialog.waitFor({ state: "hidden" });
      const card = page.locator(`[data-server="${name}"]`);
      const opened = page.waitForEvent("popup");
      await card.getByRole("button", { name: `Sign in… ${name}` }).click(patient);
      const popup = await opened;
      await popup.getByText(`Reef can use “${name}” now`).waitFor(patient);
      await popup.close();
      await card.getByRole("button", { name: "1 tool" }).waitFor(patient);
      await card.getByRole("button", { name: `Actions for ${name}` }).click();
      await page.getByRole("menuitem", { name: "Edit…" }).click();
      const edit = page.getByRole("dialog", { name: `Edit ${name}` });
      expect(await edit.getByLabel("Client ID for signing in").inputValue()).toBe(own.id);
      expect(await edit.getByLabel("Client secret", { exact: true }).inputValue()).toContain("client-secret");
      expect(await page.content()).not.toContain(own.secret);
    }
    service.close();
  });

  test("a well-known server is set up from the catalogue with what it needs, and a refused one keeps what was typed", async () => {
    await using reef = await startReef();
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.goto(`${reef.url}/tools`);
    await page.getByRole("button", { name: "Well-known servers" }).first().click();
    await page.getByRole("button", { name: /^Set up .*[Ff]ile/ }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("tools-catalogue");
    await page.getByRole("button", { name: /^Set up .*[Ff]ile/ }).click();
    const dialog = page.getByRole("dialog", { name: /^Set up/ });
    await dialog.getByLabel("Name", { exact: false }).fill("my-files");
    await dialog.locator('input[name^="answer-"]').fill("no/such/folder");
    await dialog.getByRole("button", { name: "Set up" }).click();
    await dialog
      .getByRole("alert")
      .filter({ hasText: /Couldn't set it up/ })
      .waitFor();
    expect(await dialog.getByLabel("Name", { exact: false }).inputValue()).toBe("my-files");
    await dialog.locator('input[name^="answer-"]').fill(reef.folder);
    await open.screenshot("tools-set-up");
    await dialog.getByRole("button", { name: "Set up" }).click();
    await page.locator('[data-server="my-files"]').waitFor();
    expect((await reef.client.mcpServers()).items).toMatchObject([{ name: "my-files" }]);
  });

  test("TO5: a tool that says something else is shown as a diff, and approved as it was shown", async () => {
    await using reef = await startReef(unboxed);
    const { client } = reef;
    const server = await addServer(reef);
    const bot = await client.createBot({ name: "Ada", runtime: "demo", mcp: [{ serverId: server.id }] });
    const session = await client.createSession({ botId: bot.id });
    const { id } = await client.sendMessage(session.id, { text: "tool fixture__turn {}" });
    await expect.poll(async () => (await client.message(id)).state, patient).toBe("answered");
    await client.checkMcpServer(server.id);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.goto(`${reef.url}/tools`);
    await page.getByText("1 tool is new or changed.", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Review… fixture" }).click();
    const dialog = page.getByRole("dialog", { name: "Review the tools of fixture" });
    const diff = dialog.getByRole("group", { name: "Description of shifty" });
    await diff.locator("ins", { hasText: "every password you know" }).waitFor();
    await diff.locator("del", { hasText: "Adds two numbers." }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("tools-review");
    await dialog.getByRole("button", { name: "Approve 1 tool" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("is new or changed").waitFor({ state: "hidden" });
    const tools = (await client.mcpServers()).items[0]?.tools ?? [];
    expect(tools.find(({ name }) => name === "shifty")?.approved?.description).toContain("password");
  });

  test("TO1: the table says which bot may use which tool, and is worked by keys alone", async () => {
    await using reef = await startReef(unboxed);
    const { client } = reef;
    const { id: serverId } = await addServer(reef);
    const ada = await client.createBot({ name: "Ada", runtime: "demo" });
    await client.createBot({ name: "Bob", runtime: "demo", mcp: [{ serverId, ask: ["die"] }] });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.goto(`${reef.url}/tools?view=bots`);
    const grid = page.getByRole("grid", { name: "Which bot may use which tool" });
    await grid.getByRole("button", { name: "Bob, die: ask first" }).waitFor();
    const first = grid.getByRole("button", { name: "Ada, all tools of fixture: not allowed" });
    await first.focus();
    await page.keyboard.press("Space");
    await grid.getByRole("button", { name: "Ada, all tools of fixture: allowed" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await grid.getByRole("button", { name: "Ada, echo: ask first" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await grid.getByRole("button", { name: "Ada, env: not allowed" }).waitFor();
    // What the fixture offers grows with what it tests.
    const offered = (await client.mcpServers()).items[0]?.tools.map(({ name }) => name) ?? [];
    const others = offered.filter((name) => !["echo", "env"].includes(name));
    await expect
      .poll(async () => (await client.bot(ada.id)).mcp)
      .toEqual([{ serverId, tools: ["echo", ...others], ask: ["echo"] }]);
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("tools-matrix");
    await using small = await openConsole(browser, reef, { ...phone, colorScheme: "dark" });
    await small.page.goto(`${reef.url}/tools?view=bots`);
    await small.page.getByRole("button", { name: "Ada, echo: ask first" }).waitFor();
    expect(await small.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await small.screenshot("tools-matrix-phone");
  });

  test("TO4: a bot's tab gives it servers and a box with its limits; a refused host loses nothing", async () => {
    await using reef = await startReef(unboxed);
    const { client } = reef;
    const { id: serverId } = await addServer(reef);
    const ada = await client.createBot({ name: "Ada", runtime: "demo" });
    const session = await client.createSession({ botId: ada.id, title: "work" });
    const boxOf = async (): Promise<Bot["box"]> => (await client.bot(ada.id)).box;
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await page.keyboard.press("ControlOrMeta+j");
    await page.getByRole("tab", { name: "Files" }).click();
    await page.getByText("Ada has no workspace").waitFor();
    await page.getByRole("button", { name: "Set up its box" }).click();
    await page.getByLabel("Use of fixture").selectOption("on");
    await page.getByRole("button", { name: "Tools of fixture" }).click();
    await page.getByLabel("Use of die").selectOption("ask");
    await expect.poll(async () => (await client.bot(ada.id)).mcp).toEqual([{ serverId, ask: ["die"] }]);
    await page.getByLabel("Files, commands and the web").check();
    await page.getByLabel("Hosts that its commands may reach").fill("registry.npmjs.org\n169.254.169.254");
    await page.getByLabel("Shared workspace").fill("team");
    await page.getByText("Limits", { exact: true }).click();
    await page.getByLabel("Longest command (s)").fill("30");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").filter({ hasText: "this host is never contacted" }).waitFor();
    expect(await boxOf()).toBeNull();
    await page.getByLabel("Hosts that its commands may reach").fill("registry.npmjs.org");
    await open.screenshot("tools-tab");
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(boxOf).toMatchObject({
      enabled: true,
      workspace: "team",
      hosts: ["registry.npmjs.org"],
      limits: { seconds: 30, memoryMb: 2048 },
    });
    await page.getByText("Not saved yet").waitFor({ state: "hidden" });
    expect(await seriousFindings(page)).toEqual([]);
  });
});

async function addUnreachable({ client }: ReefProcess): Promise<void> {
  await client.createMcpServer({
    name: "weather",
    transport: { kind: "http", url: "http://127.0.0.1:9/mcp", headers: {} },
  });
}
