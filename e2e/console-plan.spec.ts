/** Tests that a plan which a bot keeps is a checklist in the transcript, in a real browser. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

test("a plan says how far it is in one line, and opens as a checklist", async () => {
  await using reef = await startReef();
  const bot = await reef.client.createBot({ name: "Planner", runtime: "demo" });
  const session = await reef.client.createSession({ botId: bot.id, title: "Move the shop" });
  const long =
    "Write to every supplier, with the new address, the day from which it holds, and the hours of the new door";
  const steps = [
    { text: "Look for a place", state: "done" },
    { text: long, state: "doing" },
    { text: "Order boxes", state: "open" },
    { text: "Paint the old walls", state: "dropped" },
  ];
  await reef.client.sendMessage(session.id, { text: `tool plan_update ${JSON.stringify({ steps })}` });
  for (const colorScheme of ["light", "dark"] as const) {
    await using open = await openConsole(browser, reef, { colorScheme });
    const { page } = open;
    await page.goto(`${reef.url}/s/${session.id}`);
    const line = page.getByRole("button", { name: /^Plan 1 of 3 done · Write to every supplier/ });
    await line.click();
    const list = page.getByRole("list", { name: "Plan" });
    await list.waitFor();
    expect(await list.getByRole("listitem").allInnerTexts()).toEqual([
      expect.stringMatching(/^Done:\s+Look for a place$/),
      expect.stringContaining(long),
      expect.stringMatching(/^To do:\s+Order boxes$/),
      expect.stringMatching(/^Dropped:\s+Paint the old walls$/),
    ]);
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot(`plan-${colorScheme}`);
    await page.setViewportSize({ width: 390, height: 844 });
    await open.screenshot(`plan-phone-${colorScheme}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(open.complaints).toEqual([]);
  }
});
