import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
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
    await open.page.getByRole("main", { name: "Home" }).waitFor();
    await open.page.keyboard.press("Control+k");
    const box = open.page.getByRole("combobox", { name: "Find anything" });
    await box.fill("lighthouse north");
    const hit = open.page.getByRole("option", { name: /lighthouse stands on the northern rock.*first talk/ }).first();
    await hit.waitFor();
    await expect.poll(() => hit.locator("mark").allInnerTexts()).toEqual(["lighthouse", "northern"]);
    await open.screenshot("palette-hits");
    await open.page.keyboard.press("Enter");
    await expect.poll(() => open.activeId()).toBe(session.id);
    await box.waitFor({ state: "hidden" });

    for (const [sign, group] of [
      [">", "Commands"],
      ["@", "Bots: open a new session"],
      ["#", "Topics: show their sessions"],
    ] as const) {
      await open.page.keyboard.press("Control+k");
      await box.fill(sign);
      await open.page.getByText(group, { exact: true }).waitFor();
      await expect.poll(() => open.page.locator("[cmdk-group-heading]").allInnerTexts()).toEqual([group]);
      await open.page.keyboard.press("Escape");
      await box.waitFor({ state: "hidden" });
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
    await expect.poll(async () => (await groups()).length).toBe(2);
    await page.getByRole("button", { name: "Arrange the list" }).click();
    await page.getByRole("menuitem", { name: "Topic", exact: true }).click();

    // Drag into a topic; move it by dragging and by key.
    await row(four).dragTo(list.getByRole("button", { name: /harbour/ }).first());
    await expect.poll(async () => (await reef.client.session(four)).topicId).toBe(topic.id);
    const names = async () => (await reef.client.topics()).items.map(({ name }) => name);
    expect(await names()).toEqual(["harbour", "market"]);
    await list.getByRole("button", { name: "Actions for topic market" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Move up" }).press("Enter");
    await expect.poll(names).toEqual(["market", "harbour"]);

    // Select two by key, and a range by Shift and a click.
    await row(three).focus();
    await page.keyboard.press("x");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    const bar = page.getByRole("toolbar", { name: "2 sessions selected" });
    await bar.waitFor();
    await open.screenshot("list-selection");
    await bar.getByRole("button", { name: "Move" }).click();
    await page.getByRole("menuitem", { name: "market" }).click();
    await expect.poll(async () => (await reef.client.session(two)).topicId).toBe(second.id);
    const moved = page.getByText("Moved to market: 2 sessions").locator("..");
    await moved.getByRole("button", { name: "Undo" }).click();
    await expect.poll(async () => (await reef.client.session(three)).topicId).toBeNull();
    await row(three).click({ modifiers: ["Shift"] });
    await row(one).click({ modifiers: ["Shift"] });
    await page.getByRole("toolbar", { name: "3 sessions selected" }).getByRole("button", { name: "Archive" }).click();
    await expect.poll(() => row(one).count()).toBe(0);

    await page.getByRole("button", { name: "Arrange the list" }).click();
    await page.getByRole("menuitem", { name: "Archived sessions" }).click();
    await page.getByRole("button", { name: "Restore two" }).waitFor();
    await open.screenshot("archived");
    await page.getByRole("button", { name: "Restore two" }).click();
    await row(two).waitFor();
    await expect.poll(async () => (await reef.client.session(two)).archivedAt).toBeNull();

    // A state narrows the list.
    await reef.client.sendMessage(four, { text: "stream 900 words over 90s" });
    await page
      .getByRole("group", { name: "Show only" })
      .getByRole("button", { name: /^Running/ })
      .click();
    await expect.poll(() => row(two).count()).toBe(0);
    await row(four).waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("keys are bound anew, conflicts are told, each can be switched off, and all of it lasts", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    await reef.client.createSession({ botId: bot.id, title: "talk" });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Settings" }).click();
    const change = (label: string) => page.getByRole("button", { name: `Change the keys of ${label}:` });
    const dialog = page.getByRole("dialog");
    await change("Find anything").click();
    await page.keyboard.press("Control+b");
    await page.getByText("The same keys: Show or hide the session list").waitFor();
    await page.getByRole("navigation", { name: "Sessions" }).waitFor();
    await open.screenshot("settings-conflict");
    await change("Find anything").click();
    await page.keyboard.press("Control+Alt+y");
    await expect.poll(() => page.getByText("The same keys").count()).toBe(0);
    await page.getByRole("button", { name: "Switch off: Show or hide the session list" }).click();
    await page.getByLabel("Ctrl with a digit").uncheck();

    await page.getByRole("radio", { name: "Compact" }).check();
    await page.getByRole("radio", { name: "Dark" }).check();
    await page.getByRole("radio", { name: "Teal" }).check();
    await page.reload();
    await change("Find anything").waitFor();
    await open.screenshot("settings-dark");
    expect(await page.evaluate("({ ...document.documentElement.dataset })")).toEqual({
      theme: "dark",
      density: "compact",
      accent: "teal",
    });
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Control+b");
    await page.keyboard.press("Control+1");
    expect(new URL(page.url()).pathname).toBe("/settings");
    expect(await dialog.count()).toBe(0);
    await page.getByRole("navigation", { name: "Sessions" }).waitFor();
    await page.keyboard.press("Control+Alt+y");
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.keyboard.press("Alt+1");
    await open.composer.waitFor();

    await page.goBack();
    await page.getByRole("button", { name: "Reset all keys" }).click();
    await page.keyboard.press("Control+k");
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 390, height: 800 });
    await open.screenshot("settings-phone");
    expect(open.complaints).toEqual([]);
  });

  test("a person who looks elsewhere is told once a wait, of the kinds they chose", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    const session = await reef.client.createSession({ botId: bot.id, title: "boat" });
    await using open = await openConsole(browser, reef, { permissions: ["notifications"] });
    const { page } = open;
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByLabel(/^A session needs you/).check();
    await page.evaluate(`
      window.told = [];
      document.hasFocus = () => false;
      window.Notification = class { static permission = "granted"; constructor(title, options) { told.push({ title, ...options }); } };
    `);
    const told = () => page.evaluate<readonly { readonly title: string; readonly body: string }[]>("told");
    const icon = () => page.locator("link[rel=icon]").getAttribute("href");
    expect(await icon()).toBe("/favicon.svg");
    await reef.client.sendMessage(session.id, { text: "ask Which colour? | Red | Blue" });
    await expect.poll(async () => (await told()).map(({ title }) => title)).toEqual(["boat needs you"]);
    await expect.poll(icon).toBe("/favicon-waiting.svg");
    await expect.poll(() => page.title()).toMatch(/^\(1\)/);
    await reef.client.changeSession(session.id, { title: "ship" });
    await page.locator(`[data-session="${session.id}"]`).getByText("ship").waitFor();
    const [ask] = (await reef.client.asks({ state: "open" })).items;
    if (!ask) throw new Error("expected an ask");
    await reef.client.answerAsk(ask.id, { answer: "Red" });
    await expect.poll(icon).toBe("/favicon.svg");
    // Only the browser that asked for it is notified of the end.
    await expect.poll(async () => (await reef.client.session(session.id)).turnId).toBeNull();
    await reef.client.sendMessage(session.id, { text: "ask Again? | Yes | No" });
    await expect
      .poll(async () => (await told()).map(({ title }) => title))
      .toEqual(["boat needs you", "ship needs you"]);

    // A muted session is muted here too, no matter who muted it; and in quiet hours there are no notifications at all.
    const other = await reef.client.createSession({ botId: bot.id, title: "canoe" });
    await reef.client.changeSession(session.id, { muted: true });
    await page.getByRole("img", { name: "Muted" }).waitFor();
    await expect.poll(icon).toBe("/favicon.svg");
    const answerAll = async () => {
      for (const { id } of (await reef.client.asks({ state: "open" })).items) {
        await reef.client.answerAsk(id, { answer: "Yes" });
      }
    };
    await answerAll();
    await reef.client.sendMessage(session.id, { text: "ask Muted? | Yes | No" });
    await page.getByText("Muted?").first().waitFor();
    await reef.client.sendMessage(other.id, { text: "ask Loud? | Yes | No" });
    await expect.poll(async () => (await told()).map(({ body }) => body)).toEqual(["Which colour?", "Again?", "Loud?"]);
    await page.getByLabel("Quiet hours: no notifications").check();
    const hour = (shift: number) => `${String((new Date().getHours() + 24 + shift) % 24).padStart(2, "0")}:30`;
    await page.getByLabel("from").fill(hour(-2));
    await page.getByLabel("to", { exact: true }).fill(hour(2));
    await answerAll();
    await reef.client.sendMessage(other.id, { text: "ask Quiet? | Yes | No" });
    await page.getByText("Quiet?").first().waitFor();
    await open.screenshot("settings-quiet");
    expect((await told()).length).toBe(3);
    // When they are over, one notification sums up what is still open.
    await page.getByLabel("Quiet hours: no notifications").uncheck();
    await expect
      .poll(async () => (await told()).map(({ title, body }) => `${title}: ${body}`).slice(3), { timeout: 40_000 })
      .toEqual(["While it was quiet: 1 session needs you"]);
    expect(open.complaints).toEqual([]);
  });

  test("without its server the page says so instead of showing what is old, and comes back with it", async () => {
    await using reef = await startReef();
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("heading", { name: "Welcome to Reef" }).waitFor();
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    const manifest = await page.evaluate<{ readonly icons: readonly { readonly src: string }[] }>(
      "fetch(document.querySelector('link[rel=manifest]').href).then((answer) => answer.json())",
    );
    for (const { src } of manifest.icons) expect((await fetch(reef.url + src)).status, src).toBe(200);
    await page.reload();
    await page.getByRole("heading", { name: "Welcome to Reef" }).waitFor();
    expect(
      await page.evaluate(
        "caches.keys().then((names) => Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).then((all) => all.flat().sort())",
      ),
    ).toEqual(["/offline.css", "/offline.html"]);
    await reef.kill();
    await page.reload();
    await page.getByRole("heading", { name: "Reef cannot be reached" }).waitFor();
    await open.screenshot("offline");
    await reef.restart();
    await page.getByRole("link", { name: "Open Reef again" }).click();
    await page.getByRole("heading", { name: "Welcome to Reef" }).waitFor();
  });

  test("sessions stand side by side, by key and by dragging, take the focus in turn, and stay after a reload", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    const [one, two, three] = [
      await reef.client.createSession({ botId: bot.id, title: "one" }),
      await reef.client.createSession({ botId: bot.id, title: "two" }),
      await reef.client.createSession({ botId: bot.id, title: "three" }),
    ];
    for (const { id, title } of [one, two, three]) await reef.client.sendMessage(id, { text: `echo said in ${title}` });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const panes = () => page.getByRole("region").filter({ has: page.getByRole("log") });
    // Read in one call: a pane that closes between two calls would be waited for.
    const names = () => panes().evaluateAll((all) => all.map((pane) => pane.getAttribute("aria-label")));
    await open.goTo(three.id);
    await page.keyboard.press("Control+\\");
    await expect.poll(names).toEqual(["three", "two"]);
    await expect.poll(() => open.activeId()).toBe(two.id);
    await page.locator(`[data-session="${one.id}"]`).dragTo(panes().first());
    await expect.poll(names).toEqual(["three", "one", "two"]);
    await expect.poll(() => open.activeId()).toBe(one.id);
    await open.screenshot("panes");

    const box = (at: number) =>
      panes()
        .nth(at)
        .getByRole("textbox", { name: /^Message to/ });
    await box(2).click();
    await expect.poll(() => open.activeId()).toBe(two.id);
    await expect.poll(() => box(2).evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type("echo only to two");
    await page.keyboard.press("Enter");
    // For a moment the text is both in the transcript and among the waiting messages.
    await panes().nth(2).getByText("echo only to two").first().waitFor();
    expect((await reef.client.entries(one.id)).items.some(({ text }) => text.includes("only to two"))).toBe(false);
    await page.keyboard.press("Alt+ArrowUp");
    await expect.poll(() => open.activeId()).toBe(three.id);
    await expect.poll(() => box(0).evaluate((field) => field === document.activeElement)).toBe(true);

    await page.reload();
    await expect.poll(names).toEqual(["three", "one", "two"]);
    expect(open.activeId()).toBe(three.id);
    // The key's code is fetched now, and the first attempt fails.
    let failures = 1;
    await page.context().route(/pane-keys-[^/]*\.js/, (route) => (failures-- > 0 ? route.abort() : route.continue()));
    await page.keyboard.press("Alt+w");
    await expect.poll(names).toEqual(["one", "two"]);
    await page.getByRole("button", { name: "Close this pane" }).first().click();
    await expect.poll(() => page.getByRole("log").count()).toBe(1);
    await expect.poll(() => open.activeId()).toBe(two.id);
    expect(open.complaints.filter((text) => !/ERR_FAILED/.test(text))).toEqual([]);
  });

  test("axe finds nothing serious on these screens, light and dark", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    for (const title of ["one", "two", "three"]) {
      const session = await reef.client.createSession({ botId: bot.id, title });
      if (title === "three") await reef.client.archiveSession(session.id);
    }
    for (const colorScheme of ["light", "dark"] as const) {
      await using open = await openConsole(browser, reef, { colorScheme, bypassCSP: true });
      const { page } = open;
      const look = async (name: string) => {
        expect([name, ...(await seriousFindings(page))]).toEqual([name]);
      };
      await page.getByRole("link", { name: "Settings" }).click();
      await page.getByRole("button", { name: "Reset all keys" }).waitFor();
      await look("settings");
      await page.getByRole("button", { name: "Arrange the list" }).click();
      await page.getByRole("menuitem", { name: "Archived sessions" }).click();
      await page.getByRole("button", { name: "Restore three" }).waitFor();
      await page.locator("[data-session]").first().focus();
      await page.keyboard.press("x");
      await page.getByRole("toolbar", { name: "1 session selected" }).waitFor();
      await look("archived and selection");
      await page.locator("[data-session]").first().click();
      await page.keyboard.press("Control+\\");
      await expect.poll(() => page.getByRole("log").count()).toBe(2);
      await look("panes");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Find anything" }).fill("o");
      await look("palette");
    }
  });
});
