/** Tests Esc: closing something with it stops no turn; and a turn that it stopped can continue. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { makeSessions } from "./support/make-sessions.ts";
import { startReef } from "./support/reef-process.ts";

describe("console: stopping a turn", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("Esc that closes, empties or lets go of something stops no turn; alone it does, and Continue goes on", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 2);
    const { id } = sessions[0]!;
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(id);
    await open.say("echo here is a word to mark\nstream 5000 words over 300s");
    await open.transcript.getByText(/word5 /).waitFor();
    const isRunning = async () => (await reef.client.session(id)).status === "running";
    const esc = async (what: string): Promise<void> => {
      await page.keyboard.press("Escape");
      expect(await isRunning(), what).toBe(true);
    };

    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").waitFor();
    await esc("the palette");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await page.keyboard.press("Control+f");
    await page.getByRole("search").waitFor();
    await esc("the find bar");
    await expect.poll(() => page.getByRole("search").count()).toBe(0);
    const filter = page.getByRole("searchbox").first();
    await filter.fill("session 2");
    await esc("a filter");
    await expect.poll(() => filter.inputValue()).toBe("");
    await page.getByRole("button", { name: "Session actions" }).click();
    await page.getByRole("menu").waitFor();
    await esc("a menu");
    await expect.poll(() => page.getByRole("menu").count()).toBe(0);
    await open.composer.pressSequentially("@se");
    await page.getByRole("listbox", { name: "Send to" }).waitFor();
    await esc("the list of names");
    await open.composer.fill("");
    await open.transcript
      .getByText(/here is a word/)
      .first()
      .dblclick();
    await expect.poll(() => page.evaluate("String(getSelection()).trim().length")).toBeGreaterThan(0);
    await esc("marked text");
    expect(await page.evaluate("String(getSelection())")).toBe("");
    // Each of these closes with one press: another press right after it asks first.
    await esc("a press that follows at once");
    await page.getByText("Press Esc again to stop the turn.").waitFor();

    await page.keyboard.press("Escape");
    await expect.poll(async () => (await reef.client.session(id)).turnId).toBeNull();
    const stopped = open.transcript.getByRole("complementary", { name: "Stopped by you" });
    await stopped.getByRole("button", { name: "Continue" }).click();
    await open.transcript.getByText("Continue from where you stopped.", { exact: true }).waitFor();
    await expect.poll(() => stopped.getByRole("button", { name: "Continue" }).count()).toBe(0);
    const lastSaid = async () =>
      (await reef.client.entries(id, { limit: 20 })).items.findLast(({ kind }) => kind === "person")?.text;
    await expect.poll(lastSaid).toBe("Continue from where you stopped.");
    expect(open.complaints).toEqual([]);
  });
});
