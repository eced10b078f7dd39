/** Finding and arranging: the palette over everything, the list in other orders, settings. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

describe("console: finding and arranging", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("the palette finds words in transcripts and goes there, and its signs ask for one kind alone", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    await reef.client.createTopic({ name: "harbour" });
    const session = await reef.client.createSession({ botId: bot.id, title: "first talk" });
    await reef.client.createSession({ botId: bot.id, title: "elsewhere" });
    await reef.client.sendMessage(session.id, { text: "echo the lighthouse stands on the northern rock" });
    await expect.poll(async () => (await reef.client.search({ q: "lighthouse" })).items.length).toBe(2);
    await using open = await openConsole(browser, reef);
    await open.page.getByRole("heading", { name: "Pick a session" }).waitFor();
    await open.page.keyboard.press("Control+k");
    const box = open.page.getByRole("combobox", { name: "Find anything" });
    await box.fill("lighthouse north");
    const hit = open.page.getByRole("option", { name: /lighthouse stands on the northern rock.*first talk/ }).first();
    await hit.waitFor();
    expect(await hit.locator("mark").allInnerTexts()).toEqual(["lighthouse", "northern"]);
    await open.screenshot("palette-hits");
    await open.page.keyboard.press("Enter");
    await expect.poll(() => open.activeId()).toBe(session.id);

    for (const [sign, group] of [
      [">", "Commands"],
      ["@", "Bots: open a new session"],
      ["#", "Topics: show their sessions"],
    ] as const) {
      await open.page.keyboard.press("Control+k");
      await box.fill(sign);
      await open.page.getByText(group, { exact: true }).waitFor();
      expect(await open.page.locator("[cmdk-group-heading]").allInnerTexts()).toEqual([group]);
      await open.page.keyboard.press("Escape");
    }
    expect(open.complaints).toEqual([]);
  });
});
