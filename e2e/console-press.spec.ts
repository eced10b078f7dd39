/**
 * Tests the clicks of a person who is slower than the page: the element under the pointer when it went down is clicked.
 */
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const low = { viewport: { width: 1280, height: 480 } };

describe("console: slow presses", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("a call is unfolded though the text below it streams on, and the end is followed again afterwards", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    const session = await reef.client.createSession({ botId: bot.id, title: "main" });
    await using open = await openConsole(browser, reef, low);
    await open.goTo(session.id);
    await open.say("list\nstream 400 words over 8s");
    const call = open.transcript.getByRole("button", { name: /List sessions/ }).first();
    await open.transcript.getByText(/word5 /).waitFor();
    await pressDown(call);
    await open.transcript.getByText(/word150 /).waitFor();
    await open.page.mouse.up();
    await expect.poll(() => open.page.locator("[aria-expanded=true]").getByText("List sessions").count()).toBe(1);
    await open.transcript.getByText(/word400/).waitFor();
    await expect.poll(() => open.transcript.evaluate(distanceToEnd)).toBeLessThan(5);
    expect(open.complaints).toEqual([]);
  });

  test("a call is unfolded in a session that is only being opened", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    const session = await reef.client.createSession({ botId: bot.id, title: "main" });
    const other = await reef.client.createSession({ botId: bot.id, title: "other" });
    await reef.client.sendMessage(session.id, { text: "list" });
    await expect.poll(async () => (await reef.client.session(session.id)).status).toBe("idle");
    await using open = await openConsole(browser, reef, low);
    const { page } = open;
    await open.goTo(session.id);
    await open.goTo(other.id);
    // The page's clock is stopped, so that the session is still opening when the pointer goes down.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.locator(`[data-session="${session.id}"]`).click();
    const call = open.transcript.getByRole("button", { name: /List sessions/ });
    await pressDown(call);
    await page.clock.runFor(2_000);
    await page.mouse.up();
    await page.clock.runFor(2_000);
    await expect.poll(() => call.getAttribute("aria-expanded")).toBe("true");
    expect(open.complaints).toEqual([]);
  });
});

/** Finds the target's position now: text written below may have moved it since the last look-up. */
async function pressDown(target: Locator): Promise<void> {
  const { mouse } = target.page();
  await expect
    .poll(async () => {
      const { x, y, width, height } = (await target.boundingBox())!;
      await mouse.move(x + width / 2, y + height / 2);
      return target.evaluate((element) => element.matches(":hover"));
    })
    .toBe(true);
  await mouse.down();
}

function distanceToEnd({ scrollHeight, scrollTop, clientHeight }: Element): number {
  return scrollHeight - scrollTop - clientHeight;
}
