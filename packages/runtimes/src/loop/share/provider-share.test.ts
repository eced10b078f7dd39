import { createManualClock } from "@reef/engine/testing/manual-clock";
import { describe, expect, it } from "vitest";
import { createProviderShare, type ProviderShare } from "./provider-share.ts";

const never = new AbortController().signal;
const answered = { isLimited: false, isAnswered: true } as const;

/** Lets everything that became ready run. */
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe("provider share", () => {
  it("TU9: nothing waits while the provider refuses nothing", () => {
    const share = createProviderShare(createManualClock());
    for (let call = 0; call < 200; call += 1) expect(share.enter("bot", never)).toBeNull();
  });

  it("TU9: after a refusal all calls wait as long as it asked, and bots take turns", async () => {
    const clock = createManualClock();
    const share = createProviderShare(clock);
    expect(share.enter("flood", never)).toBeNull();
    share.leave("flood", { isLimited: true, retryAfterMs: 30_000 });
    const order: string[] = [];
    const call = async (botId: string) => {
      await share.enter(botId, never);
      order.push(botId);
    };
    for (let number = 0; number < 20; number += 1) void call("flood");
    void call("a");
    void call("b");
    await settle();
    expect(order).toEqual([]);
    expect(share.opensAtMs).toBe(clock.now() + 30_000);
    clock.advance(30_000);
    await settle();
    // One goes out first, to see whether the provider answers again.
    expect(order).toEqual(["flood"]);
    for (const botId of ["flood", "a", "b"]) {
      share.leave(botId, answered);
      await settle();
    }
    expect(order).toEqual(["flood", "a", "b", "flood"]);
  });

  it("TU9: a stopped call leaves the queue, and the next takes its place", async () => {
    const clock = createManualClock();
    const share = createProviderShare(clock);
    share.enter("x", never);
    share.leave("x", { isLimited: true, retryAfterMs: 1_000 });
    const stop = new AbortController();
    const stopped = share.enter("a", stop.signal);
    const next = share.enter("b", never);
    stop.abort(new Error("stopped"));
    await expect(stopped).rejects.toThrow("stopped");
    clock.advance(1_000);
    await expect(next).resolves.toBeUndefined();
    expect(share.waiting).toBe(0);
  });

  it("TU9: without a time, pauses double and end with the next answer", async () => {
    const clock = createManualClock();
    const share = createProviderShare(clock);
    const pauses: number[] = [];
    for (let refusal = 0; refusal < 9; refusal += 1) {
      const entered = share.enter("bot", never);
      clock.advance((share.opensAtMs ?? clock.now()) - clock.now());
      await entered;
      share.leave("bot", { isLimited: true, retryAfterMs: null });
      pauses.push((share.opensAtMs ?? 0) - clock.now());
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("TU9: ten bots at 60 requests a minute, one of them flooding: the others wait for their share alone", async () => {
    const { waits, floodWaits } = await simulate();
    // A full round of ten bots at one call a second is ten seconds.
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_000);
    expect(Math.max(...floodWaits)).toBeGreaterThan(120_000);
  });
});

/** A server that accepts 60 calls in each minute and says how long to wait; each call takes 200 ms. */
async function simulate() {
  const clock = createManualClock();
  const share = createProviderShare(clock);
  const startMs = clock.now();
  let [minute, accepted] = [0, 0];
  const ask = (): number | null => {
    const now = Math.floor((clock.now() - startMs) / 1_000);
    if (now !== minute) [minute, accepted] = [now, 0];
    accepted += 1;
    return accepted <= 1 ? null : 1_000 - ((clock.now() - startMs) % 1_000);
  };
  const call = async (to: ProviderShare, botId: string): Promise<number> => {
    const from = clock.now();
    for (;;) {
      await to.enter(botId, never);
      const retryAfterMs = ask();
      await clock.sleep(200);
      if (retryAfterMs === null) {
        to.leave(botId, answered);
        return clock.now() - from;
      }
      to.leave(botId, { isLimited: true, retryAfterMs });
    }
  };
  const waits: number[] = [];
  const floodWaits: number[] = [];
  for (let number = 0; number < 200; number += 1) void call(share, "flood").then((ms) => floodWaits.push(ms));
  for (let tick = 0; tick < 10_000 && floodWaits.length < 200; tick += 1) {
    if (tick % 200 === 0 && tick < 1_000) {
      for (let bot = 1; bot < 10; bot += 1) void call(share, `bot ${bot}`).then((ms) => waits.push(ms));
    }
    await settle();
    clock.advance(100);
  }
  await settle();
  return { waits, floodWaits };
}
