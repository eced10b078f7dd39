/** Tests the Fleet screen in a real browser: the one worker, its draining and resuming, and one that ended. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const phone = { width: 390, height: 844 };

describe("console: fleet", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("FL4: the only worker is drained after a question that says what that means, and resumed", async () => {
    await using reef = await startReef();
    const { client } = reef;
    await expect.poll(async () => (await client.workers()).items[0]?.leases.length).toBeGreaterThan(1);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("region", { name: "Fleet" }).getByRole("link", { name: "Show the fleet" }).click();
    await page.getByRole("heading", { name: "Fleet", exact: true }).waitFor();
    await page.getByText(/One worker runs everything here/).waitFor();
    const worker = page.getByRole("list", { name: "Workers", exact: true }).getByRole("listitem");
    await worker.getByRole("img", { name: "Worker running" }).waitFor();
    await worker.getByText("serves this page").waitFor();
    await worker.getByText(/sends schedules/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("fleet-one");

    await worker.getByRole("button", { name: /^Drain / }).click();
    const dialog = page.getByRole("dialog", { name: "Drain this worker" });
    await dialog.getByText(/No other worker takes turns/).waitFor();
    await open.screenshot("fleet-drain");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect((await client.workers()).items[0]?.state).toBe("running");
    await worker.getByRole("button", { name: /^Drain / }).click();
    await dialog.getByRole("button", { name: "Drain", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    await worker.getByRole("img", { name: "Worker drained" }).waitFor();
    await worker.getByText("It runs nothing and can be stopped.").waitFor();
    expect((await fetch(`${reef.url}/readyz`)).status).toBe(503);
    await open.screenshot("fleet-drained");

    await worker.getByRole("button", { name: /^Resume / }).click();
    await worker.getByRole("img", { name: "Worker running" }).waitFor();
    await expect.poll(async () => (await fetch(`${reef.url}/readyz`)).status).toBe(200);
    expect(open.complaints.filter((each) => !each.includes("503"))).toEqual([]);
  });

  test("several workers are told apart: state, version, what each does; on a phone and in the dark too", async () => {
    await using reef = await startReef();
    await expect.poll(async () => (await reef.client.workers()).items.length).toBe(1);
    const list = await reef.client.workers();
    const [one] = list.items;
    if (one === undefined) throw new Error("there is a worker");
    const at = new Date(Date.now() - 120_000).toISOString();
    const other = (n: number, rest: object) => ({
      ...one,
      id: `wrk_01a22c7d-2f86-7636-9408-9c136b8ad48${n}`,
      host: `reef-${n}.internal`,
      leases: [],
      startedAt: at,
      lastSeenAt: at,
      ...rest,
    });
    const items = [
      one,
      other(2, { claims: 12, load: { cpu: 1.4, memoryBytes: 264_000_000 } }),
      other(3, { state: "draining", claims: 3, version: "0.0.9" }),
      other(4, { state: "draining", drained: true, claims: 0 }),
      other(5, { state: "gone", load: { cpu: 0, memoryBytes: 0 } }),
    ];
    for (const colorScheme of ["light", "dark"] as const) {
      await using open = await openConsole(browser, reef, { colorScheme });
      const { page } = open;
      await page.route("**/v1/workers", (route) => route.fulfill({ json: { ...list, items } }));
      await page.goto(`${reef.url}/fleet`);
      const workers = page.getByRole("list", { name: "Workers", exact: true }).getByRole("listitem");
      await expect.poll(() => workers.count()).toBe(4);
      const draining = workers.filter({ hasText: "reef-3.internal" });
      await draining.getByText("differs from most").waitFor();
      await draining.getByText("3 turns still to reach the end of a step.").waitFor();
      expect(await workers.filter({ hasText: "differs from most" }).count()).toBe(1);
      await workers.filter({ hasText: "reef-4.internal" }).getByRole("img", { name: "Worker drained" }).waitFor();
      const gone = page.getByRole("region", { name: "Ended within a day" }).getByRole("listitem");
      expect(await gone.getByRole("button").count()).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      await open.screenshot(`fleet-${colorScheme}`);
      await page.setViewportSize(phone);
      await open.screenshot(`fleet-phone-${colorScheme}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width);
    }
  });
});
