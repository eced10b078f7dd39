/**
 * Applies a key or a menu of the list to sessions: to all of them in one request. It is loaded with the first that is pressed.
 */
import { assertNever } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { SessionIndex } from "../../data/cache.ts";
import type { ListAction } from "../../data/keys/key-map.ts";
import { select } from "../../data/list/list-view.ts";
import { queryKeys } from "../../data/queries.ts";
import type { Reef } from "../../data/reef.ts";
import { archiveSession } from "../session/session-actions.ts";
import { archiveMany, changeMany, markMany } from "./many-sessions.ts";

/** Actions that change sessions; the others move the focus or the selection. */
export type RowAct = Extract<ListAction, "list-archive" | "list-pin" | "list-mute" | "list-unread" | "list-move">;

export async function actOnRows(
  reef: Reef,
  { ids, action }: { readonly ids: readonly SessionId[]; readonly action: RowAct },
): Promise<void> {
  const sessions = sessionsOf(reef, ids);
  switch (action) {
    case "list-archive":
      select(reef.listView, []);
      if (sessions.length === 1) for (const session of sessions) await archiveSession(reef, session);
      else await archiveMany(reef, ids);
      return;
    case "list-pin": {
      const pinned = sessions.some((session) => !session.pinned);
      await changeMany(reef, { ids, patch: { pinned }, done: pinned ? "Pinned" : "Unpinned" });
      return;
    }
    case "list-mute": {
      const muted = sessions.some((session) => !session.muted);
      await changeMany(reef, { ids, patch: { muted }, done: muted ? "Muted" : "Unmuted" });
      return;
    }
    case "list-unread":
      await markMany(reef, { ids, unread: sessions.every(({ unread }) => unread === 0) });
      return;
    case "list-move":
      reef.panel.set({ type: "move-sessions", sessionIds: ids });
      return;
    default:
      assertNever(action);
  }
}

function sessionsOf(reef: Reef, ids: readonly SessionId[]): readonly Session[] {
  const byId = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId;
  return ids.flatMap((id) => byId?.get(id) ?? []);
}
