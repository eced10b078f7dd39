/** Tests calls of a bot's box as the console draws them, and its workspace: files, changes and what takes them back. */
import { join } from "node:path";
import type { Client } from "@reef/client/client";
import type { NewBot } from "@reef/protocol/bot";
import type { Session } from "@reef/protocol/session";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const program = join(import.meta.dirname, "../packages/mcp/src/testing/fixture-server.ts");
const patient = { timeout: 30_000 };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const call = (name: string, input: unknown): string => `tool ${name} ${JSON.stringify(input)}`;

async function makeBoxed(client: Client): Promise<Session> {
  const bot = await client.createBot({ name: "Ada", runtime: "demo", box: boxOn });
  return await client.createSession({ botId: bot.id, title: "work" });
}

/** Everything else has its default. */
const boxOn = { enabled: true } as NonNullable<NewBot["box"]>;

async function work(client: Client, { id }: Session, calls: readonly string[]): Promise<void> {
  const sent = await client.sendMessage(id, { text: calls.join("\n") });
  await expect.poll(async () => (await client.message(sent.id)).state, patient).toBe("answered");
}

async function openFiles(page: Page): Promise<void> {
  await page.keyboard.press("ControlOrMeta+j");
  await page.getByRole("tab", { name: "Files" }).click();
}

const first = [
  call("file_write", { path: "notes/today.md", content: "# Today\n\n- buy milk\n" }),
  call("file_write", { path: "src/sum.ts", content: "export const sum = (a: number, b: number) => a + b;\n" }),
];
const second = [call("file_edit", { path: "notes/today.md", old: "- buy milk", new: "- buy oat milk\n- call Ann" })];

