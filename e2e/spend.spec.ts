/** Tests what things cost: a priced model, and the same sums in the API and on every screen that shows them. */
import { startModelServer } from "@reef/runtimes/testing/model-server";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

describe("spend", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("BU2: what three bots cost is the same in the API, the roster, the panel, the bar and the spend screen", async () => {
    await using model = await startModelServer({ script: () => ({ text: "Here is what I found. ".repeat(200) }) });
    await using reef = await startReef({
      env: {
        REEF_MODEL_BASE_URL: `${model.url}/v1`,
        REEF_MODEL: "scripted",
        REEF_MODEL_API_KEY: "none",
        REEF_MODEL_PRICE: "200/1000",
      },
    });
    const { client } = reef;
    const turns: Record<string, number> = { Ada: 1, Ben: 2, Cleo: 3 };
    const sessions = new Map<string, string>();
    for (const [name, count] of Object.entries(turns)) {
      const bot = await client.createBot({ name });
      const session = await client.createSession({ botId: bot.id, title: name });
      sessions.set(name, session.id);
      for (let n = 0; n < count; n += 1) await client.sendMessage(session.id, { text: `Look at number ${n}` });
    }
    await expect
      .poll(async () => (await client.bots()).items.reduce((sum, { spend }) => sum + spend.modelCalls, 0), {
        timeout: 30_000,
      })
      .toBe(6);

    const bots = (await client.bots()).items;
    let total = 0;
    for (const { spend } of bots) {
      expect(spend.unpricedCalls).toBe(0);
      expect(spend.costUsd).toBeCloseTo((spend.inputTokens * 200 + spend.outputTokens * 1000) / 1e6, 9);
      expect(spend.costUsd).toBeGreaterThan(0.1);
      total += spend.costUsd;
    }
    const { items } = await client.spend({ since: new Date(Date.now() - 2 * 86_400_000).toISOString() });
    expect(items.reduce((sum, { usage }) => sum + usage.costUsd, 0)).toBeCloseTo(total, 9);

    const label = (usd: number) => usd.toLocaleString("en-US", { style: "currency", currency: "USD" });
    await using open = await openConsole(browser, reef, { bypassCSP: true });
    const { page } = open;
    await page.locator("footer").getByText(label(total)).waitFor();
    await page.goto(`${reef.url}/bots`);
    for (const { id, spend } of bots) {
      await page.locator(`[data-bot="${id}"]`).getByText(label(spend.costUsd)).waitFor();
    }
    await page.locator("footer").getByRole("link", { name: /today/ }).click();
    const table = page.getByRole("table");
    await table.locator("tbody tr").nth(2).waitFor();
    const costs = bots
      .map(({ spend }) => spend.costUsd)
      .sort((a, b) => b - a)
      .map(label);
    await expect.poll(() => table.locator("tbody tr td:nth-child(5)").allInnerTexts()).toEqual(costs);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFindings(page)).toEqual([]);
      await open.screenshot(`spend-${colorScheme}`);
    }
    await page.getByRole("combobox", { name: "By" }).selectOption("tree");
    await expect.poll(() => table.locator("tbody tr th").allInnerTexts()).toEqual(["Cleo", "Ben", "Ada"]);
    await expect.poll(() => table.locator("tbody tr td:nth-child(5)").allInnerTexts()).toEqual(costs);
    await page.getByRole("combobox", { name: "By" }).selectOption("model");
    await expect
      .poll(() => table.locator("tbody tr th").allInnerTexts())
      .toEqual([expect.stringContaining("scripted")]);
    await page.getByRole("combobox", { name: "By" }).selectOption("chain");
    await expect.poll(() => table.locator("tbody tr").count()).toBe(6);
    await open.screenshot("spend-by-chain");
    await page.getByRole("button", { name: "New budget" }).click();
    const dialog = page.getByRole("dialog", { name: "New budget" });
    await dialog.getByLabel("Limit in dollars").fill("0.000001");
    await dialog.getByText(/: a smaller limit asks you before its first call\.$/).waitFor();
    await open.screenshot("budget-too-small");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.setViewportSize({ width: 390, height: 800 });
    await open.screenshot("spend-phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole("button", { name: "Tokens", exact: true }).click();
    await page.getByText("tokens in 6 model calls").waitFor();

    const ada = bots.find(({ name }) => name === "Ada");
    await page.goto(`${reef.url}/s/${sessions.get("Ada")}`);
    await open.composer.waitFor();
    const panel = page.getByRole("complementary");
    if (!(await panel.isVisible())) await page.keyboard.press("Control+j");
    await panel.getByRole("tab", { name: "Bot" }).click();
    await panel.getByText(label(ada?.spend.costUsd ?? 0)).waitFor();
  });
});
