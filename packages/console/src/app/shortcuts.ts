/**
 * Turns key presses into actions for the whole page: they are caught before any field sees them, so that they work
 * while the composer has the focus. A dialog or menu keeps its own keys; only the keys that open one also close it.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { needsPerson, type SessionIndex } from "../data/cache.ts";
import { readDraft } from "../data/drafts.ts";
import { type Action, isListAction } from "../data/keys/key-map.ts";
import { type Matched, matchKey } from "../data/keys/match-key.ts";
import { visibleSessionIds } from "../data/list/group-sessions.ts";
import { select } from "../data/list/list-view.ts";
import { queryKeys } from "../data/queries.ts";
import type { Panel, Reef } from "../data/reef.ts";
import { toggleRightPanel } from "../data/right-panel.ts";
import { nextInOrder } from "../features/list/next-in-order.ts";
import { numberedSessions } from "../features/list/session-numbers.ts";
import { readJumpTargets } from "../features/session/read-ahead.ts";
import { archiveSession, changeSession, stopSession } from "../features/session/session-actions.ts";
import { loadAgain } from "../ui/load-again.ts";
import { isEscapeTaken, letGoOfSelection } from "./keys/escape.ts";

export interface Navigation {
  /** The session on screen. */
  activeId(): SessionId | null;
  goTo(sessionId: SessionId): void;
  goToScreen(path: string): void;
}

const hintsAfterMs = 220;
const secondEscapeWithinMs = 2_000;
const habitWithinMs = 800;
/** Between the two presses of a binding such as `g` then `b`. */
const secondPressWithinMs = 1_200;

