import type { SessionId } from "@reef/protocol/ids";
import { expect, test } from "vitest";
import { makeSession } from "../testing/nouns.ts";
import { lastWords, plainWords } from "./last-words.ts";

test("a session whose newest entry has no words does not say that there are no messages", () => {
  const words = (fields: Parameters<typeof makeSession>[1]) => lastWords(makeSession("a", fields));
  expect(words({})).toBe("No messages yet");
  expect(words({ lastSeq: 4, status: "waiting" })).toBe("Waiting for another session");
  expect(words({ lastSeq: 4, status: "running" })).toBe("Working with its tools");
  expect(words({ lastSeq: 4 })).toBe("Done, without an answer");
  expect(words({ lastSeq: 4, lastText: "Stopped: cancelled by a person." })).toBe("Stopped by you");
  expect(words({ lastSeq: 4, lastText: "Stopped: a person was asked and stopped it." })).toBe("Stopped by you");
  expect(words({ lastSeq: 4, lastText: "All **green**." })).toBe("All green.");
  expect(words({ lastSeq: 4, lastText: "…", status: "failed", lastError: "no key" })).toBe("no key");
});

test("marks of Markdown are left out of one line, and nothing else is", () => {
  expect(plainWords("## Summary The **pipeline** of `queue-eu-2` is fine")).toBe(
    "Summary The pipeline of queue-eu-2 is fine",
  );
  expect(plainWords("snake_case __init__ 2 * 3 C# #42 a|b")).toBe("snake_case __init__ 2 * 3 C# #42 a|b");
});

test("AS1: a session above one that asks says which one", () => {
  const waitsFor = { sessionId: "ses_x" as SessionId, title: "Research" };
  expect(lastWords({ status: "waiting", lastError: null, lastText: "Asked it", lastSeq: 4, waitsFor })).toBe(
    "Needs you in “Research”",
  );
});
