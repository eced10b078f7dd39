/** Tests the table of who may write to and read whom, in a real browser: by keys, with fifty bots, and as a list on a phone. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const waitMs = 20_000;

describe("console: who may write to and read whom", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("MB8: with the keys a cell is found, its reason read and a rule made; what the table says is what the API says", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const [ada, ben] = [
      await client.createBot({ name: "Ada", runtime: "demo" }),
      await client.createBot({ name: "Ben", runtime: "demo" }),
    ];
    await client.createBot({ name: "Vault", runtime: "demo", private: true });
    const topic = await client.createTopic({ name: "research" });
    for (let n = 4; n <= 50; n++) await client.createBot({ name: `bot ${n}`, runtime: "demo" });
    await client.putLinks({
      items: [{ from: { kind: "any" }, to: { kind: "topic", topicId: topic.id }, allow: false, right: "write" }],
    });
    await using open = await openConsole(browser, reef, { bypassCSP: true, colorScheme: "light" });
    const { page } = open;
    page.setDefaultTimeout(waitMs);
    await page.goto(`${reef.url}/messages?view=links`);
    const section = page.getByRole("region", { name: "Who may write to and read whom" });
    const cell = (name: string | RegExp) => section.getByRole("button", { name });
    await cell("Ada → Vault: writing depends on topic or tree, reading denied").waitFor();
    expect(await section.getByRole("row").count()).toBe(51);
    await section.locator('[tabindex="0"][data-place]').focus();
    for (const key of ["Home", "ArrowUp", "ArrowRight"]) await page.keyboard.press(key);
    await section.getByRole("searchbox").fill("a");
    // Only names with an “a”: Ada and Vault.
    await expect.poll(() => section.getByRole("row").count()).toBe(3);
    await section.getByRole("searchbox").fill("");
    await cell(/^Ada → Ben: /).focus();
    await page.keyboard.press("Enter");
    await section
      .getByText("No rule about writing matches, so it is allowed. Except by rule 1 (anyone → topic “research”).")
      .waitFor();
    await section.getByRole("button", { name: "Deny reading" }).click();
    await cell("Ada → Ben: writing depends on topic or tree, reading denied").waitFor();
    await section.getByText("Rule 1 denies reading: bot “Ada” → bot “Ben”.").waitFor();
    await section.getByText("It shows the rules as edited, which are not saved yet.").waitFor();
    expect((await client.access({ from: ada.id, to: ben.id })).read.allowed).toBe(true);
    await open.screenshot("access-light");
    await section.getByRole("button", { name: "Save the rules" }).click();
    await expect
      .poll(async () => (await client.access({ from: ada.id, to: ben.id })).read.text)
      .toBe("Rule 1 denies reading: bot “Ada” → bot “Ben”.");
    await cell(/^Ada → Vault: /).click();
    await section.getByText("The bot is private: other bots can't read its sessions.").waitFor();
    expect(await seriousFindings(page)).toEqual([]);

    // Allowing it again takes the rule away, instead of adding another one.
    await cell(/^Ada → Ben: /).click();
    await section.getByRole("button", { name: "Allow reading" }).click();
    await section.getByRole("button", { name: "Save the rules" }).click();
    await expect.poll(async () => (await client.links()).items.length).toBe(1);
    expect(open.complaints).toEqual([]);
  }, 120_000);

  test("MB8: a bot is made private in its settings, and a phone lists what one bot may do", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const ada = await client.createBot({ name: "Ada", runtime: "demo" });
    const ben = await client.createBot({ name: "Ben", runtime: "demo" });
    const session = await client.createSession({ botId: ben.id, title: "plans" });
    await using open = await openConsole(browser, reef, { bypassCSP: true, colorScheme: "dark" });
    const { page } = open;
    page.setDefaultTimeout(waitMs);
    await open.goTo(session.id);
    const panel = page.getByRole("complementary", { name: "Session panel" });
    if (!(await panel.isVisible())) await page.keyboard.press("Control+j");
    await panel.getByRole("tab", { name: "Bot" }).click();
    await panel.getByRole("checkbox", { name: "Private" }).check();
    await open.screenshot("bot-private");
    await panel.getByRole("button", { name: "Save" }).click();
    await expect.poll(async () => (await client.bot(ben.id)).private).toBe(true);
    await page.goto(`${reef.url}/messages?view=links`);
    await page.getByRole("button", { name: "Ada → Ben: writing allowed, reading denied" }).click();
    await open.screenshot("access-dark");
    await page.setViewportSize({ width: 390, height: 844 });
    const list = page.getByRole("list", { name: "Who may write to and read whom" });
    await list.getByRole("button", { name: /^Ben .*writing allowed, reading denied/ }).waitFor();
    await page.getByRole("combobox", { name: "Show", exact: true }).selectOption("acted");
    await list.getByRole("button", { name: /^Ben / }).click();
    await list.getByRole("button", { name: "Deny writing" }).click();
    await list.getByText("Rule 1 denies writing: bot “Ben” → bot “Ada”.").waitFor();
    await open.screenshot("access-phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.getByRole("button", { name: "Save the rules" }).first().click();
    await expect.poll(async () => (await client.access({ from: ben.id, to: ada.id })).write.allowed).toBe(false);
    expect(await seriousFindings(page)).toEqual([]);
    expect(open.complaints).toEqual([]);
  }, 120_000);
});
