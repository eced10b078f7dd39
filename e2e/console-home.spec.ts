/** Tests Home: that it opens first, what it says, and what can be done there without leaving it. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { makeSessions } from "./support/make-sessions.ts";
import { startReef } from "./support/reef-process.ts";

describe("Home", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("Home opens first, follows what happens, and takes an answer that can be taken back", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const { sessions } = await makeSessions(client, 6);
    const [asking, alsoAsking, failing, other, working, done] = sessions.map(({ id }) => id);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const main = page.getByRole("main", { name: "Home" });
    await main.getByText("Nothing needs you, and nothing is running.").waitFor();

    await client.sendMessage(asking!, { text: "ask Send the reminder? | Send | Not yet" });
    await client.sendMessage(alsoAsking!, { text: "ask Which colour, in your words?" });
    await client.sendMessage(failing!, { text: "fail no model" });
    await client.sendMessage(other!, { text: "fail no model" });
    await client.sendMessage(done!, { text: "echo All 214 tests pass" });
    await client.sendMessage(working!, { text: "stream 4000 words over 120s" });
    await client.createSchedule({
      sessionId: done!,
      text: "check",
      name: "Nightly",
      timing: { kind: "every", seconds: 7200 },
    });
    await main.getByText("2 need you, 2 failed, 1 is working, 1 finished since you looked.").waitFor();
    const group = (name: string) => main.getByRole("region", { name, exact: true });
    await group("Next").getByText("Nightly").waitFor();
    await group("Working now")
      .getByText(/word\d+/)
      .waitFor();
    await group("Working now")
      .getByText(/^\d:\d\d$/)
      .waitFor();
    // One cause is one row.
    await expect.poll(() => group("Failed").getByRole("listitem").count()).toBe(1);
    await group("Failed").getByText("and 1 other session").waitFor();

    // By keys: down to the first question, up again, and Enter opens it.
    await page.locator("body").press("j");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-home-item"))).toBe(asking);
    await page.keyboard.press("ArrowDown");
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-home-item")))
      .toBe(alsoAsking);
    await page.keyboard.press("Enter");
    await expect.poll(() => open.activeId()).toBe(alsoAsking);
    await page.getByRole("region", { name: "Question for you" }).waitFor();
    await page.locator("body").press("Escape");
    await page.getByRole("link", { name: /^Home/ }).click();

    const needs = group("Needs you");
    await needs.getByRole("button", { name: /^Send: / }).click();
    await needs.getByRole("button", { name: "Undo" }).click();
    expect((await client.session(asking!)).status).toBe("needs_you");
    await needs.getByRole("button", { name: /^Not yet: / }).click();
    await expect
      .poll(async () => (await client.asks({ state: "answered" })).items[0]?.answer, { timeout: 20_000 })
      .toBe("Not yet");
    await expect.poll(() => needs.getByRole("listitem").count()).toBe(1);

    await group("Finished since you looked").getByRole("button", { name: "Mark all seen" }).click();
    await expect.poll(async () => (await client.session(done!)).unread).toBe(0);
    await page.getByRole("status").getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(async () => (await client.session(done!)).unread).toBeGreaterThan(0);
    expect(open.complaints).toEqual([]);
  });

  test("AS1: an answer given on Home is the server's: another page sees it and takes it back, and it goes without any page", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const { sessions } = await makeSessions(client, 1);
    await client.sendMessage(sessions[0]!.id, { text: "ask Go? | Yes | No" });
    await using open = await openConsole(browser, reef);
    await using other = await openConsole(browser, reef, { colorScheme: "dark" });
    const yes = (page: Page) => page.getByRole("button", { name: /^Yes: / });
    await yes(other.page).waitFor();
    await yes(open.page).click();
    await open.page.getByText("Answering “Yes”").waitFor();
    expect((await client.asks({ state: "open" })).items[0]?.held?.answer).toBe("Yes");
    await open.screenshot("home-held");
    await other.page.getByRole("button", { name: "Undo" }).click();
    await yes(open.page).waitFor();
    expect((await client.asks({ state: "open" })).items[0]?.held).toBeUndefined();

    // Sent without waiting.
    await client.sendMessage(sessions[0]!.id, { text: "ask Again? | Yes | No" });
    await yes(open.page).click();
    await open.page.getByRole("button", { name: "Send now" }).click();
    await expect.poll(async () => (await client.asks({ state: "answered" })).items.length).toBe(1);

    const no = open.page.getByRole("button", { name: "No: Again?" });
    await no.click();
    await open.page.getByText("Answering “No”").waitFor();
    await Promise.all([open.page.goto("about:blank"), other.page.goto("about:blank")]);
    await expect.poll(async () => (await client.asks({ state: "answered" })).items.length, { timeout: 20_000 }).toBe(2);
    expect([...open.complaints, ...other.complaints]).toEqual([]);
  });

  test("a thousand finished sessions are a count and five lines, and all of them are a click away", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const bot = await client.createBot({ name: "Ada", runtime: "demo" });
    const ids = await Promise.all(
      Array.from({ length: 120 }, (_, n) => client.createSession({ botId: bot.id, title: `done ${n}` })),
    );
    await Promise.all(ids.map(({ id }) => client.sendMessage(id, { text: "echo done" })));
    await expect.poll(async () => (await client.home()).finished.count, { timeout: 60_000 }).toBe(120);
    await using open = await openConsole(browser, reef);
    const finished = open.page.getByRole("region", { name: "Finished since you looked" });
    await expect.poll(() => finished.getByRole("listitem").count()).toBe(5);
    await finished.getByRole("button", { name: "Show all 120" }).click();
    await expect.poll(() => new URL(open.page.url()).pathname).toBe("/sessions");
    await open.page.getByRole("button", { name: /^Unread 120/, pressed: true }).waitFor();
  });

  test("AS1: a session whose child asks says which one, and leads there", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const { sessions } = await makeSessions(client, 1);
    const [parent] = sessions;
    await client.sendMessage(parent!.id, { text: "spawn ask Red or blue? | Red | Blue" });
    await expect.poll(async () => (await client.session(parent!.id)).waitsFor, { timeout: 20_000 }).not.toBeNull();
    const { waitsFor } = await client.session(parent!.id);
    await using open = await openConsole(browser, reef);
    await open.goTo(parent!.id);
    await open.page.getByRole("link", { name: /needs your answer before this can continue/ }).click();
    await expect.poll(() => open.activeId()).toBe(waitsFor?.sessionId);
    await open.page.getByRole("region", { name: "Question for you" }).getByRole("button", { name: "Red" }).click();
    await expect.poll(async () => (await client.session(parent!.id)).waitsFor).toBeNull();
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious on Home, %s", async (colorScheme) => {
    await using reef = await startReef();
    const { client } = reef;
    const { sessions } = await makeSessions(client, 4);
    const [asking, failing, done] = sessions.map(({ id }) => id);
    await client.sendMessage(asking!, { text: "ask Send it? | Send | Not yet" });
    await client.sendMessage(failing!, { text: "fail no model" });
    await client.sendMessage(done!, { text: "echo done" });
    await client.createSchedule({ sessionId: done!, text: "check", timing: { kind: "every", seconds: 7200 } });
    await using open = await openConsole(browser, reef, { colorScheme });
    for (const name of ["Needs you", "Failed", "Finished since you looked", "Next"]) {
      await open.page.getByRole("region", { name, exact: true }).waitFor();
    }
    expect(await seriousFindings(open.page)).toEqual([]);
    await open.page.setViewportSize({ width: 390, height: 844 });
    expect(await seriousFindings(open.page)).toEqual([]);
    await open.screenshot(`home-phone-${colorScheme}`);
    await open.page.goto(`${reef.url}/more`);
    await open.page.getByRole("main", { name: "More" }).waitFor();
    expect(await seriousFindings(open.page)).toEqual([]);
    expect(open.complaints).toEqual([]);
  });
});
