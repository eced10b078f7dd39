import type { Session } from "@reef/protocol/session";
import { expect, test } from "vitest";
import { nextInOrder } from "../../features/list/next-in-order.ts";
import { makeBot, makeSession, makeTopic, sessionId, topicId } from "../../testing/nouns.ts";
import { groupSessions, visibleSessionIds } from "./group-sessions.ts";
import type { GroupInput } from "./list-row.ts";

function inputOf(sessions: readonly Session[], more: Partial<GroupInput> = {}): GroupInput {
  return {
    sessions: new Map(sessions.map((session) => [session.id, session])),
    topics: [makeTopic("dev", 1), makeTopic("lab", 2)],
    bots: new Map([makeBot("ada")].map((bot) => [bot.id, bot])),
    filter: "",
    folded: new Set(),
    opened: new Set(),
    groupBy: "topic",
    states: new Set(),
    nowMs: Date.parse("2026-01-20T12:00:00.000Z"),
    ...more,
  };
}

/** Draws the rows as words: groups by label, sessions by title, indented. */
function drawn(input: GroupInput): readonly string[] {
  return groupSessions(input).map((row) =>
    row.type === "group"
      ? `# ${row.label} ${row.sessionIds.length}`
      : `${" ".repeat(row.depth)}${input.sessions.get(row.key)?.title}`,
  );
}

test("groups stand in order: Needs you, pinned, topics, then the rest; newest first inside", () => {
  const sessions = [
    makeSession("1"),
    makeSession("2", { topicId: topicId("lab") }),
    makeSession("3", { topicId: topicId("lab") }),
    makeSession("4", { pinned: true, topicId: topicId("dev") }),
    makeSession("5", { status: "needs_you", pinned: true }),
  ];
  const expected = ["# Needs you 1", "5", "# Pinned 1", "4", "# dev 0", "# lab 2", "3", "2", "# Sessions 1", "1"];
  expect(drawn(inputOf(sessions))).toEqual(expected);
});

test("the longest waiting question stands first", () => {
  const sessions = [
    makeSession("1", { openAsks: 1, lastAt: "2026-01-01T00:00:00.000Z" }),
    makeSession("2", { openAsks: 1, lastAt: "2026-01-02T00:00:00.000Z" }),
  ];
  expect(drawn(inputOf(sessions, { topics: [] }))).toEqual(["# Needs you 2", "1", "2"]);
});

test("the lines of a tree go on exactly as far as there is a later sibling", () => {
  const sessions = [
    makeSession("1"),
    makeSession("2", { parentId: sessionId("1") }),
    makeSession("3", { parentId: sessionId("2") }),
    makeSession("4", { parentId: sessionId("2") }),
    makeSession("5", { parentId: sessionId("1") }),
    makeSession("6", { parentId: sessionId("5") }),
  ];
  const opened = new Set(["1", "2", "5"].map(sessionId));
  const tree = groupSessions(inputOf(sessions, { topics: [], opened })).flatMap((row) =>
    row.type === "session"
      ? [[1, 2].map((level) => (level > row.depth ? "" : (row.lines >> level) & 1 ? "├" : "└")).join("")]
      : [],
  );
  expect(tree).toEqual(["", "├", "├├", "├└", "└", "└└"]);
});

test("children fold below their session, oldest first, and a child that needs a person comes up", () => {
  const child = (name: string, fields: Partial<Session> = {}) =>
    makeSession(name, { parentId: sessionId("1"), depth: 1, ...fields });
  const sessions = [makeSession("1"), child("2"), child("3"), child("4", { openAsks: 1 })];
  expect(drawn(inputOf(sessions, { topics: [] }))).toEqual(["# Needs you 1", "4", "# Sessions 1", "1"]);
  const opened = drawn(inputOf(sessions, { topics: [], opened: new Set([sessionId("1")]) }));
  expect(opened).toEqual(["# Needs you 1", "4", "# Sessions 1", "1", " 2", " 3"]);
});

