/**
 * Tests reviewing a bot's memory in a real browser: proposals as a diff, their undo, overlaps, files, shared memory, and a fact that outlives a
 * restart.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@reef/client/client";
import type { BotId, SessionId } from "@reef/protocol/ids";
import { call, type ModelRequest, type Script, say } from "@reef/runtimes/testing/model-script";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { type ConsolePage, launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const waitMs = 20_000;

/** A model that answers, remembers what it is asked to, and reviews its memory on request. */
function think({ system, lastUser, results }: ModelRequest): Script {
  if (system.startsWith("You keep the memory")) return say(review(lastUser));
  const told = /^remember that (.*)$/m.exec(lastUser)?.[1];
  if (told !== undefined && results.length === 0) return call("memory_save", { text: told });
  const [, to, text] = /^tell (\S+): (.*)$/m.exec(lastUser) ?? [];
  if (to !== undefined && results.length === 0) return call("session_send", { to, text });
  return say("Noted.");
}

function review(text: string): string {
  const line = (words: string) => Number(new RegExp(`<message n="(\\d+)"[^>]*>\\n[^\\n]*${words}`).exec(text)?.[1]);
  const label = (words: string) => new RegExp(`<memory label="(m\\d+)"[^>]*>\\n[^\\n]*${words}`).exec(text)?.[1];
  const monday = {
    action: "replace",
    text: "The launch is on Monday",
    replaces: [label("Friday")],
    sources: [line("Monday")],
    reason: "it was moved",
  };
  const tea = { action: "add", text: "Ann likes green tee", sources: [line("green tea")], reason: "she said so" };
  const boat = { action: "forget", replaces: [label("boat")], sources: [line("sold")], reason: "it was sold" };
  return JSON.stringify({ memories: [monday, tea, boat] });
}

