/**
 * Tests that what a person reads at a glance is true, complete and within reach: no word covered, cut off, or gone too soon.
 */
import type { Locator } from "playwright-core";
import { type Browser, devices } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { makeSessions } from "./support/make-sessions.ts";
import { startReef } from "./support/reef-process.ts";

const { viewport, ...touch } = devices["Pixel 5"] as NonNullable<(typeof devices)[string]>;
const phone = { ...touch, viewport: { width: 390, height: 844 } };

describe("console: at a glance", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("a toast leaves the place to write free, and stays while one reaches for it", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 2);
    const [first, second] = sessions as [(typeof sessions)[number], (typeof sessions)[number]];
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(first.id);
    await page.clock.install();
    await page.locator(`[data-session="${second.id}"]`).focus();
    await page.keyboard.press("e");
    const toast = page.getByText(`Archived “${second.title}”`);
    await toast.waitFor();
    const [said, form] = await Promise.all([boxOf(toast), boxOf(page.locator("form:has([data-composer])"))]);
    expect(said.y + said.height).toBeLessThan(form.y);
    await toast.hover();
    await page.clock.fastForward(8_000);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.locator(`[data-session="${second.id}"]`).waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("TU7: without its server the page claims of no turn that it runs, and with it again it does", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const { id } = sessions[0] as (typeof sessions)[number];
    await open.goTo(id);
    await open.say("sleep 300s");
    const strip = page.locator('[data-status="running"]', { hasText: "Stop" }).last();
    await strip.getByText(/^Running \d+ s/).waitFor();
    const sign = `document.querySelector('[data-session="${id}"] [role=img]')`;
    const colour = () => page.evaluate<string>(`getComputedStyle(${sign}).color`);
    const alive = await colour();
    await reef.kill();
    await strip.getByText("Was running when the connection dropped", { exact: true }).waitFor();
    await expect.poll(colour).not.toBe(alive);
    await open.screenshot("unheard");
    await reef.restart();
    await strip.getByText(/^Running \d+ s/).waitFor();
    await expect.poll(colour).toBe(alive);
  });

  test("a message that is taken at once is never seen to wait; one that waits is, and is on the page once", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const { id } = sessions[0] as (typeof sessions)[number];
    await open.goTo(id);
    await page.evaluate(countTrays);
    for (let n = 1; n <= 5; n += 1) {
      await open.say(`echo taken ${n}`);
      await open.transcript.getByText(`taken ${n}`, { exact: true }).waitFor();
      // Its words appear before its turn has ended, and until then the next message would really wait.
      await page.locator(`[data-session="${id}"]`).getByRole("img", { name: "idle" }).waitFor();
    }
    expect(await page.evaluate("window.traysSeen")).toBe(0);
    await open.say("sleep 30s");
    await page.getByText("Running").first().waitFor();
    await open.say("echo this one waits");
    const tray = page.getByRole("region", { name: "Waiting messages" });
    await tray.getByText("echo this one waits").waitFor();
    await expect.poll(() => page.getByText("echo this one waits").count()).toBe(1);
    await tray.getByRole("button", { name: "Withdraw" }).click();
    await tray.waitFor({ state: "detached" });
    expect(await page.getByText("echo this one waits").count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });

  test("an archived session says so and comes back; until then its schedule promises nothing", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 2);
    const session = sessions[1] as NonNullable<(typeof sessions)[1]>;
    await reef.client.createSchedule({
      sessionId: session.id,
      name: "watch",
      text: "echo look",
      timing: { kind: "every", seconds: 3600 },
    });
    await reef.client.archiveSession(session.id);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Schedules", exact: true }).click();
    const line = page.locator("[data-schedule]");
    await line.getByText("session archived").waitFor();
    expect(await line.locator("time").count()).toBe(0);
    await page.getByText("nothing is due").waitFor();
    await line.getByRole("link").click();
    await page.getByText("Archived. A message brings it back.").waitFor();
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByText("Archived. A message brings it back.").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Schedules", exact: true }).click();
    await line.getByText(/^in (59 min|1 h)/).waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("why a turn failed is read without a press, however long the reason is", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    await using open = await openConsole(browser, reef);
    await open.goTo(sessions[0]?.id as NonNullable<(typeof sessions)[0]>["id"]);
    await open.say(`fail the disk is full ${"and nothing can be written ".repeat(12)}`);
    const notice = open.transcript.getByRole("complementary", { name: "Turn failed" });
    await notice
      .getByText(/the disk is full and nothing/)
      .first()
      .waitFor();
    expect((await boxOf(notice)).height).toBeLessThan(160);
    const reason = notice.getByText(/the disk is full and nothing/);
    // Cut between two words.
    expect(await reason.innerText()).toMatch(/ (and|nothing|can|be|written)…$/);
    await notice.getByRole("button", { name: "Show details" }).click();
    await expect.poll(() => reason.innerText()).toMatch(/the disk is full (and nothing can be written ?){12}$/);
    expect(open.complaints).toEqual([]);
  });

  test("many calls are one line that opens, and that a link to one of them opens", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    const { id } = sessions[0] as NonNullable<(typeof sessions)[0]>;
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(id);
    await open.say(Array.from({ length: 24 }, (_, n) => `list: step ${n + 1}.`).join("\n"));
    const run = transcript.getByRole("button", { name: /^24 steps/ });
    await expect.poll(() => run.innerText()).toContain("listed sessions 24 times");
    expect(await transcript.getByRole("button", { name: /step \d+\./ }).count()).toBe(0);
    await run.click();
    await transcript.getByRole("button", { name: /step 1\./ }).waitFor();
    await expect.poll(() => run.evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThan(40);
    await run.click();
    await expect.poll(() => transcript.getByRole("button", { name: /step \d+\./ }).count()).toBe(0);
    const { items } = await reef.client.entries(id, { limit: 200 });
    const sought = items.find(
      ({ kind, tool }) => kind === "tool_call" && JSON.stringify(tool?.input).includes("step 12."),
    );
    await page.goto(`${reef.url}/s/${id}#e${sought?.seq}`);
    await page.reload();
    await transcript.getByRole("button", { name: /step 12\./ }).waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("the focus is never lost: not by a dialog, a toast's Undo, or a way to a screen by key", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 2);
    const { id } = sessions[0] as NonNullable<(typeof sessions)[0]>;
    await using open = await openConsole(browser, reef);
    const { page, composer } = open;
    await open.goTo(id);
    const isWriting = (): Promise<boolean> => composer.evaluate((box) => box === document.activeElement);
    await expect.poll(isWriting).toBe(true);
    for (const keys of ["Control+k", "Control+Slash", "Control+Shift+O"]) {
      await page.keyboard.press(keys);
      await page.locator("dialog[open]").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("dialog[open]").waitFor({ state: "detached" });
      await expect.poll(isWriting, { message: keys }).toBe(true);
      await page.keyboard.type("still here");
      expect(await composer.inputValue(), keys).toBe("still here");
      await composer.fill("");
    }
    await page.keyboard.press("Control+Shift+A");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(isWriting).toBe(true);
    await page.getByRole("button", { name: "Session actions" }).focus();
    await page.keyboard.press("g");
    await page.keyboard.press("b");
    await page.getByRole("main", { name: "All bots" }).waitFor();
    await page.keyboard.press("Tab");
    await expect.poll(() => page.evaluate("document.activeElement.closest('main')?.ariaLabel")).toBe("All bots");
    expect(open.complaints).toEqual([]);
  });

  test("an archived session is deleted for good, after being told what goes with it", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 2);
    for (const { id } of sessions) await reef.client.archiveSession(id);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("button", { name: "Arrange the list" }).click();
    await page.getByRole("menuitem", { name: "Archived sessions" }).click();
    await page.getByRole("button", { name: "Delete session 1…" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete this session for good" });
    await dialog.getByText("This cannot be undone").waitFor();
    await dialog.getByRole("button", { name: "Keep it" }).click();
    expect((await reef.client.sessions({ archived: true })).items).toHaveLength(2);
    await page.getByRole("button", { name: "Delete session 1…" }).click();
    await dialog.getByRole("button", { name: "Delete for good" }).click();
    await expect.poll(() => page.locator("[data-archived]").count()).toBe(1);
    expect((await reef.client.sessions({ archived: true })).items.map(({ title }) => title)).toEqual(["session 2"]);
    expect(open.complaints).toEqual([]);
  });

  test("a topic is renamed, recoloured and deleted where it stands; Undo brings it back with its sessions", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const { sessions } = await makeSessions(client, 2);
    const topic = await client.createTopic({ name: "Reserch", color: "#3b82f6" });
    const other = await client.createTopic({ name: "Later" });
    for (const { id } of sessions) await client.changeSession(id, { topicId: topic.id });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const act = async (name: string, item: string): Promise<void> => {
      await page.getByRole("button", { name: `Actions for topic ${name}` }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await act("Reserch", "Rename or recolour…");
    await page.getByRole("textbox", { name: "Name" }).fill("Research");
    await page.getByRole("radio", { name: "Steel" }).check();
    await page.getByRole("button", { name: "Save" }).click();
    const group = page.getByRole("button", { name: /^Research \d/ });
    await group.waitFor();
    const changed = (await client.topics()).items.find(({ id }) => id === topic.id);
    expect(changed).toMatchObject({ name: "Research", color: "#6d8c99", order: topic.order });
    await act("Research", "Delete topic");
    await group.waitFor({ state: "detached" });
    await expect.poll(async () => (await client.topics()).items.map(({ name }) => name)).toEqual(["Later"]);
    await page.getByRole("button", { name: "Undo" }).click();
    await group.waitFor();
    const back = (await client.topics()).items;
    expect(back.map(({ name, color }) => `${name} ${color}`)).toEqual(["Research #6d8c99", `Later ${other.color}`]);
    for (const { id } of sessions)
      await expect.poll(async () => (await client.session(id)).topicId).toBe(back[0]?.id ?? "none");
    expect(open.complaints).toEqual([]);
  });

  test("on a phone the title is whole, and Home says what needs a person", async () => {
    await using reef = await startReef();
    const { sessions, bot } = await makeSessions(reef.client, 2);
    await reef.client.changeBot(bot.id, { name: "Documentation Research Specialist" });
    const [first, second] = sessions as [(typeof sessions)[number], (typeof sessions)[number]];
    await reef.client.changeSession(first.id, { title: "Nightly release train" });
    await reef.client.sendMessage(first.id, { text: "ask Which one? | red | blue" });
    await reef.client.sendMessage(second.id, { text: "fail once" });
    await using open = await openConsole(browser, reef, phone);
    const { page } = open;
    const home = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /Home/ });
    await home.getByRole("img", { name: "1 needs you" }).waitFor();
    await page.getByRole("region", { name: "Needs you" }).getByText("Which one?").waitFor();
    await page.getByRole("region", { name: "Failed" }).waitFor();
    await open.goTo(first.id);
    const title = page.getByRole("button", { name: /Switch session/ }).getByText("Nightly release train");
    await title.waitFor();
    const hiddenPx = () => title.evaluate((element) => element.scrollWidth - element.clientWidth);
    // Parts of the header that load late are wider until then.
    await expect.poll(hiddenPx).toBeLessThanOrEqual(0);
    expect(open.complaints).toEqual([]);
  });
});

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  await locator.waitFor();
  const box = await locator.boundingBox();
  if (!box) throw new Error("it is not on the page");
  return box;
}

/** Counts, as a script for the page, how often a list of waiting messages appears, however briefly. */
const countTrays = `{
  window.traysSeen = 0;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node.nodeType === 1 && (node.matches("[aria-label='Waiting messages']") || node.querySelector("[aria-label='Waiting messages']")))
          window.traysSeen += 1;
  }).observe(document.body, { childList: true, subtree: true });
}`;
