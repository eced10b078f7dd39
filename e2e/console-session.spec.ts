import type { Client } from "@reef/client/client";
import type { Session } from "@reef/protocol/session";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
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
    await expect.poll(() => panel.innerText()).toMatch(/Last turn\s+done/);
    // Nothing is said of a health that is good.
    const health = panel.getByRole("region", { name: "Health" });
    expect(await health.count()).toBe(0);
    await expect.poll(() => open.composer.evaluate((box) => box === document.activeElement)).toBe(true);

    await panel.getByText("Name, role and limits").click();
    await panel.getByLabel("Role").fill("Reviewer of everything");
    await panel.getByLabel("Instructions").fill("Be short.");
    await panel.getByLabel("All tools, including future ones").uncheck();
    await panel.getByLabel("session_spawn").uncheck();
    await panel.getByLabel("Model calls per turn").fill("7");
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

    // An unsaved edit survives what others change in the meantime, and does not revert it.
    await panel.getByLabel("Role").fill("Mine");
    await reef.client.changeBot(bot.id, { instructions: "Changed elsewhere." });
    await expect.poll(() => panel.getByLabel("Instructions").inputValue()).toBe("Changed elsewhere.");
    await panel.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(() => reef.client.bot(bot.id))
      .toMatchObject({ role: "Mine", instructions: "Changed elsewhere." });

    await panel.getByRole("button", { name: "Pause" }).click();
    await panel.getByText(/Paused by you/).waitFor();
    await expect.poll(async () => (await reef.client.bot(bot.id)).pausedAt).not.toBeNull();
    await panel.getByRole("button", { name: "Resume" }).click();
    await expect.poll(async () => (await reef.client.bot(bot.id)).pausedAt).toBeNull();

    await open.say("fail the disk is full");
    await health.getByText(/^Degraded: /).waitFor();
    await health
      .getByText(/the disk is full/)
      .first()
      .waitFor();
    await page.reload();
    await panel.getByText("Name, role and limits").waitFor();
    await panel.getByRole("button", { name: "Delete Ada…" }).click();
    await panel.getByText("Ada and 1 session").waitFor();
    await panel.getByRole("button", { name: "Delete for good" }).click();
    await page.getByRole("heading", { name: "Welcome to Reef" }).waitFor();
    expect((await reef.client.bots()).items).toEqual([]);
    expect(open.complaints).toEqual([]);
  });

  test("TO1: tools are ticked from the server's list; a list that can't be read loses no choice", async () => {
    await using reef = await startReef();
    const { bot, session } = await makeSession(reef.client);
    await reef.client.changeBot(bot.id, { tools: ["session_list", "of_another_program"] });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const list = "**/v1/bots/*/tools?all=true";
    await page.route(list, (route) => route.fulfill({ status: 503, body: "" }));
    await open.goTo(session.id);
    await page.keyboard.press("Control+j");
    const panel = page.getByRole("complementary", { name: "Session panel" });
    await panel.getByText(/Couldn't load the list of tools/).waitFor();
    const tick = (name: string) => panel.getByLabel(name, { exact: true });
    expect(await tick("of_another_program").isChecked()).toBe(true);
    const all = panel.getByLabel("All tools, including future ones");
    await all.check();
    expect(await all.isEnabled()).toBe(false);
    await page.unroute(list);
    await panel.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => all.isEnabled()).toBe(true);
    await all.uncheck();
    expect(await tick("memory_search").isChecked()).toBe(true);
    await tick("memory_search").uncheck();
    await panel.getByRole("button", { name: "Save" }).click();
    await expect.poll(async () => (await reef.client.bot(bot.id)).tools).toContain("schedule_list");
    expect((await reef.client.bot(bot.id)).tools).not.toContain("memory_search");
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
    await expect.poll(() => panel.getByRole("listitem").count()).toBe(4);
    await panel
      .getByRole("link", { name: /stream 800 words/ })
      .last()
      .waitFor();
    await open.screenshot("panel-tree");
    const first = panel.getByRole("link", { name: /running stream 900 words/ });
    await first.waitFor();
    await panel.getByRole("button", { name: /^Stop stream 900 words/ }).click();
    await panel.getByRole("button", { name: /^Stop stream 900 words/ }).waitFor({ state: "hidden" });
    // Only that one stops: its sibling's child still runs.
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
    // Only a turn that has ended has all its steps.
    await expect.poll(async () => (await reef.client.session(session.id)).turnId).toBeNull();
    const { items } = await reef.client.turnsOfSession(session.id);
    const { stepList } = await reef.client.turn(items[0]!.id);
    await expect.poll(() => steps.getByRole("listitem").count()).toBe(stepList.length);
    await open.screenshot("panel-activity");
    await steps
      .getByRole("button", { name: /session_list/ })
      .last()
      .click();
    await expect.poll(() => new URL(page.url()).hash).toMatch(/^#e\d+$/);

    await open.say("list\nstream 200 words over 40s");
    await open.transcript.getByText("word5 ").waitFor();
    await reef.kill();
    await reef.restart();
    await panel.getByRole("region", { name: "Crash receipt" }).waitFor({ timeout: 20_000 });
    await expect.poll(() => panel.getByRole("region", { name: "Crash receipt" }).innerText()).toContain("session_list");
    const divider = open.transcript.getByRole("complementary", { name: "Restarted here" });
    await divider.getByText("Its step was kept.").waitFor();
    await divider.getByRole("button", { name: "Show" }).click();
    await expect.poll(() => divider.innerText()).toMatch(/Done\s+session_list/);
    await open.screenshot("panel-crash");
    expect(open.complaints).toEqual([]);
  });

  test("a spawned session shows its state and result where it was spawned, and leads there and back", async () => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    await open.goTo(session.id);
    await open.say("spawn stream 60 words over 8s\nwait");
    const cell = open.transcript.getByRole("region", { name: /^Spawned session stream 60 words/ });
    await cell.getByRole("img", { name: "running" }).waitFor();
    await open.screenshot("spawn-running");
    await cell.getByText(/word59 word60/).waitFor();
    await expect.poll(() => cell.getByRole("img", { name: "running" }).count()).toBe(0);
    await open.screenshot("spawn-done");
    await cell.getByRole("button", { name: "Show the call" }).click();
    await cell.getByText("session_spawn").waitFor();

    // The task is in the child, with the call in the parent as its origin. The origin of the result is the child's
    // final answer.
    await cell.getByRole("link", { name: /stream 60 words/ }).click();
    await expect.poll(() => open.activeId()).not.toBe(session.id);
    const childId = open.activeId() as Session["id"];
    const origin = (name: string) =>
      open.transcript.getByRole("article", { name }).getByRole("button", { name: "Show original" });
    await origin("task from Ada").click();
    await expect.poll(() => open.activeId()).toBe(session.id);
    const { items } = await reef.client.entries(session.id);
    const spawned = items.find(({ kind, tool }) => kind === "tool_result" && tool?.name === "session_spawn");
    await expect.poll(() => new URL(open.page.url()).hash).toBe(`#e${spawned?.seq}`);
    await cell.waitFor();
    await origin("result from Ada").click();
    await expect.poll(() => open.activeId()).toBe(childId);
    const word = (await reef.client.entries(childId)).items.findLast(({ kind }) => kind === "bot");
    await expect.poll(() => new URL(open.page.url()).hash).toBe(`#e${word?.seq}`);
    expect(open.complaints).toEqual([]);
  });

  test("an entry's link opens a long session there; a fork goes on from it", async () => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    await say(reef.client, session, 150);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("navigation", { name: "Sessions" }).waitFor();
    await page.goto(`${reef.url}/s/${session.id}#e41`);
    const row = open.transcript.locator('[data-seq="41"]');
    await row.waitFor();
    await expect.poll(() => distanceToMiddle(row)).toBeLessThan(120);
    expect(await open.transcript.getByText("line 150", { exact: true }).count()).toBe(0);
    await open.screenshot("entry-link");

    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const choose = async (item: string) => {
      await row.hover();
      await row.getByRole("button", { name: "Actions for entry 41" }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await choose("Copy link");
    await page.getByText("Link copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${reef.url}/s/${session.id}#e41`);
    await choose("Fork from here");
    await page.getByRole("button", { name: "Session: main (fork). Switch session" }).waitFor();
    const fork = await reef.client.session(open.activeId() as Session["id"]);
    expect(fork.forkedFrom).toEqual({ sessionId: session.id, seq: 41 });
    expect(open.complaints).toEqual([]);
  });

  test("find goes back in time from the newest text, into what was not loaded, and marks the words", async () => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    await reef.client.sendMessage(session.id, { text: "echo the needle of old" });
    await say(reef.client, session, 100);
    await reef.client.sendMessage(session.id, { text: "echo a NEEDLE of today" });
    await expect.poll(async () => (await reef.client.session(session.id)).lastSeq).toBe(204);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await open.transcript.getByText("a NEEDLE of today", { exact: true }).waitFor();
    await page.keyboard.press("Control+f");
    await page.getByRole("textbox", { name: "Words to find" }).fill("needle");
    const count = page.getByRole("search").getByRole("status");
    await expect.poll(() => count.innerText()).toBe("1 of 2+");
    await expect.poll(() => page.evaluate(() => CSS.highlights.get("reef-found")?.size)).toBe(2);
    await open.screenshot("find");
    await page.keyboard.press("Enter");
    await expect.poll(() => count.innerText()).toBe("2 of 2+");
    await page.keyboard.press("Enter");
    await open.transcript.getByText("the needle of old", { exact: true }).waitFor();
    await expect.poll(() => count.innerText()).toBe("3 of 4");
    await page.keyboard.press("Shift+Enter");
    await open.transcript.getByText("echo a NEEDLE of today", { exact: true }).waitFor();
    await page.getByRole("textbox", { name: "Words to find" }).fill("nowhere to be seen");
    await expect.poll(() => count.innerText()).toBe("No results");
    await page.keyboard.press("Escape");
    await page.getByRole("search").waitFor({ state: "hidden" });
    await expect.poll(() => open.composer.evaluate((box) => box === document.activeElement)).toBe(true);
    await expect.poll(() => page.evaluate(() => CSS.highlights.size)).toBe(0);
    expect(open.complaints).toEqual([]);
  });

  test("what came while nobody looked is marked, and one press leads to its beginning", async () => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    await say(reef.client, session, 5);
    await reef.client.readSession(session.id);
    for (let n = 1; n <= 60; n++) await reef.client.sendMessage(session.id, { text: `echo new ${n}` });
    await expect.poll(async () => (await reef.client.session(session.id)).lastSeq).toBe(130);
    await using open = await openConsole(browser, reef);
    await open.goTo(session.id);
    await open.transcript.getByText("new 60", { exact: true }).waitFor();
    await open.page.getByRole("button", { name: "↑ Jump to first unread" }).click();
    await open.transcript.getByText("new 1", { exact: true }).waitFor();
    await open.transcript.getByText("New", { exact: true }).waitFor();
    await open.page.getByRole("button", { name: "↑ Jump to first unread" }).waitFor({ state: "hidden" });
    await open.screenshot("first-unread");
    expect(open.complaints).toEqual([]);
  });

  test("an @ sends elsewhere and says so before it does; ↑ brings back what was said", async () => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    const bea = await reef.client.createBot({ name: "Bea", runtime: "demo" });
    const notes = await reef.client.createSession({ botId: bea.id, title: "notes" });
    const cleo = await reef.client.createBot({ name: "Cleo", runtime: "demo" });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await open.say("echo first");
    await open.say("echo second");
    await open.transcript.getByText("second", { exact: true }).waitFor();
    // Answers that replaced their live text have not moved the reader away from the end.
    await expect.poll(async () => (await reef.client.session(session.id)).unread).toBe(0);
    expect(await page.getByRole("button", { name: /Jump to newest/ }).count()).toBe(0);
    const box = page.locator("[data-composer]");
    await box.press("ArrowUp");
    await expect.poll(() => box.inputValue()).toBe("echo second");
    await box.press("ArrowUp");
    await expect.poll(() => box.inputValue()).toBe("echo first");
    await box.press("ArrowDown");
    await box.press("ArrowDown");
    await expect.poll(() => box.inputValue()).toBe("");

    await box.pressSequentially("@be");
    const list = page.getByRole("listbox", { name: "Send to" });
    await list.getByRole("option", { name: /Bea notes/ }).waitFor();
    await open.screenshot("mention");
    // Esc acts on the list, not on a turn; the text stays.
    await box.press("Escape");
    await list.waitFor({ state: "hidden" });
    expect(await box.inputValue()).toBe("@be");
    await box.fill("");
    await box.pressSequentially("@be");
    await list.getByRole("option", { name: /Bea notes/ }).waitFor();
    await box.press("Enter");
    await page.getByText("Goes to notes (Bea), not to Ada here.").waitFor();
    await box.pressSequentially("echo over there");
    await open.screenshot("mention-chosen");
    await page.reload();
    await page.getByText("Goes to notes (Bea), not to Ada here.").waitFor();
    expect(await box.inputValue()).toBe("echo over there");
    await box.press("Enter");
    const texts = async (id: Session["id"]) => (await reef.client.entries(id)).items.map(({ text }) => text);
    await expect.poll(() => texts(notes.id)).toContain("echo over there");
    expect(await texts(session.id)).not.toContain("echo over there");
    await page.getByText(/not to Ada here/).waitFor({ state: "hidden" });

    await box.pressSequentially("@cleo");
    await list.getByRole("option", { name: /Cleo/ }).waitFor();
    await box.press("Enter");
    await box.pressSequentially("echo hello Cleo");
    await box.press("Enter");
    await page.getByText("On its way to a new session of Cleo").waitFor();
    await page.getByRole("button", { name: "Go there" }).last().click();
    await open.transcript.getByText("hello Cleo", { exact: true }).waitFor();
    expect((await reef.client.session(open.activeId() as Session["id"])).botId).toBe(cleo.id);
    expect(open.complaints).toEqual([]);
  });

  test("a dropped text file stands in the message under its name; others go along; a waiting message comes back", async () => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await open.composer.fill("look at this");
    const give = (type: "drop" | "paste") =>
      open.composer.evaluate((box, kind) => {
        const data = new DataTransfer();
        data.items.add(new File(["const a = 1;\n"], `${kind}.ts`, { type: "text/plain" }));
        data.items.add(new File([new Uint8Array([0xff, 0xfe, 0])], "photo.png", { type: "image/png" }));
        const init = { bubbles: true, cancelable: true };
        box.dispatchEvent(
          kind === "drop"
            ? new DragEvent("drop", { ...init, dataTransfer: data })
            : new ClipboardEvent("paste", { ...init, clipboardData: data }),
        );
      }, type);
    await give("drop");
    const fenced = (name: string) => `${name}.ts:\n\`\`\`ts\nconst a = 1;\n\`\`\`\n`;
    await expect.poll(() => open.composer.inputValue()).toBe(`look at this\n${fenced("drop")}`);
    const attached = page.getByRole("list", { name: "Attached files" }).getByText("photo.png");
    await attached.waitFor();
    await give("paste");
    await expect.poll(() => open.composer.inputValue()).toBe(`look at this\n${fenced("drop")}${fenced("paste")}`);
    await expect.poll(() => attached.count()).toBe(2);
    await page.getByRole("button", { name: "Remove photo.png" }).first().click();
    await page.getByRole("button", { name: "Remove photo.png" }).click();
    await open.composer.fill("");

    await open.say("stream 900 words over 60s");
    await open.transcript.getByText("word5 ").waitFor();
    await open.say("echo not quite right");
    await open.composer.fill("a draft");
    const tray = page.getByRole("region", { name: "Waiting messages" });
    await tray.getByRole("button", { name: "Edit" }).click();
    await expect.poll(() => open.composer.inputValue()).toBe("echo not quite right\n\na draft");
    await tray.waitFor({ state: "hidden" });
    const cancelled = async () =>
      (await reef.client.messages({ sessionId: session.id, state: "cancelled" })).items.map(({ text }) => text);
    await expect.poll(cancelled).toEqual(["echo not quite right"]);
    expect(open.complaints).toEqual([]);
  });

  test.each([
    "light",
    "dark",
  ] as const)("SE4: code has colours and can be copied, tables scroll, only written-out pictures show, %s", async (colorScheme) => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    const code =
      'export async function claimTurn(store: Store): Promise<number> {\n  // one at a time\n  return (await store.claim("worker", 64)) ?? 0;\n}';
    const table = `| ${Array.from({ length: 14 }, (_, n) => `a long column ${n}`).join(" | ")} |\n|${"---|".repeat(14)}\n| ${"cell | ".repeat(14)}`;
    const pixel =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNkYPhfz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC";
    const task = `echo look\n\nSome code:\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${table}\n\n![a dot](${pixel}) ![elsewhere](https://elsewhere.example/x.png)`;
    await reef.client.sendMessage(session.id, {
      text: `spawn ${task.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
    });
    const isThere = async () => (await reef.client.sessions({ parentId: session.id })).items[0]?.id;
    await expect.poll(isThere).toBeTruthy();
    await using open = await openConsole(browser, reef, { colorScheme });
    await open.page.goto(`${reef.url}/s/${await isThere()}`);
    const message = open.transcript.getByRole("article", { name: "task from Ada" });
    await message.locator(".hljs-keyword", { hasText: "async" }).waitFor();
    await expect
      .poll(() =>
        message.locator("img").evaluateAll((all) => all.map((each) => (each as HTMLImageElement).naturalWidth)),
      )
      .toEqual([10]);
    const elsewhere = message.getByRole("link", { name: /elsewhere/ });
    const attributes = ["href", "target", "rel"].map((name) => elsewhere.getAttribute(name));
    expect(await Promise.all(attributes)).toEqual([
      "https://elsewhere.example/x.png",
      "_blank",
      "noopener noreferrer nofollow",
    ]);
    const scrolls = await message
      .locator(".table")
      .evaluate((element) => [
        element.scrollWidth > element.clientWidth,
        document.documentElement.scrollWidth <= innerWidth,
      ]);
    expect(scrolls).toEqual([true, true]);
    await open.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await message.getByRole("button", { name: "Copy" }).click();
    await message.getByRole("button", { name: "Copied" }).waitFor();
    expect((await open.page.evaluate(() => navigator.clipboard.readText())).trim()).toBe(code);
    await open.screenshot(`code-${colorScheme}`);
    expect(await seriousFindings(open.page)).toEqual([]);
    expect(open.complaints).toEqual([]);
  });

  test.each([
    "light",
    "dark",
  ] as const)("axe finds nothing serious inside the %s session, wide and on a phone", async (colorScheme) => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    await reef.client.sendMessage(session.id, {
      text: "spawn echo from a child\nspawn stream 2000 words over 100s\nlist",
    });
    await expect.poll(async () => (await reef.client.sessions({ parentId: session.id })).items.length).toBe(2);
    for (const [width, options] of [
      ["wide", { colorScheme }],
      ["phone", { colorScheme, ...phone }],
    ] as const) {
      await using open = await openConsole(browser, reef, options);
      const { page } = open;
      await open.goTo(session.id);
      await open.transcript
        .getByRole("region", { name: /^Spawned session echo/ })
        .getByText(/from a child/)
        .last()
        .waitFor();
      await open.composer.focus();
      await page.keyboard.press("Control+f");
      await page.getByRole("textbox", { name: "Words to find" }).fill("child");
      await page
        .getByRole("search")
        .getByText(/^1 of \d+$/)
        .waitFor();
      await open.composer.fill("");
      await open.composer.pressSequentially("hello @a");
      await page.getByRole("listbox", { name: "Send to" }).waitFor();
      await page.waitForTimeout(300);
      await open.screenshot(`session-${colorScheme}-${width}`);
      expect(await seriousFindings(open.page)).toEqual([]);
      await open.composer.press("Enter");
      await page.getByText(/not to Ada here/).waitFor();
      expect(await seriousFindings(open.page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await open.screenshot(`session-to-${colorScheme}-${width}`);
      expect(open.complaints).toEqual([]);
    }
  });

  test.each([
    "light",
    "dark",
  ] as const)("axe finds nothing serious in the %s panel, wide and on a phone", async (colorScheme) => {
    await using reef = await startReef();
    const { session } = await makeSession(reef.client);
    await reef.client.sendMessage(session.id, { text: "spawn echo from a child\nwait\necho all done" });
    await expect.poll(async () => (await reef.client.session(session.id)).status).toBe("idle");
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
        expect(await seriousFindings(open.page)).toEqual([]);
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

/** Writes two entries for each line: the person's and the bot's. */
async function say(client: Client, session: Session, lines: number): Promise<void> {
  for (let n = 1; n <= lines; n++) await client.sendMessage(session.id, { text: `echo line ${n}` });
  const isDone = async () => {
    const { queued, turnId } = await client.session(session.id);
    return queued === 0 && turnId === null;
  };
  await expect.poll(isDone, { timeout: 30_000 }).toBe(true);
}

/** Returns how far an entry is from the middle of the transcript, in pixels. */
function distanceToMiddle(row: Locator): Promise<number> {
  return row.evaluate((element) => {
    const own = element.getBoundingClientRect();
    const all = element.closest("[role=log]")?.getBoundingClientRect() ?? own;
    return Math.abs(own.top + own.bottom - all.top - all.bottom) / 2;
  });
}
