/**
 * Tells a person who looks elsewhere: desktop notifications of the kinds they chose, and a mark on the tab's icon and
 * the installed app. Permission is asked in the settings only; here it is used when it is there.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { needsPerson, type SessionIndex } from "../cache.ts";
import { queryKeys } from "../queries.ts";
import type { Reef } from "../reef.ts";
import { type Notice, newNotices } from "./new-notices.ts";
import { type NoticeKind, readNoticeKinds } from "./notice-settings.ts";

const wordsByKind: Readonly<Record<NoticeKind, string>> = {
  needs: "needs you",
  failed: "failed",
  done: "is done",
};

/** Listens until `signal` aborts. */
export function listenForNotices(
  { queryClient }: Pick<Reef, "queryClient">,
  { goTo, signal }: { readonly goTo: (id: SessionId) => void; readonly signal: AbortSignal },
): void {
  const state: { before: ReadonlyMap<SessionId, Session> | null; waiting: number } = { before: null, waiting: -1 };
  const look = (): void => {
    const after = queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId;
    if (!after || after === state.before) return;
    const notices = newNotices(state.before, after);
    state.before = after;
    for (const notice of notices) tell(notice, goTo);
    const waiting = countWaiting(after);
    if (waiting === state.waiting) return;
    state.waiting = waiting;
    markIcon(waiting);
  };
  const unsubscribe = queryClient.getQueryCache().subscribe(({ type, query }) => {
    if (type === "updated" && query.queryKey[0] === queryKeys.sessions[0]) look();
  });
  signal.addEventListener("abort", unsubscribe);
  look();
}

function tell({ kind, session }: Notice, goTo: (id: SessionId) => void): void {
  // Who looks at the page sees it there.
  if (document.visibilityState === "visible" && document.hasFocus()) return;
  if (!("Notification" in window) || Notification.permission !== "granted" || !readNoticeKinds().has(kind)) return;
  try {
    // The tag makes several open pages show one notification.
    const note = new Notification(`${session.title} ${wordsByKind[kind]}`, {
      body: kind === "failed" ? (session.lastError ?? session.lastText) : session.lastText,
      tag: `${session.id}:${kind}:${session.turnId ?? session.updatedAt}`,
      icon: "/icon-192.png",
    });
    note.onclick = () => {
      window.focus();
      goTo(session.id);
      note.close();
    };
  } catch {
    // Some phones allow notifications to service workers only; the page's own signs remain.
  }
}

function markIcon(waiting: number): void {
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (icon) icon.href = waiting > 0 ? "/favicon-waiting.svg" : "/favicon.svg";
  if (!("setAppBadge" in navigator)) return;
  void (waiting > 0 ? navigator.setAppBadge(waiting) : navigator.clearAppBadge()).catch(() => undefined);
}

function countWaiting(sessions: ReadonlyMap<SessionId, Session>): number {
  let count = 0;
  for (const session of sessions.values()) if (session.archivedAt === null && needsPerson(session)) count++;
  return count;
}
