/** Tests sending over a bad connection: messages arrive once and in order, and the page shows their true state. */
import type { Client } from "@reef/client/client";
import type { SessionId } from "@reef/protocol/ids";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { makeSessions } from "./support/make-sessions.ts";
import { startReef } from "./support/reef-process.ts";
import { openSlowLine } from "./support/slow-line.ts";

describe("console: the outbox", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("MB2, MB3: what is sent while the server is down goes by itself, once and in order, over a reload and from two tabs", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    const { id } = sessions[0]!;
    await using line = await openSlowLine(reef.url);
    await using open = await openConsole(browser, { ...reef, url: line.url, client: reef.client } as typeof reef);
    const { page, transcript } = open;
    await open.goTo(id);
    const second = await page.context().newPage();
    await second.goto(page.url());
    await second.getByRole("textbox", { name: /^Message to/ }).waitFor();

    // The request arrives, its answer does not. What is still being read ahead would keep all connections for itself.
    for (const each of [page, second]) await each.waitForLoadState("networkidle");
    line.set("mute");
    await open.say("echo first");
    await expect.poll(() => personTexts(reef.client, id)).toEqual(["echo first"]);
    line.set("cut");
    await open.say("echo second");
    await open.say("echo third");
    await open.say("echo not this one");
    await open.say("echo fourd");
    await transcript.getByText("Waiting for the server").last().waitFor();
    await open.screenshot("outbox-waiting");
    const last = transcript.getByRole("article", { name: "You wrote" });
    await last.filter({ hasText: "echo not this one" }).getByRole("button", { name: "Withdraw" }).click();
    await last.filter({ hasText: "echo fourd" }).getByRole("button", { name: "Edit" }).click();
    await expect.poll(() => open.composer.inputValue()).toBe("echo fourd");
    await open.say("echo fourth");
    await expect.poll(() => transcript.getByText("echo not this one").count()).toBe(0);

    line.set("open");
    await Promise.all([page.reload(), second.reload()]);
    const all = ["echo first", "echo second", "echo third", "echo fourth"];
    await expect.poll(() => personTexts(reef.client, id)).toEqual(all);
    for (const each of [page, second]) {
      const log = each.getByRole("log", { name: "Transcript" });
      await log.getByText("fourth", { exact: true }).waitFor();
      await expect.poll(() => log.getByText("Waiting for the server").count()).toBe(0);
      for (const text of all) await expect.poll(() => log.getByText(text, { exact: true }).count()).toBe(1);
    }
    expect(await personTexts(reef.client, id)).toEqual(all);
    expect(open.complaints).toEqual([]);
  });

  test("MB2: a server that is killed under the page gets what was written when it is back, without a press", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    const { id } = sessions[0]!;
    await using open = await openConsole(browser, reef);
    await open.goTo(id);
    await open.say("echo before");
    await open.transcript.getByText("before", { exact: true }).waitFor();
    await reef.kill();
    await open.say("echo one");
    await open.say("echo two");
    await open.transcript.getByText("Waiting for the server").last().waitFor();
    await reef.restart();
    await open.transcript.getByText("two", { exact: true }).waitFor();
    expect(await personTexts(reef.client, id)).toEqual(["echo before", "echo one", "echo two"]);
    await expect.poll(() => open.transcript.getByText("Waiting for the server").count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });

  test("on a slow line a message is on the page once at each moment, and nothing waits for a slot that is free", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 1);
    const { id } = sessions[0]!;
    await using line = await openSlowLine(reef.url);
    await using open = await openConsole(browser, { ...reef, url: line.url, client: reef.client } as typeof reef);
    await open.goTo(id);
    await open.transcript.waitFor();
    line.delayMs = 400;
    for (const text of ["echo hello", "echo again"]) {
      await watchPaints(open.page, text);
      await open.say(text);
      await open.transcript.getByText(text.slice(5), { exact: true }).waitFor();
      expect(await open.page.evaluate("window.paints")).toEqual({ most: 1, slots: 0 });
    }
    expect(open.complaints).toEqual([]);
  });
});

async function personTexts(client: Client, id: SessionId): Promise<readonly string[]> {
  const { items } = await client.entries(id, { limit: 100 });
  return items.filter(({ kind }) => kind === "person").map(({ text }) => text);
}

/** Counts, at each change of the page, how often it contains the text. */
function watchPaints(page: Page, text: string): Promise<void> {
  return page.evaluate(`(() => {
    window.paints = { most: 0, slots: 0 };
    const log = document.querySelector('[data-testid="transcript"]').closest("main");
    const look = () => {
      const bubbles = [...log.querySelectorAll("article")].filter((each) => each.firstElementChild?.textContent === ${JSON.stringify(text)});
      window.paints.most = Math.max(window.paints.most, bubbles.length);
      if (log.textContent.includes("free slot")) window.paints.slots += 1;
    };
    new MutationObserver(look).observe(log, { childList: true, subtree: true, characterData: true });
  })()`);
}
