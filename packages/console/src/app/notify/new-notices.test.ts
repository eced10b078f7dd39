import type { Ask } from "@reef/protocol/ask";
import type { Session } from "@reef/protocol/session";
import { expect, test } from "vitest";
import { makeAsk, makeSession, sessionId } from "../../testing/nouns.ts";
import { newNotices, type Seen } from "./new-notices.ts";

const seen = (sessions: readonly Session[], asks: readonly Ask[] = []): Seen => ({
  sessions: new Map(sessions.map((session) => [session.id, session])),
  asks: new Map(asks.map((ask) => [ask.id, ask])),
});
const kinds = (before: Session, after: Session) => newNotices(seen([before]), seen([after])).map(({ kind }) => kind);
const inOne = { sessionId: sessionId("1") };

test("each question is told once, however often its session changes, and a second one beside it too", () => {
  const waiting = makeSession("1", { status: "needs_you", openAsks: 1 });
  const [first, second] = [makeAsk("1", { ...inOne, question: "Red?" }), makeAsk("2", { ...inOne, question: "Big?" })];
  const told = (before: Seen, after: Seen) => newNotices(before, after).map(({ kind, text }) => `${kind}: ${text}`);
  expect(told(seen([makeSession("1")]), seen([waiting], [first]))).toEqual(["needs: Red?"]);
  expect(told(seen([waiting], [first]), seen([{ ...waiting, lastText: "more" }], [first]))).toEqual([]);
  expect(told(seen([waiting], [first]), seen([waiting], [first, second]))).toEqual(["needs: Big?"]);
  expect(told(seen([waiting]), seen([waiting], [{ ...first, state: "answered" }]))).toEqual([]);
});

test("what is read first is no news, nor is what the list learns of later", () => {
  const failed = makeSession("1", { status: "failed" });
  expect(newNotices(null, seen([failed], [makeAsk("1", inOne)]))).toEqual([]);
  expect(newNotices(seen([]), seen([failed]))).toEqual([]);
});

test("failures and ends are told; the end of a spawned session is its parent's", () => {
  const running = makeSession("1", { status: "running" });
  expect(kinds(running, makeSession("1", { status: "failed" }))).toEqual(["failed"]);
  expect(kinds(running, makeSession("1", { status: "idle", unread: 1 }))).toEqual(["done"]);
  const child = { parentId: sessionId("0") };
  expect(kinds(makeSession("1", child), makeSession("1", { ...child, status: "idle", unread: 1 }))).toEqual([]);
  expect(kinds(running, makeSession("1", { status: "failed", archivedAt: "2026-01-01T00:00:00.000Z" }))).toEqual([]);
});

test("of a muted session nothing is told, neither its questions nor its end", () => {
  const muted = { muted: true, status: "failed", openAsks: 1 } as const;
  expect(newNotices(seen([makeSession("1", { muted: true })]), seen([makeSession("1", muted)]))).toEqual([]);
  expect(newNotices(seen([makeSession("1")]), seen([makeSession("1", muted)], [makeAsk("1", inOne)]))).toEqual([]);
});
