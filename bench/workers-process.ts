/**
 * One worker of the bench `workers`: claims messages from the store on PostgreSQL, handles them, and tells its parent
 * how many, and how long each had waited. Ends when the parent closes the channel.
 */
import { makeId } from "@reef/engine/ids";
import type { Claim } from "@reef/engine/port/store";
import type { SessionId } from "@reef/protocol/ids";
import { isoToMs } from "@reef/protocol/time";
import { openPostgresStore } from "@reef/store/postgres/open";
import { handle, now } from "./message-cycle.ts";

const [url = "", lanes = "64"] = process.argv.slice(2);
const clock = { now: () => Date.now(), steady: () => performance.now(), sleep: async () => undefined };
const store = await openPostgresStore({ url, clock });
const worker = makeId("worker");
const stop = new AbortController();
const told: { handled: number; waitedMs: number[] } = { handled: 0, waitedMs: [] };

const tell = setInterval(() => {
  if (told.handled === 0) return;
  process.send?.({ handled: told.handled, waitedMs: told.waitedMs });
  told.handled = 0;
  told.waitedMs = [];
}, 20);

const running = new Set<Promise<void>>();
const run = async (claim: Claim, sessions: readonly SessionId[]) => {
  const accepted = claim.messages[0]?.receipts.acceptedAt;
  const result = await store.commitTurn(claim, handle(claim, sessions));
  if (result.state === "fenced") throw new Error("a claim was lost during a bench");
  told.handled += 1;
  if (accepted !== undefined) told.waitedMs.push(Date.now() - isoToMs(accepted));
};

process.once("message", async (sessions: readonly SessionId[]) => {
  while (!stop.signal.aborted) {
    const free = Number(lanes) - running.size;
    if (free <= 0) {
      await Promise.race(running);
      continue;
    }
    for (const claim of await store.claim(worker, free, now(), stop.signal)) {
      const done: Promise<void> = run(claim, sessions).finally(() => running.delete(done));
      running.add(done);
    }
  }
});
process.once("disconnect", async () => {
  clearInterval(tell);
  stop.abort();
  await Promise.allSettled(running);
  await store[Symbol.asyncDispose]();
  process.exit(0);
});
process.send?.({ ready: true });