describe("console: calls and workspace", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("an edit is drawn as a diff, a search as results, and a turn's files as chips that open", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const session = await makeBoxed(client);
    await work(client, session, first);
    await work(client, session, [...second, call("session_list", {})]);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await transcript.getByRole("button", { name: /^Edit/ }).click();
    const diff = transcript.getByRole("group", { name: "Changes of notes/today.md" });
    await diff.locator("del", { hasText: "- buy milk" }).waitFor();
    await diff.locator("ins", { hasText: "- call Ann" }).waitFor();
    const chips = transcript.getByRole("list", { name: "Files of this turn" });
    await chips
      .last()
      .getByRole("button", { name: /today\.md/ })
      .waitFor(patient);
    expect(await chips.first().getByRole("button").allInnerTexts()).toEqual([
      expect.stringContaining("today.md"),
      expect.stringContaining("sum.ts"),
    ]);
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("calls-edit");
    await chips
      .first()
      .getByRole("button", { name: /sum\.ts/ })
      .click();
    const file = page.getByRole("article", { name: "src/sum.ts" });
    await file.getByText("export const sum").waitFor();
    await file.locator("code .hljs-keyword").first().waitFor();
    await open.screenshot("calls-file");
    expect(open.complaints).toEqual([]);
  });

  test("SE4: a command shows its colours and exit code, and nothing that it prints becomes part of the page", async ({
    skip,
  }) => {
    await using reef = await startReef();
    const { client } = reef;
    if (!(await client.box()).available) skip();
    const session = await makeBoxed(client);
    const printed = "\\033[31mFAIL\\033[0m <img src=x onerror=alert(1)>\\033]0;title\\007 end\\n";
    await work(client, session, [call("command_run", { command: `printf '${printed}'; exit 3` })]);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await transcript.getByRole("button", { name: /Run .*exit code 3/ }).click();
    const output = transcript.getByRole("group", { name: "Output" });
    await output.locator("[data-fg=red]", { hasText: "FAIL" }).waitFor(patient);
    await output.getByText("<img src=x onerror=alert(1)> end").waitFor();
    await output.getByText(/^Exit code 3 after/).waitFor();
    expect(await transcript.locator("img").count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("calls-command");
    await using dark = await openConsole(browser, reef, { colorScheme: "dark" });
    await dark.goTo(session.id);
    await dark.transcript.getByRole("button", { name: /Run .*exit code 3/ }).click();
    await dark.transcript.locator("[data-fg=red]").waitFor(patient);
    expect(await seriousFindings(dark.page)).toEqual([]);
    await dark.screenshot("calls-command-dark");
  });

  test("TU6: a running command shows its newest lines and time, also after a reload, and is stopped alone", async ({
    skip,
  }) => {
    await using reef = await startReef();
    const { client } = reef;
    if (!(await client.box()).available) skip();
    const session = await makeBoxed(client);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    const command = "printf '\\033[32mready\\033[0m to work\\n'; sleep 90";
    await open.say([call("command_run", { command }), "echo went on"].join("\n"));
    const live = transcript.getByRole("group", { name: "Newest output" });
    await live.locator("[data-fg=green]", { hasText: "ready" }).waitFor(patient);
    await transcript.getByText(/^running \d/).waitFor();
    await open.screenshot("calls-running");
    await page.reload();
    await live.locator("[data-fg=green]", { hasText: "ready" }).waitFor(patient);
    expect(await seriousFindings(page)).toEqual([]);
    await transcript.getByRole("button", { name: "Stop command" }).click();
    await transcript.getByText("went on", { exact: false }).last().waitFor(patient);
    await live.waitFor({ state: "hidden" });
    await expect.poll(async () => (await client.session(session.id)).status, patient).not.toBe("running");
    const { items } = await client.entries(session.id, { limit: 20 });
    expect(items.find(({ kind }) => kind === "tool_result")?.text).toMatch(/^\[stopped after/);
  });

  test("TO1: a call that asks first is drawn in its card, and one that is refused does not run", async () => {
    await using reef = await startReef({ env: { REEF_MCP_UNBOXED: "1" } });
    const { client } = reef;
    const transport = { kind: "stdio" as const, command: process.execPath, args: [program], env: {} };
    const { id: serverId } = await client.createMcpServer({ name: "fixture", transport });
    await client.checkMcpServer(serverId);
    const bot = await client.createBot({ name: "Ada", runtime: "demo", mcp: [{ serverId, ask: true }] });
    const session = await client.createSession({ botId: bot.id, title: "work" });
    await using open = await openConsole(browser, reef);
    await open.goTo(session.id);
    await open.say(call("fixture__echo", { text: "the whole text of the call" }));
    const card = open.page.getByRole("region", { name: "Question for you" });
    await card.getByText("May “Ada” use fixture__echo?").waitFor(patient);
    await card.getByRole("region", { name: "Input" }).getByText("the whole text of the call").waitFor();
    expect(await seriousFindings(open.page)).toEqual([]);
    await open.screenshot("calls-ask");
    await card.getByRole("button", { name: "Don’t allow" }).click();
    await open.transcript.getByText("the person did not allow it", { exact: false }).first().waitFor(patient);
  });

  test("the workspace: a file is uploaded, dropped, replaced after a question, created, edited and deleted", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const session = await makeBoxed(client);
    const { botId } = session;
    const read = async (path: string): Promise<string> => await (await client.readWorkspaceFile(botId, path)).text();
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await openFiles(page);
    const panel = page.getByRole("tabpanel", { name: "Files" });
    await panel.getByText("The workspace is empty.", { exact: false }).waitFor();
    await panel.getByLabel("Files to upload").setInputFiles([
      { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("one") },
      { name: "b.bin", mimeType: "application/octet-stream", buffer: Buffer.from([1, 0, 2]) },
    ]);
    await panel.getByRole("button", { name: /^a\.txt/ }).waitFor();
    await panel
      .getByLabel("Files to upload")
      .setInputFiles([{ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("two") }]);
    await panel.getByText("a.txt is already there.", { exact: false }).waitFor();
    expect(await read("a.txt")).toBe("one");
    await panel.getByRole("button", { name: "Replace" }).click();
    await expect.poll(() => read("a.txt")).toBe("two");
    const dropped = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["dropped"], "c.txt"));
      return transfer;
    });
    await panel.getByRole("region", { name: "Files" }).dispatchEvent("drop", { dataTransfer: dropped });
    await panel.getByRole("button", { name: /^c\.txt/ }).waitFor();
    await panel.getByRole("button", { name: /^b\.bin/ }).click();
    await panel.getByText("Not a text file").waitFor();
    await panel.getByRole("button", { name: "Back to the files" }).click();

    await panel.getByRole("button", { name: "New file" }).click();
    await panel.getByLabel("Name").fill("notes/plan.md");
    await panel.getByRole("button", { name: "Create" }).click();
    await panel.getByText("The file is empty.").waitFor();
    await panel.getByRole("button", { name: "Edit" }).click();
    await panel.getByLabel("Content").fill("# Plan\n");
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.getByRole("form", { name: "Edit notes/plan.md" }).waitFor({ state: "hidden" });
    await panel.getByText("# Plan").waitFor();
    expect(await read("notes/plan.md")).toBe("# Plan\n");
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("workspace-file");

    // The bot changes it while it is edited: that is said, and nothing is replaced unasked.
    await panel.getByRole("button", { name: "Edit" }).click();
    await panel.getByLabel("Content").fill("# Mine\n");
    await work(client, session, [call("file_write", { path: "notes/plan.md", content: "# Its own\n" })]);
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.getByRole("alert").filter({ hasText: "The file has changed since you opened it." }).waitFor();
    expect(await read("notes/plan.md")).toBe("# Its own\n");
    await panel.getByRole("button", { name: "Cancel" }).click();
    await panel.getByText("# Its own").waitFor(patient);

    await panel.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect.poll(async () => await read("notes/plan.md").catch(() => "gone")).toBe("gone");
    await panel.getByRole("list", { name: "Workspace" }).waitFor();
    await open.screenshot("workspace-tree");
    expect(open.complaints).toEqual([]);
  });

  test("what a turn changed is shown as a diff and taken back; a file that is gone is said to be", async () => {
    await using reef = await startReef();
    const { client } = reef;
    const session = await makeBoxed(client);
    const { botId } = session;
    await work(client, session, first);
    await work(client, session, second);
    await expect
      .poll(
        async () => (await client.workspaceTurns(botId)).items.filter(({ isRunning }) => !isRunning).length,
        patient,
      )
      .toBe(2);
    await using open = await openConsole(browser, reef);
    const { page, transcript } = open;
    await open.goTo(session.id);
    await openFiles(page);
    const panel = page.getByRole("tabpanel", { name: "Files" });
    await panel.getByRole("button", { name: "Changes", exact: true }).click();
    const turns = panel.getByRole("list", { name: "Changes of turns" });
    await turns
      .getByRole("group", { name: "Changes of notes/today.md" })
      .locator("ins", { hasText: "call Ann" })
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await open.screenshot("workspace-changes");
    await turns
      .getByRole("button", { name: /^Undo the turn/ })
      .first()
      .click();
    await turns.getByText("1 item restored.").waitFor(patient);
    expect(await (await client.readWorkspaceFile(botId, "notes/today.md")).text()).toBe("# Today\n\n- buy milk\n");
    await turns
      .getByRole("button", { name: /^Undo the turn/ })
      .last()
      .click();
    await turns.getByText(/4 items deleted/).waitFor(patient);
    await transcript
      .getByRole("list", { name: "Files of this turn" })
      .first()
      .getByRole("button", { name: /sum\.ts/ })
      .click();
    await panel.getByText("This file is gone").waitFor();
    await using small = await openConsole(browser, reef, { ...phone, colorScheme: "dark" });
    await small.goTo(session.id);
    await small.page.getByRole("button", { name: "Bot, tree and activity" }).first().click();
    await small.page.getByRole("tab", { name: "Files" }).click();
    await small.page.getByRole("button", { name: "Changes", exact: true }).click();
    await small.page.getByRole("list", { name: "Changes of turns" }).waitFor();
    expect(await small.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await small.screenshot("workspace-changes-phone");
  });
});
