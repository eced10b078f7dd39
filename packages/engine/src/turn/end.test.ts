import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { cancelEnd, cancelNotice, failuresAfter } from "./end.ts";
import { holdsClaim } from "./holds-claim.ts";
import { isAskOver, isMessageOver, isReady } from "./ready.ts";

describe("the end of a turn", () => {
  it("TU6: a cancel takes the messages with it, an interrupt lets them count as acted on", () => {
    expect(cancelEnd({ by: "person", reason: "cancelled by a person" })).toMatchObject({
      state: "cancelled",
      messages: "cancelled",
      error: "cancelled by a person",
    });
    expect(cancelEnd({ by: "interrupt", reason: "news" }).messages).toBe("acted");
  });

  it("TU6: the transcript says who stopped it", () => {
    expect(cancelNotice({ by: "person", reason: "cancelled by a person" })).toEqual({
      text: "Stopped: cancelled by a person.",
      notice: { type: "cancelled", by: "person" },
    });
    expect(cancelNotice({ by: "interrupt", reason: "news" }).notice).toEqual({ type: "interrupted" });
  });

  it("TU6: a failure counts, an answer ends the row of them, a cancel does neither", () => {
    const before = { failuresInRow: 2, lastError: "it broke" };
    expect(failuresAfter(before, { state: "failed", error: "again" })).toEqual({
      failuresInRow: 3,
      lastError: "again",
    });
    expect(failuresAfter(before, { state: "done", error: null })).toEqual({ failuresInRow: 0, lastError: null });
    expect(failuresAfter(before, { state: "cancelled", error: "stopped" })).toEqual(before);
  });
});

describe("a claim", () => {
  it("TU5: it holds while the turn runs under its fence and its worker", () => {
    const worker = makeId("worker");
    const turn = { state: "running", fence: 2, worker } as const;
    expect(holdsClaim(turn, { fence: 2, worker })).toBe(true);
    expect(holdsClaim(turn, { fence: 1, worker })).toBe(false);
    expect(holdsClaim(turn, { fence: 2, worker: makeId("worker") })).toBe(false);
    expect(holdsClaim({ ...turn, state: "waiting", worker: null }, { fence: 2, worker })).toBe(false);
    expect(holdsClaim(undefined, { fence: 2, worker })).toBe(false);
  });
});

describe("a turn that waits", () => {
  const waiting = { waits: 2, open: 1, readyAt: null, isCancelled: false };

  it("AS2: it is ready when the last of what it waits for is over", () => {
    expect([isReady(waiting), isReady({ ...waiting, open: 0 })]).toEqual([false, true]);
  });

  it("TU6: a cancel makes it ready at once", () => {
    expect(isReady({ ...waiting, isCancelled: true })).toBe(true);
  });

  it("MB7: one that waits for a time alone is not ready before it; one that waits for nothing is", () => {
    const forTime = { ...waiting, waits: 0, open: 0 };
    expect(isReady(forTime)).toBe(true);
    expect(isReady({ ...forTime, readyAt: "2026-11-30T00:00:00.000Z" })).toBe(false);
  });

  it("AS2: what is gone is waited for no longer", () => {
    expect([isAskOver(undefined), isMessageOver(undefined)]).toEqual([true, true]);
    expect([isAskOver({ state: "open" }), isAskOver({ state: "answered" })]).toEqual([false, true]);
    expect(isMessageOver({ state: "acted", purpose: "task" })).toBe(false);
    expect(isMessageOver({ state: "acted", purpose: "text" })).toBe(true);
  });
});
