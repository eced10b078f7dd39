/** Tests files in a session: attached in every way a person has, sent, shown, enlarged, and not lost. */
import { readFile } from "node:fs/promises";
import { crc32, deflateSync } from "node:zlib";
import type { Client } from "@reef/client/client";
import type { Session } from "@reef/protocol/session";
import { say } from "@reef/runtimes/testing/model-script";
import { startModelServer } from "@reef/runtimes/testing/model-server";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seriousFindings } from "./support/axe.ts";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";

const phone = { viewport: { width: 390, height: 800 }, hasTouch: true };

describe("files in a session", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  test("pasted, dropped and picked files go along, can be taken out, and stand in the transcript after a reload", async () => {
    await using reef = await startReef();
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    const draft = page.getByRole("list", { name: "Attached files" });

    await give(page, { how: "paste", files: [png("shot.png", 640, 320)] });
    await draft.getByText("shot.png").waitFor();
    await expect.poll(() => draft.locator("img").count()).toBe(1);
    await page.locator("main").evaluate(dragOver);
    await page.getByText("Drop files to attach them").waitFor();
    await open.screenshot("files-drop");
    await give(page, {
      how: "drop",
      files: [
        png("chart.png", 200, 400),
        { name: "report.pdf", type: "application/pdf", base64: bytes("%PDF-1.7\n%âãÏÓ\n") },
      ],
    });
    await page.getByText("Drop files to attach them").waitFor({ state: "hidden" });
    // A drop that misses does not replace the page.
    expect(await page.getByText("Connected", { exact: true }).evaluate(isDropRefused)).toBe(true);
    // A short text is put into the message, where it can be read and changed.
    await pick(page, [
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("remember the milk") },
      { name: "data.bin", mimeType: "application/octet-stream", buffer: Buffer.from([0, 1, 2, 3]) },
    ]);
    await expect.poll(() => names(draft)).toEqual(["shot.png", "chart.png", "report.pdf", "data.bin"]);
    await expect.poll(() => open.composer.inputValue()).toContain("notes.txt:\n```txt\nremember the milk\n```");
    await draft.getByText("17 bytes").or(draft.getByText("4 bytes")).first().waitFor();
    await open.screenshot("files-draft");
    expect(await seriousFindings(page)).toEqual([]);

    await draft.getByRole("button", { name: "Remove data.bin" }).click();
    await expect.poll(() => names(draft)).toEqual(["shot.png", "chart.png", "report.pdf"]);
    await expect.poll(() => open.composer.evaluate((box) => box === document.activeElement)).toBe(true);

    // A draft keeps its files.
    await page.reload();
    await expect.poll(() => names(draft)).toEqual(["shot.png", "chart.png", "report.pdf"]);
    await open.composer.fill("What do you see?");
    await open.composer.press("Enter");
    await draft.waitFor({ state: "hidden" });
    const sent = open.transcript.getByRole("article", { name: "You wrote" });
    await sent.getByText("What do you see?").waitFor();
    await expect.poll(() => drawnPictures(sent)).toBe(2);
    await sent.getByRole("link", { name: /report\.pdf/ }).waitFor();
    const stored = async () => (await reef.client.entries(session.id)).items.find(({ kind }) => kind === "person");
    await expect
      .poll(async () => (await stored())?.attachments?.map(({ name }) => name))
      .toEqual(["shot.png", "chart.png", "report.pdf"]);
    const entry = await stored();
    expect(entry?.attachments?.[0]).toMatchObject({ mediaType: "image/png", width: 640, height: 320 });

    await page.reload();
    await expect.poll(() => drawnPictures(sent)).toBe(2);
    await open.screenshot("files-transcript");
    expect(await seriousFindings(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      sent.getByRole("link", { name: /report\.pdf/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("report.pdf");
    expect((await readFile(await download.path())).toString("latin1")).toContain("%PDF-1.7");
    expect(open.complaints).toEqual([]);
  });

  test("a message of a picture alone is sent, and another session's files are none of this one's", async () => {
    await using reef = await startReef();
    const session = await makeSession(reef.client);
    const other = await reef.client.createSession({ botId: session.botId, title: "other" });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    const draft = page.getByRole("list", { name: "Attached files" });
    const send = page.getByRole("button", { name: /^Send/ });
    expect(await send.isDisabled()).toBe(true);
    await give(page, { how: "paste", files: [png("alone.png", 300, 200)] });
    await draft.getByText("alone.png").waitFor();
    await open.goTo(other.id);
    await draft.waitFor({ state: "hidden" });
    await open.goTo(session.id);
    await draft.getByText("alone.png").waitFor();
    await send.click();
    await expect.poll(() => drawnPictures(open.transcript)).toBe(1);
    await expect.poll(async () => (await reef.client.session(session.id)).status).toBe("idle");

    // A waiting message that is withdrawn gets its files back.
    await open.say("stream 900 words over 60s");
    await open.transcript.getByText("word5 ").waitFor();
    await give(page, { how: "paste", files: [png("later.png", 300, 200)] });
    await draft.getByText("later.png").waitFor();
    await open.say("echo look at this");
    const tray = page.getByRole("region", { name: "Waiting messages" });
    await tray.getByText("1 file").waitFor();
    await open.screenshot("files-waiting");
    await tray.getByRole("button", { name: "Edit" }).click();
    await draft.getByText("later.png").waitFor();
    await expect.poll(() => open.composer.inputValue()).toContain("echo look at this");
    expect(open.complaints).toEqual([]);
  });

  test("pictures that a bot's model can't see are told before they are sent, and many files fit a phone", async () => {
    await using model = await startModelServer({ script: () => say("OK") });
    await using reef = await startReef({ env: { REEF_OLLAMA_URL: "off" } });
    const baseUrl = `${model.url}/v1`;
    await reef.client.createProvider({
      name: "lab",
      kind: "openai-compatible",
      baseUrl,
      overrides: { vision: false },
    });
    const bot = await reef.client.createBot({ name: "Ada", model: "lab/scripted" });
    const session = await reef.client.createSession({ botId: bot.id });
    await using open = await openConsole(browser, reef, phone);
    const { page } = open;
    await page.goto(`${reef.url}/s/${session.id}`);
    const unseen = page.getByRole("note").getByText(/scripted can't see images, so Ada only gets their names/);
    await pick(
      page,
      Array.from({ length: 19 }, (_, n) => ({
        name: n === 3 ? "a-name-that-is-longer-than-any-phone-is-wide-in-one-line.pdf" : `report-${n}.pdf`,
        mimeType: "application/pdf",
        buffer: Buffer.from(`%PDF-1.7 ${n}`),
      })),
    );
    const draft = page.getByRole("list", { name: "Attached files" });
    await expect.poll(async () => (await names(draft)).length).toBe(19);
    expect(await unseen.count()).toBe(0);
    await give(page, { how: "paste", files: [png("shot.png", 64, 64)] });
    await unseen.waitFor();
    await open.screenshot("files-unseen");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: /^Send/ }).click();
    await open.transcript.getByText("OK", { exact: true }).waitFor();
    const lefts = await open.transcript
      .getByRole("link", { name: /\.pdf/ })
      .evaluateAll((links) => links.map((link) => link.getBoundingClientRect().left));
    expect(Math.min(...lefts)).toBeGreaterThanOrEqual(0);
    // A turn whose message has no text still gets a name.
    await page.keyboard.press("Control+j");
    await page.getByRole("tab", { name: "Activity" }).click();
    await page.getByText("20 files").waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("the viewer is driven by the keyboard and gives the focus back", async () => {
    await using reef = await startReef();
    const session = await makeSession(reef.client);
    const files = await Promise.all(
      [png("one.png", 1600, 900), png("two.png", 300, 300), png("three.png", 90, 1200)].map(({ name, base64 }) =>
        reef.client.uploadFile(new Blob([Buffer.from(base64, "base64")], { type: "image/png" }), { name }),
      ),
    );
    await reef.client.sendMessage(session.id, { text: "look", attachments: files.slice(0, 2).map(({ id }) => id) });
    await reef.client.sendMessage(session.id, { text: "and", attachments: files.slice(2).map(({ id }) => id) });
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    await expect.poll(() => drawnPictures(open.transcript)).toBe(3);
    const thumbnail = open.transcript.getByRole("button", { name: "one.png" });
    await thumbnail.focus();
    await page.keyboard.press("Enter");
    const viewer = page.getByRole("dialog", { name: "one.png" });
    await viewer.getByText("1 of 3").waitFor();
    await expect.poll(() => viewer.getByRole("img", { name: "one.png" }).evaluate(isWithinWindow)).toBe(true);
    await open.screenshot("files-viewer");
    expect(await seriousFindings(page)).toEqual([]);
    const zoom = page.getByRole("status", { name: "Zoom" });
    const fitted = await zoom.innerText();
    await page.keyboard.press("+");
    await expect.poll(() => zoom.innerText()).not.toBe(fitted);
    await page.keyboard.press("-");
    await expect.poll(() => zoom.innerText()).toBe(fitted);
    await viewer.getByRole("img", { name: "one.png" }).click();
    await expect.poll(() => zoom.innerText()).toBe("100%");
    await page.keyboard.press("0");
    await expect.poll(() => zoom.innerText()).toBe(fitted);
    await page.keyboard.press("ArrowRight");
    await page.getByRole("dialog", { name: "two.png" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("dialog", { name: "three.png" }).getByText("3 of 3").waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("dialog", { name: "two.png" }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("two.png");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await expect.poll(() => thumbnail.evaluate((each) => each === document.activeElement)).toBe(true);
    expect(open.complaints).toEqual([]);
  });

  test("an upload that loses its server is told and goes on when it is back; the message waits for it", async () => {
    await using reef = await startReef();
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    const draft = page.getByRole("list", { name: "Attached files" });
    // The upload stops halfway, so that the server dies in the middle of it.
    const held = Promise.withResolvers<void>();
    await page.route("**/v1/files?*", async (route) => {
      await held.promise;
      await route.continue().catch(() => undefined);
    });
    await give(page, { how: "paste", files: [png("late.png", 64, 64)] });
    await draft.getByRole("progressbar", { name: "Uploading late.png" }).waitFor();
    await open.composer.fill("with a picture");
    await open.composer.press("Enter");
    const waiting = page.getByRole("button", { name: "Uploading 1 file…" });
    await waiting.waitFor();
    await open.screenshot("files-uploading");
    await reef.kill();
    held.resolve();
    await draft.getByRole("alert").getByText("Couldn't reach the server.").waitFor();
    expect(await open.composer.inputValue()).toBe("with a picture");
    expect(await page.getByRole("button", { name: /^Send/ }).isDisabled()).toBe(true);
    await open.screenshot("files-failed");
    await reef.restart();
    await draft.getByRole("alert").waitFor({ state: "hidden", timeout: 30_000 });
    await page.getByRole("button", { name: /^Send/ }).click();
    await expect.poll(() => drawnPictures(open.transcript)).toBe(1);
    const { items } = await reef.client.entries(session.id);
    expect(items.filter(({ kind }) => kind === "person")).toHaveLength(1);
    expect(open.complaints).toEqual([]);
  });

  test("what is too large says so, a large photo is made smaller, and a deleted file leaves its name", async () => {
    await using reef = await startReef();
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await open.goTo(session.id);
    const draft = page.getByRole("list", { name: "Attached files" });
    await page.evaluate(giveLarge);
    await draft.getByText("This file is 21 MB. The limit is 20 MB.").waitFor();
    expect(await draft.getByRole("button", { name: "Retry" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: /^Send/ }).isDisabled()).toBe(true);
    await draft.getByRole("button", { name: "Remove film.mp4" }).click();
    await page.evaluate(givePhoto);
    await draft.getByText(/resized/).waitFor();
    await page.getByRole("button", { name: /^Send/ }).click();
    await expect.poll(() => drawnPictures(open.transcript)).toBe(1);
    // Drawn while it is on its way, before it is an entry.
    await expect
      .poll(async () => (await reef.client.entries(session.id)).items[0]?.attachments?.[0])
      .toMatchObject({ name: "photo.jpg", width: 2048, height: 1024 });

    await page.route("**/v1/files/*", (route) => route.fulfill({ status: 404, body: "" }));
    await page.reload();
    await open.transcript.getByText("No longer on the server").waitFor();
    await open.transcript.getByText("photo.jpg", { exact: true }).waitFor();
    expect(open.complaints).toEqual([]);
  });

  test("on a phone files are given and looked at", async () => {
    await using reef = await startReef();
    const session = await makeSession(reef.client);
    await using open = await openConsole(browser, reef, phone);
    const { page } = open;
    await page.goto(`${reef.url}/s/${session.id}`);
    await pick(page, [
      { name: "a long name of a screenshot from a phone 2026-03-04.png", ...buffer(png("x.png", 300, 600)) },
      { name: "b.png", ...buffer(png("x.png", 600, 300)) },
      { name: "c.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n\xff") },
    ]);
    const draft = page.getByRole("list", { name: "Attached files" });
    await expect.poll(() => draft.getByRole("listitem").count()).toBe(3);
    await expect.poll(() => draft.getByRole("progressbar").count()).toBe(0);
    await open.screenshot("files-phone-draft");
    await page.getByRole("button", { name: /^Send/ }).click();
    await expect.poll(() => drawnPictures(open.transcript)).toBe(2);
    await open.screenshot("files-phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await open.transcript.getByRole("button", { name: "b.png" }).click();
    await page.getByRole("dialog", { name: "b.png" }).getByText("2 of 2").waitFor();
    await open.screenshot("files-phone-viewer");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Close" }).click();
    expect(open.complaints).toEqual([]);
  });
});

async function makeSession(client: Client): Promise<Session> {
  const bot = await client.createBot({ name: "Ada", runtime: "demo" });
  return await client.createSession({ botId: bot.id, title: "main" });
}

interface GivenFile {
  readonly name: string;
  readonly type: string;
  readonly base64: string;
}

/** Passes files as the browser does: a real clipboard or drag needs a screen. */
async function give(
  page: Page,
  given: { readonly how: "paste" | "drop"; readonly files: readonly GivenFile[] },
): Promise<void> {
  await page.getByRole("textbox", { name: /^Message to/ }).waitFor();
  await page.evaluate(({ how, files }) => {
    const data = new DataTransfer();
    for (const { name, type, base64 } of files) {
      const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      data.items.add(new File([content], name, { type }));
    }
    const field = document.querySelector("[data-composer]");
    if (how === "paste") field?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
    else
      document
        .querySelector("main [role=log]")
        ?.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, given);
}

async function pick(
  page: Page,
  files: readonly { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }[],
): Promise<void> {
  const chosen = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).press("Enter");
  await (await chosen).setFiles([...files]);
}

function dragOver(element: Element): void {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["x"], "x.bin"));
  element.dispatchEvent(new DragEvent("dragenter", { dataTransfer, bubbles: true }));
  element.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }));
}

function isDropRefused(element: Element): boolean {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["x"], "x.bin"));
  return !element.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}

