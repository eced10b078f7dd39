/** Tests how long a question waits for its meaning, on a clock that stands still. */
import { expect, it } from "vitest";
import { type Embedder, EmbeddingFailure } from "../port/embedding.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { QuestionVectors } from "./question-vectors.ts";

interface Call {
  readonly text: string;
  answer(): void;
  fail(error: Error): void;
}

function set(answersAtOnce = false) {
  const clock = createManualClock();
  const calls: Call[] = [];
  const embedder: Embedder = {
    model: "made-up",
    weight: 0.5,
    maxTexts: 1,
    embed(texts, { signal }) {
      const { promise, resolve, reject } = Promise.withResolvers<readonly Float32Array[]>();
      const text = texts[0] ?? "";
      const vector = Float32Array.of(text.length);
      calls.push({ text, answer: () => resolve([vector]), fail: reject });
      if (answersAtOnce) resolve([vector]);
      signal.addEventListener("abort", () => reject(signal.reason));
      return promise;
    },
  };
  const questions = new QuestionVectors({ embedder: () => embedder, clock, waitMs: 300 });
  return { clock, calls, questions, [Symbol.asyncDispose]: () => questions[Symbol.asyncDispose]() };
}

/** Lets everything run that is ready. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

it("a vector in time is the meaning, and the same question is not sent again", async () => {
  await using kit = set(true);
  const first = await kit.questions.ask("where is the key?");
  expect(first).toEqual({
    meaning: { model: "made-up", weight: 0.5, vector: Float32Array.of(17) },
    degraded: null,
  });
  expect(await kit.questions.ask("where is the key?")).toEqual(first);
  expect(kit.calls).toHaveLength(1);
  expect(kit.questions.failure).toBeNull();
});

it("a question waits no longer than its time, and a late vector serves the next time", async () => {
  await using kit = set();
  const asked = kit.questions.ask("late?");
  await settle();
  kit.clock.advance(299);
  await settle();
  kit.clock.advance(1);
  expect(await asked).toEqual({
    meaning: null,
    degraded: "found by words alone: made-up did not answer within 300 ms",
  });
  kit.calls[0]?.answer();
  await settle();
  expect((await kit.questions.ask("late?")).degraded).toBeNull();
  expect(kit.calls).toHaveLength(1);
});

it("after a failure nobody waits: one call at a time tries, and its success ends the trouble", async () => {
  await using kit = set();
  const failed = kit.questions.ask("one");
  kit.calls[0]?.fail(new EmbeddingFailure("the server answered 503", { kind: "passing" }));
  expect(await failed).toEqual({ meaning: null, degraded: "found by words alone: the server answered 503" });
  // No time passes on this clock: these would never resolve if they waited.
  expect((await kit.questions.ask("two")).degraded).toContain("503");
  expect((await kit.questions.ask("three")).degraded).toContain("503");
  expect(kit.calls.map(({ text }) => text)).toEqual(["one", "two"]);
  kit.calls[1]?.answer();
  await settle();
  expect(kit.questions.failure).toBeNull();
  const again = kit.questions.ask("four");
  kit.calls[2]?.answer();
  expect((await again).meaning?.vector).toEqual(Float32Array.of(4));
});

it("an error of another kind may hold anything, and is not repeated", async () => {
  await using kit = set();
  const asked = kit.questions.ask("one");
  kit.calls[0]?.fail(new Error("Bearer sk-secret"));
  expect((await asked).degraded).toBe("found by words alone: made-up failed");
});

it("the same question asked twice at once is one call", async () => {
  await using kit = set();
  const both = [kit.questions.ask("same"), kit.questions.ask("same")];
  kit.calls[0]?.answer();
  expect((await Promise.all(both)).map(({ degraded }) => degraded)).toEqual([null, null]);
  expect(kit.calls).toHaveLength(1);
});
