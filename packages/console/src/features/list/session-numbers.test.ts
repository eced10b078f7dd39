import type { Session } from "@reef/protocol/session";
import { expect, test } from "vitest";
import type { GroupInput } from "../../data/list/list-row.ts";
import { makeSession, makeTopic, topicId } from "../../testing/nouns.ts";
import { numberSessions } from "./session-numbers.ts";

const lab = { topicId: topicId("lab") };
const pinned = (at: number): Partial<Session> => ({ pinned: true, pinnedAt: `2026-01-0${at}T00:00:00.000Z` });

function numbered(sessions: readonly Session[], more: Partial<GroupInput> = {}): string {
  const input: GroupInput = {
    sessions: new Map(sessions.map((session) => [session.id, session])),
    topics: [makeTopic("dev", 1), makeTopic("lab", 2)],
    bots: new Map(),
    filter: "",
    folded: new Set(),
    opened: new Set(),
    groupBy: "topic",
    states: new Set(),
    nowMs: Date.parse("2026-01-20T12:00:00.000Z"),
    ...more,
  };
  return numberSessions(input)
    .map((id) => input.sessions.get(id)?.title)
    .join("");
}

test("pins come first in the order of pinning, then the list", () => {
  const sessions = [
    makeSession("a"),
    makeSession("b", lab),
    makeSession("c", { ...lab, ...pinned(2) }),
    makeSession("d", pinned(1)),
  ];
  expect(numbered(sessions)).toBe("dcba");
});

test("a question that comes to any session moves no number", () => {
  const calm = ["a", "b", "c", "d"].map((name) => makeSession(name, name === "b" ? pinned(1) : lab));
  for (const asked of calm) {
    const later = calm.map((each) => (each === asked ? { ...each, openAsks: 1, status: "needs_you" as const } : each));
    expect(numbered(later)).toBe(numbered(calm));
  }
});

test("a filter, and turns that begin and end in a list by state, move no number", () => {
  const sessions = [makeSession("a"), makeSession("b", lab), makeSession("c", { status: "running" })];
  expect(numbered(sessions, { filter: "a" })).toBe(numbered(sessions));
  const byState = numbered(sessions, { groupBy: "state" });
  expect(
    numbered(
      [...sessions].map((each) => ({ ...each, status: "failed" as const })),
      { groupBy: "state" },
    ),
  ).toBe(byState);
});

test("there are nine numbers, and none for the archived", () => {
  const sessions = Array.from({ length: 12 }, (_, at) => makeSession(String.fromCharCode(97 + at)));
  expect(numbered(sessions)).toHaveLength(9);
  const archived = sessions.map((each) => ({ ...each, ...pinned(1), archivedAt: "2026-01-01T00:00:00.000Z" }));
  expect(numbered(archived as Session[])).toBe("");
});
