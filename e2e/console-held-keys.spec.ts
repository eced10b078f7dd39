/** Tests that keys typed while the code of a dialog is loading belong to the dialog: none reaches the composer. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

describe("console: keys pressed while a part loads", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("words typed right after the palette, the find bar and a new bot was asked for go there, and Esc gives the focus back", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    const [first, lease] = [
      await reef.client.createSession({ botId: bot.id, title: "First" }),
      await reef.client.createSession({ botId: bot.id, title: "Lease renewal" }),
    ];
    await using open = await openConsole(browser, reef);
    const { page, composer } = open;
    const gates = {
      palette: await holdBack(page, "Palette"),
      find: await holdBack(page, "FindBar"),
      bot: await holdBack(page, "NewBotDialog"),
    };
    await page.goto(`${reef.url}/s/${first.id}`);
    await composer.waitFor();
    await composer.focus();

    await page.keyboard.press("Control+k");
    await page.keyboard.type("leasx");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("e");
    await page.keyboard.press("Enter");
    await gates.palette();
    await page.waitForURL(({ pathname }) => pathname === `/s/${lease.id}`);
    await page.getByRole("main", { name: "Lease renewal" }).waitFor();
    expect(await composer.inputValue()).toBe("");

    await composer.focus();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("build");
    await gates.find();
    const find = page.getByRole("textbox", { name: "Words to find" });
    await expect.poll(() => find.inputValue()).toBe("build");
    expect(await composer.inputValue()).toBe("");
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "New…" }).click();
    await page.getByRole("menuitem", { name: "New bot…" }).click();
    await page.keyboard.type("Be");
    await page.keyboard.press("Escape");
    await composer.focus();
    await page.keyboard.type("still here");
    await gates.bot();
    expect(await composer.inputValue()).toBe("still here");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });

  test("a title changed by F2 and Enter leaves no line in the composer, and a menu takes arrows before it is drawn", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    const session = await reef.client.createSession({ botId: bot.id, title: "First" });
    await using open = await openConsole(browser, reef);
    const { page, composer } = open;
    const showMenu = await holdBack(page, "OpenMenu");
    await page.goto(`${reef.url}/s/${session.id}`);
    await composer.waitFor();
    await page.keyboard.press("F2");
    await page.keyboard.type("Second");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /Session: Second/ }).waitFor();
    await page.keyboard.type("hello");
    expect(await composer.inputValue()).toBe("hello");

    await page.getByRole("button", { name: "New…" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await showMenu();
    await page.getByRole("menuitem", { name: "New bot…" }).and(page.locator("[data-highlighted]")).waitFor();
    expect(await composer.inputValue()).toBe("hello");
    expect(open.complaints).toEqual([]);
  });

  test("a part that fails once is fetched again without a word, and one that stays away can be closed or tried again", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    await reef.client.createSession({ botId: bot.id, title: "First" });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    let refusals = 0;
    let isAway = false;
    await page.context().route(chunk("Palette"), async (route) => {
      if (!isAway && refusals > 0) return await route.continue();
      refusals += 1;
      await route.abort();
    });
    await page.goto(reef.url);
    await page.locator("[data-session]").first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    expect(refusals).toBeGreaterThan(0);

    isAway = true;
    await page.reload();
    await page.locator("[data-session]").first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("alert").getByText("This dialog couldn't be shown.").waitFor();
    isAway = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("combobox").waitFor();
  });
});

function chunk(name: string): RegExp {
  return new RegExp(`/assets/${name}-[^/]*\\.js$`);
}

/** Holds back the answers for this part's code until the returned function is called. */
async function holdBack(page: Page, name: string): Promise<() => Promise<void>> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.context().route(chunk(name), async (route) => {
    await promise;
    await route.continue();
  });
  return async () => resolve();
}
