/** Tests schedules in a real browser: created by the form, run, paused, changed and deleted; and those that a bot creates. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { type ConsolePage, launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const inBerlin = { timezoneId: "Europe/Berlin", colorScheme: "light" } as const;

describe("console: schedules", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("SC1, SC4: a schedule is made by the form, run now, paused, changed and deleted, and what it sent says so", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const bot = await client.createBot({ name: "Ada", runtime: "demo" });
    const session = await client.createSession({ botId: bot.id, title: "Reports" });
    await client.createSession({ botId: bot.id, title: "Something else" });
    await using open = await openConsole(browser, reef, inBerlin);
    const { page } = open;
    await page.getByRole("link", { name: "Schedules" }).click();
    await page.getByRole("button", { name: "Create your first schedule" }).waitFor();
    await look(open, "empty");
    await page.getByRole("button", { name: "Create your first schedule" }).click();

    const form = page.getByRole("dialog", { name: "New schedule" });
    await form.getByRole("textbox", { name: "What it sends" }).fill("echo the report");
    await form.getByRole("button", { name: "Create schedule" }).click();
    await form.getByText("Choose the session it writes to.").waitFor();
    await form.getByRole("combobox", { name: "Session" }).fill("rep");
    await form.getByRole("option", { name: /Reports/ }).waitFor();
    await look(open, "choice");
    await form.getByRole("combobox", { name: "Session" }).press("Enter");
    await form.getByRole("textbox", { name: "Name" }).fill("Morning report");
    await form.getByText("Every day at 09:00, Europe/Berlin").waitFor();
    await form.getByText(/^Next: (today|tomorrow) 09:00, in /).waitFor();
    await look(open, "form-days");

    // A refusal of the server is shown beside its field, and nothing that was typed is lost.
    await form.getByText("Cron pattern").click();
    expect(await form.getByRole("textbox", { name: "Pattern" }).inputValue()).toBe("0 9 * * *");
    await form.getByRole("textbox", { name: "Pattern" }).fill("61 * * * *");
    await form.getByRole("button", { name: "Create schedule" }).click();
    await form
      .getByRole("alert")
      .getByText(/expected a cron pattern/)
      .waitFor();
    await look(open, "form-refused");
    expect(await form.getByRole("textbox", { name: "What it sends" }).inputValue()).toBe("echo the report");
    await form.getByText("On certain days").click();
    await form.getByRole("button", { name: "Weekdays" }).click();
    await form.getByRole("button", { name: "Create schedule" }).click();
    await form.waitFor({ state: "hidden" });

    const line = page.locator("[data-schedule]");
    await line.getByText("Monday to Friday at 09:00, Europe/Berlin").waitFor();
    await line.getByText("by you").waitFor();
    await line.getByRole("link", { name: "Reports" }).waitFor();
    expect(await line.getByText(/\d sent/).count()).toBe(0);
    const made = (await client.schedules()).items[0]!;
    expect(made).toMatchObject({
      name: "Morning report",
      sessionId: session.id,
      timing: { kind: "cron", pattern: "0 9 * * 1-5", timeZone: "Europe/Berlin" },
    });

    await line.getByRole("button", { name: "Pause “Morning report”" }).click();
    await line.getByRole("img", { name: "Paused" }).waitFor();
    await expect.poll(async () => (await client.schedule(made.id)).state).toBe("paused");
    await line.getByRole("button", { name: "Resume “Morning report”" }).click();
    await line.getByRole("img", { name: "Active" }).waitFor();

    await line.getByRole("button", { name: "Run now: “Morning report”" }).click();
    await line.getByText("1 sent").waitFor();
    await expect.poll(async () => (await client.entries(session.id)).items.length).toBeGreaterThan(1);
    await line.getByRole("button", { name: /^Last just now: show what/ }).click();
    const entry = open.transcript.getByRole("article", { name: "Schedule “Morning report” wrote" });
    await entry.getByText("echo the report").waitFor();
    await entry.getByText(/^· planned for \d\d:\d\d/).waitFor();
    await open.transcript.getByText("the report", { exact: true }).waitFor();
    await look(open, "transcript");
    // The person did not type that text here.
    await open.composer.press("ArrowUp");
    expect(await open.composer.inputValue()).toBe("");
    await entry.getByRole("link", { name: "Schedule “Morning report”" }).click();

    await expect
      .poll(() =>
        line
          .getByRole("button")
          .first()
          .evaluate((element) => element === document.activeElement),
      )
      .toBe(true);
    await line.getByRole("button", { name: "Morning report", exact: true }).click();
    const edit = page.getByRole("dialog", { name: "Edit schedule" });
    expect(await edit.getByRole("radio", { name: "On certain days" }).isChecked()).toBe(true);
    expect(await edit.getByRole("checkbox", { name: "Sat" }).isChecked()).toBe(false);
    await edit.getByRole("textbox", { name: "Name" }).fill("Tea");
    await edit.getByText("At intervals").click();
    await edit.getByRole("spinbutton", { name: "Every" }).fill("20");
    await edit.getByText(/^Next: (today|tomorrow) \d\d:\d\d, in (19|20) min/).waitFor();
    await edit.getByRole("button", { name: "Save" }).click();
    await line.getByText("every 20 minutes").waitFor();
    expect(await client.schedule(made.id)).toMatchObject({
      name: "Tea",
      text: "echo the report",
      timing: { kind: "every", seconds: 1200 },
      by: "person",
      sent: 1,
    });

    await line.getByRole("button", { name: "Actions for “Tea”" }).click();
    await page.getByRole("menuitem", { name: "Delete…" }).click();
    await page.getByRole("dialog", { name: "Delete this schedule" }).getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Create your first schedule" }).waitFor();
    expect((await client.schedules()).items).toEqual([]);
    expect(open.complaints).toEqual([]);
  });

  test("SC3, SC4: what a bot plans appears live as its own, and its words stand in the transcript as planned by itself", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const bot = await client.createBot({ name: "Ada", runtime: "demo" });
    const session = await client.createSession({ botId: bot.id, title: "Tea house" });
    await using open = await openConsole(browser, reef, inBerlin);
    const { page } = open;
    await open.goTo(session.id);
    await page.keyboard.press("Control+j");
    const panel = page.getByRole("complementary", { name: "Session panel" });
    const own = panel.getByRole("region", { name: "Schedules of this session" });
    await own.getByText("No schedules yet.").waitFor();
    await open.say("plan 5m: echo tea");
    await own.getByText(/^once, \w{3} \d+ \w{3} \d\d:\d\d/).waitFor();
    await own.getByText("by the bot", { exact: true }).waitFor();
    await look(open, "panel");

    await own.getByRole("button", { name: "Actions for “echo tea”" }).click();
    await page.getByRole("menuitem", { name: "Run now" }).click();
    const planned = open.transcript.getByRole("article", { name: "message from Schedule “echo tea”" });
    await planned.getByText(/^· planned by Ada itself for \d\d:\d\d/).waitFor();
    await look(open, "transcript-bot");

    // Ticking tools one by one starts with all of them ticked, so that none is lost unnoticed.
    await panel.getByLabel("All tools, including future ones").uncheck();
    for (const tool of ["session_send", "memory_save", "memory_forget", "schedule_create", "schedule_cancel"]) {
      expect(await panel.getByLabel(tool, { exact: true }).isChecked(), tool).toBe(true);
    }
    await panel.getByLabel("All tools, including future ones").check();

    // Opened from a session, the form already names that session.
    await own.getByRole("button", { name: "New schedule" }).click();
    const form = page.getByRole("dialog", { name: "New schedule" });
    expect(await form.getByRole("combobox", { name: "Session" }).inputValue()).toBe("Tea house");
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "hidden" });

    await page.goto(`${reef.url}/schedules`);
    const line = page.locator("[data-schedule]");
    await line.getByText("by Ada itself").waitFor();
    await page.goto(`${reef.url}/messages`);
    await page.getByRole("article").filter({ hasText: "Schedule “echo tea”" }).waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("many schedules of two bots are filtered, grouped and pictured, in light, in dark and on a phone", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const ada = await client.createBot({ name: "Ada", runtime: "demo" });
    const ben = await client.createBot({ name: "Benedict the Reviewer", runtime: "demo" });
    const reports = await client.createSession({ botId: ada.id, title: "Reports" });
    const review = await client.createSession({
      botId: ben.id,
      title: "Review of everything that was merged last night",
    });
    const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString();
    const cron = (pattern: string) => ({ kind: "cron", pattern, timeZone: "Europe/Berlin" }) as const;
    const long = "Read everything that came in since yesterday, and write down the five things that matter most.";
    const make = (
      sessionId: typeof reports.id,
      name: string,
      timing: ReturnType<typeof cron> | { kind: "every"; seconds: number },
    ) => client.createSchedule({ sessionId, name, text: long, timing });
    await make(reports.id, "Morning report", cron("0 9 * * 1-5"));
    await make(reports.id, "Weekly numbers", cron("30 16 * * 5"));
    await make(review.id, "Is the build green?", { kind: "every", seconds: 1200 });
    await make(review.id, "Look at what was merged last night, and at what was not", cron("0 2,14 * * *"));
    await make(review.id, "Odd hours", cron("7 4-20/3 * * *"));
    const paused = await make(reports.id, "Tidy up", cron("0 18 * * 0"));
    await client.changeSchedule(paused.id, { state: "paused" });
    await client.createSchedule({
      sessionId: reports.id,
      text: "Send the invitation",
      timing: { kind: "at", at: inAWeek },
    });
    await using open = await openConsole(browser, reef, inBerlin);
    const { page } = open;
    await page.goto(`${reef.url}/schedules`);
    const lines = page.locator("[data-schedule]");
    await expect.poll(() => lines.count()).toBe(7);
    const times = await lines.locator("time").evaluateAll((all) => all.map((each) => each.getAttribute("datetime")));
    expect(times).toEqual([...times].sort());
    await page.getByRole("img", { name: /^When messages are due in the next 24 hours: \d schedules due$/ }).waitFor();
    await look(open, "light");
    await page.getByRole("searchbox", { name: "Filter schedules" }).fill("benedict odd");
    await expect.poll(() => lines.count()).toBe(1);
    await page.getByRole("searchbox", { name: "Filter schedules" }).fill("");
    await page.getByRole("button", { name: "Paused 1" }).click();
    await expect.poll(() => lines.count()).toBe(1);
    await page.getByRole("button", { name: "All 7" }).click();
    await page.getByRole("button", { name: "By bot" }).click();
    await page.getByRole("heading", { name: /Benedict/ }).waitFor();
    await page.emulateMedia({ colorScheme: "dark" });
    await look(open, "dark");
    await page.getByRole("button", { name: "Odd hours", exact: true }).click();
    await page.getByRole("dialog", { name: "Edit schedule" }).getByRole("textbox", { name: "Pattern" }).waitFor();
    await look(open, "dark-form");
    await page.setViewportSize({ width: 390, height: 800 });
    await look(open, "phone-form");
    await page.keyboard.press("Escape");
    await look(open, "phone");
    expect(await overflowPx(page)).toBe(0);
    expect(open.complaints).toEqual([]);
  });
});

/** Takes a screenshot, and expects no serious accessibility finding on it, and nothing wider than the page. */
async function look(open: ConsolePage, name: string): Promise<void> {
  await open.page.waitForTimeout(250);
  await open.screenshot(`schedules-${name}`);
  expect(await seriousFindings(open.page)).toEqual([]);
  expect(await overflowPx(open.page)).toBe(0);
}

async function overflowPx(page: Page): Promise<number> {
  const wide: Locator = page.locator("main, dialog[open]");
  return await wide.evaluateAll((all) => Math.max(0, ...all.map((each) => each.scrollWidth - each.clientWidth)));
}
