/**
 * Streams fifteen bots for five minutes under one page, and checks flat memory, complete text and a timeline true to
 * the log.
 */
import { launchBrowser, openConsole } from "../e2e/support/console-page.ts";
import { startReef } from "../e2e/support/reef-process.ts";
import { heapSlope, soak } from "../e2e/support/soak.ts";
import type { BenchReport } from "./report.ts";

const bots = 15;

/** `--seconds N`: how long; 300 by default. */
export async function benchConsoleSoak(args: readonly string[]): Promise<BenchReport> {
  const at = args.indexOf("--seconds");
  const seconds = at < 0 ? 300 : Number(args[at + 1]);
  if (!(seconds >= 10)) throw new Error("--seconds: expected a number from 10 on");
  const browser = await launchBrowser();
  try {
    await using reef = await startReef();
    await using open = await openConsole(browser, reef, { viewport: { width: 1280, height: 1100 } });
    const figures = await soak(reef, open, { bots, seconds, words: 150, overSeconds: 10 });
    const [first, last] = [figures.heap[Math.floor(figures.heap.length / 3)]?.mb, figures.heap.at(-1)?.mb];
    for (const fault of figures.faults.slice(0, 20)) console.error(fault);
    return {
      name: "console-soak",
      setup: `Chromium without a GPU, ${bots} bots streaming for ${seconds} s, ${figures.switches} switches, server and browser on the same cores`,
      rows: [
        {
          what: "faults: text dropped or doubled, turns or messages drawn wrong",
          value: figures.faults.length,
          unit: "",
          goal: 0,
        },
        { what: "  glances at growing text, compared", value: figures.glances, unit: "" },
        { what: "  stored texts looked for on the page", value: figures.entries, unit: "" },
        {
          what: "  turns and messages of the log, looked for on the timeline",
          value: figures.turns + figures.messages,
          unit: "",
        },
        { what: "page memory after a third of the time", value: first ?? Number.NaN, unit: "MB" },
        { what: "page memory at the end", value: last ?? Number.NaN, unit: "MB" },
        { what: "growth of page memory, a minute", value: heapSlope(figures.heap), unit: "MB", goal: 1 },
        { what: "frames while streaming", value: figures.framesPerSecond, unit: "/s" },
      ],
    };
  } finally {
    await browser.close();
  }
}
