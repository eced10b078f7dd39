/** The session's name as a dropdown over all sessions, its bot, and what can be done with it. */
import type { Bot } from "@reef/protocol/bot";
import type { SessionId } from "@reef/protocol/ids";
import type { Session, SessionPatch } from "@reef/protocol/session";
import type { Topic } from "@reef/protocol/topic";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { SessionIndex } from "../cache.ts";
import { useCell } from "../cell.ts";
import { actionLabel, pressToLabel } from "../keys/press-label.ts";
import { visibleSessionIds } from "../list/group-sessions.ts";
import { toggleRightPanel } from "../panel/right-panel.ts";
import { queryKeys, topicsQuery } from "../queries.ts";
import { type Reef, useReef } from "../reef.ts";
import { Link, useRouter } from "../router.tsx";
import { Avatar } from "../ui/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { Menu } from "../ui/Menu.tsx";
import type { MenuEntry } from "../ui/menu-entry.ts";
import { runtimeLabel } from "../ui/RuntimeMark.tsx";
import { Sign } from "../ui/Sign.tsx";
import { shownStatus } from "../ui/shown-status.ts";
import { RenameField } from "./RenameField.tsx";
import styles from "./SessionHeader.module.css";
import { archiveSession, attempt, changeSession, restoreSession, takeSession } from "./session-actions.ts";

const listed = 30;

export function SessionHeader({
  session,
  bot,
}: {
  readonly session: Session;
  readonly bot: Bot | undefined;
}): ReactElement {
  const { renaming } = useReef();
  const isRenaming = useCell(renaming) === session.id;
  const endRenaming = (): void => {
    renaming.set(null);
    document.querySelector<HTMLElement>("[data-composer]")?.focus();
  };
  return (
    <header className={styles.header}>
      <Link to="/" className={styles.back} aria-label="Back to the session list">
        ‹
      </Link>
      {isRenaming ? <RenameField session={session} onEnd={endRenaming} /> : <SessionDropdown session={session} />}
      <span className={styles.bot}>
        <Avatar name={bot?.name ?? "?"} seed={session.botId} size="small" />
        <span className={styles.botName}>{bot?.name}</span>
        {bot && <span className={styles.runtime}>{runtimeLabel(bot)}</span>}
      </span>
      <span className={styles.push} />
      <PanelButton />
      <SessionMenu session={session} />
    </header>
  );
}

function PanelButton(): ReactElement {
  const { rightPanel, keys } = useReef();
  const isShown = useCell(rightPanel.isShown);
  return (
    <Button
      look="quiet"
      isSquare
      aria-label="Bot, tree and activity"
      aria-expanded={isShown}
      title={`Bot, tree and activity (${actionLabel(keys.get(), "right-panel") ?? "no keys"})`}
      onClick={() => toggleRightPanel(rightPanel)}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor">
        <rect x="1.750" y="2.750" width="12.500" height="10.500" rx="2" strokeWidth="1.500" />
        <path d="M10 3v10" strokeWidth="1.500" />
        {isShown && <path d="M10.500 3.500h3v9h-3Z" fill="currentColor" stroke="none" />}
      </svg>
    </Button>
  );
}

function SessionDropdown({ session }: { readonly session: Session }): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const goTo = (id: SessionId): void => void router.navigate({ to: "/s/$sessionId", params: { sessionId: id } });
  return (
    <Menu
      entries={() => [
        { type: "heading", key: "sessions", label: "Sessions" },
        ...sessionEntries(reef, { current: session.id, goTo }),
        { type: "line", key: "line" },
        {
          type: "item",
          key: "find",
          label: "Find a session…",
          hint: actionLabel(reef.keys.get(), "palette"),
          run: () => reef.panel.set({ type: "palette" }),
        },
        {
          type: "item",
          key: "new",
          label: "New session…",
          hint: actionLabel(reef.keys.get(), "new-session"),
          run: () => reef.panel.set({ type: "new-session" }),
        },
      ]}
      trigger={
        <button type="button" className={styles.dropdown} aria-label={`Session: ${session.title}. Switch session`}>
          <Sign status={shownStatus(session)} />
          <span className={styles.title}>{session.title}</span>
          <span aria-hidden="true" className={styles.caret}>
            ▾
          </span>
        </button>
      }
    />
  );
}

