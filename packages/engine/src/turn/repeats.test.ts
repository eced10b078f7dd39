import type { Entry } from "@reef/protocol/entry";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeId } from "../ids.ts";
import { countRepeats, createRepeats, findLoop, isUnreadableAgain, tellRepeat, unreadableText } from "./repeats.ts";

const turnId = makeId("turn");

interface Call {
  readonly name: string;
  readonly input?: unknown;
  readonly text?: string;
  readonly isError?: boolean;
}

/** Starts a turn that makes calls one after another, each reported as the engine does. */
function start() {
  const repeats = createRepeats(turnId);
  const entries: Entry[] = [];
  const append = (kind: Entry["kind"], rest: Partial<Entry>) => {
    const head = { id: makeId("entry"), sessionId: makeId("session"), seq: entries.length + 1, text: "", turnId };
    const blank = { messageId: null, from: null, tool: null, notice: null, partial: false, at: "" };
    entries.push({ ...head, ...blank, kind, ...rest } as Entry);
    countRepeats(repeats, entries);
  };
  const open = ({ name, input = {} }: Call) => {
    const callId = `c${entries.length}`;
    append("tool_call", { tool: { callId, name, input } });
    return { callId, name, input };
  };
  const close = (call: ReturnType<typeof open>, { text = "same", isError = false }: Call) => {
    const told = tellRepeat(repeats, call, { text, isError });
    append("tool_result", { text: told, tool: { callId: call.callId, name: call.name, isError } });
    return told.slice(text.length);
  };
  const make = (call: Call) => close(open(call), call);
  return { repeats, entries, append, make, open, close };
}

const looked: Call = { name: "look", input: { at: "x", deep: { b: 1, a: [2] } } };

test("BO1: the third same call with the same result says so, and the fifth is one to ask about", () => {
  const { repeats, make } = start();
  expect([make(looked), make(looked)]).toEqual(["", ""]);
  expect(make({ ...looked, input: { deep: { a: [2], b: 1 }, at: "x" } })).toContain("This is the third time");
  expect(findLoop(repeats)).toBeNull();
  expect(make(looked)).toContain("This is the fourth time");
  expect(findLoop(repeats)).toBeNull();
  expect(make(looked)).toContain("This is the fifth time");
  expect(findLoop(repeats)).toMatchObject({ name: "look", text: "same", isError: false, sinceNews: 5 });
});

test("BO1: a call with other arguments, another name, another result or another outcome is another", () => {
  const { repeats, make } = start();
  const others: readonly Call[] = [
    looked,
    { ...looked, input: { at: "y" } },
    { ...looked, input: { at: "x", deep: { b: 1, a: ["2"] } } },
    { ...looked, name: "see" },
    { ...looked, text: "same." },
    { ...looked, isError: true },
  ];
  for (let round = 0; round < 2; round += 1) expect(others.map(make).join("")).toBe("");
  expect(findLoop(repeats)).toBeNull();
});

test("BO1: calls that take turns are found as well", () => {
  const { repeats, make } = start();
  let made = 0;
  while (findLoop(repeats) === null && made < 50) make({ name: ["a", "b", "c"][made++ % 3] ?? "" });
  expect(made).toBeLessThanOrEqual(17);
});

test("BO1: what polls is left alone while anything changes, and told when it does not", () => {
  const { repeats, make } = start();
  for (let n = 0; n < 50; n += 1) make({ name: "wait", text: `at ${n}` });
  for (let n = 0; n < 50; n += 1) {
    make({ name: "list" });
    make({ name: "work", input: { n } });
  }
  expect(findLoop(repeats)).toBeNull();
  expect(make({ name: "list" })).toContain("This is the 51st time");
});

test("BO1: a person's words, another session's and a pause begin the counting anew", () => {
  for (const news of ["person", "session", "notice"] as const) {
    const { repeats, make, append } = start();
    for (let n = 0; n < 5; n += 1) make(looked);
    append(news, news === "notice" ? { notice: { type: "loop" } } : { text: "go on" });
    expect(findLoop(repeats)).toBeNull();
    expect(make(looked)).toBe("");
  }
});

test("BO1: a call that does not fit is told apart by what is wrong, not by where it was cut off", () => {
  const { repeats, make } = start();
  const text = "the input is invalid:\n✖ expected string";
  for (let n = 0; n < 5; n += 1) make({ name: "save", input: { text: n }, text, isError: true });
  expect(findLoop(repeats)).toMatchObject({ name: "save" });
  const other = start();
  const cutText = "Not run: the answer was cut off.";
  for (let n = 0; n < 5; n += 1) other.make({ name: "save", input: `{"text":"${n}`, text: cutText, isError: true });
  expect(findLoop(other.repeats)).toMatchObject({ name: "save" });
});

test("BO1: the third answer in a row with nothing but unreadable calls is the last", () => {
  const { repeats, make, open, close, append } = start();
  const cut = (n: number): Call => ({ name: "save", input: `{"text":"${n}`, text: unreadableText, isError: true });
  // Equal calls of one answer count once.
  const [first, second] = [open(cut(1)), open(cut(2))];
  for (const call of [first, second]) close(call, cut(0));
  make(cut(3));
  expect(isUnreadableAgain(repeats)).toBe(false);
  make(looked);
  for (const n of [4, 5]) make(cut(n));
  expect(isUnreadableAgain(repeats)).toBe(false);
  append("bot", { text: "I try again." });
  make(cut(6));
  expect(isUnreadableAgain(repeats)).toBe(true);
});

test("BO1: however the entries are read, in one go after a restart or one by one, the same is found", () => {
  const call = fc.record({
    name: fc.constantFrom("a", "b"),
    input: fc.constantFrom({}, { x: 1 }),
    text: fc.constantFrom("one", "two"),
    isError: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const { repeats, make, entries } = start();
      for (const each of calls) make(each);
      const again = createRepeats(turnId);
      countRepeats(again, entries);
      expect([again.byCall, again.unreadableAnswers]).toEqual([repeats.byCall, repeats.unreadableAnswers]);
    }),
  );
});
