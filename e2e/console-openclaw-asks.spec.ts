/** Tests in a real browser that what waits for a person at an OpenClaw gateway is answered on the same card as everything else (AS3). */
import type { SessionId } from "@reef/protocol/ids";
import { type GatewayDouble, startGatewayDouble } from "@reef/runtimes/openclaw/testing/gateway-double";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { type ReefProcess, startReef } from "./support/reef-process.ts";

const key = "agent:main:main";
const asking = { sessionKey: key, agentId: "main" };

describe("console: asks of OpenClaw", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("AS3: a command that waits in OpenClaw is allowed here, and what is answered there is settled here", async () => {
    await using double = await startGatewayDouble();
    await using reef = await startReef();
    const sessionId = await joinAndAdopt(reef, double);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    const request = {
      command: "rm -rf build && npm run build",
      warningText: "It deletes a folder.",
      allowedDecisions: ["allow-once", "allow-always", "deny"],
    };
    const decision = double.book.waiting.approve(request, asking);
    await open.goTo(sessionId);
    const card = page.getByRole("region", { name: "Question for you" });
    await card.getByText("Needs your approval").waitFor();
    await card.getByText(/run this command in OpenClaw\?$/).waitFor();
    await card.getByText("rm -rf build && npm run build", { exact: false }).waitFor();
    await card.getByText(/It deletes a folder/).waitFor();
    for (const name of [/^Allow once/, /^Always allow in OpenClaw/, /^Don’t allow/])
      await card.getByRole("button", { name }).waitFor();
    expect(await card.getByRole("button", { name: "Answer in words…" }).count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("openclaw-approval");
    await page.emulateMedia({ colorScheme: "dark" });
    await open.screenshot("openclaw-approval-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await card.getByRole("button", { name: /^Allow once/ }).click();
    await card.getByRole("button", { name: "Send now" }).click();
    expect(await decision).toBe("allow-once");
    await card.waitFor({ state: "detached" });

    const options = [{ label: "Red", description: "warm" }, { label: "Blue" }];
    const question = { questionId: "q1", header: "Color", question: "Which colour?", options, isOther: true };
    const result = double.book.waiting.ask([question], asking);
    await card.getByText("Which colour?").waitFor();
    await open.screenshot("openclaw-question");
    await card.getByRole("button", { name: "Answer in words…" }).click();
    await card.getByRole("textbox", { name: "Your answer" }).fill("Green");
    await page.keyboard.press("Enter");
    expect(await result).toBe("Color: Green");

    void double.book.waiting.approve({ command: "echo there" }, asking);
    await card.getByText("echo there").waitFor();
    const [ask] = (await reef.client.asks({ state: "open" })).items;
    await double.book.answer("exec.approval.resolve", { id: ask?.origin?.id, decision: "deny" });
    await page.getByRole("region", { name: "Settled question" }).getByText("Answered in OpenClaw.").waitFor();
    await open.screenshot("openclaw-settled");
    expect(open.complaints).toEqual([]);
  });

  test("AS3: on a phone, an answer waits while the gateway is away, and says when it did not count", async () => {
    await using double = await startGatewayDouble();
    await using reef = await startReef();
    const sessionId = await joinAndAdopt(reef, double);
    await using open = await openConsole(browser, reef, { viewport: { width: 390, height: 844 } });
    const { page } = open;
    void double.book.waiting.approve({ command: "npm publish --access public" }, asking);
    await page.goto(`${reef.url}/s/${sessionId}`);
    const card = page.getByRole("region", { name: "Question for you" });
    await card.getByRole("button", { name: "Open" }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText("npm publish --access public").waitFor();
    await open.screenshot("openclaw-approval-phone");
    await double.kill();
    await sheet.getByRole("button", { name: /^Allow once/ }).click();
    await sheet.getByRole("button", { name: "Send now" }).click();
    await page.getByText("OpenClaw gets it when it can be reached.").waitFor();
    await double.start();
    await page.getByRole("region", { name: "Settled question" }).getByText("Your answer didn’t count").waitFor();
    await open.screenshot("openclaw-too-late-phone");
  });
});

async function joinAndAdopt(reef: ReefProcess, double: GatewayDouble): Promise<SessionId> {
  await double.book.type(key, "Hello. [[say=Hi.]]");
  await reef.client.putSecret("workshop", { value: double.token, origin: double.url });
  const token = { from: "secret", name: "workshop" } as const;
  const { id } = await reef.client.createGateway({ name: "Workshop", url: double.url, token });
  await reef.client.checkGateway(id);
  await expect.poll(async () => (await reef.client.gateway(id)).sessions, { timeout: 30_000 }).not.toBeNull();
  return (await reef.client.adoptGatewaySession(id, key)).id;
}
