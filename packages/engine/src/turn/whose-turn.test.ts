import { describe, expect, it } from "vitest";
import { nextToRun } from "./whose-turn.ts";

const bot = (running: number, rank: number | null) => ({ running, rank });

describe("whose turn is next", () => {
  it("the bot that runs least is next, however late its message", () => {
    expect(nextToRun([bot(2, 1), bot(0, 9), bot(1, 2)])).toEqual(bot(0, 9));
  });

  it("MB3: among equals the oldest message is next", () => {
    expect(nextToRun([bot(1, 7), bot(1, 3), bot(1, 5)])).toEqual(bot(1, 3));
  });

  it("one without a message is never next", () => {
    expect(nextToRun([bot(0, null), bot(3, 4), bot(0, null)])).toEqual(bot(3, 4));
    expect(nextToRun([bot(0, null)])).toBeNull();
    expect(nextToRun([])).toBeNull();
  });
});
