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

  test("the list is grouped, narrowed and changed for many at once; what was archived comes back", async () => {
    await using reef = await startReef();
    const [ada, bob] = [
      await reef.client.createBot({ name: "Ada", runtime: "demo" }),
      await reef.client.createBot({ name: "Bob", runtime: "demo" }),
    ];
    const topic = await reef.client.createTopic({ name: "harbour" });
    const second = await reef.client.createTopic({ name: "market" });
    const make = (title: string, bot = ada) => reef.client.createSession({ botId: bot.id, title });
    const sessions = [await make("one"), await make("two"), await make("three", bob), await make("four", bob)];
    const [one, two, three, four] = sessions.map(({ id }) => id);
    if (!one || !two || !three || !four) throw new Error("expected four sessions");
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const list = page.getByRole("navigation", { name: "Sessions" });
    const row = (id: string) => page.locator(`[data-session="${id}"]`);
    const groups = () => list.locator("[data-kind]").allInnerTexts();
    await row(one).waitFor();

    await page.getByRole("button", { name: "Arrange the list" }).click();
    await page.getByRole("menuitem", { name: "Bot", exact: true }).click();
    await expect
      .poll(async () => (await groups()).map((text) => text.replace(/\W+/g, " ").trim()))
      .toEqual(["Ada 2", "Bob 2"]);
    await page.reload();
    await row(one).waitFor();
    expect((await groups()).length).toBe(2);
    await page.getByRole("button", { name: "Arrange the list" }).click();
    await page.getByRole("menuitem", { name: "Topic", exact: true }).click();

    // Into a topic by dragging, and its place by dragging and by key.
    await row(four).dragTo(list.getByRole("button", { name: /harbour/ }).first());
    await expect.poll(async () => (await reef.client.session(four)).topicId).toBe(topic.id);
    const names = async () => (await reef.client.topics()).items.map(({ name }) => name);
    expect(await names()).toEqual(["harbour", "market"]);
    await list.getByRole("button", { name: "Topic market: move" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Move up" }).press("Enter");
    await expect.poll(names).toEqual(["market", "harbour"]);

    // Two by key, a range by Shift and a click.
    await row(three).focus();
    await page.keyboard.press("x");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    const bar = page.getByRole("toolbar", { name: "2 selected sessions" });
    await bar.waitFor();
    await open.screenshot("list-selection");
    await bar.getByRole("button", { name: "Move" }).click();
    await page.getByRole("menuitem", { name: "market" }).click();
    await expect.poll(async () => (await reef.client.session(two)).topicId).toBe(second.id);
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(async () => (await reef.client.session(three)).topicId).toBeNull();
    await row(three).click({ modifiers: ["Shift"] });
    await row(one).click({ modifiers: ["Shift"] });
    await page.getByRole("toolbar", { name: "3 selected sessions" }).getByRole("button", { name: "Archive" }).click();
    await expect.poll(() => row(one).count()).toBe(0);

    await page.getByRole("button", { name: "Arrange the list" }).click();
    await page.getByRole("menuitem", { name: "Archived sessions" }).click();
    await page.getByRole("button", { name: "Restore two" }).waitFor();
    await open.screenshot("archived");
    await page.getByRole("button", { name: "Restore two" }).click();
    await row(two).waitFor();
    expect((await reef.client.session(two)).archivedAt).toBeNull();

    // A state narrows the list.
    await reef.client.sendMessage(four, { text: "ask Which? | A | B" });
    await page
      .getByRole("group", { name: "Show only" })
      .getByRole("button", { name: /Needs you/ })
      .click();
    await expect.poll(() => row(two).count()).toBe(0);
    await row(four).waitFor();
    expect(open.complaints).toEqual([]);
  });
});
