import { expect, test } from "vitest";
import { makeMessage, messageChanged, sessionId } from "../../testing/nouns.ts";
import { type DeadLetters, foldDeadLetters } from "./dead-letters.ts";

const none: DeadLetters = new Map();
const dead = makeMessage("1", { state: "dead" });

test("MB7: a dead letter is counted until it is retried or dismissed", () => {
  const one = foldDeadLetters(none, [messageChanged(1, dead), messageChanged(2, dead)]);
  expect(one.size).toBe(1);
  expect(foldDeadLetters(one, [messageChanged(3, { ...dead, state: "queued" })]).size).toBe(0);
  expect(foldDeadLetters(one, [messageChanged(3, { ...dead, dismissedAt: "2026-01-31T13:00:00.000Z" })]).size).toBe(0);
});

test("messages that live change nothing, and a deleted session takes its dead letters along", () => {
  expect(foldDeadLetters(none, [messageChanged(1, makeMessage("2"))])).toBe(none);
  const one = foldDeadLetters(none, [messageChanged(1, dead)]);
  const gone = { type: "session.deleted", seq: 2, at: dead.receipts.acceptedAt, sessionId: sessionId("a") } as const;
  expect(foldDeadLetters(one, [gone]).size).toBe(0);
});