/** The first sessions in the order of the list, with the digits that lead to them. */
function sessionEntries(
  { queryClient, listRows }: Reef,
  { current, goTo }: { readonly current: SessionId; readonly goTo: (id: SessionId) => void },
): readonly MenuEntry[] {
  const index = queryClient.getQueryData<SessionIndex>(queryKeys.sessions);
  return visibleSessionIds(listRows.get())
    .slice(0, listed)
    .flatMap((id, position) => {
      const session = index?.byId.get(id);
      if (!session) return [];
      return {
        type: "item",
        key: id,
        label: (
          <>
            <Sign status={shownStatus(session)} /> <span className={styles.choice}>{session.title}</span>
          </>
        ),
        isCurrent: id === current,
        hint: position < 9 ? pressToLabel(`Alt+Digit${position + 1}`) : undefined,
        run: () => goTo(id),
      } as const;
    });
}

function SessionMenu({ session }: { readonly session: Session }): ReactElement {
  const reef = useReef();
  const { data: topics = [] } = useQuery(topicsQuery(reef.reads));
  return (
    <Menu
      align="end"
      entries={() => actionEntries(reef, { session, topics })}
      trigger={
        <Button look="quiet" isSquare aria-label="Session actions">
          ⋯
        </Button>
      }
    />
  );
}

function actionEntries(
  reef: Reef,
  { session, topics }: { readonly session: Session; readonly topics: readonly Topic[] },
): readonly MenuEntry[] {
  const change = (patch: SessionPatch): void => void changeSession(reef, { id: session.id, patch });
  const topicEntries: readonly MenuEntry[] = [
    ...topics.map(
      ({ id, name }) =>
        ({
          type: "item",
          key: id,
          label: name,
          isCurrent: session.topicId === id,
          run: () => change({ topicId: id }),
        }) as const,
    ),
    ...(session.topicId
      ? [{ type: "item", key: "none", label: "No topic", run: () => change({ topicId: null }) } as const]
      : []),
    {
      type: "item",
      key: "new",
      label: "New topic…",
      run: () => reef.panel.set({ type: "topic", sessionId: session.id }),
    },
  ];
  return [
    {
      type: "item",
      key: "rename",
      label: "Rename",
      hint: actionLabel(reef.keys.get(), "rename"),
      // After the menu has given focus back, or it would take it from the field again.
      run: () => void setTimeout(() => reef.renaming.set(session.id), 0),
    },
    {
      type: "item",
      key: "pin",
      label: session.pinned ? "Unpin" : "Pin",
      hint: actionLabel(reef.keys.get(), "pin"),
      run: () => change({ pinned: !session.pinned }),
    },
    {
      type: "item",
      key: "mute",
      label: session.muted ? "Unmute" : "Mute",
      hint: session.muted ? "notifies again" : "no notifications",
      run: () => change({ muted: !session.muted }),
    },
    {
      type: "item",
      key: "unread",
      label: "Mark as unread",
      run: () =>
        void attempt(reef, "Not marked", async () => takeSession(reef, await reef.client.unreadSession(session.id))),
    },
    { type: "menu", key: "topic", label: "Move to topic", entries: topicEntries },
    { type: "line", key: "line" },
    session.archivedAt === null
      ? {
          type: "item",
          key: "archive",
          label: "Archive",
          hint: actionLabel(reef.keys.get(), "archive"),
          run: () => void archiveSession(reef, session),
        }
      : { type: "item", key: "restore", label: "Restore", run: () => void restoreSession(reef, session) },
  ];
}