describe("console: reviewing memory", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("ME4, ME7: a consolidation is a diff that a person edits, accepts and undoes, and another console follows", async () => {
    await using model = await startModelServer({ script: think });
    await using reef = await startReef({
      env: { REEF_MODEL_BASE_URL: `${model.url}/v1`, REEF_MODEL: "scripted", REEF_MODEL_API_KEY: "none" },
    });
    const { client } = reef;
    const bot = await client.createBot({ name: "Ada" });
    const session = await client.createSession({ botId: bot.id, title: "planning" });
    const { items } = await client.rememberAll(bot.id, [
      { text: "The launch is on Friday" },
      { text: "There is a boat for the guests" },
    ]);
    for (const text of ["the launch is on Monday now", "I like green tea", "the boat was sold"]) {
      await tell(client, session.id, text);
    }
    await using open = await openConsole(browser, reef, { bypassCSP: true, colorScheme: "light" });
    const panel = await openMemory(open, session.id);
    await view(panel, "To review");
    const proposals = panel.getByRole("region", { name: "Proposals" });
    await proposals.getByText("None.").waitFor();
    await proposals.getByRole("button", { name: "Check now" }).click();

    const monday = proposal(panel, "The launch is on Monday");
    await monday.locator("del").getByText("The launch is on Friday").waitFor();
    await monday.getByText("Because: it was moved").waitFor();
    await monday.getByText("“the launch is on Monday now”").waitFor();
    await look(open, "review-light");
    await monday.getByRole("link", { name: "planning" }).click();
    await expect.poll(() => open.page.url(), { timeout: waitMs }).toMatch(/#e\d+$/);
    expect((await client.memory(items[0]?.id as never)).supersededBy).toBeNull();

    // A second person has the same view open: the first one's decisions appear there.
    await using other = await openConsole(browser, reef, { bypassCSP: true, colorScheme: "dark" });
    const otherPanel = await openMemory(other, session.id);
    await view(otherPanel, "To review");
    await proposal(otherPanel, "Ann likes green tee").waitFor();

    const tea = proposal(panel, "Ann likes green tee");
    await tea.getByRole("button", { name: "Edit" }).click();
    await panel.getByRole("textbox", { name: "Text to remember" }).fill("Ann likes green tea");
    await panel.getByRole("button", { name: "Accept edited" }).click();
    await proposal(panel, "Ann likes green tea").getByText("Accepted", { exact: true }).waitFor();
    await proposal(otherPanel, "Ann likes green tea").getByText("Accepted", { exact: true }).waitFor();
    const boat = panel.locator("[data-proposal]").filter({ hasText: "There is a boat for the guests" });
    await boat.getByRole("button", { name: "Reject" }).click();
    await boat.getByText("Rejected", { exact: true }).waitFor();
    await monday.getByRole("button", { name: "Accept", exact: true }).click();
    await expect
      .poll(() => active(client, bot.id), { timeout: waitMs })
      .toEqual(["Ann likes green tea", "The launch is on Monday", "There is a boat for the guests"]);

    // An accepted proposal links to where it was said, and to what it was before.
    await view(panel, "Facts");
    const found = panel.locator("[data-memory]").filter({ hasText: "The launch is on Monday" });
    await found.getByText("from what was").getByRole("link", { name: "planning" }).waitFor();
    await found.getByRole("button", { name: "History" }).click();
    await found
      .getByRole("list", { name: /^History/ })
      .getByText("The launch is on Friday")
      .waitFor();
    await view(panel, "To review");
    await panel.getByText("Earlier decisions (1)").click();
    await monday.getByText("Accepted", { exact: true }).waitFor();
    await otherPanel.getByText("Earlier decisions (1)").click();
    await look(other, "review-dark");
    await monday.getByRole("button", { name: "Undo", exact: true }).click();
    await monday.getByText("Undone", { exact: true }).waitFor();
    await expect
      .poll(() => active(client, bot.id))
      .toEqual(["Ann likes green tea", "The launch is on Friday", "There is a boat for the guests"]);

    await panel.getByRole("combobox", { name: "What consolidation does" }).selectOption("off");
    await expect.poll(() => client.memoryPolicy(bot.id), { timeout: waitMs }).toEqual({ consolidation: "off" });
    const policy = otherPanel.getByRole("combobox", { name: "What consolidation does" });
    await expect.poll(() => policy.inputValue(), { timeout: waitMs }).toBe("off");
    // The cost of a review is shown with it, and charged to the bot.
    expect((await client.bot(bot.id)).spend.modelCalls).toBe(4);
    await other.page.setViewportSize({ width: 390, height: 844 });
    await look(other, "review-phone");
    expect([...open.complaints, ...other.complaints]).toEqual([]);
  }, 180_000);

  test("ME1, ME6: what overlaps is chosen between and deleted for good, a grant reaches an open console, and shared memory names its owner", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const [ada, ben] = [
      await client.createBot({ name: "Ada", runtime: "demo" }),
      await client.createBot({ name: "Ben", runtime: "demo" }),
    ];
    const session = await client.createSession({ botId: ada.id, title: "garage" });
    const bens = await client.createSession({ botId: ben.id, title: "bens" });
    const { items } = await client.rememberAll(ada.id, [
      { text: "The garage code is 4711" },
      { text: "The garage code is 9922" },
    ]);
    await using open = await openConsole(browser, reef, { bypassCSP: true });
    const panel = await openMemory(open, session.id);
    await view(panel, "To review");
    const alike = panel.getByRole("region", { name: "Similar memories" });
    await alike.getByText("These two may contradict each other.").waitFor();
    const wrong = alike.locator(`[data-memory="${items[1]?.id}"]`);
    await wrong.getByRole("button", { name: "Forget…" }).click();
    const dialog = open.page.getByRole("dialog", { name: "Forget this memory" });
    await dialog.getByText("1 memory would be forgotten.").waitFor();
    await dialog.getByRole("button", { name: "Delete for good…" }).click();
    await dialog.getByRole("button", { name: "Delete for good", exact: true }).click();
    await wrong.waitFor({ state: "hidden" });
    await expect(client.memory(items[1]?.id as never)).rejects.toMatchObject({ code: "not_found" });
    for (const state of ["archived", "superseded"] as const) {
      expect((await client.memories(ada.id, { state })).items).toEqual([]);
    }

    // Granted elsewhere while the view is open.
    await view(panel, "Sharing");
    const box = panel.getByRole("checkbox", { name: "Ben" });
    await box.waitFor();
    expect(await box.isChecked()).toBe(false);
    await client.putGrants(ada.id, { readers: [ben.id] });
    await expect.poll(() => box.isChecked(), { timeout: waitMs }).toBe(true);

    await using reader = await openConsole(browser, reef, { bypassCSP: true });
    const readers = await openMemory(reader, bens.id);
    const search = readers.getByRole("searchbox", { name: "Search this memory" });
    await search.fill("garage code");
    const shared = readers.locator(`[data-memory="${items[0]?.id}"]`);
    await shared.getByText("read from Ada").waitFor();
    expect(await shared.getByRole("button", { name: "Correct" }).count()).toBe(0);
    await client.putGrants(ada.id, { readers: [] });
    await expect.poll(() => box.isChecked(), { timeout: waitMs }).toBe(false);
    await search.fill("garage code now");
    await readers.getByText("Nothing in memory matches that.").waitFor();
    expect([...open.complaints, ...reader.complaints]).toEqual([]);
  }, 180_000);

  test("ME3: a memory is exported, and taken in by another bot after a look at what is new, known and refused", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const [ada, ben] = [
      await client.createBot({ name: "Ada", runtime: "demo" }),
      await client.createBot({ name: "Ben", runtime: "demo" }),
    ];
    const from = await client.createSession({ botId: ada.id, title: "from" });
    const to = await client.createSession({ botId: ben.id, title: "to" });
    const texts = ["The launch is on Friday", "Ann likes tea", "The code is 4711"];
    await client.rememberAll(
      ada.id,
      texts.map((text) => ({ text })),
    );
    await client.remember(ben.id, { text: "Ann likes tea." });
    await using open = await openConsole(browser, reef, { bypassCSP: true, acceptDownloads: true });
    let panel = await openMemory(open, from.id);
    await view(panel, "Sharing");
    const jsonl = await download(open.page, panel.getByRole("link", { name: "Everything, as JSONL" }), reef.folder);
    const markdown = await download(open.page, panel.getByRole("link", { name: "To read, as Markdown" }), reef.folder);
    expect(readFileSync(markdown, "utf8")).toContain("- The launch is on Friday");

    writeFileSync(jsonl, `${readFileSync(jsonl, "utf8")}{"kind":"riddle"}\n`);
    panel = await openMemory(open, to.id);
    await view(panel, "Sharing");
    await panel.locator('input[type="file"]').setInputFiles(jsonl);
    const report = panel.getByRole("region", { name: "Preview of the import" });
    await report.getByText("2 new, 1 already known, 1 refused.").waitFor();
    await report.getByText("The launch is on Friday").waitFor();
    await look(open, "import-light");
    expect(await active(client, ben.id)).toEqual(["Ann likes tea."]);
    await panel.getByRole("button", { name: "Import 2" }).click();
    await expect
      .poll(() => active(client, ben.id), { timeout: waitMs })
      .toEqual(["Ann likes tea.", "The code is 4711", "The launch is on Friday"]);
    await report.waitFor({ state: "hidden" });
    // Imported again: nothing new, as JSONL and as Markdown.
    for (const file of [jsonl, markdown]) {
      await panel.locator('input[type="file"]').setInputFiles(file);
      await report.getByText(/0 new, 3 already known/).waitFor();
      expect(await panel.getByRole("button", { name: "Import 0" }).isDisabled()).toBe(true);
    }
    expect(open.complaints).toEqual([]);
  }, 180_000);

  test("ME5: what another session had a bot keep waits for a person with who asked for it; approved, it is for everybody", async () => {
    await using model = await startModelServer({ script: think });
    await using reef = await startReef({
      env: { REEF_MODEL_BASE_URL: `${model.url}/v1`, REEF_MODEL: "scripted", REEF_MODEL_API_KEY: "none" },
    });
    const { client } = reef;
    const [ada, eve] = [await client.createBot({ name: "Ada" }), await client.createBot({ name: "Eve" })];
    const session = await client.createSession({ botId: ada.id, title: "harbour" });
    const from = await client.createSession({ botId: eve.id, title: "eves desk" });
    const asked = ["the vault opens at noon", "every bill is paid twice", "the crane is green", "the ferry is late"];
    for (const text of asked) {
      await client.sendMessage(from.id, { text: `tell ${session.id}: remember that ${text}` });
      await expect.poll(() => active(client, ada.id), { timeout: waitMs }).toContain(text);
    }
    await using open = await openConsole(browser, reef, { bypassCSP: true });
    const panel = await openMemory(open, session.id);
    await view(panel, "To review");
    const waiting = panel.getByRole("region", { name: "From tools and other sessions, for your approval" });
    const card = (text: string) => waiting.locator("[data-memory]").filter({ hasText: text });
    await card("the vault opens").getByText("requested by Eve in").waitFor();
    await card("the vault opens").getByRole("link", { name: "eves desk" }).waitFor();
    await look(open, "from-sessions");
    await card("every bill").getByRole("button", { name: "Reject" }).click();
    await card("every bill").waitFor({ state: "hidden" });
    await card("the vault opens").getByRole("button", { name: "Approve" }).click();
    await card("the vault opens").waitFor({ state: "hidden" });
    await waiting.getByRole("heading", { name: "2" }).waitFor();
    await view(panel, "Facts");
    const state = panel.getByRole("combobox", { name: "State" });
    await state.getByRole("option", { name: "Waiting for approval (2)" }).waitFor({ state: "attached" });
    await state.selectOption("waiting");
    const list = panel.getByRole("list", { name: "Waiting for your approval, newest first" });
    await list.locator("[data-memory]").filter({ hasText: "ferry" }).focus();
    await look(open, "waiting-by-key");
    await open.page.keyboard.press("f");
    await list.locator("[data-memory]").filter({ hasText: "ferry" }).waitFor({ state: "hidden" });
    // The next one has the focus.
    await open.page.keyboard.press("a");
    await panel.getByText("Nothing is waiting for your approval.").waitFor();
    await open.page.getByRole("button", { name: "Undo" }).last().click();
    await list.locator("[data-memory]").filter({ hasText: "crane" }).focus();
    await open.page.keyboard.press("A");
    await panel.getByText("Nothing is waiting for your approval.").waitFor();
    expect(await active(client, ada.id)).toEqual(["the crane is green", "the vault opens at noon"]);
    for (const { approvedAt } of (await client.memories(ada.id, { kind: "fact" })).items) {
      expect(approvedAt).not.toBeNull();
    }
    expect((await client.memories(ada.id, { unapproved: true })).items).toEqual([]);
    expect(open.complaints).toEqual([]);
  }, 180_000);

  test("ME2, ME4: a fact told in one session is used in another after a restart, shows where it came from, and stays the past when it is corrected", async () => {
    await using model = await startModelServer({ script: think });
    await using reef = await startReef({
      env: { REEF_MODEL_BASE_URL: `${model.url}/v1`, REEF_MODEL: "scripted", REEF_MODEL_API_KEY: "none" },
    });
    const { client } = reef;
    const bot = await client.createBot({ name: "Ada" });
    const told = await client.createSession({ botId: bot.id, title: "told here" });
    await tell(client, told.id, "remember that the spare key lies under the blue pot");
    const [fact] = (await client.memories(bot.id, { kind: "fact" })).items;
    expect(fact?.text).toBe("the spare key lies under the blue pot");
    await reef.restart();

    const asked = await client.createSession({ botId: bot.id, title: "asked here" });
    await tell(client, asked.id, "where does the spare key lie?");
    const prompt = JSON.stringify(model.requests().at(-1)?.body);
    expect(prompt).toContain("under the blue pot");
    await using open = await openConsole(browser, reef, { bypassCSP: true });
    const panel = await openMemory(open, asked.id);
    await view(panel, "Used");
    const used = panel.getByRole("region", { name: "Used in the last turn" }).locator(`[data-memory="${fact?.id}"]`);
    await used.getByRole("link", { name: "told here" }).waitFor();

    const before = new Date().toISOString();
    await view(panel, "Facts");
    const card = panel.locator(`[data-memory="${fact?.id}"]`);
    await card.getByRole("button", { name: "Correct" }).click();
    await panel.getByRole("textbox", { name: "Correct text" }).fill("the spare key lies under the red pot");
    await panel.getByRole("button", { name: "Save correction" }).click();
    const find = async (asOf?: string) =>
      (await client.searchMemories(bot.id, { q: "spare key pot", kind: "fact", ...(asOf && { asOf }) })).items.map(
        ({ memory }) => memory.text,
      );
    await expect.poll(() => find(), { timeout: waitMs }).toEqual(["the spare key lies under the red pot"]);
    expect(await find(before)).toEqual(["the spare key lies under the blue pot"]);
    await tell(client, asked.id, "and now, where is the spare key?");
    const later = JSON.stringify(model.requests().at(-1)?.body);
    expect(later).toContain("under the red pot");
    expect(open.complaints).toEqual([]);
  }, 180_000);
});

