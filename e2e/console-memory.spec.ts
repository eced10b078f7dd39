import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { type ConsolePage, launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const first = "the deploy window is Tuesday at nine";
const corrected = "the deploy window is Thursday at ten";

describe("console: memory", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("ME2, ME4, ME6, ME8: a memory of one session is seen in another with its source, found, corrected, forgotten and restored", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const bot = await client.createBot({ name: "Ada", runtime: "demo" });
    const ben = await client.createBot({ name: "Ben", runtime: "demo" });
    const told = await client.createSession({ botId: bot.id, title: "told here" });
    const asked = await client.createSession({ botId: bot.id, title: "asked here" });
    await using open = await openConsole(browser, reef, { colorScheme: "light" });
    const { page } = open;
    await open.goTo(asked.id);
    await page.keyboard.press("Control+j");
    const panel = page.getByRole("complementary", { name: "Session panel" });
    await panel.getByRole("tab", { name: "Memory" }).click();
    await panel.getByText(/^Nothing yet\./).waitFor();

    // Saved elsewhere while the tab is open: the memory appears by itself.
    await client.sendMessage(told.id, { text: `remember ${first}` });
    const fact = await poll(async () => (await client.memories(bot.id, { kind: "fact" })).items[0]);
    const card = panel.locator(`[data-memory="${fact.id}"]`);
    await card.getByText(first, { exact: true }).waitFor();
    await look(open, "light-all");
    await card.getByRole("link", { name: "told here" }).click();
    await expect.poll(() => page.url()).toMatch(new RegExp(`/s/${told.id}#e\\d+$`));
    await open.goTo(asked.id);

    const search = panel.getByRole("searchbox", { name: "Search this memory" });
    await search.fill("deploy window");
    const why = card.getByRole("region", { name: "Why it was found" });
    await expect.poll(() => why.locator("mark").allInnerTexts()).toEqual(expect.arrayContaining(["deploy", "window"]));
    await why.getByText("its words").waitFor();
    await look(open, "light-search");

    await card.getByRole("button", { name: "Correct" }).click();
    await panel.getByRole("textbox", { name: "Correct text" }).fill(corrected);
    await panel.getByRole("button", { name: "Save correction" }).click();
    const next = await poll(async () => (await client.memories(bot.id, { kind: "fact" })).items[0], corrected);
    expect((await client.memory(fact.id)).supersededBy).toBe(next.id);
    await search.fill("");
    const nextCard = panel.locator(`[data-memory="${next.id}"]`);
    await nextCard.getByRole("button", { name: "History" }).click();
    const history = nextCard.getByRole("list", { name: /^History/ });
    await expect.poll(() => history.getByRole("listitem").count()).toBe(2);
    await history.getByText(first).waitFor();
    await card.waitFor({ state: "hidden" });
    await nextCard.getByRole("button", { name: "Pin" }).click();
    await nextCard.getByText("Pinned", { exact: true }).waitFor();

    await client.sendMessage(asked.id, { text: "recall when is the deploy window?" });
    await view(panel, "Used");
    await panel.getByRole("region", { name: "Used in the last turn" }).locator(`[data-memory="${next.id}"]`).waitFor();
    await look(open, "light-used");

    await view(panel, "Facts");
    await nextCard.getByRole("button", { name: "Forget…" }).click();
    const dialog = page.getByRole("dialog", { name: "Forget this memory" });
    await dialog.getByText("1 memory would be forgotten.").waitFor();
    await dialog.getByText(corrected).waitFor();
    await look(open, "light-forget");
    expect((await client.memory(next.id)).archivedAt).toBeNull();
    await dialog.getByRole("button", { name: "Forget", exact: true }).click();
    await nextCard.waitFor({ state: "hidden" });
    await expect.poll(async () => (await client.memory(next.id)).archivedFor).toBe("forgotten");
    await panel.getByRole("combobox", { name: "State" }).selectOption({ label: "Archived" });
    await nextCard.getByText("Forgotten", { exact: true }).waitFor();
    await nextCard.getByRole("button", { name: "Restore" }).click();
    await nextCard.waitFor({ state: "hidden" });
    await expect.poll(async () => (await client.memory(next.id)).archivedAt).toBeNull();

    // A block that someone else saved in the meantime is not overwritten.
    await view(panel, "Blocks");
    await client.putBlock(bot.id, "house-style", { text: "Write short sentences." });
    const block = panel.locator('[data-block="house-style"]');
    await block.getByRole("button", { name: "Edit" }).click();
    await block.getByRole("textbox").fill("Write long sentences.");
    await client.putBlock(bot.id, "house-style", { text: "Write no sentences.", ifVersion: 1 });
    await block.getByRole("button", { name: "Save block" }).click();
    await block.getByText("Someone else saved version 2 while you wrote.").waitFor();
    await look(open, "light-conflict");
    expect((await client.block(bot.id, "house-style")).text).toBe("Write no sentences.");
    await block.getByRole("button", { name: "Overwrite with mine" }).click();
    await block.getByRole("button", { name: "Save block" }).click();
    await block.getByText("version 3").waitFor();

    await view(panel, "To review");
    await panel.getByRole("region", { name: "Similar memories" }).waitFor();
    await look(open, "light-review");
    await view(panel, "Sharing");
    await panel.getByRole("checkbox", { name: "Ben" }).click();
    await expect.poll(() => client.grants(bot.id)).toEqual({ readers: [ben.id] });
    await expect.poll(() => panel.getByRole("checkbox", { name: "Ben" }).isChecked()).toBe(true);
    await page.emulateMedia({ colorScheme: "dark" });
    await look(open, "dark-sharing");
    await view(panel, "Facts");
    await search.fill("deploy window");
    await panel.getByRole("region", { name: "Why it was found" }).first().waitFor();
    await look(open, "dark-search");
    await page.setViewportSize({ width: 390, height: 844 });
    await look(open, "phone-search");
    expect(open.complaints).toEqual([]);
  });
});

async function view(panel: Locator, name: string): Promise<void> {
  await panel.getByRole("navigation", { name: "Memory views" }).getByRole("button", { name }).click();
}

async function poll<Memory extends { readonly text: string }>(
  read: () => Promise<Memory | undefined>,
  text: string = first,
): Promise<Memory> {
  let found: Memory | undefined;
  await expect
    .poll(async () => {
      found = await read();
      return found?.text;
    })
    .toBe(text);
  return found as Memory;
}

/** Takes a screenshot, and expects no serious accessibility finding on it. */
async function look(open: ConsolePage, name: string): Promise<void> {
  const { page } = open;
  await page.waitForTimeout(250);
  await open.screenshot(`memory-${name}`);
  expect(await seriousFindings(page)).toEqual([]);
}
