/** Tests fifteen bots streaming under one page, briefly; `npm run bench -- console-soak` runs it for five minutes. */
import { expect, test } from "vitest";
import { launchBrowser, openConsole } from "./support/console-page.ts";
import { startReef } from "./support/reef-process.ts";
import { soak } from "./support/soak.ts";

test("TU8: fifteen bots stream side by side, and the page drops no text and draws every turn and message", async () => {
  const browser = await launchBrowser();
  try {
    await using reef = await startReef();
    await using open = await openConsole(browser, reef, { viewport: { width: 1280, height: 1100 } });
    const figures = await soak(reef, open, { bots: 15, seconds: 15, words: 40, overSeconds: 3 });
    expect(figures.faults).toEqual([]);
    expect(figures.glances).toBeGreaterThan(5);
    expect(figures.turns).toBeGreaterThanOrEqual(30);
    expect(figures.messages).toBeGreaterThanOrEqual(15);
    expect(figures.entries).toBeGreaterThanOrEqual(60);
  } finally {
    await browser.close();
  }
}, 180_000);
