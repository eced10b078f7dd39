/** Moves a large store there and back, and prints what it costs. Slow by its size. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createTestDatabase } from "../postgres/testing/databases.ts";
import { dumpFolder, fillFolder } from "../testing/random-rows.ts";
import { move } from "./move.ts";
import { openPlaces } from "./places.ts";

const rowsByTable: Readonly<Record<string, number>> = {
  bots: 100,
  sessions: 1_000,
  messages: 20_000,
  entries: 100_000,
  turns: 20_000,
  steps: 40_000,
  events: 100_000,
  memories: 100_000,
};

test("MV1: 1,000 sessions, 100,000 entries and 100,000 memories are the same after a move there and back", async () => {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), "reef-move-")));
  const [here = "", back = ""] = folders;
  const { url, drop } = await createTestDatabase({ isEmpty: true });
  onTestFinished(async () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    await drop();
  });
  await fillFolder(here, { seed: 11, rows: (table) => rowsByTable[table] ?? 50 });
  const lines: string[] = [];
  const carry = async (from: string, to: string) => {
    const startedAt = performance.now();
    await using places = await openPlaces({ from, to, stamp: "x", settings: { from: "--from", to: "--to" } });
    let isLive = true;
    const { source } = places;
    const report = await move({
      ...places,
      // As if Reef ran until the first copy is done.
      source: { ...source, tryHold: async () => (isLive ? null : await source.tryHold()) },
      newId: () => crypto.randomUUID(),
      now: () => "2026-11-30T12:00:00.000Z",
      steadyMs: () => performance.now(),
      wait: async () => {
        isLive = false;
      },
      onProgress: () => undefined,
      signal: new AbortController().signal,
    });
    const took = ((performance.now() - startedAt) / 1000).toFixed(1);
    lines.push(
      `${from === here ? "there" : "back"}: ${took} s, of them stopped ${(report.stoppedMs / 1000).toFixed(1)} s`,
    );
    return report;
  };
  const there = await carry(here, url);
  const again = await carry(url, back);
  process.stdout.write(`${lines.join("; ")}\n`);
  expect(again.tables).toEqual(there.tables);
  expect(dumpFolder(back)).toEqual(dumpFolder(here));
}, 600_000);