function giveLarge(): void {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([new Uint8Array(21_000_000)], "film.mp4", { type: "video/mp4" }));
  const field = document.querySelector("[data-composer]");
  field?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
}

async function givePhoto(): Promise<void> {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 5000, height: 2500 });
  const brush = canvas.getContext("2d");
  for (let at = 0; at < 5000; at += 50) {
    if (brush) brush.fillStyle = `hsl(${at / 14} 60% 60%)`;
    brush?.fillRect(at, 0, 50, 2500);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  const clipboardData = new DataTransfer();
  if (blob) clipboardData.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
  const field = document.querySelector("[data-composer]");
  field?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
}

async function names(draft: Locator): Promise<readonly string[]> {
  return draft.getByRole("listitem").evaluateAll((items) => items.map((item) => item.getAttribute("title") ?? ""));
}

/** Counts the pictures that are drawn, not only laid out. */
function drawnPictures(within: Locator): Promise<number> {
  return within
    .locator("button img")
    .evaluateAll((images) => images.filter((each) => (each as HTMLImageElement).naturalWidth > 0).length);
}

function isWithinWindow(element: Element): boolean {
  const { left, top, right, bottom, width } = element.getBoundingClientRect();
  return width > 0 && left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
}

function bytes(latin: string): string {
  return Buffer.from(latin, "latin1").toString("base64");
}

function buffer({ type, base64 }: GivenFile): { readonly mimeType: string; readonly buffer: Buffer } {
  return { mimeType: type, buffer: Buffer.from(base64, "base64") };
}

/** Draws a PNG of stripes, with the size that a test needs. */
function png(name: string, width: number, height: number): GivenFile {
  const line = Buffer.alloc(1 + width * 3);
  const rows = Array.from({ length: height }, (_, y) => {
    for (let x = 0; x < width; x += 1) {
      const isLight = (x + y) % 80 < 40;
      line.set(isLight ? [90, 160, 210] : [240, 200, 90], 1 + x * 3);
    }
    return Buffer.from(line);
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(rows))), chunk("IEND", Buffer.alloc(0))];
  const content = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]);
  return { name, type: "image/png", base64: content.toString("base64") };
}

function chunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.byteLength);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
