/**
 * Tests a day's work with the keyboard alone, from the first screen to the last: the page has no pointer, and whatever has the focus
 * can be seen.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

describe("console: the keyboard alone", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("a bot is created, asked, answered, renamed, scheduled and archived without a pointer", async () => {
    await using reef = await startReef();
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const press = (keys: string) => page.keyboard.press(keys);
    await page.getByRole("heading", { name: "Welcome to Reef" }).waitFor();

    await tabTo(page, "Try the demo bot first");
    await press("Enter");
    await open.composer.waitFor();
    await expect.poll(() => focusedName(page)).toMatch(/^Message to/);
    await page.keyboard.type("ask Ship it now? | yes | later");
    await press("Enter");
    await page.getByRole("button", { name: "later" }).waitFor();
    await press("Alt+a");
    await tabTo(page, "later");
    await press("Enter");
    // The answer is held for a moment, so that it can be taken back.
    await expect.poll(async () => (await reef.client.sessionCounts()).needsYou, { timeout: 30_000 }).toBe(0);

    await press("F2");
    await page.getByRole("textbox", { name: "Session title" }).waitFor();
    await press("Control+a");
    await page.keyboard.type("First day");
    await press("Enter");
    await expect.poll(() => page.title()).toContain("First day");
    await press("Alt+p");
    await expect.poll(async () => (await reef.client.sessions()).items[0]?.pinned).toBe(true);

    await press("Control+Shift+o");
    await page.getByRole("dialog", { name: "New session" }).waitFor();
    await tabTo(page, "Title");
    await page.keyboard.type("Second");
    await press("Enter");
    await expect.poll(() => page.title()).toContain("Second");
    await press("Alt+ArrowUp");
    await expect.poll(() => page.title()).toContain("First day");

    await press("Control+j");
    await page.getByRole("complementary", { name: "Session panel" }).waitFor();
    await press("Control+j");
    await press("Control+k");
    await page.keyboard.type("schedules");
    await press("Enter");
    await page.getByRole("main", { name: "Schedules" }).waitFor();
    await tabTo(page, "New schedule");
    await press("Enter");
    await page.getByRole("dialog").waitFor();
    await tabTo(page, "Session");
    await page.keyboard.type("First");
    await page.getByRole("option", { name: /First day/ }).waitFor();
    await press("Enter");
    await tabTo(page, "What it sends");
    await page.keyboard.type("echo good morning");
    await tabTo(page, "Create schedule");
    await press("Enter");
    await expect.poll(async () => (await reef.client.schedules()).items.length).toBe(1);
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await press("Control+k");
    await page.keyboard.type("First day");
    await press("Enter");
    await expect.poll(() => page.title()).toContain("First day");
    await press("Control+Shift+a");
    await expect.poll(async () => (await reef.client.sessions({ archived: true })).items.length).toBe(1);
    await tabTo(page, "Undo");
    await press("Enter");
    await expect.poll(async () => (await reef.client.sessions({ archived: true })).items.length).toBe(0);
    expect(open.complaints).toEqual([]);
  });
});

/** Presses Tab until the control whose name contains this has the focus; on the way, each stop must be visible. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let n = 0; n < 120; n++) {
    const focused = await focusedName(page);
    if (focused.includes(name)) return;
    await page.keyboard.press("Tab");
    expect(await isFocusSeen(page), `the focus is on something that can't be seen, after “${focused}”`).toBe(true);
  }
  throw new Error(`Tab never reached “${name}”`);
}

/** The name of what has the focus, as the accessibility tree has it; empty for the page itself. */
async function focusedName(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return "";
    const label =
      focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement ? focused.labels?.[0] : null;
    return (focused.ariaLabel ?? label?.innerText ?? focused.innerText).trim();
  });
}

/** True if what has the focus takes up room inside the window, or is the page itself. */
async function isFocusSeen(page: Page): Promise<boolean> {
  return await page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return true;
    focused.scrollIntoView({ block: "nearest" });
    const { width, height, right, bottom, left, top } = focused.getBoundingClientRect();
    return width > 0 && height > 0 && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  });
}
