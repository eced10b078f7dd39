import type { Ask } from "@reef/protocol/ask";
import type { Session } from "@reef/protocol/session";
import { expect, test } from "vitest";
import { makeAsk, makeSession, sessionId } from "../../testing/nouns.ts";
import { summariseHeld } from "./held-notices.ts";

const now = (sessions: readonly Session[], asks: readonly Ask[] = []) => ({
  sessions: new Map(sessions.map((session) => [session.id, session])),
  asks: new Map(asks.map((ask) => [ask.id, ask])),
});

test("what still stands is counted by kind, what a person is needed for first", () => {
  const ask = makeAsk("1", { sessionId: sessionId("2") });
  const state = now(
    [
      makeSession("1", { status: "failed" }),
      makeSession("2", { status: "needs_you", openAsks: 1 }),
      makeSession("3", { unread: 2 }),
      makeSession("4", { unread: 1 }),
    ],
    [ask],
  );
  const keys = ["failed ses_1 4", "done ses_3 9", "done ses_3 12", "done ses_4 2", ask.id];
  expect(summariseHeld(keys, state)).toEqual({ words: "1 session needs you · 1 failed · 2 done", sessionId: "ses_2" });
});

test("what is over by now is not told: answered, read, tried again, muted, archived, gone", () => {
  const answered = makeAsk("1", { sessionId: sessionId("1"), state: "answered" });
  const state = now(
    [
      makeSession("1"),
      makeSession("2", { status: "running" }),
      makeSession("3", { status: "failed", muted: true }),
      makeSession("4", { status: "failed", archivedAt: "2026-01-01T00:00:00.000Z" }),
    ],
    [answered],
  );
  const keys = [
    answered.id,
    "done ses_1 3",
    "failed ses_2 3",
    "failed ses_3 3",
    "failed ses_4 3",
    "failed ses_5 3",
    "?",
  ];
  expect(summariseHeld(keys, state)).toBeNull();
  expect(summariseHeld([], state)).toBeNull();
});
