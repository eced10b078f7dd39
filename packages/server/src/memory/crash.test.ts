/**
 * Kills a process that writes memories at random moments, then looks for what it acknowledged, in rows and in the
 * index.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { MemoryIndex } from "@reef/engine/memory/memory-index";
import { BotId } from "@reef/protocol/ids";
import { openRecall } from "@reef/recall/open-recall";
import { openSqliteStore } from "@reef/store/sqlite/open";
import { expect, it } from "vitest";
import { systemClock } from "../clock.ts";

const rounds = 6;
/** Acknowledged in all rounds together. */
const writes = 10_000;
const script = fileURLToPath(new URL("../testing/remember-process.ts", import.meta.url));

it(`after kills during ${writes} writes nothing acknowledged is lost, and the index equals the rows`, {
  timeout: 240_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "reef-memory-crash-"));
  try {
    const acknowledged = new Set<string>();
    let bot = "";
    for (let round = 0; round < rounds || acknowledged.size < writes; round++) {
      const done = await runUntilKilled(folder, (writes / rounds) * (0.7 + Math.random() * 0.8));
      for (const id of done.ids) acknowledged.add(id);
      bot = done.bot;
    }
    await using store = await openSqliteStore({ folder, clock: systemClock });
    const openAgain = () => openRecall({ folder: join(folder, "recall") });
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    await using index = new MemoryIndex({ store, clock: systemClock, log, openRecall: openAgain });
    const botId = BotId.parse(bot);
    const rows = new Map<string, string>();
    for (let cursor: string | null = null; ; ) {
      const page = await store.read.memories(botId, { state: "all" }, { limit: 1_000, cursor });
      for (const { id, text } of page.items) rows.set(id, text);
      cursor = page.next;
      if (cursor === null) break;
    }
    expect([...acknowledged].filter((id) => !rows.has(id))).toEqual([]);
    await index.inStep(botId);
    expect(await index.size(botId)).toMatchObject({ rows: rows.size, version: await store.read.memoryVersion(botId) });
    const now = new Date().toISOString();
    for (const [id, text] of [...rows].slice(0, 300)) {
      const { hits } = await index.search(botId, { text, k: 1, now });
      expect(hits[0]?.id).toBe(id);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Kills it a moment after it has acknowledged this many: a fixed time would be too short on a busy machine. */
async function runUntilKilled(
  folder: string,
  count: number,
): Promise<{ readonly bot: string; readonly ids: readonly string[] }> {
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const ids: string[] = [];
  let bot = "";
  let killer: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, value = ""] = line.split(" ");
    // A line cut off by the kill names no whole id.
    if (word === "ack" && value.length === 40) ids.push(value);
    if (word === "ready") bot = value;
    if (ids.length >= count) killer ??= setTimeout(() => child.kill("SIGKILL"), Math.random() * 40);
  }
  clearTimeout(killer);
  const [, signal] = await exit;
  expect(signal).toBe("SIGKILL");
  return { bot, ids };
}
