import type { AskId } from "@reef/protocol/ids";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCell } from "../cell.ts";
import type { HeldAnswer, Reef } from "../reef.ts";
import { makeAsk } from "../testing/nouns.ts";
import { giveAnswer, graceMs, takeBackAnswer } from "./give-answer.ts";

const page = new EventTarget();
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function setUp() {
  const sent: string[] = [];
  const reef = {
    heldAnswers: createCell<ReadonlyMap<AskId, HeldAnswer>>(new Map()),
    toasts: { show: () => undefined },
    client: { answerAsk: async (_: AskId, { answer }: { answer: string }) => void sent.push(answer) },
  } as unknown as Reef;
  return { sent, reef, ask: makeAsk("go") };
}

test("AS1: an answer waits, and one that was taken back is never sent, whatever is answered after it", () => {
  const { sent, reef, ask } = setUp();
  giveAnswer(reef, ask, { answer: "Send", title: "x" });
  vi.advanceTimersByTime(graceMs - 1);
  takeBackAnswer(reef, ask.id);
  giveAnswer(reef, ask, { answer: "Not yet", title: "x" });
  vi.advanceTimersByTime(graceMs - 1);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual(["Not yet"]);
});

test("AS1: a page that is closed sends what it held, once", () => {
  const { sent, reef, ask } = setUp();
  giveAnswer(reef, ask, { answer: "Send", title: "x" });
  giveAnswer(reef, ask, { answer: "again", title: "x" });
  page.dispatchEvent(new Event("pagehide"));
  vi.advanceTimersByTime(graceMs);
  expect(sent).toEqual(["Send"]);
});
