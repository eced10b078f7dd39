import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { sharedDeathsMax } from "../port/store.ts";
import { admitSuspects, bySuspicion, chargeDeaths, type Died } from "./deaths.ts";

const [here, there] = [makeId("worker"), makeId("worker")];
const turn = (fields: Partial<Died> = {}): Died => ({ worker: here, attempts: 0, sharedDeaths: 0, ...fields });
const suspect = (attempts = 0) => turn({ attempts, sharedDeaths: sharedDeathsMax });
const charged = (died: readonly Died[]) =>
  chargeDeaths(died).map(({ counts }) => [counts.attempts, counts.sharedDeaths]);

describe("deaths", () => {
  it("TU4: a turn that died alone is charged with it", () => {
    expect(charged([turn(), turn({ worker: there, attempts: 1 })])).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it("TU4: turns that died together share the death and are charged with nothing", () => {
    expect(charged([turn(), turn({ attempts: 2, sharedDeaths: 1 }), turn({ worker: there })])).toEqual([
      [0, 1],
      [2, 2],
      [1, 0],
    ]);
  });

  it("TU4: one that died often enough in company is charged with the next death, in company or not", () => {
    expect(charged([turn(), suspect(1)])).toEqual([
      [0, 1],
      [2, sharedDeathsMax],
    ]);
  });

  it("TU4: suspects come after the others, the one with the fewest deaths of its own first", () => {
    const [a, b, c, d] = [suspect(2), turn({ attempts: 2 }), suspect(1), turn({ attempts: 1 })];
    expect([a, b, c, d].toSorted(bySuspicion)).toEqual([b, d, c, a]);
  });

  it("TU4: suspects run one at a time", () => {
    const gate = admitSuspects(false);
    const admits = (of: Died, isCancelled = false) => gate.admits({ ...of, isCancelled });
    expect([
      admits(turn()),
      gate.isFree(),
      admits(suspect()),
      gate.isFree(),
      admits(suspect()),
      admits(turn()),
    ]).toEqual([true, true, true, false, false, true]);
    expect(admits(suspect(), true)).toBe(true);
    expect(admitSuspects(true).admits({ ...suspect(), isCancelled: false })).toBe(false);
  });
});

it("TU4: while other suspects die as well, none is charged twice, so that a machine that dies often makes no dead letter", () => {
  const suspect = (attempts: number, sharedDeaths = 2) => ({ worker: "w" as never, attempts, sharedDeaths });
  const charge = (one: Died, waiting: readonly Died[]) => chargeDeaths([one], waiting)[0]?.counts;
  expect(charge(suspect(0), [suspect(1)])).toEqual({ attempts: 1, sharedDeaths: 2 });
  expect(charge(suspect(1), [suspect(1)])).toEqual({ attempts: 1, sharedDeaths: 3 });
  expect(charge(suspect(1), [suspect(0)]), "it is the only one that dies").toEqual({ attempts: 2, sharedDeaths: 2 });
  expect(charge(suspect(2), []), "the others went on").toEqual({ attempts: 3, sharedDeaths: 2 });
  expect(charge(suspect(1, 16), [suspect(1, 16)]), "two that kill whatever runs").toEqual({
    attempts: 2,
    sharedDeaths: 16,
  });
});
