import { makeId } from "@reef/engine/ids";
import { describe, expect, it } from "vitest";
import { type History, type HistoryRow, toRow } from "./history.ts";
import { firstWords, judge, rowsOfTurn } from "./reconcile.ts";
import { assistantRow, resultRow, userRow } from "./testing/double-rows.ts";

const turnId = makeId("turn");
const [first, second] = [`${turnId}:1`, `${turnId}:2`];
const resumed = crypto.randomUUID();

function row(value: unknown): HistoryRow {
  const read = toRow(value);
  if (read === null) throw new Error("expected a row");
  return read;
}

const asked = (runId: string = first) => row(userRow({ seq: 1, text: "go", runId }));
const called = (runId: string = first) =>
  row(assistantRow({ seq: 2, text: "", runId, calls: [{ id: "c", name: "exec", arguments: {} }] }));
const result = (runId: string = first) => row(resultRow({ seq: 3, text: "ok", runId, callId: "c", name: "exec" }));
const answered = (runId: string = first) => row(assistantRow({ seq: 4, text: "done", runId }));
const failed = (runId: string = first) => row(assistantRow({ seq: 4, text: "no", runId, isFailure: true }));
const cutOff = (runId: string = first) => row(assistantRow({ seq: 4, text: "do", runId, isCutOff: true }));
const theirs = () => row(userRow({ seq: 5, text: "hi", runId: "theirs" }));
const recovery = (runId: string = resumed) =>
  row(
    userRow({
      seq: 5,
      text: "[System]",
      runId,
      provenance: { kind: "internal_system", sourceTool: "main_session_restart_recovery" },
    }),
  );

const idle: History = {
  rows: [],
  hasMore: false,
  pending: [],
  inFlight: null,
  hasActiveRun: false,
  activeRunIds: [],
  lastRunId: null,
  lastRunError: null,
};

interface Case {
  readonly name: string;
  readonly history: Partial<History>;
  readonly isRestarted: boolean;
  readonly runId?: string;
  readonly verdict: object;
}

const running = (runId: string) => ({ hasActiveRun: true, activeRunIds: [runId] });
const pending = (state: string, runId: string = first) => ({ pending: [{ runId, state }] });
const again = (why: string, words: string, isSameKey = false) => ({ type: "send_again", why, words, isSameKey });

