import { createManualClock } from "@reef/engine/testing/manual-clock";
import { describe, expect, it } from "vitest";
import type { Caller } from "./call-end.ts";
import { createProviderShare, ProviderDown, type ProviderShare } from "./provider-share.ts";

const never = new AbortController().signal;
const answered = { type: "answered" } as const;
const limited = (retryAfterMs: number | null) => ({ type: "limited", retryAfterMs }) as const;
const callOf = (botId: string, tokens = 0): Caller => ({ botId, turn: `turn of ${botId}`, tokens });

/** Lets everything that became ready run. */
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe("provider share", () => {
  it("TU9: nothing waits while the provider refuses nothing", () => {
    const share = createProviderShare(createManualClock());
    for (let call = 0; call < 200; call += 1) expect(share.enter(callOf("bot"), never)).toBeNull();
  });

  it("TU9: after a refusal all calls wait as long as it asked, and bots take turns", async () => {
    const clock = createManualClock();
    const share = createProviderShare(clock);
    const first = callOf("flood");
    expect(share.enter(first, never)).toBeNull();
    share.leave(first, limited(30_000));
    const order: string[] = [];
    const out: Caller[] = [];
    const call = async (botId: string) => {
      const caller = callOf(botId);
      await share.enter(caller, never);
      order.push(botId);
      out.push(caller);
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
    for (let number = 0; number < 3; number += 1) {
      const caller = out[number];
      if (caller !== undefined) share.leave(caller, answered);
      await settle();
    }
    expect(order).toEqual(["flood", "a", "b", "flood"]);
  });

  it("TU9: a stopped call leaves the queue, and the next takes its place", async () => {
    const clock = createManualClock();
    const share = createProviderShare(clock);
    const first = callOf("x");
    share.enter(first, never);
    share.leave(first, limited(1_000));
    const stop = new AbortController();
    const stopped = share.enter(callOf("a"), stop.signal);
    const next = share.enter(callOf("b"), never);
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
      const caller = callOf("bot");
      const entered = share.enter(caller, never);
      clock.advance((share.opensAtMs ?? clock.now()) - clock.now());
      await entered;
      share.leave(caller, limited(null));
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

  it("TU9: a provider that nothing reaches is tried by one call at a time, and no other waits in its lane", async () => {
    const clock = createManualClock();
    const share = createProviderShare(clock);
    const unreachable = { type: "unreachable", reason: "nothing listens there" } as const;
    for (let number = 0; number < 3; number += 1) {
      const caller = callOf("a");
      expect(share.enter(caller, never)).toBeNull();
      share.leave(caller, unreachable);
    }
    expect(share.down).toMatchObject({ reason: "nothing listens there" });
    await expect(share.enter(callOf("b"), never)).rejects.toBeInstanceOf(ProviderDown);
    clock.advance(2_000);
    const probe = callOf("b");
    expect(share.enter(probe, never)).toBeNull();
    await expect(share.enter(callOf("c"), never)).rejects.toBeInstanceOf(ProviderDown);
    share.leave(probe, unreachable);
    clock.advance(3_999);
    await expect(share.enter(callOf("c"), never)).rejects.toBeInstanceOf(ProviderDown);
    clock.advance(1);
    const last = callOf("c");
    expect(share.enter(last, never)).toBeNull();
    // Any answer, also a refusal of this request, shows that it works.
    share.leave(last, { type: "refused" });
    expect(share.down).toBeNull();
    expect(share.enter(callOf("a"), never)).toBeNull();
  });

  it("TU9: one turn's failures alone stop nobody, and refusals of requests never do", () => {
    const share = createProviderShare(createManualClock());
    const fail = (botId: string, type: "failed" | "refused") => {
      const caller = callOf(botId);
      expect(share.enter(caller, never)).toBeNull();
      share.leave(caller, type === "failed" ? { type, reason: "answered 500" } : { type });
    };
    for (let number = 0; number < 50; number += 1) fail("poison", "failed");
    for (let number = 0; number < 50; number += 1) fail(`bot ${number}`, "refused");
    expect(share.down).toBeNull();
    for (const botId of ["a", "a", "a", "a", "b"]) fail(botId, "failed");
    expect(share.down).toMatchObject({ reason: "answered 500" });
  });

  it("TU9: a person's retry lets one call try at once, also while another hangs", () => {
    const share = createProviderShare(createManualClock());
    for (let number = 0; number < 3; number += 1) {
      const caller = callOf("a");
      share.enter(caller, never);
      share.leave(caller, { type: "unreachable", reason: "away" });
    }
    for (let number = 0; number < 2; number += 1) {
      share.retryNow();
      expect(share.enter(callOf("b"), never)).toBeNull();
    }
  });

  it("TU9: what the provider says is left is obeyed, and comes back evenly", async () => {
    const clock = createManualClock();
    const share = createProviderShare(clock);
    const first = callOf("a", 500);
    expect(share.enter(first, never)).toBeNull();
    share.learn(first, { requests: null, tokens: { limit: 60_000, remaining: 1_000, resetMs: 59_000 } });
    share.leave(first, answered);
    expect(share.enter(callOf("a", 900), never)).toBeNull();
    // The provider has not seen that call yet: 100 are left, and a thousand come back in each second.
    const waits = share.enter(callOf("b", 2_100), never);
    expect(share.opensAtMs).toBe(clock.now() + 2_000);
    const small = share.enter(callOf("c", 10), never) ?? Promise.resolve();
    clock.advance(1_999);
    await settle();
    expect(share.waiting).toBe(2);
    clock.advance(1);
    await expect(waits).resolves.toBeUndefined();
    await clockUntil(clock, small);
  });

  it("TU9: what a provider says of its limits stops nobody for more than a minute", async () => {
    const clock = createManualClock();
    const share = createProviderShare(clock);
    for (const tokens of [
      { limit: 10, remaining: 0, resetMs: 86_400_000 },
      { limit: null, remaining: 0, resetMs: 86_400_000 },
    ]) {
      const caller = callOf("a", 1e9);
      await clockUntil(clock, share.enter(caller, never) ?? Promise.resolve());
      share.learn(caller, { requests: null, tokens });
      share.leave(caller, answered);
      const next = callOf("b", 1e9);
      const entered = share.enter(next, never);
      clock.advance(60_000);
      await expect(entered).resolves.toBeUndefined();
      share.leave(next, answered);
    }
  });

  it("TU9: bots take turns by the tokens that they use, once a limit of tokens is known", async () => {
    const clock = createManualClock();
    const share = createProviderShare(clock);
    const first = callOf("probe", 0);
    share.enter(first, never);
    share.learn(first, { requests: null, tokens: { limit: 60_000, remaining: 0, resetMs: 60_000 } });
    share.leave(first, answered);
    const tokensOf: Record<string, number> = { big: 0, small: 0 };
    const call = async (botId: string, tokens: number) => {
      const caller = callOf(botId, tokens);
      await share.enter(caller, never);
      tokensOf[botId] = (tokensOf[botId] ?? 0) + tokens;
      share.learn(caller, { requests: null, tokens: { limit: 60_000, remaining: 0, resetMs: 60_000 } });
      share.leave(caller, answered);
    };
    for (let number = 0; number < 20; number += 1) void call("big", 10_000);
    for (let number = 0; number < 200; number += 1) void call("small", 1_000);
    for (let second = 0; second < 120; second += 1) {
      clock.advance(1_000);
      await settle();
    }
    expect(tokensOf.small).toBeGreaterThan(40_000);
    expect(tokensOf.big).toBeGreaterThan(40_000);
  });
});

async function clockUntil(clock: ReturnType<typeof createManualClock>, done: Promise<void>): Promise<void> {
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  for (let step = 0; step < 1_000 && !isDone; step += 1) {
    await settle();
    if (!isDone) clock.advance(100);
  }
  expect(isDone).toBe(true);
}

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
      const caller = callOf(botId);
      await to.enter(caller, never);
      const retryAfterMs = ask();
      await clock.sleep(200);
      if (retryAfterMs === null) {
        to.leave(caller, answered);
        return clock.now() - from;
      }
      to.leave(caller, limited(retryAfterMs));
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
