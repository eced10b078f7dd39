import type { Session } from "@reef/protocol/session";
import { expect, test } from "vitest";
import { groupSessions, visibleSessionIds } from "../../data/list/group-sessions.ts";
import type { GroupInput, ListRow } from "../../data/list/list-row.ts";
import type { ListView } from "../../data/list/list-view.ts";
import type { Reef } from "../../data/reef.ts";
import { makeSession, makeTopic, sessionId, topicId } from "../../testing/nouns.ts";
import { createCell } from "../../ui/cell.ts";
import { revealSession } from "./reveal-session.ts";

function reefOf(sessions: readonly Session[], view: Partial<ListView> = {}) {
  const listView = createCell<ListView>({
    filter: "",
    folded: new Set(["tpc_lab"]),
    opened: new Set(),
    groupBy: "topic",
    states: new Set(),
    selected: new Set(),
    ...view,
  });
  const input = (): GroupInput => ({
    ...listView.get(),
    sessions: new Map(sessions.map((session) => [session.id, session])),
    topics: [makeTopic("lab", 1)],
    bots: new Map(),
    nowMs: 0,
  });
  const rows = (): readonly ListRow[] => groupSessions(input());
  const reef = { listView, listInput: createCell(input()), listRows: createCell(rows()) };
  return { reef: reef as unknown as Reef, visible: () => visibleSessionIds(rows()) };
}

const lab = { topicId: topicId("lab") };
const sessions = [
  makeSession("top", lab),
  makeSession("child", { ...lab, parentId: sessionId("top") }),
  makeSession("grandchild", { ...lab, parentId: sessionId("child") }),
];

test("a session below two others in a folded group is unfolded all the way", () => {
  const { reef, visible } = reefOf(sessions);
  expect(visible()).toEqual([]);
  expect(revealSession(reef, sessionId("grandchild"))).toBe(true);
  expect(visible()).toContain(sessionId("grandchild"));
});

test("what is seen already, filtered, archived or unknown changes nothing", () => {
  expect(revealSession(reefOf(sessions, { folded: new Set() }).reef, sessionId("top"))).toBe(false);
  expect(revealSession(reefOf(sessions, { filter: "x" }).reef, sessionId("child"))).toBe(false);
  expect(revealSession(reefOf(sessions).reef, sessionId("nobody"))).toBe(false);
  const loop = [makeSession("a", { parentId: sessionId("b") }), makeSession("b", { parentId: sessionId("a") })];
  expect(() => revealSession(reefOf(loop).reef, sessionId("a"))).not.toThrow();
});
