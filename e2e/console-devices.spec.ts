/** Tests devices: one browser signs in another, sees it, and signs it out. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { makeSessions } from "./support/make-sessions.ts";
import { startReef } from "./support/reef-process.ts";

const phone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";

describe("devices", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("SE2: a second device comes in by the link, is listed, and is out in the moment it is signed out", async () => {
    await using reef = await startReef();
    await makeSessions(reef.client, 2);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Settings" }).click();
    const devices = page.getByRole("region", { name: "Devices" });
    await expect.poll(() => devices.getByRole("listitem").count()).toBe(1);
    await devices.getByText("This device").waitFor();
    await devices.getByRole("button", { name: "Add another device…" }).click();
    const dialog = page.getByRole("dialog", { name: "Add another device" });
    // A phone can't reach a loopback address, and the dialog says so.
    await dialog.getByText(/A phone can't reach/).waitFor();
    await dialog.getByRole("img", { name: "QR code with the sign-in link" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("devices-add");
    const address = await dialog.getByRole("textbox", { name: "Sign-in link" }).inputValue();
    expect(address.startsWith(`${reef.url}/#code=`)).toBe(true);

    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      userAgent: phone,
    });
    const second = await context.newPage();
    await second.goto(address);
    await second.getByRole("main", { name: "Home" }).waitFor();
    await dialog.getByText("Signed in.").waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    const line = devices.getByRole("listitem").filter({ hasText: "Safari on iPhone" });
    await line.getByText(/added by Chrome on Linux/).waitFor();

    await line.getByRole("button", { name: "Sign out Safari on iPhone" }).click();
    await expect.poll(() => devices.getByRole("listitem").count()).toBe(1);
    await second.getByText("This browser is no longer signed in.").waitFor();
    await second.goto(address);
    await second.getByLabel("Code").waitFor();
    await context.close();
    expect(open.complaints).toEqual([]);
  });

  test("SE2: a code that is cancelled lets nobody in; “Sign out everywhere else” and “Sign out” do what they say", async () => {
    await using reef = await startReef();
    await makeSessions(reef.client, 1);
    await using open = await openConsole(browser, reef);
    await using other = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Settings" }).click();
    const devices = page.getByRole("region", { name: "Devices" });
    await devices.getByRole("button", { name: "Add another device…" }).click();
    const link = page.getByRole("dialog").getByRole("textbox", { name: "Sign-in link" });
    const code = new URL(await link.inputValue()).hash.replace("#code=", "");
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    const redeem = () =>
      reef.client.login({ code }).then(
        () => "in",
        () => "refused",
      );
    await expect.poll(async () => (await reef.client.devices()).items.length).toBe(2);
    await expect.poll(redeem).toBe("refused");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFindings(page)).toEqual([]);
    }
    await devices.getByRole("button", { name: "Sign out everywhere else…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out 1 device" }).click();
    await other.page.getByLabel("Code").waitFor();
    await devices.getByRole("button", { name: "Sign out on this device" }).click();
    await page.getByLabel("Code").waitFor();
    expect((await reef.client.devices()).items).toEqual([]);
  });

  test("an incognito session is made in the dialog, and says so in its header, its row and its menu", async () => {
    await using reef = await startReef();
    await makeSessions(reef.client, 1);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.keyboard.press("Control+Shift+o");
    const dialog = page.getByRole("dialog", { name: "New session" });
    await dialog.getByLabel("Title").fill("secret");
    await dialog.getByLabel(/^Incognito/).check();
    await dialog.getByLabel(/^Mute/).check();
    await dialog.getByRole("button", { name: "Create session" }).click();
    await page.getByRole("main", { name: "secret" }).getByText("Incognito", { exact: true }).waitFor();
    const id = open.activeId();
    const row = page.locator(`[data-session="${id}"]`);
    await row.getByRole("img", { name: "Incognito" }).waitFor();
    await row.getByRole("img", { name: "Muted" }).waitFor();
    const { memory, muted } = await reef.client.session(id as never);
    expect([memory, muted]).toEqual(["off", true]);
    await page.getByRole("button", { name: "Session actions" }).click();
    await page.getByRole("menuitem", { name: /^Incognito/ }).click();
    await expect.poll(() => row.getByRole("img", { name: "Incognito" }).count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });
});
