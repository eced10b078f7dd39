/** Kills a process whose turn waits for a person, and one that goes on with the person's answer. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { advice, realClock, startStubborn } from "../testing/pause-process.ts";
import { openSqliteStore } from "./open.ts";

const rounds = 6;
const script = fileURLToPath(new URL("../testing/pause-process.ts", import.meta.url));
const page = { limit: 10, cursor: null };

it(`BO1, AS1, TU2: killed while it waits for a person and while it goes on, a turn takes the answer once (${rounds} times)`, {
  timeout: 240_000,
}, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), "reef-pause-crash-"));
    try {
      await runUntilKilled(folder, "pause", "paused", 0);
      await runUntilKilled(folder, "answer", "answered", (round * 60) / rounds);
      await using store = await openSqliteStore({ folder, clock: realClock });
      await using _engine = startStubborn(store);
      const [message] = (await store.read.messages({}, page)).items;
      if (message === undefined) throw new Error("expected a message");
      await expect.poll(async () => (await store.read.message(message.id))?.state).toBe("answered");
      const entries = await store.read.entries(message.sessionId, { limit: 1000 });
      expect(entries.filter(({ text }) => text === advice)).toMatchObject([{ kind: "person" }]);
      expect(entries.filter(({ notice }) => notice?.type === "loop")).toHaveLength(1);
      expect(entries.at(-1)?.text).toBe("found it");
      const [turn] = (await store.read.turns({}, page)).items;
      const steps = turn === undefined ? [] : ((await store.read.turn(turn.id))?.stepList ?? []);
      expect(steps.filter(({ kind }) => kind === "resumed")).toHaveLength(1);
      expect((await store.read.asks({}, page)).items.map(({ state }) => state)).toEqual(["answered"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
});

async function runUntilKilled(folder: string, mode: string, word: string, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [script, folder, mode], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === word) setTimeout(() => child.kill("SIGKILL"), afterMs);
  }
  const [, signal] = await exit;
  expect(signal).toBe("SIGKILL");
}
