/**
 * Tests the console beside a real OpenClaw: the link above a session opens the same session there, and what is typed there appears
 * here.
 */
import type { Gateway } from "@reef/protocol/gateway";
import type { RealGateway } from "@reef/runtimes/openclaw/testing/real-gateway";
import { sharedGateway } from "@reef/runtimes/openclaw/testing/shared-gateway";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openConsole } from "../support/console-page.ts";
import { type ReefProcess, startReef } from "../support/reef-process.ts";

let gateway: RealGateway;
let reef: ReefProcess;
let browser: Browser;
beforeAll(async () => {
  gateway = await sharedGateway();
  reef = await startReef();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await reef[Symbol.asyncDispose]();
});

test("an agent is adopted and answers; the link leads to the session in OpenClaw's own pages, and what is typed there comes here", async () => {
  await using open = await openConsole(browser, reef);
  const { page } = open;
  const joined = await joinByHand();
  await page.goto(`${reef.url}/gateways/${joined.id}?view=agents`);
  await page.getByRole("button", { name: "Adopt as bot: main" }).click();
  await page.getByRole("button", { name: "Start a session" }).click();
  await open.composer.waitFor();
  await open.say('Say it. [[tool=exec {"command":"echo reef"}]] [[say=Corals are animals.]]');
  await open.transcript.getByText("Corals are animals.", { exact: true }).waitFor({ timeout: 60_000 });
  await open.transcript.getByRole("button", { name: /^▸ exec|^exec/ }).waitFor();

  const address = await page.getByRole("link", { name: /Open in OpenClaw/ }).getAttribute("href");
  const over = await page.context().newPage();
  over.setDefaultTimeout(60_000);
  await over.goto(`${gateway.httpUrl}/#token=${gateway.token}`);
  await over.locator("textarea:visible").first().waitFor();
  await over.goto(address ?? "");
  await over.getByText("Corals are animals.").first().waitFor();
  const box = over.locator("textarea:visible").first();
  await box.fill("Typed in the other house. [[say=Heard over there.]]");
  await box.press("Enter");
  const typed = open.transcript.getByRole("article", { name: "Someone in OpenClaw wrote" });
  await typed.getByText("Typed in the other house.").waitFor({ timeout: 60_000 });
  await open.transcript.getByText("Heard over there.", { exact: true }).waitFor({ timeout: 60_000 });
  await over.screenshot({ path: `${import.meta.dirname}/../artefacts/openclaw-own-page.png` });
  await open.screenshot("openclaw-session");
  await page.goto(`${reef.url}/gateways/${joined.id}`);
  await page.locator("[data-key]").first().waitFor();
  await open.screenshot("openclaw-sessions");
  expect(open.complaints).toEqual([]);
});

async function joinByHand(): Promise<Gateway> {
  await reef.client.putSecret("real", { value: gateway.token, origin: gateway.url });
  const { id } = await reef.client.createGateway({
    name: "Real",
    url: gateway.url,
    token: { from: "secret", name: "real" },
  });
  await expect.poll(async () => (await reef.client.gateway(id)).state, { timeout: 60_000 }).toBe("ready");
  return await reef.client.gateway(id);
}
