/**
 * Tests the end of a transcript: readers who are there stay there, and readers who scrolled up are left where they
 * read.
 */
import type { Client } from "@reef/client/client";
import type { SessionId } from "@reef/protocol/ids";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ConsolePage, launchBrowser, openConsole } from "./support/console-page.ts";
import { type ReefProcess, startReef } from "./support/reef-process.ts";

const low = { viewport: { width: 1280, height: 480 } };

describe("console: the end of a transcript", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("a reader at the end stays there while an answer grows, ends and is stored, and while panes and calls change", async () => {
    await using reef = await startReef();
    const { session, other } = await makeLongSession(reef.client);
    await using open = await openConsole(browser, reef, low);
    const { page, transcript } = open;
    await open.goTo(session);
    await transcript.getByText("line 30", { exact: true }).waitFor();
    await open.say("list\nstream 1200 words over 6s");
    await transcript.getByText(/word50 /).waitFor();
    await expect.poll(() => restOf(open)).toBeLessThan(5);
    await recordRest(page);
    await open.composer.fill("one\ntwo\nthree\nfour\nfive");
    await page.setViewportSize({ width: 900, height: 420 });
    await open.composer.fill("");
    await page.setViewportSize(low.viewport);
    await turnEnded(reef, session);
    await transcript.getByText(/word1200/).waitFor();
    await expect.poll(() => restOf(open)).toBeLessThan(5);
    // A reading may fall between a change of size and its frame; the jump of an answer that ended was thousands of
    // pixels.
    expect(await page.evaluate<number>("window.restSeen.max")).toBeLessThan(200);

    const call = transcript.getByRole("button", { name: /List sessions/ }).first();
    await open.say("list");
    await turnEnded(reef, session);
    await call.last().click();
    await transcript.getByText("Output", { exact: true }).last().waitFor();
    await expect.poll(() => restOf(open)).toBeLessThan(5);

    await open.goTo(other);
    await open.say("stream 300 words over 3s");
    await transcript.getByText(/word20 /).waitFor();
    await open.goTo(session);
    await expect.poll(() => restOf(open)).toBeLessThan(5);
    await open.goTo(other);
    await turnEnded(reef, other);
    await transcript.getByText(/word300/).waitFor();
    await expect.poll(() => restOf(open)).toBeLessThan(5);
    expect(open.complaints).toEqual([]);
  });

  test("a reader who went up in a growing answer stays at the same words, whatever comes, and can go back down", async () => {
    await using reef = await startReef();
    const { session } = await makeLongSession(reef.client);
    await using open = await openConsole(browser, reef, low);
    const { page, transcript } = open;
    await open.goTo(session);
    await transcript.getByText("line 30", { exact: true }).waitFor();
    await open.say("stream 2500 words over 8s");
    await transcript.getByText(/word1000 /).waitFor();
    await transcript.hover();
    await page.mouse.wheel(0, -150);
    await page.getByRole("button", { name: /Jump to newest/ }).waitFor();
    const top = await restingTop(open);
    await turnEnded(reef, session);
    await reef.client.sendMessage(session, { text: "list\necho afterwards" });
    await expect.poll(async () => lastText(reef, session)).toMatch(/afterwards/);
    await turnEnded(reef, session);
    await page.setViewportSize({ width: 1280, height: 440 });
    expect(Math.abs((await restingTop(open)) - top)).toBeLessThan(3);
    expect(await restOf(open)).toBeGreaterThan(100);

    // By hand, and no further than to where the end was.
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 4_000);
        return page.getByRole("button", { name: /Jump to newest/ }).count();
      })
      .toBe(0);
    await reef.client.sendMessage(session, { text: "stream 200 words over 1s" });
    await transcript
      .getByText(/word200/)
      .last()
      .waitFor();
    await expect.poll(() => restOf(open)).toBeLessThan(5);
    expect(open.complaints).toEqual([]);
  });
});

async function makeLongSession(client: Client): Promise<{ readonly session: SessionId; readonly other: SessionId }> {
  const bot = await client.createBot({ name: "Ada", runtime: "demo" });
  const { id: other } = await client.createSession({ botId: bot.id, title: "other" });
  const { id: session } = await client.createSession({ botId: bot.id, title: "main" });
  for (let n = 1; n <= 30; n++) await client.sendMessage(session, { text: `echo line ${n}` });
  await expect.poll(async () => (await client.session(session)).lastSeq).toBe(60);
  return { session, other };
}

async function turnEnded(reef: ReefProcess, session: SessionId): Promise<void> {
  await expect.poll(async () => (await reef.client.session(session)).turnId, { timeout: 40_000 }).toBeNull();
}

async function lastText(reef: ReefProcess, session: SessionId): Promise<string> {
  return (await reef.client.entries(session, { limit: 1 })).items.at(-1)?.text ?? "";
}

function restOf({ transcript }: ConsolePage): Promise<number> {
  return transcript.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
}

/** Returns the scroll position once it rests: a wheel keeps scrolling for some frames. */
function restingTop({ transcript }: ConsolePage): Promise<number> {
  return transcript.evaluate(async (log) => {
    for (let [still, last] = [0, Number.NaN]; still < 10; ) {
      await new Promise((done) => requestAnimationFrame(done));
      still = log.scrollTop === last ? still + 1 : 0;
      last = log.scrollTop;
    }
    return log.scrollTop;
  });
}

/** Records, after each painted frame, how far from the end the view was. */
function recordRest(page: Page): Promise<void> {
  return page.evaluate(`(() => {
    window.restSeen = { max: 0 };
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const log = document.querySelector('[data-testid="transcript"]');
      window.restSeen.max = Math.max(window.restSeen.max, log.scrollHeight - log.scrollTop - log.clientHeight);
      requestAnimationFrame(() => channel.port2.postMessage(null));
    };
    requestAnimationFrame(() => channel.port2.postMessage(null));
  })()`);
}
