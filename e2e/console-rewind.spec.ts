/**
 * Tests that a person can change a message, ask for an answer again, see what it took, and export the conversation as a
 * file.
 */
import { readFile } from "node:fs/promises";
import type { Client } from "@reef/client/client";
import { ConversationExport } from "@reef/protocol/export";
import type { Session } from "@reef/protocol/session";
import { call, say } from "@reef/runtimes/testing/model-script";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const phone = { viewport: { width: 390, height: 800 }, hasTouch: true };
const patient = { timeout: 30_000 };

describe("going back in a conversation", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("TU10: a message is changed in its place by keys alone; what it replaced folds, and the model never sees it", async () => {
    const seen: string[][] = [];
    await using model = await startModelServer({
      script: ({ messages, lastUser }) => {
        seen.push(messages.map(({ text }) => text));
        return say(`About ${lastUser}.`);
      },
    });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await open.say("red boats");
    await transcript.getByText("About red boats.").waitFor(patient);
    await open.say("and sails");
    await transcript.getByText("About and sails.").waitFor(patient);

    await chooseByKey(rowWith(transcript, "red boats").first(), page, "Edit");
    const field = transcript.getByRole("textbox", { name: "Edit message" });
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
    await transcript.getByText("Replaces 4 entries; they stay in the transcript.").waitFor();
    await open.screenshot("rewind-edit");
    expect(await seriousFindings(page)).toEqual([]);

    // Closed by Esc, the draft is kept.
    await field.fill("blue boats");
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "hidden" });
    await chooseByKey(rowWith(transcript, "red boats").first(), page, "Edit");
    expect(await field.inputValue()).toBe("blue boats");
    await page.keyboard.press("Enter");
    await transcript.getByText("About blue boats.").waitFor(patient);
    expect(seen.at(-1)?.join("\n")).not.toMatch(/red boats|sails/);
    expect(await transcript.getByText("About red boats.").count()).toBe(0);
    await transcript.getByText("Replaced · 4 entries").waitFor();
    await open.screenshot("rewind-folded");
    await transcript.getByRole("button", { name: "Show", exact: true }).click();
    await transcript.getByText("About red boats.").waitFor();
    await open.screenshot("rewind-shown");
    expect(await seriousFindings(page)).toEqual([]);
    // A replaced message can't be changed any more.
    await openMenu(rowWith(transcript, "red boats").first(), page);
    expect(await page.getByRole("menuitem", { name: "Edit" }).count()).toBe(0);
    await page.keyboard.press("Escape");
    // It is the same after a reload.
    await page.reload();
    await transcript.getByText("About blue boats.").waitFor(patient);
    await transcript.getByText("Replaced · 4 entries").waitFor();
    expect(await transcript.getByText("About red boats.").count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });

  test("TU10: an answer is asked for again; where tools did something, a person is asked first", async () => {
    let answers = 0;
    await using model = await startModelServer({
      script: ({ lastUser, results }) => {
        if (lastUser.startsWith("Keep") && results.length === 0) return call("memory_save", { text: "Tea at five." });
        answers += 1;
        return say(`Answer ${answers}.`);
      },
    });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await open.say("Say a number");
    await transcript.getByText("Answer 1.").waitFor(patient);
    await choose(rowWith(transcript, "Answer 1."), page, "Regenerate");
    await transcript.getByText("Answer 2.").waitFor(patient);
    await transcript.getByText("Replaced · 2 entries").waitFor();

    await open.say("Keep this");
    await transcript.getByText("Answer 3.").waitFor(patient);
    await choose(rowWith(transcript, "Answer 3."), page, "Regenerate");
    const dialog = page.getByRole("dialog", { name: "Regenerate the answer?" });
    await dialog.getByText("What tools did isn't undone: memory_save.", { exact: false }).waitFor();
    await open.screenshot("rewind-regenerate");
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Regenerate" }).click();
    await transcript.getByText("Answer 4.").waitFor(patient);
    await transcript.getByText("What its tools did (memory_save) was not undone.").waitFor();
    // What was saved deliberately stays.
    const memories = await reef.client.memories(session.botId, { kind: "fact" });
    expect(memories.items.map(({ text }) => text)).toContain("Tea at five.");
    expect(open.complaints).toEqual([]);
  });

  test("TU10: of two tabs that change one message, the second is told, and keeps what it wrote", async () => {
    await using model = await startModelServer({ script: ({ lastUser }) => say(`About ${lastUser}.`) });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await using one = await openConsole(browser, reef);
    await one.goTo(session.id);
    await one.say("red");
    await one.transcript.getByText("About red.").waitFor(patient);
    await choose(rowWith(one.transcript, "red").first(), one.page, "Edit");
    const field = one.transcript.getByRole("textbox", { name: "Edit message" });
    await field.fill("green");
    // Elsewhere it is changed first; the open editor stays open.
    const [asked] = (await reef.client.entries(session.id)).items;
    if (asked === undefined) throw new Error("expected the message");
    await reef.client.rewindSession(session.id, { beforeEntryId: asked.id, text: "blue" });
    await one.transcript.getByText("About blue.").waitFor(patient);
    await one.transcript.getByText("Replaced · 2 entries").waitFor();
    await one.transcript.getByRole("button", { name: "Show", exact: true }).click();
    await field.press("Enter");
    await one.transcript.getByText("Couldn't resend: this message was already replaced", { exact: false }).waitFor();
    expect(await field.inputValue()).toBe("green");
    expect(one.complaints).toEqual([]);
  });

  test("TU10: an open editor says so when a turn begins meanwhile, and sending stops that turn", async () => {
    const gate = Promise.withResolvers<void>();
    await using model = await startModelServer({
      script: async ({ lastUser }) => {
        if (lastUser === "elsewhere") await gate.promise;
        return say(`About ${lastUser}.`);
      },
    });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await open.say("red");
    await transcript.getByText("About red.").waitFor(patient);
    await choose(rowWith(transcript, "red").first(), page, "Edit");
    await transcript.getByRole("button", { name: "Resend", exact: true }).waitFor();
    await reef.client.sendMessage(session.id, { text: "elsewhere" });
    await transcript.getByText("Replaces 3 entries", { exact: false }).waitFor(patient);
    await transcript.getByRole("button", { name: "Stop and resend" }).waitFor(patient);
    await transcript.getByRole("textbox", { name: "Edit message" }).fill("blue");
    await transcript.getByRole("button", { name: "Stop and resend" }).click();
    await transcript.getByText("About blue.").waitFor(patient);
    gate.resolve();
    expect(open.complaints).toEqual([]);
  });

  test("BU2: the header says how full the context is, and an answer what it took; unknown is said as unknown", async () => {
    await using model = await startModelServer({
      script: () => say("Done.", { inputTokens: 12_345, outputTokens: 67 }),
    });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const bot = await reef.client.createBot({ name: "Ada", runtime: "loop", limits: { contextTokens: 100_000 } });
    const session = await reef.client.createSession({ botId: bot.id, title: "main" });
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await open.say("Go");
    await transcript.getByText("Done.").waitFor(patient);
    const meter = page.getByRole("button", { name: "Context: 12,345 of 100,000 tokens (12%)" });
    await meter.click(patient);
    await page.getByText(/^Older text is summarised at about [\d,]+\.$/).waitFor();
    await page.getByText("Session: 12,345 tokens in, 67 out").waitFor();
    await page.getByText("Cost: unknown, no price is set").waitFor();
    await open.screenshot("usage-session");
    await page.keyboard.press("Escape");
    await openMenu(rowWith(transcript, "Done."), page);
    await page.getByText("12,345 tokens in", { exact: false }).waitFor();
    await page.getByText("Cost unknown: no price is set").waitFor();
    await page.getByText(/first token after/).waitFor();
    await open.screenshot("usage-answer");
    expect(await seriousFindings(page)).toEqual([]);
    expect(open.complaints).toEqual([]);
  });

  test("SE4: a conversation is exported from the menu, and the page that comes runs nothing", async () => {
    const hostile =
      "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>\n\n**bold** [x](javascript:alert(1))";
    await using model = await startModelServer({ script: () => say(hostile) });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await open.say("مرحبا <b>hi</b>");
    await transcript.getByText("bold").waitFor(patient);
    const save = async (format: string): Promise<{ readonly name: string; readonly text: string }> => {
      await page.getByRole("button", { name: "Session actions" }).click();
      await page.getByRole("menuitem", { name: "Export" }).press("ArrowRight");
      const coming = page.waitForEvent("download");
      await page.getByRole("menuitem", { name: format, exact: true }).press("Enter");
      const download = await coming;
      return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
    };
    const json = await save("JSON");
    expect(json.name).toBe("main.json");
    expect(ConversationExport.parse(JSON.parse(json.text)).entries).toHaveLength(2);
    const markdown = await save("Markdown");
    expect(markdown.text).toContain(hostile);
    const html = await save("HTML");
    expect(html.name).toBe("main.html");
    const other = await page.context().newPage();
    const asked: string[] = [];
    other.on("request", (request) => asked.push(request.url()));
    await other.setContent(html.text);
    await other.getByText("bold").waitFor();
    expect(await other.evaluate(() => "ran" in window)).toBe(false);
    expect(await other.locator("script, img, iframe, [onerror]").count()).toBe(0);
    expect(asked).toEqual([]);
    expect(
      await other
        .locator("[dir=auto]", { hasText: "مرحبا" })
        .first()
        .evaluate((element) => getComputedStyle(element).direction),
    ).toBe("rtl");
    await other.screenshot({ path: "e2e/artefacts/export-html.png" });
    await other.close();
    expect(open.complaints).toEqual([]);
  });

  test("on a phone a message is changed by its menu, and nothing is wider than the screen", async () => {
    await using model = await startModelServer({ script: ({ lastUser }) => say(`About ${lastUser}.`) });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await reef.client.sendMessage(session.id, { text: "red boats" });
    await using open = await openConsole(browser, reef, phone);
    const { page, transcript } = open;
    await page.goto(`${reef.url}/s/${session.id}`);
    await transcript.getByText("About red boats.").waitFor(patient);
    await rowWith(transcript, "red boats")
      .first()
      .getByRole("button", { name: /^Actions for entry/ })
      .tap();
    await page.getByRole("menuitem", { name: "Edit" }).tap();
    const field = transcript.getByRole("textbox", { name: "Edit message" });
    await field.fill("blue boats that are longer than the screen is wide, with a_word_that_never_ends_".repeat(3));
    await open.screenshot("rewind-edit-phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await transcript.getByRole("button", { name: "Resend" }).tap();
    await transcript.getByText("Replaced · 2 entries").waitFor(patient);
    await open.screenshot("rewind-phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await seriousFindings(page)).toEqual([]);
    expect(open.complaints).toEqual([]);
  });
});

function rowWith(transcript: Locator, text: string): Locator {
  return transcript.locator("[data-seq]", { hasText: text });
}

async function openMenu(row: Locator, page: Page): Promise<void> {
  await row.hover();
  await row.getByRole("button", { name: /^Actions for entry/ }).click();
  await page.getByRole("menu").waitFor();
}

async function choose(row: Locator, page: Page, name: string): Promise<void> {
  await openMenu(row, page);
  await page.getByRole("menuitem", { name }).click();
}

async function chooseByKey(row: Locator, page: Page, name: string): Promise<void> {
  await row.getByRole("button", { name: /^Actions for entry/ }).press("Enter");
  await page.getByRole("menuitem", { name }).press("Enter");
}

function modelEnv(url: string): Readonly<Record<string, string>> {
  return { REEF_MODEL_BASE_URL: `${url}/v1`, REEF_MODEL: "scripted", REEF_MODEL_API_KEY: "key" };
}

async function makeSession(client: Client): Promise<Session> {
  const bot = await client.createBot({ name: "Ada", runtime: "loop" });
  return await client.createSession({ botId: bot.id, title: "main" });
}
