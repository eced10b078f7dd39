import type { Session } from "@reef/protocol/session";
import { expect, test } from "vitest";
import { makeSession, sessionId } from "../testing/nouns.ts";
import { newNotices } from "./new-notices.ts";

const byId = (...sessions: readonly Session[]) => new Map(sessions.map((session) => [session.id, session]));
const kinds = (before: Session, after: Session) => newNotices(byId(before), byId(after)).map(({ kind }) => kind);

test("a wait is told once, however often its session changes, and again when a new one begins", () => {
  const idle = makeSession("1");
  const waiting = makeSession("1", { status: "needs_you", openAsks: 1 });
  expect(kinds(idle, waiting)).toEqual(["needs"]);
  expect(kinds(waiting, { ...waiting, lastText: "more" })).toEqual([]);
  expect(kinds(waiting, makeSession("1", { status: "running" }))).toEqual([]);
  expect(kinds(makeSession("1", { status: "running" }), waiting)).toEqual(["needs"]);
});

test("what is read first is no news, nor is what the list learns of later", () => {
  const waiting = makeSession("1", { openAsks: 1 });
  expect(newNotices(null, byId(waiting))).toEqual([]);
  expect(newNotices(byId(), byId(waiting))).toEqual([]);
});

test("failures and ends are told; the end of a spawned session is its parent's", () => {
  const running = makeSession("1", { status: "running" });
  expect(kinds(running, makeSession("1", { status: "failed" }))).toEqual(["failed"]);
  expect(kinds(running, makeSession("1", { status: "idle", unread: 1 }))).toEqual(["done"]);
  const child = { parentId: sessionId("0") };
  expect(kinds(makeSession("1", child), makeSession("1", { ...child, status: "idle", unread: 1 }))).toEqual([]);
  expect(kinds(running, makeSession("1", { status: "failed", archivedAt: "2026-01-01T00:00:00.000Z" }))).toEqual([]);
});