test("no session is lost or shown twice, whatever its parent or topic has become", () => {
  const gone = { archivedAt: "2026-02-01T00:00:00.000Z" };
  const sessions = [
    makeSession("1", gone),
    makeSession("2", { parentId: sessionId("1") }),
    makeSession("3", { parentId: sessionId("9") }),
    makeSession("4", { topicId: topicId("deleted") }),
  ];
  const rows = groupSessions(inputOf(sessions, { topics: [], opened: new Set([sessionId("1")]) }));
  expect([...visibleSessionIds(rows)].sort()).toEqual(["ses_2", "ses_3", "ses_4"]);
});

test("a folded group keeps its count, and digits skip what it hides", () => {
  const sessions = [makeSession("1"), makeSession("2", { topicId: topicId("dev") })];
  const input = inputOf(sessions, { folded: new Set([topicId("dev")]) });
  expect(drawn(input)).toEqual(["# dev 1", "# lab 0", "# Sessions 1", "1"]);
  expect(visibleSessionIds(groupSessions(input))).toEqual([sessionId("1")]);
});

test("the filter looks at title, bot and topic, every word of it", () => {
  const sessions = [makeSession("alpha", { topicId: topicId("lab") }), makeSession("alphabet")];
  expect(drawn(inputOf(sessions, { filter: "ALPHA lab" }))).toEqual(["alpha"]);
  expect(drawn(inputOf(sessions, { filter: "ada" }))).toHaveLength(2);
  expect(drawn(inputOf(sessions, { filter: "beta" }))).toEqual([]);
});

test("by bot, by state and by day: needs you first, no empty groups, the most urgent or newest on top", () => {
  const sessions = [
    makeSession("1", { status: "running", lastAt: "2026-01-20T10:00:00.000Z" }),
    makeSession("2", { status: "failed", lastAt: "2026-01-19T10:00:00.000Z", pinned: true }),
    makeSession("3", { status: "needs_you", lastAt: "2026-01-20T10:00:00.000Z" }),
    makeSession("4", { lastAt: "2025-06-01T10:00:00.000Z" }),
  ];
  const by = (groupBy: GroupInput["groupBy"]) => drawn(inputOf(sessions, { groupBy }));
  expect(by("bot")).toEqual(["# Needs you 1", "3", "# Pinned 1", "2", "# ada 2", "4", "1"]);
  expect(by("state")).toEqual(["# Needs you 1", "3", "# Failed 1", "2", "# Running 1", "1", "# Idle 1", "4"]);
  expect(by("date")).toEqual(["# Needs you 1", "3", "# Pinned 1", "2", "# Today 1", "1", "# Earlier 1", "4"]);
});

test("chips of state show sessions in any of them, together with the words", () => {
  const sessions = [makeSession("1", { status: "running" }), makeSession("2", { unread: 2 }), makeSession("3")];
  expect(drawn(inputOf(sessions, { states: new Set(["running", "unread"]) }))).toEqual(["2", "1"]);
  expect(drawn(inputOf(sessions, { states: new Set(["running", "unread"]), filter: "2" }))).toEqual(["2"]);
});

test("ten thousand sessions are grouped within a few frames", () => {
  const sessions = Array.from({ length: 10_000 }, (_, index) =>
    makeSession(String(index).padStart(5, "0"), { topicId: index % 3 === 0 ? topicId("dev") : null }),
  );
  const input = inputOf(sessions);
  groupSessions(input);
  const times = Array.from({ length: 10 }, () => {
    const startedAt = performance.now();
    expect(groupSessions(input)).toHaveLength(10_003);
    return performance.now() - startedAt;
  });
  // The fastest run counts: other work on the machine slows some runs, the grouping itself slows all.
  expect(Math.min(...times)).toBeLessThan(100);
});

test("the next session in order goes around the end and skips those that fail the test", () => {
  const ids = ["a", "b", "c", "d"];
  const any = () => true;
  expect(nextInOrder(ids, { from: "d", step: 1, test: any })).toBe("a");
  expect(nextInOrder(ids, { from: "a", step: -1, test: any })).toBe("d");
  expect(nextInOrder(ids, { from: null, step: 1, test: any })).toBe("a");
  expect(nextInOrder(ids, { from: null, step: -1, test: any })).toBe("d");
  expect(nextInOrder(ids, { from: "a", step: 1, test: (id) => id === "c" })).toBe("c");
  expect(nextInOrder(ids, { from: "c", step: 1, test: (id) => id === "c" })).toBeUndefined();
});
