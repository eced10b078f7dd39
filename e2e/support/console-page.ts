/**
 * Opens the console in a real browser, as a person does. Complaints of the page (errors, refused scripts or styles) are
 * kept: a journey that works despite a broken policy has not worked.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { SessionId } from "@reef/protocol/ids";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import type { ReefProcess } from "./reef-process.ts";

const artefacts = resolve(import.meta.dirname, "../artefacts");

export interface ConsolePage extends AsyncDisposable {
  readonly page: Page;
  /** Errors in the browser's console, except network failures: killed servers cause those. */
  readonly complaints: readonly string[];
  readonly composer: Locator;
  readonly transcript: Locator;
  goTo(sessionId: SessionId): Promise<void>;
  /** The session in the address; null on the first page. */
  activeId(): string | null;
  /** Writes into the composer and sends. */
  say(text: string): Promise<void>;
  screenshot(name: string): Promise<void>;
}

/** Launches the system's Chromium. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: process.env.REEF_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Opens the console by the link with the one-time code that the server prints at its start. */
export async function openConsole(
  browser: Browser,
  reef: ReefProcess,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000); // two parallel journeys share two cores
  const complaints: string[] = [];
  page.on("console", (message) => {
    const isNetwork = /net::ERR|WebSocket connection|Failed to load resource/.test(message.text());
    if (message.type() === "error" && !isNetwork) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  const { code } = await reef.client.makeLoginCode();
  await page.goto(`${reef.url}/#code=${code}`);
  // The code works once: a journey that navigates away before the answer would be signed out.
  await page.locator("#root > *").first().waitFor({ state: "attached", timeout: 30_000 });
  const composer = page.getByRole("textbox", { name: /^Message to/ });
  return {
    page,
    complaints,
    composer,
    transcript: page.getByRole("log", { name: "Transcript" }),
    async goTo(sessionId) {
      const row = page.locator(`[data-session="${sessionId}"]`);
      // On a phone the list is a tab of its own.
      const tab = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Sessions" });
      await row.or(tab).filter({ visible: true }).first().waitFor();
      if (await tab.isVisible()) await tab.click();
      await row.click();
      // The previous session's composer may still be there.
      await page.waitForURL(({ pathname }) => pathname === `/s/${sessionId}`, { waitUntil: "commit" });
      await composer.waitFor();
    },
    activeId: () => /\/s\/(ses_[^/?#]+)/.exec(page.url())?.[1] ?? null,
    async say(text) {
      await composer.fill(text);
      await composer.press("Enter");
    },
    async screenshot(name) {
      mkdirSync(artefacts, { recursive: true });
      await page.screenshot({ path: join(artefacts, `${name}.png`) });
    },
    async [Symbol.asyncDispose]() {
      await context.close();
    },
  };
}
