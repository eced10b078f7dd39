/** Acts on several sessions at once, each act one request: it happens to all of them or to none, and Undo takes it back whole. */
import type { SessionAction, SessionBulk } from "@reef/protocol/bulk";
import type { SessionId, TopicId, UndoToken } from "@reef/protocol/ids";
import type { SessionPatch } from "@reef/protocol/session";
import type { Reef } from "../reef.ts";
import { attempt } from "../session/session-actions.ts";

export async function archiveMany(reef: Reef, ids: readonly SessionId[]): Promise<void> {
  await actOnMany(reef, { ids, action: "archive", done: "Archived" });
}

/** One of its fields; a drop that would change two is two acts. */
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

/** As read, or the latest answer as unread. There is nothing to lose, so nothing is said about it. */
export async function markMany(
  reef: Reef,
  { ids, unread }: { readonly ids: readonly SessionId[]; readonly unread: boolean },
): Promise<void> {
  await actOnMany(reef, { ids, action: unread ? "unread" : "read", done: null });
}

interface Act {
  readonly ids: readonly SessionId[];
  readonly action: Exclude<SessionAction, "delete">;
  readonly topicId?: TopicId | null;
  /** Null says nothing when it worked. */
  readonly done: string | null;
}

async function actOnMany(reef: Reef, { ids, action, topicId, done }: Act): Promise<void> {
  await attempt(reef, "Couldn't change the sessions", async () => {
    const bulk: SessionBulk = { ids: [...ids], action, ...(topicId !== undefined && { topicId }) };
    const { changed, undo } = await reef.client.bulkSessions(bulk);
    if (done === null || changed === 0) return;
    reef.toasts.show({
      text: `${done}: ${changed} ${changed === 1 ? "session" : "sessions"}`,
      ...(undo !== null && { action: { label: "Undo", run: () => void takeBack(reef, undo) } }),
    });
  });
}

export async function takeBack(reef: Reef, undo: UndoToken): Promise<void> {
  await attempt(reef, "Couldn't undo", () => reef.client.undo(undo));
}
