/**
 * Assigns the digits 1 to 9 to sessions. Pinned sessions come first, then the list without its "Needs you" group: a new
 * question must not move a number under a person's hand, nor may a turn that begins or ends, so that a list by state or
 * by last use is numbered by creation.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { byPin, rowsWithoutNeeds, visibleSessionIds } from "../../data/list/group-sessions.ts";
import type { GroupInput } from "../../data/list/list-row.ts";
import type { Reef } from "../../data/reef.ts";

export const digitCount = 9;

/** Reads the current list, when a key needs it or is held. */
export function numberedSessions({ listInput }: Pick<Reef, "listInput">): readonly SessionId[] {
  const input = listInput.get();
  return input ? numberSessions(input) : [];
}

/** Returns at most nine, digit 1 first. A filter changes nothing. */
export function numberSessions(input: GroupInput): readonly SessionId[] {
  const pinned = pinnedInOrder(input.sessions.values());
  if (pinned.length >= digitCount) return pinned.slice(0, digitCount);
  const isMoving = input.groupBy === "state" || input.groupBy === "date";
  const ids = isMoving ? byCreation(input.sessions) : visibleSessionIds(rowsWithoutNeeds(input));
  return [...new Set([...pinned, ...ids])].slice(0, digitCount);
}

/** In the order in which they were pinned: one more takes the next number. */
export function pinnedInOrder(sessions: Iterable<Session>): readonly SessionId[] {
  const pinned: Session[] = [];
  for (const session of sessions) if (session.pinned && session.archivedAt === null) pinned.push(session);
  return pinned.sort(byPin).map(({ id }) => id);
}

function byCreation(sessions: ReadonlyMap<SessionId, Session>): readonly SessionId[] {
  const ids: SessionId[] = [];
  for (const { id, archivedAt, parentId } of sessions.values()) if (!archivedAt && !parentId) ids.push(id);
  return ids.sort().reverse();
}
