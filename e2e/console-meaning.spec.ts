/**
 * Tests meaning in the memory tab: results found by it are marked, its progress is shown, and its absence is one line.
 */
import { startEmbeddingServer } from "@reef/recall/testing/embedding-server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const fact = "Ann cycles to the office by the river";
const others = ["The printer is broken", "Invoices are due on Friday", "The gate squeaks", "Tea is in the left drawer"];

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test("ME8: a memory without a common word is found by its meaning; with the model away the tab says so in one line", async () => {
  await using model = await startEmbeddingServer({ concepts: [["commute", "cycles"]] });
  const env = { REEF_EMBEDDING_BASE_URL: `${model.url}/v1`, REEF_EMBEDDING_MODEL: "small" };
  await using reef = await startReef({ env });
  const { client } = reef;
  const bot = await client.createBot({ name: "Ada", runtime: "demo" });
  await client.rememberAll(
    bot.id,
    [fact, ...others].map((text) => ({ text })),
  );
  await expect.poll(async () => (await client.memoryStats(bot.id)).embedding?.done, { timeout: 30_000 }).toBe(5);
  await expect
    .poll(async () => (await client.searchMemories(bot.id, { q: "commute" })).degraded, { timeout: 30_000 })
    .toBeNull();
  const session = await client.createSession({ botId: bot.id, title: "here" });
  for (const theme of ["light", "dark"] as const) {
    await using open = await openConsole(browser, reef, { colorScheme: theme });
    await open.goTo(session.id);
    await showMemory(open.page);
    await search(open.page, "commute");
    await open.page.getByText(fact, { exact: true }).waitFor();
    await open.page.getByText(/^similar meaning: 0\.\d\d$/).waitFor();
    await open.page.getByText("its meaning").first().waitFor();
    await open.screenshot(`meaning-${theme}-found`);
    await panelOf(open.page)
      .getByRole("navigation", { name: "Memory views" })
      .getByRole("button", { name: "Sharing" })
      .click();
    await open.page.getByText("5 of 5, openai:small").waitFor();
    await open.screenshot(`meaning-${theme}-size`);
    expect(open.complaints).toEqual([]);
  }

  model.use({ status: 503 });
  // A search waits a third of a second for the meaning of its words: on a busy machine the first may not learn of the
  // failure.
  await expect
    .poll(async () => (await client.searchMemories(bot.id, { q: "whose office" })).degraded)
    .toMatch(/answered 503$/);
  await using phone = await openConsole(browser, reef, { colorScheme: "light", viewport: { width: 390, height: 844 } });
  await phone.page.goto(`${reef.url}/s/${session.id}`);
  await phone.composer.waitFor();
  await showMemory(phone.page);
  await search(phone.page, "the office of whom");
  await phone.page
    .getByText(/^Found by words alone: the embedding server at 127\.0\.0\.1:\d+ answered 503\.$/)
    .waitFor();
  await phone.page.getByText(fact, { exact: true }).waitFor();
  await phone.screenshot("meaning-phone-away");
});

function panelOf(page: Page) {
  return page.getByRole("complementary", { name: "Session panel" });
}

async function showMemory(page: Page): Promise<void> {
  await page.keyboard.press("Control+j");
  await panelOf(page).getByRole("tab", { name: "Memory" }).click();
}

async function search(page: Page, question: string): Promise<void> {
  await page.getByRole("searchbox", { name: "Search this memory" }).fill(question);
}
