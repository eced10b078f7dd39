/** Tests that one dead model is one row, whose messages are retried or dismissed together. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Message } from "@reef/protocol/message";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { makeSessions } from "./support/make-sessions.ts";
import { startReef } from "./support/reef-process.ts";

const words = `the model at http://127.0.0.1:9/v1 can't be reached: ${"it did not answer and ".repeat(12)}then it hung up`;

describe("console: what fails", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("MB7: many deaths of one cause are one banner with its whole reason, and one act deals with all, or with those chosen", async () => {
    await using reef = await startReef();
    const { sessions } = await makeSessions(reef.client, 5);
    const [alone, ...together] = sessions;
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(alone!.id);
    await open.say("fail this is another thing");
    await expect.poll(async () => (await reef.client.deadCauses()).items.length).toBe(1);
    const banner = page.getByRole("region", { name: /^Failing:/ });
    for (const { id } of together) await reef.client.sendMessage(id, { text: `fail ${words}` });
    await banner.getByText("4 messages in 4 sessions failed").waitFor();
    expect(await banner.count()).toBe(1);
    await banner.getByRole("button", { name: "Show details" }).click();
    await banner
      .getByText(/then it hung up/)
      .last()
      .waitFor();
    await open.screenshot("failing-banner");
    await page.emulateMedia({ colorScheme: "dark" });
    await open.screenshot("failing-banner-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 390, height: 800 });
    await open.screenshot("failing-banner-phone");
    await page.setViewportSize({ width: 1280, height: 800 });
    await banner.getByRole("button", { name: "Hide until more fail" }).click();
    await expect.poll(() => banner.count()).toBe(0);

    await page.getByRole("contentinfo").getByText("5 undelivered").click();
    await banner.getByRole("button", { name: "Retry all 4" }).waitFor();
    await page.getByLabel("Select all").check();
    const chosen = page.getByRole("toolbar", { name: "Chosen messages" });
    await chosen.getByText("5 messages selected").waitFor();
    await page.getByLabel(/^Select “fail this is another/).uncheck();
    await open.screenshot("failing-list");
    await chosen.getByRole("button", { name: "Retry 4" }).click();
    // They fail again, each counted once more.
    await expect
      .poll(
        async () => (await reef.client.messages({ state: "dead" })).items.filter(({ retries }) => retries === 1).length,
      )
      .toBe(4);
    await banner.getByRole("button", { name: "Dismiss all 4" }).click();
    await expect.poll(async () => (await reef.client.deadCauses()).items.map(({ count }) => count)).toEqual([1]);
    await expect.poll(() => page.locator("[data-message]").count()).toBe(1);
    await expect.poll(() => banner.count()).toBe(0);
    expect(open.complaints).toEqual([]);

    await page.goto(reef.url);
    for (const { id } of together) await reef.client.sendMessage(id, { text: "fail for good" });
    await banner.waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test("TU9: a model that is down is one banner with what waits for it, each session says so, and one retry wakes all", async () => {
    const port = await freePort();
    await using reef = await startReef();
    await reef.client.createProvider({
      name: "lab",
      kind: "openai-compatible",
      baseUrl: `http://127.0.0.1:${port}/v1`,
    });
    await reef.client.changeModelDefaults({ chat: "lab/big" });
    const sent: Message[] = [];
    for (const name of ["Ada", "Bo", "Cy"]) {
      const bot = await reef.client.createBot({ name, runtime: "loop", model: "lab/big" });
      const session = await reef.client.createSession({ botId: bot.id, title: `Work of ${name}` });
      sent.push(await reef.client.sendMessage(session.id, { text: "hello" }));
    }
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const banner = page.getByRole("region", { name: "Away: lab/big" });
    await banner.getByText("lab/big is down.").waitFor();
    await banner.getByText("3 sessions waiting").waitFor();
    expect(await page.getByRole("region", { name: /^Failing:/ }).count()).toBe(0);
    await open.goTo(sent[0]!.sessionId);
    await page.getByText("Waiting for lab/big, which is down").first().waitFor();
    await open.screenshot("provider-banner");
    await banner.getByRole("button", { name: "Show details" }).click();
    await banner.getByText(/could not be reached/).waitFor();
    await page.emulateMedia({ colorScheme: "dark" });
    await open.screenshot("provider-banner-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 390, height: 800 });
    await open.screenshot("provider-banner-phone");
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(await seriousFindings(page)).toEqual([]);

    await using _model = await startModel(port);
    await expect
      .poll(
        async () => {
          const retry = banner.getByRole("button", { name: "Retry all" });
          if (await retry.isVisible()) await retry.click({ timeout: 2_000 }).catch(() => undefined);
          const states = await Promise.all(sent.map(async ({ id }) => (await reef.client.message(id)).state));
          return states;
        },
        { timeout: 60_000 },
      )
      .toEqual(["answered", "answered", "answered"]);
    await expect.poll(() => banner.count()).toBe(0);
    expect(open.complaints).toEqual([]);
  });
});

/** Returns a port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startModel(port: number): Promise<AsyncDisposable> {
  const piece = (delta: object, finish_reason: string | null) =>
    `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`${piece({ role: "assistant", content: "I am back" }, null)}${piece({}, "stop")}data: [DONE]\n\n`);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
