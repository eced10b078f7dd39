/** Tests the oddest numbers that servers have sent, or may send. */
import { describe, expect, it } from "vitest";
import { openModelStore } from "../model/store.ts";
import { RuntimeFailure } from "../port/runtime.ts";
import { startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";
import { longestWaitMs, sinceMs, toldWait, withTrueNumbers } from "./told-numbers.ts";

const open = async (clock: Parameters<typeof openModelStore>[0]["clock"]) => openModelStore({ clock });
const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1, 2 ** 53, 9.3e13, 0.1];

describe("numbers from outside", () => {
  it("BO2, MB7: a wait that a server asks for ends within an hour", () => {
    for (const ms of odd) expect(toldWait(ms)).toBeGreaterThanOrEqual(0);
    for (const ms of odd) expect(toldWait(ms)).toBeLessThanOrEqual(longestWaitMs);
    expect([toldWait(null), toldWait(undefined), toldWait(5_000)]).toEqual([0, 0, 5_000]);
  });

  it("BO2, PR3: counts that cannot be true are not added up", () => {
    for (const count of odd) {
      const step = {
        type: "answer" as const,
        text: "",
        calls: [],
        inputTokens: count,
        outputTokens: count,
        costUsd: count,
      };
      const { inputTokens, outputTokens, costUsd } = withTrueNumbers(step) as typeof step;
      for (const tokens of [inputTokens, outputTokens]) expect(Number.isSafeInteger(tokens) && tokens >= 0).toBe(true);
      expect(costUsd === undefined || (costUsd >= 0 && costUsd < 1e6)).toBe(true);
      const tool = { type: "tool" as const, callId: "c", name: "n", input: {}, text: "", isError: false };
      expect(withTrueNumbers({ ...tool, durationMs: count })).toMatchObject({ durationMs: expect.any(Number) });
    }
    expect(sinceMs(1_000, 500)).toBe(0);
  });

  it("BO2, MB7: a turn whose server names the year 9999, or no time at all, is tried again within an hour", async () => {
    for (const retryAfterMs of odd) {
      for (const isOutage of [true, false]) {
        await using reef = await startHarness(open, {
          script: (_, call) => {
            if (call > 1) return "it is back";
            throw new RuntimeFailure("later", { retry: true, retryAfterMs, isOutage });
          },
        });
        const message = await reef.send(await reef.newSession(), "go");
        await reef.until(async () => reef.runtime.calls.length > 0 && reef.worker.runningTurns() === 0);
        reef.clock.advance(longestWaitMs);
        expect((await reef.settled(message.id)).state).toBe("answered");
      }
    }
  });

  it("BO2, PR3: an answer with impossible counts is an answer all the same", async () => {
    for (const count of odd) {
      await using reef = await startHarness(open, {
        script: () => [{ ...answer("words"), inputTokens: count, outputTokens: count, costUsd: count } as never],
      });
      const message = await reef.send(await reef.newSession(), "go");
      const settled = await reef.settled(message.id);
      expect(settled.state).toBe("answered");
      const usage = (await reef.store.read.turn(settled.turnId as never))?.usage;
      for (const value of Object.values(usage ?? {})) expect(Number.isFinite(value) && value >= 0).toBe(true);
    }
  });
});
