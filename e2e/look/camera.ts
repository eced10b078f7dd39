/** Takes the pictures: a browser whose clock stands still at the stage's time, and that moves nothing. */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { root } from "../../scripts/stamp.mjs";
import { launchBrowser } from "../support/console-page.ts";
import { stageTime } from "./cast.ts";
import { type Screen, type Shape, screens } from "./screens.ts";
import { startStage } from "./start-stage.ts";

export interface Picture {
  /** Such as `home-dark`. */
  readonly name: string;
  readonly png: Buffer;
}

const wide = { width: 1280, height: 800 };
const styleguideSize = { width: 1280, height: 1600 };

const optionsByShape: Readonly<Record<Shape, BrowserContextOptions>> = {
  light: { viewport: wide, colorScheme: "light" },
  dark: { viewport: wide, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true, isMobile: true },
};

/** Takes those whose name contains `word`. Also returns the version of the browser: another one draws letters differently. */
export async function takePictures(word = ""): Promise<{ readonly pictures: Picture[]; readonly browser: string }> {
  await using stage = await startStage();
  await using styleguide = await serveStyleguide();
  const browser = await launchBrowser();
  try {
    const pictures: Picture[] = [];
    for (const shape of ["light", "dark", "phone"] as const) {
      const mine = screens.filter((screen) => screen.shapes.includes(shape) && nameOf(screen, shape).includes(word));
      if (mine.length === 0) continue;
      const context = await openContext(browser, shape);
      await signIn(context, stage.url, await stage.makeLoginCode());
      for (const screen of mine) {
        const url = screen.path === null ? styleguide.url : stage.url + screen.path;
        pictures.push({ name: nameOf(screen, shape), png: await takeOne(context, url, screen) });
      }
      await signOut(context, stage.url);
      await context.close();
    }
    return { pictures, browser: browser.version() };
  } finally {
    await browser.close();
  }
}

function nameOf({ name }: Screen, shape: Shape): string {
  return `${name}-${shape}`;
}

async function openContext(browser: Browser, shape: Shape): Promise<BrowserContext> {
  const options = { timezoneId: "UTC", locale: "en-GB", reducedMotion: "reduce" as const };
  const context = await browser.newContext({ ...options, ...optionsByShape[shape] });
  await context.clock.setFixedTime(stageTime);
  return context;
}

async function signIn(context: BrowserContext, url: string, code: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/#code=${code}`);
  await page.getByRole("main").waitFor();
  await page.close();
}

/** Settings lists who is signed in: a picture of it must not depend on which were taken before. */
async function signOut(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/favicon.svg`);
  const status = await page.evaluate(async () => (await fetch("/v1/logout", { method: "POST" })).status);
  if (status !== 204) throw new Error(`signing out answered ${status}`);
}

async function takeOne(context: BrowserContext, url: string, screen: Screen): Promise<Buffer> {
  const page = await context.newPage();
  try {
    if (screen.path === null) await page.setViewportSize(styleguideSize);
    await page.goto(url);
    await page.getByText(screen.until).filter({ visible: true }).first().waitFor();
    if (screen.path !== null) await liveWordsInList(page);
    return await settledPicture(() => page.screenshot({ animations: "disabled" }));
  } finally {
    await page.close();
  }
}

/** Resolves when the list, if it is shown, has the live words of the sessions that run: they come a moment after the page. */
async function liveWordsInList(page: Page): Promise<void> {
  const list = page.getByRole("navigation", { name: "Sessions" });
  if (!(await list.isVisible())) return;
  for (const words of [/^I am running the tests/, /^Reading survey-results/]) await list.getByText(words).waitFor();
}

/** Takes pictures until three in a row are equal: what was still being loaded is then on the screen. */
async function settledPicture(take: () => Promise<Buffer>): Promise<Buffer> {
  let last = await take();
  for (let equal = 0, n = 0; n < 50; n++) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const next = await take();
    equal = next.equals(last) ? equal + 1 : 0;
    last = next;
    if (equal === 2) return last;
  }
  throw new Error("the screen did not come to rest within 50 pictures");
}

const typeByEnding: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
};

/** Builds the styleguide and serves it; the console that ships does not contain it. */
export async function serveStyleguide(): Promise<{ readonly url: string } & AsyncDisposable> {
  const folder = join(root, ".cache/look/styleguide");
  const console = join(root, "packages/console");
  const configFile = join(console, "vite.styleguide.config.ts");
  await build({ root: console, configFile, logLevel: "warn", build: { outDir: folder, emptyOutDir: true } });
  const server = createServer(async ({ url = "/" }, response) => {
    const path = url === "/" ? "/styleguide.html" : normalize(url);
    const bytes = await readFile(join(folder, path)).catch(() => null);
    const type = typeByEnding[extname(path)] ?? "application/octet-stream";
    response.writeHead(bytes === null ? 404 : 200, { "content-type": type }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