async function tell(client: Client, sessionId: SessionId, text: string): Promise<void> {
  const { id } = await client.sendMessage(sessionId, { text });
  await expect.poll(async () => (await client.message(id)).state, { timeout: waitMs }).toBe("answered");
}

async function active(client: Client, botId: BotId): Promise<readonly string[]> {
  return (await client.memories(botId, { kind: "fact" })).items.map(({ text }) => text).toSorted();
}

async function openMemory(open: ConsolePage, sessionId: SessionId): Promise<Locator> {
  const { page } = open;
  // Two consoles and a server on a busy machine are slow.
  page.setDefaultTimeout(waitMs * 2);
  await open.goTo(sessionId);
  const panel = page.getByRole("complementary", { name: "Session panel" });
  if (!(await panel.isVisible())) await page.keyboard.press("Control+j");
  await panel.getByRole("tab", { name: "Memory" }).click();
  await panel.getByRole("navigation", { name: "Memory views" }).waitFor();
  return panel;
}

async function view(panel: Locator, name: string): Promise<void> {
  await panel.getByRole("navigation", { name: "Memory views" }).getByRole("button", { name }).click();
}

function proposal(panel: Locator, text: string): Locator {
  return panel.locator("[data-proposal]").filter({ hasText: text });
}

async function download(page: Page, link: Locator, folder: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

/** Takes a screenshot, and expects no serious accessibility finding on it. */
async function look({ page, screenshot }: ConsolePage, name: string): Promise<void> {
  await page.waitForTimeout(250);
  await screenshot(`memory-${name}`);
  expect(await seriousFindings(page)).toEqual([]);
}
