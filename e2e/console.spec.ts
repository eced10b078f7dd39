import type { Client } from "@reef/client/client";
import { type Action, keyMap } from "@reef/console/data/keys/key-map";
import type { Bot } from "@reef/protocol/bot";
import type { Session } from "@reef/protocol/session";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { type ConsolePage, launchBrowser, openConsole } from "./support/console-page.ts";
import { makeSessions } from "./support/make-sessions.ts";
import { startReef } from "./support/reef-process.ts";

const wordsUpTo = (count: number): string => Array.from({ length: count }, (_, index) => `word${index + 1}`).join(" ");

describe("console", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("an empty Reef explains itself, makes a demo bot in one click, and its answer streams in", async () => {
    await using reef = await startReef();
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("heading", { name: "Welcome to Reef" }).waitFor();
    await expect.poll(() => new URL(page.url()).hash).toBe("");
    await page.getByRole("button", { name: "Try the demo bot first" }).click();
    await open.composer.waitFor();
    await expect.poll(() => open.composer.evaluate((box) => box === document.activeElement)).toBe(true);

    await open.say("stream 60 words over 9s");
    await open.transcript.getByText("stream 60 words over 9s").waitFor();
    await open.transcript.getByText("word5 ").waitFor();
    // The answer is shown while it is written: not the whole text yet, and the list shows it as running.
    expect(await open.transcript.innerText()).not.toContain("word60");
    await page.getByRole("navigation", { name: "Sessions" }).getByRole("img", { name: "running" }).waitFor();
    await open.transcript.getByText("word60").waitFor();
    await page.getByRole("navigation", { name: "Sessions" }).getByRole("img", { name: "idle" }).waitFor();
    expect(squeeze(await open.transcript.innerText())).toContain(wordsUpTo(60));

    await page.reload();
    await open.transcript.getByText("word60").waitFor();
    expect(squeeze(await open.transcript.innerText()).split("word60 ").length).toBeLessThanOrEqual(2);
    await open.screenshot("demo");
    expect(open.complaints).toEqual([]);
  });

  test("two sessions stream side by side in the list, and keys switch between them both ways", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    const older = await reef.client.createSession({ botId: bot.id, title: "older" });
    const newer = await reef.client.createSession({ botId: bot.id, title: "newer" });
    await using open = await openConsole(browser, reef);
    for (const { id } of [older, newer]) await reef.client.sendMessage(id, { text: "stream 200 words over 20s" });
    const row = (session: Session) => open.page.locator(`[data-session="${session.id}"]`);
    await row(older)
      .getByText(/word\d+/)
      .waitFor();
    await row(newer)
      .getByText(/word\d+/)
      .waitFor();
    const [before, beforeNewer] = [await row(older).innerText(), await row(newer).innerText()];
    await expect.poll(() => row(older).innerText()).not.toBe(before);
    await expect.poll(() => row(newer).innerText()).not.toBe(beforeNewer);
    await open.screenshot("two-streaming");

    await open.goTo(newer.id);
    await open.composer.pressSequentially("a draft");
    await open.composer.press("Alt+ArrowDown");
    await expect.poll(() => open.activeId()).toBe(older.id);
    await open.transcript
      .getByText(/word\d+/)
      .first()
      .waitFor();
    await expect.poll(() => open.composer.inputValue()).toBe("");
    await open.composer.press("Alt+ArrowUp");
    await expect.poll(() => open.activeId()).toBe(newer.id);
    await expect.poll(() => open.composer.inputValue()).toBe("a draft");
    await open.transcript
      .getByText(/word\d+/)
      .first()
      .waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("TU8: after kill -9 and a restart under the open page nothing is lost, doubled or reloaded", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    const session = await reef.client.createSession({ botId: bot.id, title: "killed" });
    await using open = await openConsole(browser, reef);
    await open.goTo(session.id);
    await open.page.evaluate(() => Object.assign(window, { stayed: true }));
    await open.say("echo before the crash");
    await open.transcript.getByText("before the crash", { exact: true }).waitFor();
    await open.say("stream 120 words over 6s");
    await open.transcript.getByText("word30").waitFor();
    await reef.kill();
    // Written while the page is disconnected: it must arrive by itself, once.
    await open.say("echo sent into the void");
    await reef.restart();
    await open.transcript.getByText("word120").waitFor({ timeout: 30_000 });
    const asked = async () => {
      const { items } = await reef.client.entries(session.id, { limit: 100 });
      return items.filter(({ kind }) => kind === "person").map(({ text }) => text);
    };
    // Messages that waited in the page are sent once it has found the server again.
    await expect
      .poll(asked, { timeout: 30_000 })
      .toEqual(["echo before the crash", "stream 120 words over 6s", "echo sent into the void"]);
    await expect.poll(async () => (await reef.client.session(session.id)).status, { timeout: 30_000 }).toBe("idle");
    await open.transcript.getByText("sent into the void", { exact: true }).waitFor();
    expect(await asked()).toHaveLength(3);
    const count = async (text: string) => squeeze(await open.transcript.innerText()).split(text).length - 1;
    await expect.poll(() => count(wordsUpTo(120))).toBe(1);
    // A row that is being measured is hidden for a frame.
    await expect.poll(() => count("word119 ")).toBe(1);
    await expect.poll(() => count("echo sent into the void")).toBe(1);
    await expect.poll(() => count("echo before the crash")).toBe(1);
    expect(await open.page.evaluate(() => "stayed" in window)).toBe(true);
    await open.page.getByRole("status").getByText("Connected").waitFor();
    await open.screenshot("after-kill");
    expect(open.complaints).toEqual([]);
  });

  test("AS1: a question shows in the list and in its session, digits answer it, and another page sees that", async () => {
    await using reef = await startReef();
    const bot = await reef.client.createBot({ name: "Ada", runtime: "demo" });
    const session = await reef.client.createSession({ botId: bot.id, title: "boat" });
    await reef.client.createSession({ botId: bot.id, title: "elsewhere" });
    await using open = await openConsole(browser, reef);
    await using other = await openConsole(browser, reef);
    await reef.client.sendMessage(session.id, { text: "ask Which colour? | Red | Blue" });
    const list = open.page.getByRole("navigation", { name: "Sessions" });
    await list.getByRole("button", { name: /^Needs you/ }).waitFor();
    await list.locator(`[data-session="${session.id}"]`).getByText("Which colour?").waitFor();
    await expect.poll(() => open.page.title()).toContain("(1)");
    await other.goTo(session.id);
    await other.page.getByRole("region", { name: "Question for you" }).waitFor();

    await open.page.keyboard.press("Alt+a");
    const card = open.page.getByRole("region", { name: "Question for you" });
    await card.getByRole("button", { name: "Blue" }).waitFor();
    await expect.poll(() => card.evaluate((element) => element === document.activeElement)).toBe(true);
    await open.screenshot("ask");
    await open.page.keyboard.press("1");
    await card.getByText("Answering “Red”").waitFor();
    await other.page.getByText("Answering “Red”").waitFor();
    await open.screenshot("ask-held");
    await card.getByRole("button", { name: "Undo" }).click();
    await card.getByRole("button", { name: "Blue" }).waitFor();
    expect((await reef.client.asks({ sessionId: session.id })).items[0]).toMatchObject({ state: "open" });
    await open.page.keyboard.press("2");
    await card.getByText("Answering “Blue”").waitFor();
    // The page may close: the answer was accepted.
    await open.page.goto("about:blank");
    await expect.poll(async () => (await reef.client.asks({ sessionId: session.id })).items[0]?.answer).toBe("Blue");
    await open.page.goBack();
    await card.waitFor({ state: "hidden" });
    await other.page.getByText("Answered elsewhere: Blue").waitFor();
    await expect.poll(async () => (await reef.client.asks({ sessionId: session.id })).items[0]?.answer).toBe("Blue");
    await expect.poll(() => list.getByRole("button", { name: /Needs you/ }).count()).toBe(0);
    expect([...open.complaints, ...other.complaints]).toEqual([]);
  });

  test("SE2: a browser without a code meets a form that refuses a wrong one, and the token signs it in", async () => {
    await using reef = await startReef();
    await reef.client.createBot({ name: "Ada", runtime: "demo" });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("heading", { name: "No sessions yet" }).waitFor();
    await page.context().clearCookies();
    await page.goto(reef.url);
    const code = page.getByLabel("Code");
    await code.fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("wrong").waitFor();
    expect(await seriousFindings(open.page)).toEqual([]);
    await code.fill(reef.token);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "No sessions yet" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "No sessions yet" }).waitFor();
  });

  test("MB4: while a turn runs a message waits in view, can be taken back, and steers on the other key", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    const [session] = sessions as [Session];
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await open.say("stream 300 words over 30s");
    await open.transcript.getByText("word5 ").waitFor();
    await open.say("echo one");
    await open.composer.fill("echo two");
    await open.composer.press("Control+Enter");
    const tray = page.getByRole("region", { name: "Waiting messages" });
    await expect.poll(() => tray.getByRole("listitem").count()).toBe(2);
    await expect.poll(async () => squeeze(await tray.innerText())).toMatch(/Queue echo one.*Steer echo two/);
    await tray.getByRole("listitem").first().getByRole("button", { name: "Withdraw" }).click();
    await expect.poll(() => tray.getByRole("listitem").count()).toBe(1);
    expect(await open.transcript.getByText("echo one").count()).toBe(0);
    const states = async () => {
      const { items } = await reef.client.messages({ sessionId: session.id });
      return Object.fromEntries(items.map(({ text, mode, state }) => [text, `${mode} ${state}`]));
    };
    await expect.poll(states).toMatchObject({ "echo one": "queue cancelled", "echo two": "steer queued" });
    await page.getByRole("radio", { name: "Interrupt" }).check({ force: true });
    await open.say("echo three");
    await open.transcript.getByText("three", { exact: true }).waitFor();
    expect(await open.transcript.getByText("echo two").count()).toBe(1);
    expect(open.complaints).toEqual([]);
  });

  test("a reader who scrolled up is left there, reads older text without a jump, and can go back to the newest", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    const [session] = sessions as [Session];
    for (let n = 1; n <= 100; n++) await reef.client.sendMessage(session.id, { text: `echo line ${n}` });
    await expect.poll(async () => (await reef.client.session(session.id)).lastSeq, { timeout: 20_000 }).toBe(200);
    await using open = await openConsole(browser, reef);
    await open.goTo(session.id);
    await open.transcript.getByText("line 100", { exact: true }).waitFor();
    // The line above the transcript appears a moment later, and moves everything below it once.
    await open.page
      .getByText(/isn't a language model/)
      .first()
      .waitFor();
    await expect.poll(() => distanceToEnd(open)).toBeLessThan(2);
    // An entry in view moves exactly as far as the wheel does, also while a page of older ones loads above it.
    await open.transcript.hover();
    for (let step = 0; step < 60; step++) {
      const moved = await open.transcript.evaluate(async (log) => {
        const middle = log.getBoundingClientRect().top + log.clientHeight / 2;
        const mark = [...log.querySelectorAll("[data-seq]")].find((row) => row.getBoundingClientRect().bottom > middle);
        // By its number: the list may draw the row anew when older ones come.
        const row = () => log.querySelector(`[data-seq="${mark?.getAttribute("data-seq")}"]`);
        const [topBefore, scrollBefore] = [row()?.getBoundingClientRect().top ?? 0, log.scrollTop];
        log.dispatchEvent(new WheelEvent("wheel", { bubbles: true }));
        log.scrollTop -= 150;
        const asked = Math.min(150, scrollBefore);
        // New rows are measured a frame or more later, on a busy machine: only the position where the view rests counts.
        const place = () => row()?.getBoundingClientRect().top ?? 0;
        for (let [frame, still, last] = [0, 0, Number.NaN]; frame < 120 && still < 6; frame++) {
          await new Promise((done) => requestAnimationFrame(done));
          still = place() === last ? still + 1 : 0;
          last = place();
        }
        // If a row from the middle is gone, the view has jumped away from it.
        return row() === null ? 10_000 : place() - topBefore - asked;
      });
      expect(Math.abs(moved)).toBeLessThan(30);
    }
    await expect.poll(() => open.transcript.getByText("line 100", { exact: true }).count()).toBe(0);
    const jump = open.page.getByRole("button", { name: /Jump to newest/ });
    await jump.waitFor();
    await reef.client.sendMessage(session.id, { text: "echo while away" });
    await expect.poll(async () => (await reef.client.session(session.id)).lastSeq).toBe(202);
    expect(await distanceToEnd(open)).toBeGreaterThan(1000);
    await jump.click();
    await open.transcript.getByText("while away", { exact: true }).waitFor();
    await expect.poll(() => distanceToEnd(open)).toBeLessThan(2);
    expect(open.complaints).toEqual([]);
  });

  test("on a phone the list and the session take turns", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 2);
    const [session] = sessions as [Session];
    await using open = await openConsole(browser, reef, { viewport: { width: 390, height: 800 }, hasTouch: true });
    const list = open.page.getByRole("navigation", { name: "Sessions" });
    await open.goTo(session.id);
    await list.waitFor({ state: "hidden" });
    const width = await open.page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    await open.screenshot("phone");
    await open.page.getByRole("link", { name: "Back to the session list" }).click();
    await list.waitFor();
    await expect.poll(() => open.composer.count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });

  test.each(["composer", "page"] as const)("every key of the map works with the focus in the %s", async (focus) => {
    await using reef = await startReef();
    const { bot, sessions } = await makeSessions(reef.client, 9);
    await using open = await openConsole(browser, reef);
    const tried = await tryKeys({ open, client: reef.client, bot, sessions, focus });
    // A key that is added to the map must be added here.
    const ofThePage = keyMap.filter(({ where }) => where !== "in-list").map(({ action }) => action);
    expect([...tried].sort()).toEqual([...new Set(ofThePage)].sort());
    expect(open.complaints).toEqual([]);
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious in the %s page", async (colorScheme) => {
    await using reef = await startReef();
    await using empty = await openConsole(browser, reef, { colorScheme });
    await empty.page.getByRole("heading", { name: "Welcome to Reef" }).waitFor();
    expect(await seriousFindings(empty.page)).toEqual([]);

    const { sessions } = await makeSessions(reef.client, 6);
    const [first, second, third] = sessions as [Session, Session, Session];
    const topic = await reef.client.createTopic({ name: "Development" });
    await reef.client.changeSession(first.id, { topicId: topic.id });
    await reef.client.sendMessage(first.id, {
      text: `echo # Title\\n\necho **bold** \`code\` [link](https://example.org)\nlist`,
    });
    await reef.client.sendMessage(second.id, { text: "ask Which colour? | Red | Blue" });
    await reef.client.sendMessage(third.id, { text: `send ${first.title}: Could you look?\nfail on purpose` });
    await expect.poll(async () => (await reef.client.session(third.id)).status).toBe("failed");
    await expect.poll(async () => (await reef.client.session(second.id)).status).toBe("needs_you");
    for (const session of [first, second, third]) {
      await empty.goTo(session.id);
      await empty.transcript.locator("article").first().waitFor();
      await empty.screenshot(`axe-${colorScheme}-${sessions.indexOf(session)}`);
      expect(await seriousFindings(empty.page)).toEqual([]);
    }
    for (const key of ["Control+k", "Control+/", "Control+Shift+o"]) {
      await empty.page.keyboard.press(key);
      await empty.page.locator("dialog[open]").waitFor();
      expect(await seriousFindings(empty.page)).toEqual([]);
      await empty.page.keyboard.press("Escape");
      await empty.page.locator("dialog[open]").waitFor({ state: "hidden" });
    }
    expect(empty.complaints).toEqual([]);
  });

  test("SE4: a script in a bot's answer is shown as text and never runs", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    const [session] = sessions as [Session];
    const attack = `<img src=x onerror="window.hurt=1"><script>window.hurt=1</script> [x](javascript:window.hurt=1)`;
    await reef.client.sendMessage(session.id, { text: `echo ${attack} end` });
    await using open = await openConsole(browser, reef);
    await open.goTo(session.id);
    await open.transcript.locator("article", { hasText: "end" }).nth(1).waitFor();
    expect(await open.page.evaluate(() => "hurt" in window)).toBe(false);
    expect(await open.transcript.locator("img[src], script, a[href^=javascript]").count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });
});

