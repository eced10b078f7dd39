import { describe, expect, it } from "vitest";
import { takenByTurn, takesNext, upToUrgent } from "./taken.ts";

/** q queue, s steer, i interrupt, r a result; a digit tells two of them apart. */
function line(kinds: string) {
  return kinds
    .split(" ")
    .filter(Boolean)
    .map((name) => ({
      name,
      mode: ({ s: "steer", i: "interrupt" } as const)[name[0] as "s"] ?? ("queue" as const),
      purpose: name.startsWith("r") ? ("result" as const) : ("text" as const),
    }));
}
const names = (taken: readonly { readonly name: string }[]) => taken.map(({ name }) => name).join(" ");

describe("which messages a turn takes", () => {
  it.each([
    ["", ""],
    ["q1", "q1"],
    ["q1 q2", "q1"],
    ["s1 q2", "s1"],
  ])("MB4: of “%s” a new turn takes one message: “%s”", (waiting, taken) => {
    expect(names(takenByTurn(line(waiting)))).toBe(taken);
  });

  it.each([
    ["q1 s2 q3", "q1 s2"],
    ["q1 s2 q3 i4 q5", "q1 s2 q3 i4"],
  ])("MB3: an urgent message takes along what waits before it: of “%s”, “%s”", (waiting, taken) => {
    expect(names(upToUrgent(line(waiting)))).toBe(taken);
    expect(names(takenByTurn(line(waiting)))).toBe(taken);
  });

  it("MB3: without an urgent message nothing joins a turn that runs", () => {
    expect(upToUrgent(line("q1 r2 q3"))).toEqual([]);
  });

  it.each([
    ["r1 r2 q3 r4", "r1 r2"],
    ["q1 r2", "q1"],
    ["q1 s2 r3 r4", "q1 s2"],
    ["r1", "r1"],
  ])("MB4: results directly behind a result are taken with it: of “%s”, “%s”", (waiting, taken) => {
    expect(names(takenByTurn(line(waiting)))).toBe(taken);
  });

  it("MB4: a store reads on behind a result only", () => {
    expect([takesNext(line("q1 r2")), takesNext(line("r1 q2")), takesNext([])]).toEqual([true, false, false]);
  });

  it("MB4: read piece by piece, a line gives the same as read at once", () => {
    const whole = line("r1 r2 r3 r4 q5 r6");
    for (let read = 1; read <= whole.length; read++) {
      const taken = takenByTurn(whole.slice(0, read));
      if (taken.length < read || !takesNext(taken)) expect(names(taken)).toBe(names(takenByTurn(whole)));
      else expect(names(takenByTurn(whole)).startsWith(names(taken))).toBe(true);
    }
  });
});
