/**
 * Tests the session list by keys, and the queue of waiting messages by keys and by mouse, in a real browser with a real
 * server.
 */
import { type Action, keyMap } from "@reef/console/data/keys/key-map";
import type { Session } from "@reef/protocol/session";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { makeSessions } from "./support/make-sessions.ts";
import { startReef } from "./support/reef-process.ts";

describe("the session list", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("every key of the list acts on the row that has the focus, and writes in a text field", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const { sessions } = await makeSessions(client, 5);
    const [first, second, third] = sessions as [Session, Session, Session];
    const topic = await client.createTopic({ name: "Research" });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const row = (session: Session) => page.locator(`nav [data-session="${session.id}"]`);
    const hasFocus = (session: Session) =>
      expect.poll(() => row(session).evaluate((link) => link === document.activeElement)).toBe(true);
    const selected = () => page.getByRole("img", { name: "Selected" }).count();
    const tried = new Set<Action>();
    const press = async (action: Action, key: string) => {
      tried.add(action);
      await page.keyboard.press(key);
    };

    await open.goTo(first.id);
    await open.composer.focus();
    for (const key of ["j", "k", "x", "e", "r", "p", "u", "m", "Shift+M"]) await page.keyboard.press(key);
    expect(await open.composer.inputValue()).toBe("jkxerpumM");
    await open.composer.fill("");

    await row(first).focus();
    await press("list-next", "j");
    await hasFocus(second);
    await press("list-next", "ArrowDown");
    await hasFocus(third);
    await press("list-previous", "k");
    await hasFocus(second);
    await press("list-previous", "ArrowUp");
    await hasFocus(first);
    await press("list-select-next", "Shift+ArrowDown");
    await expect.poll(selected).toBe(2);
    await press("list-select-previous", "Shift+k");
    await page.keyboard.press("Escape");
    await expect.poll(selected).toBe(0);
    await press("list-select", "x");
    await expect.poll(selected).toBe(1);
    await page.keyboard.press("Escape");
    await expect.poll(selected).toBe(0);

    await press("list-rename", "r");
    const title = page.getByRole("navigation", { name: "Sessions" }).getByRole("textbox", { name: "Session title" });
    await title.fill("named in the list");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await client.session(first.id)).title).toBe("named in the list");
    await hasFocus(first);

    await press("list-mute", "Shift+M");
    await row(first).getByRole("img", { name: "Muted" }).waitFor();
    await expect.poll(async () => (await client.session(first.id)).muted).toBe(true);

    await client.sendMessage(second.id, { text: "echo news" });
    await expect.poll(async () => (await client.session(second.id)).unread).toBe(1);
    const badge = row(second).getByRole("img", { name: "1 unread" });
    await badge.waitFor();
    await row(second).focus();
    await press("list-unread", "u");
    await badge.waitFor({ state: "hidden" });
    await expect.poll(async () => (await client.session(second.id)).unread).toBe(0);
    await press("list-unread", "u");
    await badge.waitFor();
    await expect.poll(async () => (await client.session(second.id)).unread).toBe(1);

    await row(third).focus();
    await press("list-move", "m");
    await page.getByRole("dialog").getByRole("button", { name: "Research" }).waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await client.session(third.id)).topicId).toBe(topic.id);

    await row(third).focus();
    await press("list-pin", "p");
    await page.getByRole("button", { name: /^Pinned/ }).waitFor();
    await row(third).focus();
    await press("list-archive", "e");
    await page.getByRole("status").getByRole("button", { name: "Undo" }).last().waitFor();
    await expect.poll(async () => (await client.session(third.id)).archivedAt).not.toBeNull();

    const ofTheList = keyMap.filter(({ where }) => where === "in-list").map(({ action }) => action);
    expect([...tried].sort()).toEqual([...new Set(ofTheList)].sort());
    expect(open.complaints).toEqual([]);
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious in what the list opens, %s", async (colorScheme) => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 3);
    const [first, second] = sessions as [Session, Session];
    await reef.client.createTopic({ name: "Research" });
    await reef.client.changeSession(second.id, { muted: true });
    await reef.client.sendMessage(first.id, { text: "stream 900 words over 120s" });
    for (const word of ["one", "two"]) await reef.client.sendMessage(first.id, { text: `echo ${word}` });
    await using open = await openConsole(browser, reef, { colorScheme });
    const { page } = open;
    await open.goTo(first.id);
    await page.getByRole("button", { name: /^Move “echo two”/ }).waitFor();
    await page.locator(`nav [data-session="${first.id}"]`).focus();
    await page.keyboard.press("x");
    await page.getByRole("toolbar", { name: "1 session selected" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("m");
    await page.getByRole("dialog").getByRole("button", { name: "Research" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    // Esc clears the selection, and the turn continues.
    await page.keyboard.press("Escape");
    await page.getByRole("toolbar", { name: "1 session selected" }).waitFor({ state: "hidden" });
    expect((await reef.client.session(first.id)).turnId).not.toBeNull();
    await page.locator(`nav [data-session="${second.id}"]`).focus();
    await page.keyboard.press("r");
    await page.getByRole("textbox", { name: "Session title" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByLabel("Quiet hours: no notifications").check();
    expect(await seriousFindings(page)).toEqual([]);
    expect(open.complaints).toEqual([]);
  });

  test("a key of the list is bound anew, and the help sheet says so", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 2);
    const [first] = sessions as [Session];
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Settings" }).click();
    const line = page.getByRole("listitem").filter({ hasText: "Archive · in the session list" });
    await line.getByRole("button", { name: /^Change the keys of Archive/ }).click();
    await page.keyboard.press("y");
    await line.getByText("Y", { exact: true }).waitFor();
    await page.keyboard.press("Control+/");
    await page.getByRole("dialog").getByRole("heading", { name: "In the session list" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.locator(`nav [data-session="${first.id}"]`).focus();
    await page.keyboard.press("e");
    expect((await reef.client.session(first.id)).archivedAt).toBeNull();
    await page.keyboard.press("y");
    await expect.poll(async () => (await reef.client.session(first.id)).archivedAt).not.toBeNull();
    expect(open.complaints).toEqual([]);
  });

  test("MB3: waiting messages change places by arrow keys and by dragging, and are taken in that order", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    const [session] = sessions as [Session];
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await open.say("stream 900 words over 120s");
    await open.transcript.getByText("word5 ").waitFor();
    for (const word of ["one", "two", "three"]) await open.say(`echo ${word}`);
    const tray = page.getByRole("region", { name: "Waiting messages" });
    const items = tray.getByRole("listitem");
    await expect.poll(() => items.count()).toBe(3);
    const words = async () => (await items.allInnerTexts()).map((text) => /echo (\w+)/.exec(text)?.[1]);
    await expect.poll(words).toEqual(["one", "two", "three"]);
    await tray.getByRole("button", { name: /^Move “echo three”/ }).focus();
    await page.keyboard.press("ArrowUp");
    await expect.poll(words).toEqual(["one", "three", "two"]);
    await tray.getByRole("status").getByText("Now 2 of 3").waitFor();
    await tray.getByRole("button", { name: /^Move “echo two”/ }).dragTo(items.first());
    await expect.poll(words).toEqual(["two", "one", "three"]);
    await open.screenshot("waiting-line");
    await page.getByRole("button", { name: /^Stop Esc/ }).click();
    await open.transcript.getByText("three", { exact: true }).waitFor();
    const { items: entries } = await reef.client.entries(session.id, { limit: 50 });
    const asked = entries.filter(({ kind, text }) => kind === "person" && text.startsWith("echo"));
    expect(asked.map(({ text }) => text)).toEqual(["echo two", "echo one", "echo three"]);
    expect(open.complaints).toEqual([]);
  });
});