interface KeyTrial {
  readonly open: ConsolePage;
  readonly client: Client;
  readonly bot: Bot;
  /** In the order of the list. */
  readonly sessions: readonly Session[];
  readonly focus: "composer" | "page";
}

/** Lists the second letter of the keys that open a screen over all bots. */
const screenKeys: readonly (readonly [Action, string, string])[] = [
  ["screen-home", "h", "/"],
  ["screen-bots", "b", "/bots"],
  ["screen-activity", "a", "/activity"],
  ["screen-messages", "m", "/messages"],
  ["screen-schedules", "s", "/schedules"],
  ["screen-spend", "c", "/spend"],
  ["screen-providers", "p", "/providers"],
  ["screen-tasks", "k", "/tasks"],
  ["screen-tools", "t", "/tools"],
  ["screen-gateways", "w", "/gateways"],
  ["screen-settings", ",", "/settings"],
];

/** Presses every key of the map and checks its effect. Returns the actions that worked. */
async function tryKeys({ open, client, bot, sessions, focus }: KeyTrial): Promise<ReadonlySet<Action>> {
  const tried = new Set<Action>();
  const { page } = open;
  const [first, second, third] = sessions as [Session, Session, Session];
  const dialog = page.locator("dialog[open]");
  const takeFocus = async () => {
    if (focus === "composer") await open.composer.focus();
    else await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  };
  const press = async (action: Action, key: string) => {
    await takeFocus();
    await page.keyboard.press(key);
    tried.add(action);
  };
  const isAt = (session: Session) => expect.poll(() => open.activeId()).toBe(session.id);
  const unseen = (session: Session) =>
    page.locator(`[data-session="${session.id}"]`).getByRole("img", { name: /^done, \d+ unread$/ });
  const closeDialog = async () => {
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  };
  // Two presses too far apart are not a pair: on a busy machine they are pressed again.
  const pressPair = async (action: Action, second: string, hasWorked: () => boolean) => {
    await expect
      .poll(
        async () => {
          if (hasWorked()) return true;
          await press(action, "g");
          await page.keyboard.press(second);
          return hasWorked();
        },
        { interval: 1_500 },
      )
      .toBe(true);
  };

  await open.goTo(first.id);
  for (const modifier of ["Control", "Alt"]) {
    for (const [index, session] of [...sessions.entries()].reverse()) {
      await press("session-nth", `${modifier}+${index + 1}`);
      await isAt(session);
    }
  }
  // A jump by key leaves the focus where it was: on the composer.
  await expect.poll(() => open.composer.evaluate((box) => box === document.activeElement)).toBe(true);
  await press("session-next", "Alt+ArrowDown");
  await isAt(second);
  await press("session-previous", "Alt+ArrowUp");
  await isAt(first);

  await client.sendMessage(third.id, { text: "echo unread" });
  await unseen(third).waitFor();
  await press("unread-next", "Alt+Shift+ArrowDown");
  await isAt(third);
  await expect.poll(async () => (await client.session(third.id)).unread).toBe(0);
  await unseen(third).waitFor({ state: "hidden" });
  await open.goTo(sessions[5]!.id);
  await client.sendMessage(second.id, { text: "echo unread" });
  await unseen(second).waitFor();
  await press("unread-previous", "Alt+Shift+ArrowUp");
  await isAt(second);

  await press("palette", "Control+k");
  await dialog.waitFor();
  await page.keyboard.type(third.title);
  await page.keyboard.press("Enter");
  await isAt(third);
  await press("palette", "Control+k");
  await dialog.waitFor();
  await page.keyboard.press("Control+k");
  await dialog.waitFor({ state: "hidden" });

  await press("help", "Control+/");
  await dialog.getByText("Next session that needs you").waitFor();
  await closeDialog();
  await press("help", "?");
  if (focus === "composer") {
    expect(await open.composer.inputValue()).toBe("?");
    await open.composer.fill("");
  } else {
    await dialog.waitFor();
    await closeDialog();
  }

  if (focus === "composer") {
    await press("session-nth", "g");
    await page.keyboard.press("2");
    expect(await open.composer.inputValue()).toBe("g2");
    await open.composer.fill("");
  } else {
    await pressPair("session-nth", "2", () => open.activeId() === second.id);
  }

  for (const [action, letter, path] of screenKeys) {
    if (focus === "composer") {
      await press(action, "g");
      await page.keyboard.press(letter);
      expect(await open.composer.inputValue()).toBe(`g${letter}`);
      await open.composer.fill("");
    } else {
      await pressPair(action, letter, () => new URL(page.url()).pathname === path);
      await open.goTo(first.id);
    }
  }

  await press("sidebar", "Control+b");
  await page.getByRole("navigation", { name: "Sessions" }).waitFor({ state: "hidden" });
  await press("sidebar", "Control+b");
  await page.getByRole("navigation", { name: "Sessions" }).waitFor();

  await press("right-panel", "Control+j");
  await page.getByRole("tab", { name: "Bot" }).waitFor();
  await press("right-panel", "Control+j");
  await page.getByRole("tab", { name: "Bot" }).waitFor({ state: "hidden" });

  const finder = page.getByRole("search", { name: "Find in the transcript" });
  await press("find-in-transcript", "Control+f");
  await finder.waitFor();
  await page.keyboard.press("Escape");
  await finder.waitFor({ state: "hidden" });

  const transcripts = page.getByRole("log", { name: "Transcript" });
  await press("split", "Control+\\");
  await expect.poll(() => transcripts.count()).toBe(2);
  // The focus is in the new pane, or on the page, already.
  tried.add("close-pane");
  await page.keyboard.press("Alt+w");
  await expect.poll(() => transcripts.count()).toBe(1);

  await press("new-session", "Control+Shift+o");
  await dialog.getByLabel("Title").fill("made by key");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^Session: made by key/ }).waitFor();
  await press("rename", "F2");
  await page.getByRole("textbox", { name: "Session title" }).fill("renamed by key");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^Session: renamed by key/ }).waitFor();
  await press("pin", "Alt+p");
  await page.getByRole("button", { name: /^Pinned/ }).waitFor();
  await press("archive", "Control+Shift+a");
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: /^Pinned/ }).waitFor();

  const asking = await client.createSession({ botId: bot.id, title: "asking" });
  await client.sendMessage(asking.id, { text: "ask Now? | Yes | No" });
  await page.getByRole("button", { name: /^Needs you/ }).waitFor();
  await press("needs-next", "Alt+a");
  await isAt(asking);
  const alsoAsking = await client.createSession({ botId: bot.id, title: "asking too" });
  await client.sendMessage(alsoAsking.id, { text: "ask Then? | Yes | No" });
  await page.getByRole("button", { name: /^Needs you.*2/ }).waitFor();
  await press("needs-next", "Alt+a");
  await isAt(alsoAsking);
  await press("needs-previous", "Alt+Shift+a");
  await isAt(asking);

  await open.goTo(first.id);
  await open.say("stream 900 words over 60s");
  await open.transcript.getByText("word5 ").waitFor();
  if (focus === "composer") {
    await open.composer.fill("do not lose me");
    await press("stop", "Escape");
    await page.getByText("Press Esc again").first().waitFor();
    expect((await client.session(first.id)).status).toBe("running");
  }
  const stopped = open.transcript.getByRole("complementary", { name: /^Stopped/ });
  // Over a text the second press counts for two seconds only: on a busy machine it may take another two presses.
  for (let presses = 0; presses < 10 && (await stopped.count()) === 0; presses++) {
    await press("stop", "Escape");
    await stopped.waitFor({ timeout: focus === "composer" ? 1_000 : 20_000 }).catch(() => undefined);
  }
  await stopped.waitFor();
  await expect.poll(async () => (await client.session(first.id)).turnId).toBeNull();
  if (focus === "composer") expect(await open.composer.inputValue()).toBe("do not lose me");
  return tried;
}

function distanceToEnd({ transcript }: ConsolePage): Promise<number> {
  return transcript.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, " ");
}
