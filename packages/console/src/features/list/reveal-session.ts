/**
 * Makes the row of the session on screen visible: its group is unfolded, and so is each session above it. This is not stored:
 * a group that a person folded is folded again after a reload, unless they are in it.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { GroupRow, ListRow } from "../../data/list/list-row.ts";
import type { Reef } from "../../data/reef.ts";

/** Returns true when rows will follow; false when the list has none for it, such as under a filter. */
export function revealSession({ listView, listInput, listRows }: Reef, id: SessionId): boolean {
  const input = listInput.get();
  const session = input?.sessions.get(id);
  if (!input || !session || session.archivedAt !== null || input.filter.trim() !== "" || input.states.size > 0)
    return false;
  const above = sessionsAbove(input.sessions, session);
  const top = above.at(-1)?.id ?? id;
  const group = groupOf(listRows.get(), top);
  const isFolded = group?.isFolded === true;
  const closed = above.filter((each) => !input.opened.has(each.id));
  if (!isFolded && closed.length === 0) return false;
  const view = listView.get();
  const folded = new Set(view.folded);
  if (group) folded.delete(group.key);
  listView.set({ ...view, folded, opened: new Set([...view.opened, ...above.map((each) => each.id)]) });
  return true;
}

/** The parent first. */
function sessionsAbove(sessions: ReadonlyMap<SessionId, Session>, session: Session): readonly Session[] {
  const above: Session[] = [];
  let parent = session.parentId ? sessions.get(session.parentId) : undefined;
  // A session that needs a person or is pinned is at the top level, but unfolding those above it does no harm.
  while (parent && parent.archivedAt === null && above.length < maxDepth) {
    above.push(parent);
    parent = parent.parentId ? sessions.get(parent.parentId) : undefined;
  }
  return above;
}

const maxDepth = 32;

function groupOf(rows: readonly ListRow[], id: SessionId): GroupRow | undefined {
  return rows.find((row): row is GroupRow => row.type === "group" && row.sessionIds.includes(id));
}
