/** Tests the board of tasks in a real browser: connecting a folder, moving cards by key and by drag, and assigning. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

describe("console: tasks", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("TK1: a task is written, moved by key and by drag, and given to a bot", async () => {
    await using reef = await startReef();
    const { client } = reef;
    await client.createBot({ name: "Coral" });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.keyboard.press("g");
    await page.keyboard.press("k");
    await page.getByText("No tasks yet").waitFor();
    await page.getByRole("button", { name: "New task" }).click();
    const dialog = page.getByRole("dialog", { name: "New task" });
    await dialog.getByLabel("Title").fill("Paint the shed");
    await dialog.getByLabel("Done when").fill("- [ ] walls are blue\nroof is dry");
    await dialog.getByLabel("Priority").selectOption({ label: "High" });
    await dialog.getByRole("button", { name: "Create" }).click();
    const column = (name: string) => page.getByRole("region", { name, exact: true });
    const card = page.getByRole("button", { name: /Paint the shed/ });
    await column("To do")
      .getByRole("button", { name: /0 of 2 met/ })
      .waitFor();

    await card.focus();
    await page.keyboard.press("Shift+ArrowRight");
    await column("In progress")
      .getByRole("button", { name: /Paint the shed/ })
      .waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain("Paint the shed");
    await card.dragTo(column("Blocked"));
    await column("Blocked")
      .getByRole("button", { name: /Paint the shed/ })
      .waitFor();
    await expect.poll(async () => (await client.tasks()).items[0]?.status).toBe("blocked");
    expect(await seriousFindings(page)).toEqual([]);

    await card.focus();
    await page.keyboard.press("Enter");
    const detail = page.getByRole("dialog", { name: "Paint the shed" });
    await detail.getByRole("checkbox", { name: "walls are blue" }).check();
    await detail.getByText("Criteria: 1 of 2 met").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await detail.getByLabel("Bot").selectOption({ label: "Coral" });
    await detail.getByRole("button", { name: "Assign" }).click();
    await page.getByText("Coral is working on it.").waitFor();
    // The built-in bot is not a model, and reports nothing: the board says so.
    await column("Failed")
      .getByRole("button", { name: /Paint the shed/ })
      .waitFor();
    await card.click();
    await detail.getByText(/It ended without an accepted result/).waitFor();
    await detail.getByRole("link", { name: "Open the session" }).first().click();
    await page.waitForURL(/\/s\/ses_/);
  });

  test("RT1: a folder is connected, its unreadable files are listed, and its changes come by themselves", async () => {
    const root = mkdtempSync(join(tmpdir(), "reef-e2e-root-"));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    put("tasks/active/TASK-1/task.md", "# TASK-1: Sweep\n\n**Status:** completed\n\n- [x] floor\n");
    put("plan.yaml", "a: [");
    await using reef = await startReef();
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.goto(`${reef.url}/tasks`);
    await page.getByRole("button", { name: "Connected folders…" }).click();
    const dialog = page.getByRole("dialog", { name: "Connected folders" });
    const path = dialog.getByLabel("Folder of a BlackBox5");
    await path.fill(root);
    await dialog.getByRole("button", { name: "Connect", exact: true }).click();
    await dialog
      .getByRole("alert")
      .getByText(/REEF_IMPORT_FOLDERS/)
      .waitFor();
    // The operator may connect any folder.
    await reef.client.connectRoot({ kind: "blackbox5", path: root });
    await dialog.getByText("1 task in 2 files").waitFor();
    await dialog.getByText("1 file couldn't be read").click();
    await dialog.getByText(/not YAML/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /Sweep/ }).getByText("Folder and text disagree").waitFor();
    put("tasks/active/TASK-2/task.md", "# TASK-2: Mop\n");
    await page.getByRole("button", { name: /Mop/ }).waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole("region", { name: "To do" }).getByRole("button", { name: /Mop/ }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});
