/**
 * Lets a person act on a session. Each function reports its failure; what can be undone offers Undo instead of asking
 * first.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { NewSession, Session, SessionPatch } from "@reef/protocol/session";
import { applyEvents } from "../../data/apply-events.ts";
import { visibleSessionIds } from "../../data/list/group-sessions.ts";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";

/** Shows the answer of a write immediately; its event says the same a moment later. */
export function takeSession({ queryClient }: Pick<Reef, "queryClient">, session: Session): void {
  applyEvents(queryClient, [{ type: "session.changed", seq: 0, at: session.updatedAt, session }]);
}

export async function createSession(reef: Reef, fields: NewSession): Promise<Session> {
  const session = await reef.client.createSession(fields);
  takeSession(reef, session);
  return session;
}

export async function changeSession(
  reef: Reef,
  { id, patch }: { readonly id: SessionId; readonly patch: SessionPatch },
): Promise<void> {
  await attempt(reef, "Couldn't change it", async () => takeSession(reef, await reef.client.changeSession(id, patch)));
}

/** If it is on screen, the next one takes its place. */
export async function archiveSession(reef: Reef, session: Session): Promise<void> {
  await attempt(reef, "Couldn't archive it", async () => {
    const to = sessionAfter(reef, [session.id]);
    takeSession(reef, await reef.client.archiveSession(session.id));
    reef.goOn.set({ from: [session.id], to });
    const restore = (): void => void restoreSession(reef, session);
    reef.toasts.show({ text: `Archived “${session.title}”`, action: { label: "Undo", run: restore } });
  });
}

/** Returns the session after these in the list, or else before them. */
export function sessionAfter({ listRows }: Pick<Reef, "listRows">, ids: readonly SessionId[]): SessionId | null {
  const visible = visibleSessionIds(listRows.get());
  const at = Math.max(...ids.map((id) => visible.indexOf(id)));
  const isLeft = (id: SessionId): boolean => !ids.includes(id);
  return visible.slice(at + 1).find(isLeft) ?? visible.slice(0, Math.max(0, at)).findLast(isLeft) ?? null;
}

export async function restoreSession(reef: Reef, { id }: Pick<Session, "id">): Promise<void> {
  await attempt(reef, "Couldn't restore it", async () => takeSession(reef, await reef.client.restoreSession(id)));
}

/** Stops the turn and its children's (TU6), and says so when something would not stop. */
export async function stopSession(reef: Reef, id: SessionId): Promise<void> {
  await attempt(reef, "Couldn't stop it", async () => {
    const { notStopped } = await reef.client.cancelSession(id);
    if (notStopped.length > 0) {
      reef.toasts.show({ tone: "failed", text: `${notStopped.length} of its sessions did not stop` });
    }
  });
}
