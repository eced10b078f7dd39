import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { noAnswerHeld } from "./held-words.ts";
import { endsWithTurn, isAnsweredElsewhere, requireAnyHeld, requireHeld, requireOpen } from "./open-ask.ts";

const until = "2026-11-30T00:00:05.000Z";
const held = { answer: "yes", until };

describe("a question", () => {
  it("AS1: it is answered once", () => {
    expect(() => requireOpen({ state: "open" })).not.toThrow();
    expect(() => requireOpen({ state: "answered" })).toThrow("this question was already answered");
  });

  it("AS1: an answer that was held takes effect only as it was held", () => {
    expect(() => requireHeld(held, { answer: "yes", heldUntil: until })).not.toThrow();
    expect(() => requireHeld(held, { answer: "no", heldUntil: until })).toThrow(noAnswerHeld);
    expect(() => requireHeld(undefined, { answer: "yes", heldUntil: until })).toThrow(noAnswerHeld);
    expect(() => requireHeld(held, { answer: "yes", heldUntil: "2026-11-30T00:00:06.000Z" })).toThrow(noAnswerHeld);
  });

  it("AS1: an answer that is given directly takes the place of a held one; only a held one is taken back", () => {
    expect(() => requireHeld(held, { answer: "no" })).not.toThrow();
    expect(() => requireAnyHeld(held)).not.toThrow();
    expect(() => requireAnyHeld(undefined)).toThrow(noAnswerHeld);
  });

  it("AS1: only a question that belongs to no turn is answered by a message", () => {
    const turnId = makeId("turn");
    expect(isAnsweredElsewhere({ turnId: null, kind: "question" })).toBe(true);
    expect(isAnsweredElsewhere({ turnId, kind: "question" })).toBe(false);
    expect(isAnsweredElsewhere({ turnId: null, kind: "chain" })).toBe(false);
  });

  it("MB10: a chain's question outlives the turn that met the limit", () => {
    expect([endsWithTurn({ kind: "chain" }), endsWithTurn({ kind: "question" })]).toEqual([false, true]);
  });
});
