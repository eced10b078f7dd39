/**
 * Tests a model that thinks: the wait for it is shown while it lasts, and its thoughts are folded beside its answer.
 */
import type { Client } from "@reef/client/client";
import type { Session } from "@reef/protocol/session";
import { call, type ModelRequest, type Script, say } from "@reef/runtimes/testing/model-script";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const phone = { viewport: { width: 390, height: 800 }, hasTouch: true };
const patient = { timeout: 30_000 };
const secret = "zanzibar";
const thought = `**Plan.** The person wants a colour; ${secret} is a word of mine alone.\n\nSo I look around first.`;

describe("a model that thinks", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("the wait for the first token and the thinking are told while they last, and nothing is when words come", async () => {
    const [first, words] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using model = await startModelServer({
      script: async (): Promise<Script> => {
        await first.promise;
        return say("The boat is blue.", { reasoning: thought, thinksUntil: words.promise });
      },
    });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await open.say("Which colour?");
    await transcript.getByText(/^Waiting for the first token, 0:0[3-9]$/).waitFor(patient);
    await page.getByText("Waiting for the model").waitFor();
    await open.screenshot("reasoning-waiting");
    // The count continues, and a page that opens later counts from the same moment.
    await transcript.getByText(/^Waiting for the first token, 0:(0[5-9]|[1-5]\d)$/).waitFor(patient);
    await page.reload();
    await transcript.getByText(/^Waiting for the first token, 0:(0[5-9]|[1-5]\d)$/).waitFor(patient);
    first.resolve();
    await transcript.getByText(/^Thinking… 0:\d\d$/).waitFor(patient);
    await transcript.getByText(/^Waiting for/).waitFor({ state: "hidden" });
    await open.screenshot("reasoning-thinking");
    words.resolve();
    await transcript.getByText("The boat is blue.").waitFor(patient);
    await transcript.getByText(/^Thinking…/).waitFor({ state: "hidden" });
    await transcript.getByRole("button", { name: /^▸? ?Reasoning/ }).waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("what was thought is folded, stays open once it was opened, and is neither searched nor copied", async () => {
    await using model = await startModelServer({ script: thinkThenCall });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await open.goTo(session.id);
    await open.say("Which colour?");
    await transcript.getByText("The boat is blue.").waitFor(patient);
    const lines = transcript.getByRole("button", { name: /Reasoning/ });
    // One before the call, one before the answer; their text is loaded only on request.
    await expect.poll(() => lines.count()).toBe(2);
    await lines.first().getByText("Plan. The person wants a colour").waitFor();
    expect(
      await transcript.getByText("So I look around first.", { exact: false }).locator("visible=true").count(),
    ).toBe(1);
    await open.screenshot("reasoning-folded");
    expect(await seriousFindings(page)).toEqual([]);
    await lines.first().press("Enter");
    await transcript.getByRole("region", { name: "Reasoning" }).getByText(secret).waitFor();
    await open.screenshot("reasoning-open");
    expect(await seriousFindings(page)).toEqual([]);

    expect((await reef.client.search({ q: secret })).items).toEqual([]);
    await page.keyboard.press("Control+f");
    await page.getByLabel("Words to find").fill(secret);
    await page.getByText("No results").waitFor();
    await page.keyboard.press("Escape");
    const answer = transcript.locator("[data-seq]", { hasText: "The boat is blue." });
    await answer.hover();
    await answer.getByRole("button", { name: /^Actions for entry/ }).click();
    await page.getByRole("menuitem", { name: "Copy as Markdown" }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("The boat is blue.");
    expect(open.complaints).toEqual([]);
  });

  test("BO1: a turn that repeats itself asks in words, and what it is told instead reaches the model", async () => {
    await using model = await startModelServer({
      script: ({ messages }) =>
        messages.some(({ text }) => text.includes("Use what you have"))
          ? say("Done with what I have.")
          : call("memory_search", { query: "boat" }),
    });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await reef.client.remember(session.botId, { text: "The boat lies in the harbour.", kind: "fact" });
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await open.say("Find the boat");
    const card = page.getByRole("region", { name: "Question for you" });
    await card.getByText("Paused for your decision").waitFor(patient);
    await card.getByText(/has made the same call 5 times/).waitFor();
    // The card shows what it found, without the frame that tells a model where that came from.
    await card.getByText(/^Result: .*The boat lies in the harbour\./).waitFor();
    expect(await card.innerText()).not.toMatch(/<\/?memory|trust=/);
    await card.getByRole("button", { name: /Go on/ }).waitFor();
    await card.getByRole("button", { name: /Stop/ }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await card.getByRole("button", { name: "Answer in words…" }).click();
    await card.getByRole("textbox", { name: "Your answer" }).fill("Use what you have");
    await card.getByRole("button", { name: "Answer" }).click();
    await transcript.getByText("Done with what I have.").waitFor(patient);
    await transcript.getByText("You answered:").waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("an answer that was cut at the limit has a mark for it, and no bracketed note", async () => {
    await using model = await startModelServer({
      script: () => say("Once upon a time", { finish: "length", outputTokens: 64 }),
    });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    await open.goTo(session.id);
    await open.say("Tell me a story");
    await open.transcript.getByText("Cut off at the limit of 64 tokens.").waitFor(patient);
    expect(await open.transcript.innerText()).not.toContain("[The answer was cut off");
    expect(open.complaints).toEqual([]);
  });

  test("who writes while reading further up is taken to what was written", async () => {
    await using model = await startModelServer({ script: ({ n }) => say(`${"Line.\n\n".repeat(60)}Answer ${n}.`) });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await open.say("First");
    await transcript.getByText("Answer 1.").waitFor(patient);
    await transcript.press("Home");
    await page.getByRole("button", { name: "Jump to newest" }).waitFor();
    await open.say("Second");
    await transcript.getByText("Answer 2.").waitFor(patient);
    expect(await page.getByRole("button", { name: "Jump to newest" }).count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });

  test("on a phone nothing of it is wider than the screen", async () => {
    await using model = await startModelServer({ script: thinkThenCall });
    await using reef = await startReef({ env: modelEnv(model.url) });
    const session = await makeSession(reef.client);
    await reef.client.sendMessage(session.id, { text: "Which colour?" });
    await using open = await openConsole(browser, reef, phone);
    const { page, transcript } = open;
    await page.goto(`${reef.url}/s/${session.id}`);
    await transcript.getByText("The boat is blue.").waitFor(patient);
    await transcript
      .getByRole("button", { name: /Reasoning/ })
      .first()
      .click();
    await transcript.getByRole("region", { name: "Reasoning" }).waitFor();
    await open.screenshot("reasoning-phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await seriousFindings(page)).toEqual([]);
    expect(open.complaints).toEqual([]);
  });
});

function thinkThenCall({ results }: ModelRequest): Script {
  if (results.length === 0) return call("session_list", {}, { reasoning: thought });
  return say("The boat is blue.", { reasoning: "Blue, of course." });
}

function modelEnv(url: string): Readonly<Record<string, string>> {
  return { REEF_MODEL_BASE_URL: `${url}/v1`, REEF_MODEL: "scripted", REEF_MODEL_API_KEY: "key" };
}

async function makeSession(client: Client): Promise<Session> {
  const bot = await client.createBot({ name: "Ada", runtime: "loop" });
  return await client.createSession({ botId: bot.id, title: "main" });
}