/** Listens until `signal` aborts. */
export function listenForShortcuts({
  reef,
  navigation,
  signal,
}: {
  readonly reef: Reef;
  readonly navigation: Navigation;
  readonly signal: AbortSignal;
}): void {
  let escapeArmedAt = Number.NEGATIVE_INFINITY;
  let escapeClosedAt = Number.NEGATIVE_INFINITY;
  const act = (matched: Matched, event: KeyboardEvent): boolean => {
    if (matched.action === "stop") {
      const isArmed = event.timeStamp - escapeArmedAt < secondEscapeWithinMs;
      // If pressed twice to be sure, the second press is still about what the first one closed.
      const isHabit = event.timeStamp - escapeClosedAt < habitWithinMs;
      const result = isEscapeTaken(event) ? "taken" : stopByEscape({ reef, navigation, isArmed, isHabit });
      if (result === "taken" || result === "closed") escapeClosedAt = event.timeStamp;
      escapeArmedAt = result === "armed" ? event.timeStamp : Number.NEGATIVE_INFINITY;
      return result !== "nothing" && result !== "taken";
    }
    return actOn(matched, { reef, navigation });
  };
  let before: KeyboardEvent | null = null;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (reef.isRecordingKeys.get()) return;
    const isSecond = before !== null && event.timeStamp - before.timeStamp < secondPressWithinMs;
    const matched = matchKey(event, reef.keys.get(), isSecond ? before : null);
    before = matched || event.repeat ? null : event;
    // The list handles the keys of its own rows. Esc itself checks what is open.
    if (!matched || isListAction(matched.action)) return;
    if (matched.action !== "stop" && isKeptByOverlay(matched.action)) return;
    // A held arrow key may run through the list; everything else happens once a press.
    if (event.repeat && !matched.action.startsWith("session-")) return;
    if (!act(matched, event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("keydown", onKeyDown, { capture: true, signal });
  listenForHeldModifier(reef, signal);
  const onModifier = (event: KeyboardEvent): void => {
    if (isModifierAlone(event)) readJumpTargets(reef, navigation.activeId());
  };
  addEventListener("keydown", onModifier, { signal });
}

function isModifierAlone(event: KeyboardEvent): boolean {
  return !event.repeat && (event.key === "Alt" || event.key === "Control" || event.key === "Meta");
}

function actOn(
  { action, digit }: Matched,
  { reef, navigation }: { readonly reef: Reef; readonly navigation: Navigation },
): boolean {
  const ids = visibleSessionIds(reef.listRows.get());
  const active = navigation.activeId();
  const index = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions);
  const session = active ? index?.byId.get(active) : undefined;
  const goTo = (id: SessionId | undefined): boolean => {
    if (id) navigation.goTo(id);
    return true;
  };
  const isWhere = (test: (session: Session) => boolean) => (id: SessionId) => {
    const candidate = index?.byId.get(id);
    return candidate !== undefined && test(candidate);
  };
  switch (action) {
    case "session-nth":
      return goTo(numberedSessions(reef)[(digit ?? 1) - 1]);
    case "session-previous":
      return goTo(nextInOrder(ids, { from: active, step: -1, test: () => true }));
    case "session-next":
      return goTo(nextInOrder(ids, { from: active, step: 1, test: () => true }));
    case "unread-previous":
      return goTo(nextInOrder(ids, { from: active, step: -1, test: isWhere(isUnread) }));
    case "unread-next":
      return goTo(nextInOrder(ids, { from: active, step: 1, test: isWhere(isUnread) }));
    case "needs-next":
    case "needs-previous": {
      // Over all sessions, not only visible ones: a folded group must not hide a waiting question.
      const waiting = [...(index?.byId.values() ?? [])].filter((each) => needsPerson(each) && each.archivedAt === null);
      waiting.sort((a, b) => (a.lastAt < b.lastAt ? -1 : 1));
      const step = action === "needs-next" ? 1 : -1;
      const next =
        nextInOrder(
          waiting.map(({ id }) => id),
          { from: active, step, test: () => true },
        ) ?? waiting[0]?.id;
      if (next) reef.askToFocus.set(next);
      else reef.toasts.show({ text: "No session needs you." });
      return goTo(next);
    }
    case "screen-home":
    case "screen-bots":
    case "screen-activity":
    case "screen-messages":
    case "screen-schedules":
    case "screen-spend":
    case "screen-providers":
    case "screen-tasks":
    case "screen-tools":
    case "screen-gateways":
    case "screen-settings":
      navigation.goToScreen(`/${action === "screen-home" ? "" : action.slice("screen-".length)}`);
      return true;
    case "palette":
      return togglePanel(reef, { type: "palette" });
    case "help":
      return togglePanel(reef, { type: "help" });
    case "new-session":
      return togglePanel(reef, { type: "new-session" });
    case "sidebar":
      reef.isSidebarShown.set(!reef.isSidebarShown.get());
      return true;
    case "right-panel":
      if (active) toggleRightPanel(reef.rightPanel);
      return active !== null;
    case "find-in-transcript":
      // The same key while it is open is the browser's own find, for the rest of the page.
      if (!active || reef.finding.get() === active) return false;
      reef.finding.set(active);
      return true;
    case "rename":
      if (active) reef.renaming.set(active);
      return true;
    case "pin":
      if (session) void changeSession(reef, { id: session.id, patch: { pinned: !session.pinned } });
      return true;
    case "split":
    case "close-pane":
      if (active)
        loadAgain(() => import("./panes/pane-keys.ts")).then(
          (keys) => goTo(keys.actOnPanes(reef, { action, active, ids })),
          () => reef.toasts.show({ tone: "failed", text: "Couldn't change the panes. The server may be away." }),
        );
      return true;
    case "archive":
      if (session) void archiveSession(reef, session);
      return true;
    case "stop":
      return false; // needs to know the press before it: see above
    default:
      return false; // belongs to a row: see list-keys.ts
  }
}

/**
 * Esc closes what was opened last, else it stops the turn immediately; while the composer holds text it asks for a second press, so that a habit does
 * not stop a turn.
 */
function stopByEscape({
  reef,
  navigation,
  isArmed,
  isHabit,
}: {
  readonly reef: Reef;
  readonly navigation: Navigation;
  readonly isArmed: boolean;
  readonly isHabit: boolean;
}): "stopped" | "closed" | "armed" | "nothing" {
  const active = navigation.activeId();
  if (!active || reef.renaming.get() === active || reef.renamingRow.get()) return "nothing";
  if (reef.finding.get() === active) {
    reef.finding.set(null);
    document.querySelector<HTMLElement>("[data-composer]")?.focus();
    return "closed";
  }
  // Esc clears selected rows first: that must not stop a turn.
  if (reef.listView.get().selected.size > 0) {
    select(reef.listView, []);
    return "closed";
  }
  const session = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId.get(active);
  if (!session || session.turnId === null) return "nothing";
  if (letGoOfSelection()) return "closed";
  const hasDraft = readDraft(active).trim() !== "";
  if ((hasDraft || isHabit) && !isArmed) {
    reef.toasts.show({ text: `Press Esc again to stop the turn.${hasDraft ? " Your text stays." : ""}` });
    return "armed";
  }
  void stopSession(reef, active);
  return "stopped";
}

function isUnread(session: Session): boolean {
  // A turn that still runs is not worth a visit yet.
  return session.unread > 0 && session.status !== "running";
}

function togglePanel(reef: Reef, panel: NonNullable<Panel>): boolean {
  reef.panel.set(reef.panel.get()?.type === panel.type ? null : panel);
  return true;
}

function isKeptByOverlay(action: Action): boolean {
  const isOverlaid = document.querySelector("dialog[open], [role=menu]") !== null;
  return isOverlaid && action !== "palette" && action !== "help";
}

/** Shows the digits while a modifier is held, but not on every short Ctrl+C. */
function listenForHeldModifier({ isModifierHeld }: Reef, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const release = (): void => {
    clearTimeout(timer);
    isModifierHeld.set(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isModifierAlone(event)) return;
    clearTimeout(timer);
    timer = setTimeout(() => isModifierHeld.set(true), hintsAfterMs);
  };
  addEventListener("keydown", onKeyDown, { signal });
  addEventListener("keyup", release, { signal });
  addEventListener("blur", release, { signal });
  signal.addEventListener("abort", release);
}
