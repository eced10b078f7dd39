/** Kills a process whose turns spend a budget, before and after it is used up (BU1). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { answerAsk } from "@reef/engine/ask/answer";
import { defaultSettings } from "@reef/engine/deps";
import { expect, it } from "vitest";
import { callTokens, limitTokens, realClock, startPaying, turns } from "../testing/paying.ts";
import { openSqliteStore } from "./open.ts";

const rounds = 3;
const script = fileURLToPath(new URL("../testing/budget-process.ts", import.meta.url));
const page = { limit: 1_000, cursor: null };
const generous = { timeout: 60_000, interval: 20 };

it(`BU1, TU2: killed while ${turns} turns spend a budget of 20 calls and while they wait, it never passes its limit, and all go on after the raise (${rounds} times)`, {
  timeout: 240_000,
}, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), "reef-budget-crash-"));
    const calls = join(folder, "made-calls");
    try {
      await runUntilKilled([folder, calls], "started", 10 + round * 25);
      await runUntilKilled([folder, calls], "out", round * 10);
      await using store = await openSqliteStore({ folder, clock: realClock });
      const deps = { store, clock: realClock, settings: defaultSettings };
      await using _engine = startPaying(store, calls);
      let most = 0;
      const unsubscribe = store.onEvents(() => {
        void store.read.budgets().then(([now]) => {
          most = Math.max(most, (now?.spentTokens ?? 0) + (now?.reservedTokens ?? 0));
        });
      });
      const paused = async () => (await store.read.sessions({ status: "out_of_budget" }, page)).items.length;
      const answered = async () => (await store.read.messages({ state: "answered" }, page)).items.length;
      await expect.poll(async () => (await paused()) + (await answered()), generous).toBe(turns);
      const [budget] = await store.read.budgets();
      expect(budget).toMatchObject({ state: "out", reservedTokens: 0 });
      expect(budget?.spentTokens).toBe((await answered()) * callTokens);
      expect(budget?.spentTokens).toBeLessThanOrEqual(limitTokens);
      const open = (await store.read.asks({ kind: "budget", state: "open" }, page)).items;
      expect(open).toHaveLength(1);
      const [ask] = open;
      if (ask === undefined) return;
      await answerAsk(deps, ask.id, { answer: `${turns * callTokens} tokens` });
      await expect.poll(answered, generous).toBe(turns);
      unsubscribe();
      expect(await store.read.budgets()).toMatchObject([{ spentTokens: turns * callTokens, reservedTokens: 0 }]);
      expect(most).toBeLessThanOrEqual(turns * callTokens);
      // Each of the two kills may have cut off calls that had left: what they cost, no one told.
      const madeTwice = readdirSync(calls).length - turns;
      expect(madeTwice).toBeLessThanOrEqual(2 * 20);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
});

async function runUntilKilled(args: readonly string[], word: string, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === word) setTimeout(() => child.kill("SIGKILL"), afterMs);
  }
  const [, signal] = await exit;
  expect(signal).toBe("SIGKILL");
}
