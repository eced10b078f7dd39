import type { Event } from "@reef/protocol/event";
import type { SessionId, TurnId } from "@reef/protocol/ids";
import type { CallReport, Delta, Phase } from "@reef/protocol/socket";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applyDelta,
  applyEvent,
  applyPhase,
  applyReport,
  endReports,
  type LiveTexts,
  noLivePhases,
  noLiveReports,
  noLiveTexts,
  reportKey,
} from "./live-text.ts";

const sessionId = "ses_0190a000-0000-7000-8000-000000000001" as SessionId;
const turnId = "trn_0190a000-0000-7000-8000-000000000001" as TurnId;

function delta(step: number, offset: number, text: string): Delta {
  return { type: "delta", sessionId, turnId, step, offset, text };
}

function fold(...deltas: readonly Delta[]): LiveTexts {
  return deltas.reduce(applyDelta, noLiveTexts);
}

function textOf(texts: LiveTexts): string | undefined {
  return texts.get(turnId)?.text;
}

function entryEvent(kind: string): Event {
  return { seq: 1, at: "", type: "entry.created", entry: { kind, turnId } } as unknown as Event;
}

test("TU8: deltas that follow each other make the text", () => {
  expect(textOf(fold(delta(1, 0, "Hel"), delta(1, 3, "lo"), delta(1, 5, "!")))).toBe("Hello!");
});

test("TU8: a delta that comes twice changes nothing", () => {
  const texts = fold(delta(1, 0, "Hel"), delta(1, 3, "lo"));
  expect(applyDelta(texts, delta(1, 3, "lo"))).toBe(texts);
});

test("TU8: text with a hole is never shown, and the snapshot on reconnect mends it", () => {
  const behind = fold(delta(1, 0, "one "), delta(1, 8, "three"));
  expect(textOf(behind)).toBe("one ");
  expect(textOf(applyDelta(behind, delta(1, 0, "one two three")))).toBe("one two three");
});

test("TU8: a new attempt of a step replaces what was shown of the last one", () => {
  expect(textOf(fold(delta(1, 0, "bad start"), delta(1, 0, ""), delta(1, 0, "good")))).toBe("good");
});

test("TU8: a late delta of an earlier step is ignored", () => {
  expect(textOf(fold(delta(2, 0, "second"), delta(1, 0, "first")))).toBe("second");
});

test("TU8: the text goes when its entry is there, or when the turn no longer runs", () => {
  const texts = fold(delta(1, 0, "Hello"));
  expect(applyEvent(texts, entryEvent("bot")).size).toBe(0);
  expect(applyEvent(texts, entryEvent("tool_call")).size).toBe(0);
  expect(applyEvent(texts, entryEvent("person"))).toBe(texts);
  const turn = (state: string) => ({ type: "turn.changed", turn: { id: turnId, state } }) as unknown as Event;
  expect(applyEvent(texts, turn("running"))).toBe(texts);
  expect(applyEvent(texts, turn("cancelled")).size).toBe(0);
});

test("PR4: the newest phase of a step is kept with its beginning, and goes with the step as its text does", () => {
  const phase = (step: number, name: Phase["phase"], since: string): Phase =>
    ({ type: "phase", sessionId, turnId, step, phase: name, since }) as Phase;
  const waiting = applyPhase(noLivePhases, phase(1, "waiting", "1"));
  expect(applyPhase(waiting, phase(1, "waiting", "1"))).toBe(waiting);
  expect(applyPhase(waiting, phase(1, "waiting", "2")).get(turnId)?.since).toBe("2");
  const next = applyPhase(waiting, phase(2, "thinking", "3"));
  expect(applyPhase(next, phase(1, "writing", "4"))).toBe(next);
  expect(next.get(turnId)).toEqual(phase(2, "thinking", "3"));
  expect(applyEvent(next, entryEvent("person"))).toBe(next);
  expect(applyEvent(next, entryEvent("bot"))).toEqual(noLivePhases);
});

test("TU8: however often a client reconnects, it ends with exactly the text that was written", () => {
  const parts = fc.array(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(parts, fc.array(fc.boolean()), (words, isCut) => {
      let texts = noLiveTexts;
      let written = "";
      words.forEach((word, n) => {
        // The cut loses this delta; the reconnect that follows brings a snapshot.
        const offset = written.length;
        written += word;
        texts = applyDelta(texts, isCut[n] ? delta(1, 0, written) : delta(1, offset, word));
        expect(written.startsWith(textOf(texts) ?? "")).toBe(true);
      });
      expect(textOf(texts)).toBe(written);
    }),
  );
});

const report = (callId: string, text: string): CallReport => ({ type: "call", sessionId, turnId, callId, text });

test("a running call shows its newest report, and the same one again changes nothing", () => {
  const reports = applyReport(applyReport(noLiveReports, report("1", "a")), report("1", "ab"));
  expect(reports.get(reportKey({ turnId, callId: "1" }))?.text).toBe("ab");
  expect(applyReport(reports, report("1", "ab"))).toBe(reports);
});

test("what a call showed goes with its own result, or with its turn", () => {
  const both = applyReport(applyReport(noLiveReports, report("1", "a")), report("2", "b"));
  const result = (callId: string) =>
    ({
      seq: 1,
      at: "",
      type: "entry.created",
      entry: { kind: "tool_result", turnId, tool: { callId } },
    }) as unknown as Event;
  expect([...endReports(both, result("1")).values()].map(({ callId }) => callId)).toEqual(["2"]);
  expect(endReports(both, result("3"))).toBe(both);
  expect(endReports(both, entryEvent("bot"))).toBe(both);
  const turn = (state: string) => ({ type: "turn.changed", turn: { id: turnId, state } }) as unknown as Event;
  expect(endReports(both, turn("running"))).toBe(both);
  expect(endReports(both, turn("cancelled")).size).toBe(0);
});
