/** Kills a worker in the middle of its work: another goes on with all of it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { makeId } from "@reef/engine/ids";
import { leaseMs } from "@reef/engine/port/store";
import { botSeed, messageSeed, sessionSeed, settleOp } from "@reef/engine/testing/seeds";
import { msToIso } from "@reef/protocol/time";
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "./open.ts";
import { createTestDatabase } from "./testing/databases.ts";

const script = fileURLToPath(new URL("../testing/claim-process.ts", import.meta.url));
const clock = { now: () => Date.now(), steady: () => performance.now(), sleep: async () => undefined };

test("TU2, TU5, MB5: turns of a killed worker go on elsewhere once their leases end, from their last step", async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  // Leases end later by this clock: nothing waits for 15 seconds.
  const server = { aheadMs: 0 };
  await using store = await openPostgresStore({ url, clock, leaseMs: () => Date.now() + server.aheadMs });
  const at = () => msToIso(clock.now());
  const bot = botSeed();
  const sessions = Array.from({ length: 5 }, () => sessionSeed(bot.id));
  const messages = sessions.map(({ id }) => messageSeed(id));
  await store.commit({
    at: at(),
    ops: [
      { op: "bot.create", bot },
      ...sessions.map((session) => ({ op: "session.create", session }) as const),
      ...messages.map((message) => ({ op: "message.send", message }) as const),
    ],
  });

  const child = spawn(process.execPath, [script, url], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, "line")) as [string];
  expect(line).toBe("claimed 5");
  child.kill("SIGKILL");
  await exit;

  const worker = makeId("worker");
  expect(await store.claim(worker, 100, at()), "the leases have not ended").toEqual([]);
  server.aheadMs = leaseMs + 60_000;
  const taken = await store.claim(worker, 100, at());
  expect(taken.map(({ session }) => session.id).toSorted()).toEqual(sessions.map(({ id }) => id).toSorted());
  for (const claim of taken) {
    expect(claim).toMatchObject({ reason: "died", turn: { steps: 1 } });
    const entries = await store.read.entries(claim.session.id, { limit: 10 });
    expect(entries.map(({ text }) => text)).toEqual(["hello", "first step"]);
    expect(await store.commitTurn(claim, { at: at(), ops: [settleOp()] })).toMatchObject({ state: "ok" });
  }
  for (const { id } of messages) expect((await store.read.message(id))?.state).toBe("acted");
});
