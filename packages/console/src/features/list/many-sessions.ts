/**
 * Acts on several sessions, each action in one request: it happens to all of them or to none, and Undo reverses it as a whole.
 */
import type { SessionAction, SessionBulk } from "@reef/protocol/bulk";
import type { SessionId, TopicId, UndoToken } from "@reef/protocol/ids";
import type { Session, SessionPatch } from "@reef/protocol/session";
import type { SessionIndex } from "../../data/cache.ts";
import { queryKeys } from "../../data/queries.ts";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { sessionAfter } from "../session/session-actions.ts";

export async function archiveMany(reef: Reef, ids: readonly SessionId[]): Promise<void> {
  const to = sessionAfter(reef, ids);
  if (await actOnMany(reef, { ids, action: "archive", done: "Archived" })) reef.goOn.set({ from: ids, to });
}

/** Changes one of their fields; a drop that would change two is two actions. */
export async function changeMany(
  reef: Reef,
  { ids, patch, done }: { readonly ids: readonly SessionId[]; readonly patch: ListPatch; readonly done: string },
): Promise<void> {
  const { topicId, pinned, muted } = patch;
  if (topicId !== undefined) await actOnMany(reef, { ids, action: "move", topicId, done });
  if (pinned !== undefined) await actOnMany(reef, { ids, action: pinned ? "pin" : "unpin", done });
  if (muted !== undefined) await actOnMany(reef, { ids, action: muted ? "mute" : "unmute", done });
}

type ListPatch = Pick<SessionPatch, "topicId" | "pinned" | "muted">;

/** Marks them as read, or their latest answer as unread. Nothing can be lost, so no toast is shown. */
export async function markMany(
  reef: Reef,
  { ids, unread }: { readonly ids: readonly SessionId[]; readonly unread: boolean },
): Promise<void> {
  await actOnMany(reef, { ids, action: unread ? "unread" : "read", done: null });
}

/**
 * Marks all of these that are unread, with the sessions they spawned; null marks the whole list. Uses as few requests as the server
 * allows.
 */
export async function markAllRead(reef: Reef, ids: readonly SessionId[] | null): Promise<void> {
  const byId = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId;
  if (!byId) return;
  const roots = ids && new Set(ids);
  const isMeant = (session: Session): boolean => {
    let above: Session | undefined = session;
    for (let depth = 0; roots && above && depth < maxDepth; depth++) {
      if (roots.has(above.id)) return true;
      above = above.parentId ? byId.get(above.parentId) : undefined;
    }
    return roots === null;
  };
  const unread = [...byId.values()].filter((each) => each.unread > 0 && each.archivedAt === null && isMeant(each));
  if (unread.length === 0) reef.toasts.show({ text: "Nothing is unread." });
  for (let from = 0; from < unread.length; from += maxBulk) {
    const part = unread.slice(from, from + maxBulk).map(({ id }) => id);
    if (!(await actOnMany(reef, { ids: part, action: "read", done: "Marked as read" }))) return;
  }
}

const maxDepth = 32;
/** The server's limit per request; importing its constant would bring zod into the page. */
const maxBulk = 5_000;

interface Act {
  readonly ids: readonly SessionId[];
  readonly action: Exclude<SessionAction, "delete">;
  readonly topicId?: TopicId | null;
  /** Null shows nothing on success. */
  readonly done: string | null;
}

/** Resolves to whether it was done. */
async function actOnMany(reef: Reef, { ids, action, topicId, done }: Act): Promise<boolean> {
  let isDone = false;
  await attempt(reef, "Couldn't change the sessions", async () => {
    const bulk: SessionBulk = { ids: [...ids], action, ...(topicId !== undefined && { topicId }) };
    const { changed, undo } = await reef.client.bulkSessions(bulk);
    isDone = true;
    if (done === null || changed === 0) return;
    reef.toasts.show({
      text: `${done}: ${changed} ${changed === 1 ? "session" : "sessions"}`,
      ...(undo !== null && { action: { label: "Undo", run: () => void takeBack(reef, undo) } }),
    });
  });
  return isDone;
}

export async function takeBack(reef: Reef, undo: UndoToken): Promise<void> {
  await attempt(reef, "Couldn't undo", () => reef.client.undo(undo));
}