const cases: readonly Case[] = [
  { name: "answered", history: { rows: [asked(), answered()] }, isRestarted: false, verdict: { type: "answered" } },
  {
    name: "answered, then restarted",
    history: { rows: [asked(), answered()] },
    isRestarted: true,
    verdict: { type: "answered" },
  },
  {
    name: "still running",
    history: { rows: [asked()], ...running(first) },
    isRestarted: false,
    verdict: { type: "follow", runId: first, isResumed: false },
  },
  {
    name: "running, its id unsaid",
    history: { rows: [asked()], hasActiveRun: true, activeRunIds: null, inFlight: { runId: first, text: "" } },
    isRestarted: false,
    verdict: { type: "follow", runId: first },
  },
  {
    name: "waiting behind another",
    history: { ...running("theirs"), ...pending("queued") },
    isRestarted: false,
    verdict: { type: "follow", runId: first },
  },
  {
    name: "resumed and running",
    history: { rows: [asked(), recovery()], ...running(resumed) },
    isRestarted: true,
    verdict: { type: "follow", runId: resumed, isResumed: true },
  },
  {
    name: "resumed, not begun",
    history: {
      rows: [asked()],
      hasActiveRun: true,
      activeRunIds: null,
      pending: [{ runId: resumed, state: "queued" }],
    },
    isRestarted: true,
    verdict: { type: "follow", runId: resumed, isResumed: true },
  },
  {
    name: "resumed and answered",
    history: { rows: [asked(), recovery(), answered(resumed)] },
    isRestarted: true,
    verdict: { type: "answered" },
  },
  {
    name: "resumed after a tool, answered",
    history: { rows: [asked(), called(), recovery(), answered(resumed)] },
    isRestarted: true,
    verdict: { type: "answered" },
  },
  {
    name: "cut off before a word",
    history: { rows: [asked()] },
    isRestarted: true,
    verdict: again("interrupted", "same"),
  },
  {
    name: "cut off in a tool",
    history: { rows: [asked(), called()] },
    isRestarted: true,
    verdict: again("interrupted", "go_on"),
  },
  {
    name: "cut off after a tool",
    history: { rows: [asked(), called(), result()] },
    isRestarted: true,
    verdict: again("interrupted", "go_on"),
  },
  {
    name: "cut off again while it went on",
    history: { rows: [asked(), called(), result(), asked(second)] },
    runId: second,
    isRestarted: true,
    verdict: again("interrupted", "go_on"),
  },
  {
    name: "resumed and cut off again",
    history: { rows: [asked(), recovery()] },
    isRestarted: true,
    verdict: again("interrupted", "same"),
  },
  {
    name: "waited when it died",
    history: { ...pending("interrupted") },
    isRestarted: true,
    verdict: again("never_began", "same"),
  },
  {
    name: "never arrived, same process",
    history: {},
    isRestarted: false,
    verdict: again("never_arrived", "same", true),
  },
  { name: "never arrived, another process", history: {}, isRestarted: true, verdict: again("never_arrived", "same") },
  {
    name: "failed",
    history: { rows: [asked(), failed()], lastRunId: first, lastRunError: "HTTP 400" },
    isRestarted: false,
    verdict: { type: "failed", reason: "HTTP 400", isFinal: true },
  },
  {
    name: "failed once, the second waited",
    history: { rows: [asked(), failed()], ...pending("interrupted", second) },
    runId: second,
    isRestarted: true,
    verdict: again("never_began", "answer_now"),
  },
  {
    name: "stopped over there",
    history: { rows: [asked(), cutOff()] },
    isRestarted: false,
    verdict: { type: "failed", isFinal: true },
  },
  {
    name: "taken out of the line over there",
    history: { ...pending("cancelled") },
    isRestarted: false,
    verdict: { type: "failed", isFinal: true },
  },
  {
    name: "answered, and others went on",
    history: { rows: [asked(), answered(), theirs(), answered("theirs")] },
    isRestarted: false,
    verdict: { type: "answered" },
  },
  {
    name: "others run after a start",
    history: { rows: [asked(), theirs()], ...running("theirs") },
    isRestarted: true,
    verdict: { type: "follow", runId: "theirs" },
  },
];

describe("what became of a run", () => {
  it.each(cases)("TU2: $name", ({ history, isRestarted, runId = first, verdict }) => {
    expect(judge({ turnId, runId, isRestarted, history: { ...idle, ...history } })).toMatchObject(verdict);
  });

  it("a message that stands there with nothing but a failure is not said again", () => {
    const earlier = `${makeId("turn")}:1`;
    const isSame = (text: string) => text === "go";
    const nudge = row(
      userRow({ seq: 5, text: "again", runId: second, provenance: { kind: "internal_system", sourceTool: "reef" } }),
    );
    const [ask, fail] = [asked(earlier), failed(earlier)];
    expect(firstWords([ask, fail], isSame)).toBe("answer_now");
    expect(firstWords([ask, fail, nudge, failed(second)], isSame)).toBe("answer_now");
    expect(firstWords([ask, called(earlier), result(earlier), fail], isSame)).toBe("go_on");
    expect(firstWords([ask, fail], () => false)).toBe("same");
    expect(firstWords([ask, answered(earlier)], isSame)).toBe("same");
    expect(firstWords([ask, cutOff(earlier)], isSame)).toBe("same");
    expect(firstWords([asked("typed-there"), failed("typed-there")], isSame)).toBe("same");
    expect(firstWords([], isSame)).toBe("same");
  });

  it("never takes the answer of a run that resumed somebody else's", () => {
    const rows = [asked(), theirs(), recovery(), answered(resumed)];
    expect(rowsOfTurn(rows, { turnId, runId: first })).toMatchObject({ rows: [], resumedBy: [] });
  });
});
