/**
 * Computes the session list as flat rows, outside rendering: Needs you, pinned, then topics, bots, states or days;
 * children folded below their session. Each session is in one place only. Order within a group is by creation, newest
 * first, and among pins the order of pinning: rows must not move while a person aims at them or counts them.
 */
import { assertNever } from "@reef/protocol/error";
import { foldText } from "@reef/protocol/fold-text";
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { needsPerson } from "../cache.ts";
import { makeArrangement } from "./arrangement.ts";
import type { GroupInput, GroupRow, ListRow } from "./list-row.ts";
import type { StateFilter } from "./list-view.ts";

/** Deeper sessions stand at this depth. */
const deepest = 4;

export function groupSessions(input: GroupInput): readonly ListRow[] {
  const words = foldText(input.filter.trim()).split(/\s+/).filter(Boolean);
  return words.length > 0 || input.states.size > 0 ? filteredRows(input, words) : groupedRows(input);
}

/** Returns the visible sessions in order, as digits and arrows go through them. */
export function visibleSessionIds(rows: readonly ListRow[]): readonly SessionId[] {
  const known = idsByRows.get(rows);
  if (known) return known;
  const ids = rows.flatMap((row) => (row.type === "session" ? [row.key] : []));
  idsByRows.set(rows, ids);
  return ids;
}

// Read several times with every key, from ten thousand rows that change far less often.
const idsByRows = new WeakMap<readonly ListRow[], readonly SessionId[]>();

/**
 * Returns the list as if no question were open, so that a question that comes or goes changes nothing. Digits follow
 * this order.
 */
export function rowsWithoutNeeds(input: GroupInput): readonly ListRow[] {
  return groupedRows(input, false);
}

function groupedRows(input: GroupInput, isNeedsApart = true): readonly ListRow[] {
  const { sessions, folded, opened } = input;
  const live = [...sessions.values()].filter((session) => session.archivedAt === null).sort(byCreation);
  const needs: Session[] = [];
  const pinned: Session[] = [];
  const rest: Session[] = [];
  const { groups, keyOf } = makeArrangement(input);
  const byKey = new Map<string, Session[]>(groups.map(({ key }) => [key, []]));
  const childrenById = new Map<SessionId, Session[]>();
  for (const session of live) {
    const key = keyOf(session);
    if (isNeedsApart && needsPerson(session)) needs.push(session);
    else if (session.pinned && input.groupBy !== "state") pinned.push(session);
    else if (session.parentId && isShown(sessions.get(session.parentId))) push(childrenById, session.parentId, session);
    else (byKey.get(key ?? "") ?? rest).push(session);
  }

  const rows: ListRow[] = [];
  const addSession = (session: Session, depth = 0, lines = 0): void => {
    const children = childrenById.get(session.id) ?? [];
    const isOpen = children.length > 0 && opened.has(session.id);
    rows.push({ type: "session", key: session.id, depth, lines, childCount: children.length, isOpen });
    if (!isOpen) return;
    const below = Math.min(depth + 1, deepest);
    const bit = 1 << below;
    // Oldest first: the last one drawn is the first of the array.
    for (const child of children.toReversed()) {
      addSession(child, below, child === children[0] ? lines & ~bit : lines | bit);
    }
  };
  const addGroup = (group: Omit<GroupRow, "type" | "isFolded" | "sessionIds">, members: readonly Session[]): void => {
    const isFolded = folded.has(group.key);
    rows.push({ ...group, type: "group", isFolded, sessionIds: members.map(({ id }) => id) });
    if (!isFolded) for (const session of members) addSession(session);
  };

  if (needs.length > 0) {
    // Longest waiting first: that is the order a person should drain them in.
    needs.sort((a, b) => (a.lastAt < b.lastAt ? -1 : 1));
    addGroup({ key: "needs", kind: "needs", label: "Needs you", color: null }, needs);
  }
  pinned.sort(byPin);
  if (pinned.length > 0) addGroup({ key: "pinned", kind: "pinned", label: "Pinned", color: null }, pinned);
  for (const group of groups) {
    const members = byKey.get(group.key) ?? [];
    // An empty topic is a place to put sessions; an empty bot, state or day has no use.
    if (members.length > 0 || group.kind === "topic") addGroup(group, members);
  }
  const onlyRest = rows.length === 0;
  if (onlyRest) for (const session of rest) addSession(session);
  else if (rest.length > 0) addGroup({ key: "rest", kind: "rest", label: "Sessions", color: null }, rest);
  return rows;
}

function filteredRows({ sessions, bots, topics, states }: GroupInput, words: readonly string[]): readonly ListRow[] {
  const topicNames = new Map<string, string>(topics.map(({ id, name }) => [id, name]));
  return [...sessions.values()]
    .filter((session) => {
      if (session.archivedAt !== null) return false;
      if (states.size > 0 && ![...states].some((state) => isInState(session, state))) return false;
      const botName = bots.get(session.botId)?.name ?? "";
      const text = foldText(`${session.title} ${botName} ${topicNames.get(session.topicId ?? "") ?? ""}`);
      return words.every((word) => text.includes(word));
    })
    .sort(byCreation)
    .map((session) => ({ type: "session", key: session.id, depth: 0, lines: 0, childCount: 0, isOpen: false }));
}

export function isInState(session: Session, state: StateFilter): boolean {
  switch (state) {
    case "running":
      return session.status === "running";
    case "unread":
      return session.unread > 0;
    case "failed":
      return session.status === "failed" || session.status === "unknown";
    default:
      return assertNever(state);
  }
}

function isShown(session: Session | undefined): boolean {
  return session !== undefined && session.archivedAt === null;
}

/** Sessions pinned by an older server may lack both times. */
export function byPin(a: Session, b: Session): number {
  const [first, second] = [a.pinnedAt ?? "", b.pinnedAt ?? ""];
  return first === second ? (a.id < b.id ? -1 : 1) : first < second ? -1 : 1;
}

function byCreation(a: Session, b: Session): number {
  // Ids are made in the order of creation; comparing them is cheaper than comparing times and never ties.
  return a.id < b.id ? 1 : -1;
}

function push(map: Map<SessionId, Session[]>, key: SessionId, session: Session): void {
  const list = map.get(key);
  if (list) list.push(session);
  else map.set(key, [session]);
}
