/** A part of the console whose code cannot be loaded fails alone: the page around it stays, and says what to do. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

describe("console: a part that cannot be loaded", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("every screen says that it couldn't be shown, the list stays, and a reload brings it back", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    await reef.client.createSession({ botId: bot.id, title: "Reports" });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const isScreen = (url: URL) => /\/assets\/\w*(Screen|Roster|Spend)\w*-[^/]*\.js$/.test(url.pathname);
    await page.context().route(isScreen, (route) => route.abort());
    for (const name of ["Bots", "Messages", "Schedules", "Providers", "Gateways"]) {
      await page.getByRole("link", { name, exact: true }).first().click();
      await page.getByRole("alert").getByText("This screen couldn't be shown.").waitFor();
      await page.getByRole("link", { name: "Bots", exact: true }).first().waitFor();
      await page.locator("[data-session]").first().waitFor();
    }
    await page.context().unroute(isScreen);
    await page.getByRole("button", { name: "Reload" }).click();
    await page
      .getByRole("heading", { name: /Gateways/ })
      .first()
      .waitFor();
    expect(await page.getByText("couldn't be shown").count()).toBe(0);
  });
});
