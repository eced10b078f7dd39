import { expect, test } from "vitest";
import { phaseWords, shortPhaseWords } from "./phase-words.ts";

const since = "2026-01-31T12:00:00.000Z";
const after = (seconds: number) => Date.parse(since) + seconds * 1000;

test("PR4: the wait for the first token is told from three seconds on, with how long it has lasted", () => {
  const waiting = { phase: "waiting", since } as const;
  expect(phaseWords(waiting, after(2.9))).toBeNull();
  expect(phaseWords(waiting, after(3))).toBe("Waiting for the first token, 0:03");
  expect(phaseWords(waiting, after(80))).toBe("Waiting for the first token, 1:20");
  expect(phaseWords(waiting, after(3723))).toBe("Waiting for the first token, 1:02:03");
  expect(shortPhaseWords(waiting, after(2))).toBeNull();
  expect(shortPhaseWords(waiting, after(80))).toBe("Waiting for the model");
});

test("PR4: thinking is told at once, writing not at all, and a clock that runs behind counts from nothing", () => {
  expect(phaseWords({ phase: "thinking", since }, after(12))).toBe("Thinking… 0:12");
  expect(phaseWords({ phase: "thinking", since }, after(-40))).toBe("Thinking… 0:00");
  expect(phaseWords({ phase: "writing", since }, after(12))).toBeNull();
  expect(shortPhaseWords(null, after(12))).toBeNull();
});
