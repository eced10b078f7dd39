/**
 * Measures what a person waits for in the console: a real browser, 10,000 sessions, 50 of them streaming. Times are
 * taken inside the page, from the key's own event to the frame after the one that holds the session's transcript.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { SessionId } from "@reef/protocol/ids";
import type { CDPSession, Page } from "playwright-core";
import { launchBrowser, openConsole } from "../e2e/support/console-page.ts";
import { type ReefProcess, startReef } from "../e2e/support/reef-process.ts";
import { firstLoadKb, firstLoadLimitKb } from "../scripts/first-load.ts";
import { type BenchReport, type BenchRow, percentile } from "./report.ts";
import { seedFolder } from "./seed.ts";

const sessionCount = 10_000;
const streaming = 50;
const longSession = 100_000;
const measuredLoads = 9;
const measuredSwitches = 200;
const allSwitches = 1_000;
const built = resolve(import.meta.dirname, "../packages/console/dist");

export async function benchConsole(): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), "reef-bench-"));
  const browser = await launchBrowser();
  try {
    const ids = await seedFolder({ folder, bots: 50, sessions: sessionCount, entriesOfFirst: longSession });
    await using reef = await startReef({ folder, env: { REEF_MAX_TURNS: String(streaming) } });
    const rows: BenchRow[] = [
      { what: "first load, compressed", value: firstLoadKb(built), unit: "KB", goal: firstLoadLimitKb },
    ];
    await using open = await openConsole(browser, reef);
    const { page } = open;
    await page.locator("[data-session]").first().waitFor();
    rows.push(...(await measureLoad(page)));
    const devtools = await page.context().newCDPSession(page);
    await page.evaluate(pageTools);
    const [long] = ids;
    if (long === undefined) throw new Error("expected a first session");
    rows.push({
      what: `open a session of ${longSession} entries at its end, to paint`,
      value: await measureOpening(page, long),
      unit: "ms",
      goal: 150,
    });
    await startStreams(reef, ids.slice(-streaming));
    rows.push(await measureScrolling(page));
    rows.push(...(await measureSwitches(page, devtools)));
    if (open.complaints.length > 0) throw new Error(`the page complained: ${open.complaints[0]}`);
    return {
      name: "console",
      setup: `Chromium without a GPU, ${sessionCount} sessions, ${streaming} streaming, server and browser on the same cores`,
      rows,
    };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each reload begins when the load before it has ended: ten thousand sessions keep the server busy for a while. */
async function measureLoad(page: Page): Promise<readonly BenchRow[]> {
  const [paints, lists]: [number[], number[]] = [[], []];
  for (let load = 0; load < measuredLoads; load += 1) {
    await page.waitForLoadState("networkidle");
    const startedAt = performance.now();
    await page.reload({ waitUntil: "commit" });
    await page.locator("[data-session]").first().waitFor();
    lists.push(performance.now() - startedAt);
    paints.push(
      await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN),
    );
  }
  return [
    { what: `first paint, median of ${measuredLoads} loads`, value: percentile(paints, 50), unit: "ms" },
    { what: "load to the session list on screen, median", value: percentile(lists, 50), unit: "ms" },
  ];
}

/**
 * Runs in the page. `untilShown` returns the ms from now, or from the next arrow key, to a painted transcript of
 * another session; `scrollList` the frames a second while the session list runs for five seconds.
 */
const pageTools = `
  window.benchTools = {
    untilShown: (startsAtKey) => new Promise((resolve) => {
      const before = document.querySelector("main");
      const watch = (startedAt) => {
        const look = () => {
          const main = document.querySelector("main");
          const rows = main === before ? [] : main?.querySelectorAll("[role=log] [data-seq]") ?? [];
          const isShown = [...rows].some((row) => row.checkVisibility({ visibilityProperty: true }));
          if (isShown) resolve(performance.now() - startedAt);
          else afterPaint(look);
        };
        // The callbacks of a frame run before its layout; the task after them runs behind its paint.
        const afterPaint = (run) => requestAnimationFrame(() => setTimeout(run, 0));
        afterPaint(look);
      };
      if (!startsAtKey) return watch(performance.now());
      const onKey = (event) => {
        if (!event.key.startsWith("Arrow")) return;
        removeEventListener("keydown", onKey, { capture: true });
        watch(event.timeStamp);
      };
      addEventListener("keydown", onKey, { capture: true });
    }),
    scrollList: async () => {
      let scroller = document.querySelector("[data-session]");
      while (scroller && scroller.scrollHeight <= scroller.clientHeight + 1) scroller = scroller.parentElement;
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const startedAt = await frame();
      let [frames, now] = [0, startedAt];
      while (now - startedAt < 5000) {
        scroller.scrollTop += 60;
        now = await frame();
        frames += 1;
      }
      scroller.scrollTop = 0;
      return (frames * 1000) / (now - startedAt);
    },
  };
`;

async function measureOpening(page: Page, id: SessionId): Promise<number> {
  return await page.evaluate<number>(`(() => {
    const shown = benchTools.untilShown(false);
    history.pushState(null, "", "/s/${id}");
    dispatchEvent(new PopStateEvent("popstate"));
    return shown;
  })()`);
}

async function startStreams({ client }: ReefProcess, ids: readonly SessionId[]): Promise<void> {
  await Promise.all(ids.map((id) => client.sendMessage(id, { text: "stream 6000 words over 600s" })));
}

async function measureScrolling(page: Page): Promise<BenchRow> {
  const perSecond = await page.evaluate<number>("benchTools.scrollList()");
  return { what: "frames while scrolling 10,000 sessions", value: perSecond, unit: "/s", goal: 58 };
}

async function measureSwitches(page: Page, devtools: CDPSession): Promise<readonly BenchRow[]> {
  const times: number[] = [];
  const heapAtStart = await heapMb(devtools);
  for (let count = 0; count < allSwitches; count += 1) {
    const key = Math.floor(count / 40) % 2 === 0 ? "Alt+ArrowDown" : "Alt+ArrowUp";
    // Armed before the press, so that the key cannot come first.
    await page.evaluate("void (window.shown = benchTools.untilShown(true))");
    await page.keyboard.press(key);
    const ms = await page.evaluate<number>("window.shown");
    if (count < measuredSwitches) times.push(ms);
  }
  const heapAtEnd = await heapMb(devtools);
  return [
    { what: "switch to a painted transcript, p50", value: percentile(times, 50), unit: "ms" },
    { what: "switch to a painted transcript, p95", value: percentile(times, 95), unit: "ms", goal: 50 },
    { what: `page memory after ${allSwitches} switches`, value: heapAtEnd, unit: "MB" },
    { what: "  and what the switches added", value: heapAtEnd - heapAtStart, unit: "MB", goal: 30 },
  ];
}

async function heapMb(devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  return usedSize / 1e6;
}
