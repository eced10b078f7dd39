import type { Client } from "@reef/client/client";
import type { Bot } from "@reef/protocol/bot";
import type { MessageId, TurnId } from "@reef/protocol/ids";
import type { MessageFilter } from "@reef/protocol/message";
import type { Timeline } from "@reef/protocol/overview";
import type { Session } from "@reef/protocol/session";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { type ConsolePage, launchBrowser, openConsole } from "./support/console-page.ts";
import { drawnOn, missingFromDrawing, recordCanvas } from "./support/drawn-timeline.ts";
import { startReef } from "./support/reef-process.ts";

interface Team {
  readonly ada: Member;
  readonly ben: Member;
  readonly cleo: Member;
  readonly dora: Member;
}

interface Member {
  readonly bot: Bot;
  readonly session: Session;
}

describe("console: all bots", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("the roster shows every bot's state live, is sorted, filtered and walked by keyboard, and leads to the session", async () => {
    await using reef = await startReef();
    const { ada, ben, cleo, dora } = await makeTeam(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Bots", exact: true }).click();
    const table = page.getByRole("table", { name: "Bots" });
    const row = ({ bot }: Member) => table.locator(`[data-bot="${bot.id}"]`);
    const sign = (of: Member, name: RegExp | string) => row(of).getByRole("img", { name });
    await sign(ada, "Idle").waitFor();
    expect(await names(open)).toEqual(["Ada", "Ben", "Cleo", "Dora"]);

    await reef.client.sendMessage(ada.session.id, { text: "stream 800 words over 80s" });
    await sign(ada, "Running").waitFor();
    const live = row(ada).getByText(/word\d+/);
    await live.waitFor();
    const before = await live.innerText();
    await expect.poll(() => live.innerText()).not.toBe(before);
    await reef.client.sendMessage(ben.session.id, { text: "ask Which colour? | Red | Blue" });
    await row(ben).getByText("Which colour?").waitFor();
    for (let n = 0; n < 3; n++) await reef.client.sendMessage(cleo.session.id, { text: "fail on purpose" });
    await sign(cleo, /^Failing/).waitFor();
    await expect.poll(() => row(cleo).getByRole("cell").nth(3).innerText()).toBe("3");
    // A zero is an empty cell.
    expect(await row(ada).getByRole("cell").nth(3).innerText()).toBe("");
    await expect
      .poll(() =>
        row(ben)
          .getByRole("img", { name: /[1-9]\d* steps? in the last 24 hours/ })
          .count(),
      )
      .toBe(1);

    // What needs a person comes first.
    await expect.poll(() => names(open)).toEqual(["Ben", "Cleo", "Ada", "Dora"]);
    await table.getByRole("button", { name: "Bot" }).click();
    await expect.poll(() => names(open)).toEqual(["Ada", "Ben", "Cleo", "Dora"]);
    await table.getByRole("button", { name: "Now" }).click();
    await expect.poll(() => names(open)).toEqual(["Ben", "Cleo", "Ada", "Dora"]);
    await open.screenshot("roster");
    await page.getByRole("button", { name: /Failing 1/ }).click();
    await expect.poll(() => names(open)).toEqual(["Cleo"]);
    await page.getByRole("button", { name: /^All 4/ }).click();
    await page.getByRole("searchbox", { name: "Filter bots" }).fill("research dora");
    await expect.poll(() => names(open)).toEqual(["Dora"]);
    await page.getByRole("searchbox", { name: "Filter bots" }).fill("");
    await row(ben).getByRole("link").focus();
    await page.keyboard.press("j");
    await expect
      .poll(() =>
        row(cleo)
          .getByRole("link")
          .evaluate((link) => link === document.activeElement),
      )
      .toBe(true);
    await page.keyboard.press("End");
    await expect
      .poll(() =>
        row(dora)
          .getByRole("link")
          .evaluate((link) => link === document.activeElement),
      )
      .toBe(true);
    await page.keyboard.press("Enter");
    await expect.poll(() => open.activeId()).toBe(dora.session.id);
    expect(open.complaints).toEqual([]);
  });

  test("MB6: the message view shows receipts as they move on, is filtered, and a dead letter is retried or dismissed", async () => {
    await using reef = await startReef();
    const { ada, ben, cleo } = await makeTeam(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Messages", exact: true }).click();
    await page.getByRole("main").getByText("No messages yet").waitFor();
    await reef.client.sendMessage(ada.session.id, { text: "send Ben: hello from Ada" });
    const sent = await reef.client.sendMessage(ben.session.id, { text: "stream 60 words over 10s" });
    const line = (id: string) => page.locator(`[data-message="${id}"]`);
    await line(sent.id).getByText("Delivered").waitFor();
    await line(sent.id).getByText("Answered").waitFor();
    await page.getByLabel("Between bots only").check();
    await page.locator("[data-message]").nth(0).getByText("hello from Ada").waitFor();
    await expectListed(open, reef.client, { betweenBots: true });
    await page.getByLabel("Between bots only").uncheck();
    await page.getByRole("combobox", { name: "Bot" }).selectOption({ label: "Ada" });
    await expectListed(open, reef.client, { botId: ada.bot.id });
    await page.getByRole("combobox", { name: "Bot" }).selectOption({ label: "any" });

    for (const text of ["fail one", "fail two"]) await reef.client.sendMessage(cleo.session.id, { text });
    const bar = page.getByRole("contentinfo");
    await bar.getByText("2 undelivered").click();
    await expect.poll(() => page.locator("[data-message]").count()).toBe(2);
    const [second, first] = await messageIds(reef.client, { state: "dead" });
    await line(first ?? "")
      .getByRole("button")
      .first()
      .click();
    await line(first ?? "")
      .getByText("told to fail: one")
      .waitFor();
    await open.screenshot("dead-letters");
    await line(first ?? "")
      .getByRole("button", { name: "Dismiss" })
      .click();
    await expect.poll(() => listedMessages(open)).toEqual([second]);
    await bar.getByText("1 undelivered").waitFor();
    await line(second ?? "")
      .getByRole("button")
      .first()
      .click();
    await line(second ?? "")
      .getByRole("button", { name: "Retry" })
      .click();
    await expect.poll(async () => (await reef.client.message(second as MessageId)).retries).toBe(1);
    expect(open.complaints).toEqual([]);
  });

  test("MB8: the links view counts who writes to whom, and a rule made there is kept by the engine", async () => {
    await using reef = await startReef();
    const { ada, ben, dora } = await makeTeam(reef.client);
    for (const text of ["send Ben: one", "send Ben: two", "send Dora: three"]) {
      await reef.client.sendMessage(ada.session.id, { text });
    }
    await expect.poll(async () => (await reef.client.messages({ betweenBots: true })).items.length).toBe(3);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Messages", exact: true }).click();
    await page.getByRole("link", { name: "Links", exact: true }).click();
    const pair = (to: Member) => page.locator(`[data-pair="${ada.bot.id} ${to.bot.id}"]`);
    await pair(ben).getByText("2 messages").waitFor();
    await pair(dora).getByText("1 message").waitFor();
    await page.getByRole("button", { name: "Add a rule" }).click();
    await page.getByLabel("Rule 1: from").selectOption({ label: "Ada" });
    await page.getByLabel("Rule 1: to").selectOption({ label: "Ben" });
    expect((await reef.client.links()).items).toEqual([]);
    await page.getByRole("region", { name: "Links" }).getByRole("button", { name: "Save the rules" }).click();
    await expect
      .poll(async () => (await reef.client.links()).items)
      .toEqual([{ from: { kind: "bot", botId: ada.bot.id }, to: { kind: "bot", botId: ben.bot.id }, allow: false }]);
    await open.screenshot("links");
    await reef.client.sendMessage(ada.session.id, { text: "send Ben: forbidden\nsend Dora: four" });
    await pair(dora).getByText("2 messages").waitFor();
    await pair(ben).getByText("2 messages").waitFor();
    expect(await seriousFindings(open.page)).toEqual([]);
    expect(open.complaints).toEqual([]);
  });

  test("the timeline draws every turn of /v1/activity and every message between bots, where their times are, live", async () => {
    await using reef = await startReef();
    const team = await makeBusy(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.addInitScript({ content: recordCanvas });
    await page.goto(`${reef.url}/activity`);
    await page.locator("canvas[data-to]").waitFor();
    // Something happens while the view is open.
    await reef.client.sendMessage(team.dora.session.id, { text: "send Ben: While you look." });
    await expect.poll(async () => (await reef.client.messages({ betweenBots: true })).items.length).toBe(4);
    await expect.poll(async () => (await reef.client.bot(team.dora.bot.id)).status).toBe("idle");
    const { items: activity } = await reef.client.activity({ limit: 1000 });
    const { items: sent } = await reef.client.messages({ betweenBots: true, limit: 1000 });
    const botBySession = new Map((await reef.client.sessions()).items.map(({ id, botId }) => [id, botId]));
    // Events reach the picture a moment after they arrive here.
    const missing = async () => {
      const drawn = await drawnOn(open);
      const isShown = (iso: string): boolean => Date.parse(iso) >= drawn.fromMs;
      return missingFromDrawing(drawn, {
        turns: activity.flatMap(({ turn }) => (turn.endedAt === null || isShown(turn.endedAt) ? [turn] : [])),
        messages: sent.filter(({ receipts }) => isShown(receipts.deliveredAt ?? receipts.acceptedAt)),
        botOf: ({ sessionId }) => botBySession.get(sessionId),
      });
    };
    expect(activity.length).toBeGreaterThan(5);
    await expect.poll(missing).toEqual([]);
    await page.getByRole("button", { name: "Show less time" }).click();
    await open.screenshot("timeline");
    await expect.poll(missing).toEqual([]);

    await page.getByRole("link", { name: "List" }).click();
    const { items: asks } = await reef.client.asks();
    const listed = async () =>
      new Set(
        await page
          .locator("[data-activity]")
          .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-activity"))),
      );
    await expect
      .poll(listed)
      .toEqual(
        new Set([...activity.map(({ turn }) => turn.id), ...sent.map(({ id }) => id), ...asks.map(({ id }) => id)]),
      );
    await open.screenshot("timeline-list");
    expect(open.complaints).toEqual([]);
  });

  test("a move beyond the beginning of the timeline reads what lies before it, also by the button", async () => {
    await using reef = await startReef();
    const { ada } = await makeTeam(reef.client);
    await reef.client.sendMessage(ada.session.id, { text: "echo done" });
    await expect.poll(async () => (await reef.client.session(ada.session.id)).lastSeq).toBe(2);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const older = () => page.waitForRequest((request) => /timeline\?.*before=/.test(request.url()));
    const spanHours = async () => {
      const canvas = page.locator("canvas[data-to]");
      const [from, to] = [await canvas.getAttribute("data-from"), await canvas.getAttribute("data-to")];
      return (Number(to) - Number(from)) / 3_600_000;
    };
    await page.goto(`${reef.url}/activity`);
    await page.locator("canvas[data-to]").waitFor();
    await page.getByRole("region", { name: /^Since/ }).focus();
    await page.keyboard.press("0");
    await expect.poll(spanHours).toBeGreaterThan(0.99);
    expect(await spanHours()).toBeLessThan(1.1);
    const [request] = await Promise.all([older(), page.keyboard.press("ArrowLeft")]);
    await request.response();
    await expect
      .poll(async () => {
        await page.keyboard.press("0");
        return spanHours();
      })
      .toBeGreaterThan(1.9);
    const button = page.getByRole("button", { name: "Load the hour before" });
    const [again] = await Promise.all([older(), button.click()]);
    await again.response();
    await expect
      .poll(async () => {
        await page.getByRole("region", { name: /^Since/ }).press("0");
        return spanHours();
      })
      .toBeGreaterThan(2.9);
    expect(open.complaints).toEqual([]);
  });

  test("a timeline of ten thousand turns moves smoothly", async () => {
    await using reef = await startReef();
    const { ada, ben, cleo, dora } = await makeTeam(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.route("**/v1/timeline?*", (route) => {
      const members = [ada, ben, cleo, dora];
      return route.fulfill({ json: makeTimeline(members, 10_000) });
    });
    await page.goto(`${reef.url}/activity`);
    await page.getByRole("region", { name: /10,?000 turns/ }).focus();
    const times: number[] = [];
    for (const key of ["ArrowLeft", "ArrowRight", "+", "ArrowLeft", "-", "0"]) {
      for (let n = 0; n < 5; n++) times.push(await timeOfKey(open, key));
    }
    await open.screenshot("timeline-10000");
    const [quarter = 0, median = 0] = [0.25, 0.5].map(
      (part) => times.toSorted((a, b) => a - b)[(times.length * part) | 0],
    );
    console.log(`a move over 10,000 turns: median ${median.toFixed(1)} ms, most ${Math.max(...times).toFixed(1)} ms`);
    // Takes the quicker quarter, and allows twice a frame's time: a busy machine slows some moves, a slow page slows
    // all.
    expect(quarter).toBeLessThan(33);
    expect(open.complaints).toEqual([]);
  });

  test("TU6: stop all asks once, stops every running turn, says what it did, and holds until Resume, also through a restart", async () => {
    await using reef = await startReef();
    const { ada, ben } = await makeTeam(reef.client);
    for (const { session } of [ada, ben]) {
      await reef.client.sendMessage(session.id, { text: "stream 900 words over 90s" });
    }
    const waiting = await reef.client.sendMessage(ada.session.id, { text: "echo later" });
    await using open = await openConsole(browser, reef);
    const bar = open.page.getByRole("contentinfo");
    await bar.getByRole("button", { name: "2 running" }).click();
    await open.page.getByText("At most 64 turns run at a time.").waitFor();
    await open.page.getByRole("menuitem", { name: "Stop all…" }).click();
    const dialog = open.page.locator("dialog[open]");
    await dialog.getByText(/2 running turns/).waitFor();
    await dialog.getByRole("checkbox", { name: /withdraw/ }).check();
    await dialog.getByLabel("Reason").fill("the harbour is closed");
    await open.screenshot("stop-all");
    await dialog.getByRole("button", { name: "Stop everything" }).click();
    await dialog.getByText("2 turns stopped.").waitFor();
    await bar.getByText("running").waitFor({ state: "detached" });
    expect((await reef.client.message(waiting.id)).state).toBe("cancelled");
    expect((await reef.client.bots()).items.every(({ pausedAt }) => pausedAt === null)).toBe(true);
    await dialog.getByText("Close", { exact: true }).click();
    const banner = open.page.getByText(/Everything is stopped by you: the harbour is closed/).first();
    await banner.waitFor();
    await reef.restart();
    const held = await reef.client.sendMessage(ben.session.id, { text: "echo after the stop" });
    await open.page.goto(`${reef.url}/s/${ben.session.id}`);
    await banner.waitFor();
    await open.screenshot("held");
    expect(await reef.client.message(held.id)).toMatchObject({ state: "queued" });
    await open.page.getByRole("button", { name: "Resume everything" }).first().click();
    await open.page.getByRole("button", { name: "Resume everything" }).first().waitFor({ state: "detached" });
    await expect.poll(async () => (await reef.client.message(held.id)).state).toBe("answered");
  });

  test.each([
    "light",
    "dark",
  ] as const)("axe finds nothing serious in the %s screens over all bots", async (colorScheme) => {
    await using reef = await startReef();
    await makeBusy(reef.client);
    await using open = await openConsole(browser, reef, { colorScheme });
    for (const { link, ready } of screens) {
      await open.page.getByRole("link", { name: link, exact: true }).click();
      await open.page.getByRole("main").getByText(ready).first().waitFor();
      await open.page.waitForTimeout(400);
      await open.screenshot(`overview-${colorScheme}-${link.toLowerCase()}`);
      expect(await seriousFindings(open.page)).toEqual([]);
    }
    expect(open.complaints).toEqual([]);
  });

  test("on a phone each screen over all bots fits the width, and leads back to the list", async () => {
    await using reef = await startReef();
    await makeBusy(reef.client);
    await using open = await openConsole(browser, reef, { viewport: { width: 390, height: 800 }, hasTouch: true });
    const tabs = open.page.getByRole("navigation", { name: "Main" });
    for (const { link, ready } of screens) {
      await tabs.getByRole("link", { name: link === "Activity" ? "More" : link }).click();
      if (link === "Activity") await open.page.getByRole("main").getByRole("link", { name: link }).click();
      await open.page.getByRole("main").getByText(ready).first().waitFor();
      await open.page.waitForTimeout(400);
      await open.screenshot(`overview-phone-${link.toLowerCase()}`);
      expect(await open.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await tabs.getByRole("link", { name: "Sessions" }).click();
      await open.page.getByRole("navigation", { name: "Sessions" }).waitFor();
    }
    expect(open.complaints).toEqual([]);
  });
});

/** Lists the link to each screen, and words that appear once the screen is loaded. */
const screens: readonly { readonly link: string; readonly ready: string | RegExp }[] = [
  { link: "Bots", ready: "Failing" },
  { link: "Activity", ready: "question" },
  { link: "Messages", ready: /the suite is red/ },
];

/** Measures milliseconds from a key press to the painted canvas; painting happens within the press. */
function timeOfKey({ page }: ConsolePage, key: string): Promise<number> {
  return page.evaluate((pressed) => {
    const startedAt = performance.now();
    document.activeElement?.dispatchEvent(
      new KeyboardEvent("keydown", { key: pressed, bubbles: true, cancelable: true }),
    );
    return performance.now() - startedAt;
  }, key);
}

/** Creates an hour with `count` turns, a tenth as many messages, and failures among them, spread over the bots. */
function makeTimeline(members: readonly Member[], count: number): Timeline {
  const [nowMs, spanMs] = [Date.now(), 3_500_000];
  const member = (index: number) => members[index % members.length] as Member;
  const at = (index: number, laterMs = 0) =>
    new Date(nowMs - spanMs + (index / count) * spanMs + laterMs).toISOString();
  const id = (index: number) => `01a2055b-15a0-777f-a673-${index.toString(16).padStart(12, "0")}`;
  const turns = Array.from({ length: count }, (_, index) => ({
    id: `trn_${id(index)}` as TurnId,
    sessionId: member(index).session.id,
    botId: member(index).bot.id,
    state: index % 50 === 0 ? ("failed" as const) : ("done" as const),
    steps: 3,
    usage: { modelCalls: 1, inputTokens: 100, outputTokens: 10, costUsd: 0, unpricedCalls: 1 },
    error: index % 50 === 0 ? "it failed" : null,
    startedAt: at(index),
    endedAt: at(index, 400 + (index % 7) * 900),
  }));
  const messages = Array.from({ length: count / 10 }, (_, index) => ({
    id: `msg_${id(index)}` as MessageId,
    sessionId: member(index + 1).session.id,
    botId: member(index + 1).bot.id,
    fromSessionId: member(index).session.id,
    fromBotId: member(index).bot.id,
    text: "over to you",
    purpose: "text" as const,
    state: "answered" as const,
    receipts: { acceptedAt: at(index * 10), deliveredAt: at(index * 10, 50), actedAt: null, answeredAt: null },
  }));
  return { since: at(0), before: new Date(nowMs).toISOString(), turns, messages, asks: [], refusals: [], isCut: false };
}

/** Expects the page to list what the server has under this filter, which may still grow. */
async function expectListed(open: ConsolePage, client: Client, filter: MessageFilter): Promise<void> {
  await expect
    .poll(async () => {
      const [listed, known] = [await listedMessages(open), await messageIds(client, filter)];
      return { isAll: listed.join() === known.join(), listed, known };
    })
    .toMatchObject({ isAll: true });
}

function listedMessages({ page }: ConsolePage): Promise<readonly (string | null)[]> {
  return page.locator("[data-message]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-message")));
}

async function messageIds(client: Client, filter: MessageFilter): Promise<readonly string[]> {
  return (await client.messages(filter)).items.map(({ id }) => id);
}

function names({ page }: ConsolePage): Promise<readonly string[]> {
  return page.locator("[data-bot] [role=cell]:first-child a").allInnerTexts();
}

async function makeTeam(client: Client): Promise<Team> {
  const topic = await client.createTopic({ name: "Research", color: "#3b82f6" });
  const make = async (name: string, role: string): Promise<Member> => {
    const bot = await client.createBot({ name, role, runtime: "demo" });
    const session = await client.createSession({
      botId: bot.id,
      title: `${name}'s work`,
      ...(name === "Dora" ? { topicId: topic.id } : {}),
    });
    return { bot, session };
  };
  return {
    ada: await make("Ada", "Plans and delegates"),
    ben: await make("Ben", "Reviews code"),
    cleo: await make("Cleo", "Runs the tests"),
    dora: await make("Dora", "Reads papers"),
  };
}

/**
 * Creates a team in every state: running, waiting for a person, failing, idle, with messages between them and dead
 * letters.
 */
async function makeBusy(client: Client): Promise<Team> {
  const team = await makeTeam(client);
  const { ada, ben, cleo, dora } = team;
  const say = (member: Member, text: string) => client.sendMessage(member.session.id, { text });
  await say(ada, "send Dora: Please read the paper on group commit and tell me what it measures.\necho Asked Dora.");
  await say(dora, "send Cleo: Could you run the benchmark?\nsend Ada: It measures fsyncs a second.");
  await say(dora, "count 30");
  await expect
    .poll(
      async () => (await client.messages({ betweenBots: true })).items.filter((each) => each.receipts.actedAt).length,
    )
    .toBeGreaterThanOrEqual(3);
  for (let n = 0; n < 3; n++) await say(cleo, `fail the suite is red (${n + 1})`);
  await say(ben, "ask May I merge the branch? | Yes | No");
  await expect.poll(async () => (await client.bot(cleo.bot.id)).status).toBe("failing");
  await expect.poll(async () => (await client.bot(ben.bot.id)).status).toBe("needs_you");
  await say(ada, "stream 900 words over 90s");
  await expect.poll(async () => (await client.bot(ada.bot.id)).status).toBe("running");
  return team;
}
