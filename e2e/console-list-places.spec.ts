/** Tests that things in the session list keep their places: numbers, the scroll position, menus, the width. */
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { makeSessions } from "./support/make-sessions.ts";
import { startReef } from "./support/reef-process.ts";

describe("places in the session list", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("a pin takes the next number and keeps it on its row, and a question that comes moves none", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 6);
    const [one, two, three, four] = sessions as [(typeof sessions)[0], ...typeof sessions];
    if (!two || !three || !four) throw new Error("too few sessions");
    await reef.client.changeSession(four.id, { pinned: true });
    await reef.client.changeSession(two.id, { pinned: true });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const digitOf = (id: string): Locator => page.locator(`[data-session="${id}"] kbd`);
    await expect.poll(() => digitOf(four.id).textContent()).toBe("1");
    expect(await digitOf(two.id).textContent()).toBe("2");
    expect(await digitOf(one.id).count()).toBe(0);

    await reef.client.sendMessage(two.id, { text: "ask Which colour? | Red | Blue" });
    await reef.client.sendMessage(three.id, { text: "ask Which size? | Big | Small" });
    await page.getByRole("link", { name: "Home: 2 need you" }).waitFor();
    expect(await digitOf(four.id).textContent()).toBe("1");
    expect(await digitOf(two.id).textContent()).toBe("2");
    await page.keyboard.press("Alt+1");
    await expect.poll(() => open.activeId()).toBe(four.id);
    await page.keyboard.press("Alt+3");
    await expect.poll(() => open.activeId()).toBe(one.id);
    await page.keyboard.press("Alt+4");
    await expect.poll(() => open.activeId()).toBe(three.id);
    await page.keyboard.press("Alt+a");
    await expect.poll(() => [two.id, three.id].includes(open.activeId() as typeof two.id)).toBe(true);
    expect(open.complaints).toEqual([]);
  });

  test("a filter begins at the top, and the row of the open session is in view after a reload, in a folded group too", async () => {
    await using reef = await startReef();
    const topic = await reef.client.createTopic({ name: "dev", color: "#0f8f87" });
    const { sessions } = await makeSessions(reef.client, 80);
    await reef.client.bulkSessions({ ids: sessions.slice(40).map(({ id }) => id), action: "move", topicId: topic.id });
    const last = sessions.at(-1);
    if (!last) throw new Error("no session");
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const list = page.getByRole("navigation", { name: "Sessions" });
    const rows = list.locator("[data-session]");
    await rows.first().waitFor();
    await rows.first().evaluate(scrollDown);
    const stuck = list.locator("button[aria-hidden]").getByText("Sessions");
    await stuck.waitFor();
    await expect.poll(() => list.getByText("session 41", { exact: true }).isVisible()).toBe(false);
    const field = page.getByRole("searchbox", { name: "Filter sessions" });
    await field.fill("session 4");
    await expect.poll(() => list.getByText("session 4", { exact: true }).isVisible()).toBe(true);
    await field.fill("");
    await stuck.waitFor({ state: "detached" });

    await page.getByRole("button", { name: /dev/, expanded: true }).first().click();
    await page.goto(`${reef.url}/s/${last.id}`);
    const row = page.locator(`[data-session="${last.id}"]`);
    await row.waitFor();
    await expect.poll(() => isInView(row)).toBe(true);
    await page.reload();
    await row.waitFor();
    await expect.poll(() => isInView(row)).toBe(true);
    expect(open.complaints).toEqual([]);
  });

  test("a row has a menu by key and by pointer, Archive goes on to the next session, and all are marked as read", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 4);
    const [one, two, three] = sessions as [(typeof sessions)[0], ...typeof sessions];
    if (!two || !three) throw new Error("too few sessions");
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(two.id);
    await page.locator(`[data-session="${two.id}"]`).focus();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Open" }).and(page.locator("[data-highlighted]")).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => focusedSession(page.locator(":focus"))).toBe(two.id);
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: /^Archive/ }).press("Enter");
    await expect.poll(() => open.activeId()).toBe(three.id);

    await page.locator(`[data-session="${one.id}"]`).click({ button: "right" });
    await page.getByRole("menuitem", { name: /^Pin/ }).click();
    await page.getByRole("button", { name: "Pinned 1" }).waitFor();

    await reef.client.sendMessage(one.id, { text: "hello" });
    await page
      .locator(`[data-session="${one.id}"]`)
      .getByRole("img", { name: /unread/ })
      .waitFor();
    await page.getByRole("button", { name: "Arrange the list" }).click();
    await page.getByRole("menuitem", { name: "Mark all as read" }).click();
    await expect.poll(async () => (await reef.client.session(one.id)).unread).toBe(0);
    expect(open.complaints).toEqual([]);
  });

  test("the list is resized by keys and keeps its width, the title's list narrows while typing, and a child leads to its parent", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 40);
    const [one] = sessions as [(typeof sessions)[0], ...typeof sessions];
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(one.id);
    const edge = page.getByRole("separator", { name: "Width of the session list" });
    await edge.focus();
    await page.keyboard.press("End");
    await expect.poll(() => edge.getAttribute("aria-valuenow")).toBe("420");
    await page.keyboard.press("ArrowLeft");
    await page.reload();
    await expect.poll(() => edge.getAttribute("aria-valuenow")).toBe("404");
    expect(Math.round((await page.getByRole("navigation", { name: "Sessions" }).boundingBox())?.width ?? 0)).toBe(404);
    await edge.dblclick();
    await expect.poll(async () => Number(await edge.getAttribute("aria-valuenow"))).toBeLessThan(330);

    await page.getByRole("button", { name: /Switch session/ }).click();
    await page.keyboard.type("session 37");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /Session: session 37/ }).waitFor();

    await open.say("spawn say done");
    const parentId = sessions.find(({ title }) => title === "session 37")?.id;
    if (!parentId) throw new Error("no session 37");
    await expect.poll(async () => (await reef.client.sessions({ parentId })).items.length).toBe(1);
    const [spawned] = (await reef.client.sessions({ parentId })).items;
    if (!spawned) throw new Error("nothing was spawned");
    await page.goto(`${reef.url}/s/${spawned.id}`);
    await page.locator(`[data-session="${spawned.id}"][aria-current=page]`).waitFor();
    await page.getByRole("navigation", { name: "Spawned by" }).getByRole("link").click();
    await page.getByRole("button", { name: /Session: session 37/ }).waitFor();
    expect(open.complaints).toEqual([]);
  });
});

async function isInView(row: Locator): Promise<boolean> {
  return await row.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const list = element.closest("nav")?.getBoundingClientRect();
    return list !== undefined && top >= list.top && bottom <= list.bottom;
  });
}

/** Scrolls in one step: what a wheel moves keeps moving for a while. */
function scrollDown(row: Element): void {
  let list = row.parentElement;
  while (list && list.scrollHeight <= list.clientHeight) list = list.parentElement;
  list?.scrollTo(0, list.scrollHeight);
}

async function focusedSession(focused: Locator): Promise<string | null> {
  return (await focused.count()) === 0 ? null : await focused.first().getAttribute("data-session");
}
