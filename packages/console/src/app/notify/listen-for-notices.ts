/**
 * Notifies a person who looks elsewhere: desktop notifications of the kinds they chose, and a mark on the tab's icon
 * and the installed app. Only the settings ask for permission; here it is used if granted.
 */
import type { Ask } from "@reef/protocol/ask";
import type { AskId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { needsPerson, type SessionIndex } from "../../data/cache.ts";
import { asksQuery, queryKeys } from "../../data/queries.ts";
import type { Reef } from "../../data/reef.ts";
import { nowMs } from "../../ui/clock.ts";
import { readStoredSet, writeStoredSet } from "../../ui/storage.ts";
import { summariseHeld } from "./held-notices.ts";
import { type DesktopNotice, newNotices, type Seen } from "./new-notices.ts";
import { type NoticeKind, readNoticeKinds } from "./notice-settings.ts";
import { isQuiet, readQuietHours } from "./quiet-hours.ts";

const wordsByKind: Readonly<Record<NoticeKind, string>> = {
  needs: "needs you",
  failed: "failed",
  done: "is done",
};

/** Listens until `signal` aborts. */
export function listenForNotices(
  { queryClient, reads }: Pick<Reef, "queryClient" | "reads">,
  { goTo, signal }: { readonly goTo: (id: SessionId) => void; readonly signal: AbortSignal },
): void {
  const state: { before: Seen | null; waiting: number } = { before: null, waiting: -1 };
  const look = (): void => {
    const sessions = queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId;
    const asks = queryClient.getQueryData<ReadonlyMap<AskId, Ask>>(queryKeys.asks);
    if (!sessions || !asks || (sessions === state.before?.sessions && asks === state.before.asks)) return;
    const after = { sessions, asks };
    const notices = newNotices(state.before, after);
    state.before = after;
    for (const notice of notices) tell(notice, goTo);
    const waiting = countWaiting(sessions);
    if (waiting === state.waiting) return;
    state.waiting = waiting;
    markIcon(waiting);
  };
  // Events of one batch reach the two caches one after the other: both are read once they are complete.
  const watched: readonly unknown[] = [queryKeys.sessions[0], queryKeys.asks[0]];
  let isWanted = false;
  const unsubscribe = queryClient.getQueryCache().subscribe(({ type, query }) => {
    if (type !== "updated" || isWanted || !watched.includes(query.queryKey[0])) return;
    isWanted = true;
    queueMicrotask(() => {
      isWanted = false;
      if (!signal.aborted) look();
    });
  });
  signal.addEventListener("abort", unsubscribe);
  void queryClient.prefetchQuery(asksQuery(reads));
  look();
  const quietEnds = setInterval(() => {
    if (state.before) tellHeld(state.before, goTo);
  }, quietLookMs);
  signal.addEventListener("abort", () => clearInterval(quietEnds));
}

function tell({ kind, session, text, key }: DesktopNotice, goTo: (id: SessionId) => void): void {
  if (isLookedAt() || !mayTell() || !readNoticeKinds().has(kind)) return;
  if (!isFirstTime(key)) return;
  if (isQuiet(readQuietHours(), nowMs())) {
    writeStoredSet("held", new Set([...readStoredSet("held"), key].slice(-remembered)));
    return;
  }
  show({ title: `${session.title} ${wordsByKind[kind]}`, body: text, tag: key }, () => goTo(session.id));
}

/** Runs at the end of the quiet hours: one notification for all of them, and none for what is over by now. */
function tellHeld(now: Seen, goTo: (id: SessionId) => void): void {
  if (isQuiet(readQuietHours(), nowMs())) return;
  const held = readStoredSet("held");
  if (held.size === 0) return;
  writeStoredSet("held", new Set());
  const summary = summariseHeld(held, now);
  if (summary === null || isLookedAt() || !mayTell()) return;
  show({ title: "While it was quiet", body: summary.words, tag: "held" }, () => goTo(summary.sessionId));
}

/** A person looking at the page sees it there. */
function isLookedAt(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

function mayTell(): boolean {
  return "Notification" in window && Notification.permission === "granted";
}

/** With the same tag, several pages show one notification between them. */
function show(
  { title, body, tag }: { readonly title: string; readonly body: string; readonly tag: string },
  onClick: () => void,
): void {
  try {
    const note = new Notification(title, { body, tag, icon: "/icon-192.png" });
    note.onclick = () => {
      window.focus();
      onClick();
      note.close();
    };
  } catch {
    // Some phones allow notifications to service workers only; the page's own signs remain.
  }
}

const remembered = 200;
const quietLookMs = 10_000;

/** True once per occasion, over all pages of this browser and all reloads. */
function isFirstTime(key: string): boolean {
  const told = readStoredSet("told");
  if (told.has(key)) return false;
  writeStoredSet("told", new Set([...told, key].slice(-remembered)));
  return true;
}

function markIcon(waiting: number): void {
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (icon) icon.href = waiting > 0 ? "/favicon-waiting.svg" : "/favicon.svg";
  if (!("setAppBadge" in navigator)) return;
  void (waiting > 0 ? navigator.setAppBadge(waiting) : navigator.clearAppBadge()).catch(() => undefined);
}

function countWaiting(sessions: ReadonlyMap<SessionId, Session>): number {
  let count = 0;
  for (const session of sessions.values())
    if (session.archivedAt === null && !session.muted && needsPerson(session)) count++;
  return count;
}
