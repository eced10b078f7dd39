/**
 * One session and what stands beside and inside it: the right panel, spawned sessions in the transcript, finding,
 * addresses of entries, the composer. A real browser, a real server, the demo runtime.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Client } from "@reef/client/client";
import type { Session } from "@reef/protocol/session";
import type { AxeResults } from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ConsolePage, launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const phone = { viewport: { width: 390, height: 800 }, hasTouch: true };

describe("a session in the console", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("the panel edits the bot, pauses it, and shows the evidence behind its health", async () => {
    await using reef = await startReef();
    const { bot, session } = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await open.say("echo hello");
    await open.transcript.getByText("hello", { exact: true }).waitFor();
    await page.keyboard.press("Control+j");
    const panel = page.getByRole("complementary", { name: "Session panel" });
    await panel.getByText("Healthy").waitFor();
    await expect.poll(() => panel.innerText()).toMatch(/Last turn\s+done/);
    expect(await open.composer.evaluate((box) => box === document.activeElement)).toBe(true);

    await panel.getByLabel("Role").fill("Reviewer of everything");
    await panel.getByLabel("Instructions").fill("Be short.");
    await panel.getByLabel("All tools, also those that come later").uncheck();
    await panel.getByLabel("session_spawn").uncheck();
    await panel.getByLabel("Model calls in a turn").fill("7");
    await panel.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(() => reef.client.bot(bot.id))
      .toMatchObject({
        name: "Ada",
        role: "Reviewer of everything",
        instructions: "Be short.",
        limits: { maxSteps: 7 },
      });
    const { tools } = await reef.client.bot(bot.id);
    expect(tools).toContain("ask_person");
    expect(tools).not.toContain("session_spawn");
    await panel.getByRole("button", { name: "Save" }).waitFor({ state: "hidden" });

    // An edit that is not saved survives what others change meanwhile, and does not take it back.
    await panel.getByLabel("Role").fill("Mine");
    await reef.client.changeBot(bot.id, { instructions: "Changed elsewhere." });
    await expect.poll(() => panel.getByLabel("Instructions").inputValue()).toBe("Changed elsewhere.");
    await panel.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(() => reef.client.bot(bot.id))
      .toMatchObject({ role: "Mine", instructions: "Changed elsewhere." });

    await panel.getByRole("button", { name: "Pause" }).click();
    await panel.getByText(/Paused by a person/).waitFor();
    expect((await reef.client.bot(bot.id)).pausedAt).not.toBeNull();
    await panel.getByRole("button", { name: "Resume" }).click();
    await expect.poll(async () => (await reef.client.bot(bot.id)).pausedAt).toBeNull();

    await page.reload();
    await panel.getByText("Healthy").waitFor();
    await panel.getByRole("button", { name: "Delete Ada…" }).click();
    await panel.getByText("Ada and 1 session").waitFor();
    await panel.getByRole("button", { name: "Delete for good" }).click();
    await page.getByRole("heading", { name: "Welcome to Reef" }).waitFor();
    expect((await reef.client.bots()).items).toEqual([]);
    expect(open.complaints).toEqual([]);
  });

  test("the tree shows who works for whom, leads there, and stops one of them", async () => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await page.keyboard.press("Control+j");
    const panel = page.getByRole("complementary", { name: "Session panel" });
    await panel.getByRole("tab", { name: "Tree" }).click();
    await panel.getByText("1 session", { exact: true }).waitFor();
    await open.say("spawn stream 900 words over 60s\nspawn spawn stream 800 words over 60s\nwait");
    await panel.getByText(/^4 sessions/).waitFor();
    expect(await panel.getByRole("listitem").count()).toBe(4);
    await panel
      .getByRole("link", { name: /stream 800 words/ })
      .last()
      .waitFor();
    await open.screenshot("panel-tree");
    const first = panel.getByRole("link", { name: /running stream 900 words/ });
    await first.waitFor();
    await panel.getByRole("button", { name: /^Stop stream 900 words/ }).click();
    await panel.getByRole("button", { name: /^Stop stream 900 words/ }).waitFor({ state: "hidden" });
    // Only that one: its sibling's child still runs.
    await panel.getByRole("link", { name: /running stream 800 words/ }).click();
    await expect.poll(() => open.activeId()).not.toBe(session.id);
    await open.transcript
      .getByText(/word\d+/)
      .first()
      .waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("the activity shows each turn's steps and leads to their entries; after kill -9 the crash receipt", async () => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await page.keyboard.press("Control+j");
    const panel = page.getByRole("complementary", { name: "Session panel" });
    await panel.getByRole("tab", { name: "Activity" }).click();
    await open.say("list\necho listed");
    const steps = panel.getByRole("list", { name: "Steps" });
    await steps.getByText("session_list", { exact: true }).waitFor();
    const { items } = await reef.client.turnsOfSession(session.id);
    const { stepList } = await reef.client.turn(items[0]!.id);
    await expect.poll(() => steps.getByRole("listitem").count()).toBe(stepList.length);
    await open.screenshot("panel-activity");
    await steps
      .getByRole("button", { name: /session_list/ })
      .last()
      .click();
    await expect.poll(() => new URL(page.url()).hash).toMatch(/^#e\d+$/);

    await open.say("list\nstream 100 words over 5s");
    await open.transcript.getByText("word5 ").waitFor();
    await reef.kill();
    await reef.restart();
    await panel.getByRole("region", { name: "Crash receipt" }).waitFor({ timeout: 20_000 });
    await expect.poll(() => panel.getByRole("region", { name: "Crash receipt" }).innerText()).toContain("session_list");
    await open.screenshot("panel-crash");
    expect(open.complaints).toEqual([]);
  });

  test.each([
    "light",
    "dark",
  ] as const)("axe finds nothing serious in the %s panel, wide and on a phone", async (colorScheme) => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    await reef.client.sendMessage(session.id, { text: "spawn echo from a child\nwait\necho all done" });
    await expect
      .poll(async () => (await reef.client.session(session.id)).status, { timeout: 15_000 })
      .toBe("done_unseen");
    for (const [width, options] of [
      ["wide", { colorScheme }],
      ["phone", { colorScheme, ...phone }],
    ] as const) {
      await using open = await openConsole(browser, reef, options);
      await open.goTo(session.id);
      await open.page.getByRole("button", { name: "Bot, tree and activity" }).click();
      for (const tab of ["Bot", "Tree", "Activity"]) {
        await open.page.getByRole("tab", { name: tab }).click();
        await open.page.locator("[role=tabpanel] :is(section, form)").first().waitFor();
        await open.page.waitForTimeout(250);
        await open.screenshot(`panel-${tab.toLowerCase()}-${colorScheme}-${width}`);
        expect(await seriousFindings(open)).toEqual([]);
      }
      expect(open.complaints).toEqual([]);
    }
  });
});

async function makeSession(client: Client, title = "main") {
  const bot = await client.createBot({ name: "Ada", role: "Tries things", runtime: "demo" });
  const session: Session = await client.createSession({ botId: bot.id, title });
  return { bot, session };
}

async function seriousFindings({ page }: ConsolePage): Promise<readonly string[]> {
  // Colours are judged as they end up, not in the middle of a fade.
  await page.emulateMedia({ reducedMotion: "reduce" });
  const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(source);
  const results = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`,
    );
}
