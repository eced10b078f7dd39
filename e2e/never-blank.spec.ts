/**
 * Tests that a part of the console whose code cannot be loaded fails alone: the page around it stays, and the part loads by itself
 * later.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const screens = ["Home", "Bots", "Activity", "Messages", "Schedules", "Spend", "Providers", "Gateways", "Settings"];

/** True for what a page reads only on demand; the rest was there when the server went. */
const isLate = ({ pathname }: URL): boolean =>
  /\/(\w*Screen|Roster|OpenPanel|RightPanel|FindBar|PaneGrid|SessionPicker|OpenMenu|TurnStrip)-[^/]*\.js$/.test(
    pathname,
  );

describe("console: a part that cannot be loaded", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("with the server killed no click makes the page white, and what couldn't be loaded comes with the server", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    const session = await reef.client.createSession({ botId: bot.id, title: "Reports" });
    await reef.client.sendMessage(session.id, { text: "echo **hello**" });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.context().route(isLate, (route) => route.abort());
    await page.reload();
    await page.locator("[data-session]").first().waitFor();
    await page.getByRole("link", { name: "Bots", exact: true }).first().waitFor();
    await reef.kill();
    for (const name of screens) {
      await page.getByRole("link", { name, exact: true }).first().click();
      await expect.poll(() => isStanding(page), { message: name }).toBe(true);
    }
    await page.locator(`[data-session="${session.id}"]`).click();
    await expect.poll(() => isStanding(page)).toBe(true);
    for (const press of ["Control+k", "Control+j", "Control+f", "Control+\\", "F2"]) {
      await page.keyboard.press(press);
      await expect.poll(() => isStanding(page), { message: press }).toBe(true);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("link", { name: "Gateways", exact: true }).first().click();
    await page.getByText("This screen couldn't be shown.").waitFor();
    await page.context().unroute(isLate);
    await reef.restart();
    await page
      .getByRole("heading", { name: /Gateways/ })
      .first()
      .waitFor();
    expect(await page.getByText("couldn't be shown").count()).toBe(0);
  });
});

/** True if the list is there, and the middle has words: a screen, or the reason why it is missing. */
async function isStanding(page: Page): Promise<boolean> {
  if ((await page.locator("[data-session]").count()) === 0) return false;
  return (
    (await page.locator("#root").innerText()).length > 100 && (await page.locator("main, [role=alert]").count()) > 0
  );
}
