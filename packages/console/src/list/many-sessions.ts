/** Acts on several sessions at once: what failed is told by number, and all that was done can be taken back together. */
import type { SessionId } from "@reef/protocol/ids";
import type { Session, SessionPatch } from "@reef/protocol/session";
import type { SessionIndex } from "../cache.ts";
import { queryKeys } from "../queries.ts";
import type { Reef } from "../reef.ts";
import { takeSession } from "../session/session-actions.ts";

export async function archiveMany(reef: Reef, ids: readonly SessionId[]): Promise<void> {
  const done = await each(reef, { ids, act: (id) => reef.client.archiveSession(id) });
  tell(reef, {
    done,
    words: "Archived",
    undo: (session) => reef.client.restoreSession(session.id),
  });
}

export async function changeMany(
  reef: Reef,
  {
    ids,
    patch,
    done: words,
  }: { readonly ids: readonly SessionId[]; readonly patch: SessionPatch; readonly done: string },
): Promise<void> {
  const done = await each(reef, { ids, act: (id) => reef.client.changeSession(id, patch) });
  tell(reef, {
    done,
    words,
    undo: ({ id, topicId, pinned, muted }) =>
      reef.client.changeSession(id, {
        ...(patch.topicId !== undefined && { topicId }),
        ...(patch.pinned !== undefined && { pinned }),
        ...(patch.muted !== undefined && { muted }),
      }),
  });
}

/** As read, or what was written last as unread. There is nothing to lose, so nothing is said of it. */
export async function markMany(
  reef: Reef,
  { ids, unread }: { readonly ids: readonly SessionId[]; readonly unread: boolean },
): Promise<void> {
  const { failed } = await each(reef, {
    ids,
    act: (id) => (unread ? reef.client.unreadSession(id) : reef.client.readSession(id)),
  });
  tell(reef, { done: { before: [], failed }, words: "", undo: async (session) => session });
}

interface Done {
  /** As they were before. */
  readonly before: readonly Session[];
  readonly failed: number;
}

async function each(
  reef: Reef,
  { ids, act }: { readonly ids: readonly SessionId[]; readonly act: (id: SessionId) => Promise<Session> },
): Promise<Done> {
  const index = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions);
  const before: Session[] = [];
  let failed = 0;
  await Promise.all(
    ids.map(async (id) => {
      const session = index?.byId.get(id);
      try {
        takeSession(reef, await act(id));
        if (session) before.push(session);
      } catch {
        failed += 1;
      }
    }),
  );
  return { before, failed };
}

function tell(
  reef: Reef,
  {
    done: { before, failed },
    words,
    undo,
  }: { readonly done: Done; readonly words: string; readonly undo: (session: Session) => Promise<Session> },
): void {
  const sessions = (count: number): string => `${count} ${count === 1 ? "session" : "sessions"}`;
  if (failed > 0) reef.toasts.show({ tone: "failed", text: `${sessions(failed)} could not be changed.` });
  if (before.length === 0) return;
  const beforeById = new Map(before.map((session) => [session.id, session]));
  const takeBack = async (): Promise<void> => {
    const ids = [...beforeById.keys()];
    const back = await each(reef, { ids, act: (id) => undo(beforeById.get(id) as Session) });
    if (back.failed > 0) reef.toasts.show({ tone: "failed", text: `${sessions(back.failed)} could not be put back.` });
  };
  reef.toasts.show({
    text: `${words}: ${sessions(before.length)}`,
    action: { label: "Undo", run: () => void takeBack() },
  });
}
