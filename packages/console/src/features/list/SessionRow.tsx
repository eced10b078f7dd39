/**
 * Shows one session in two lines: state and title; latest message, or the question that waits. It watches its own
 * session only.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import { BellOff, HatGlasses, type IconNode } from "lucide";
import { type ReactElement, useEffect, useRef, useSyncExternalStore } from "react";
import type { SessionListRow } from "../../data/list/list-row.ts";
import { toggleChildren } from "../../data/list/list-view.ts";
import { asksQuery, botsQuery, entriesQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { nowMs } from "../../ui/clock.ts";
import { Icon } from "../../ui/Icon.tsx";
import { lastWords, plainWords } from "../../ui/last-words.ts";
import { RuntimeMark } from "../../ui/RuntimeMark.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { shownStatus } from "../../ui/shown-status.ts";
import { tickerWords } from "../../ui/ticker-words.ts";
import { absoluteTime, shortTime } from "../../ui/time.ts";
import { RenameField } from "../session/RenameField.tsx";
import { startSessionDrag } from "./list-drag.ts";
import styles from "./SessionRow.module.css";

export interface SessionRowProps {
  readonly row: SessionListRow;
  readonly isActive: boolean;
  readonly digit: number | null;
}

export function SessionRow({ row, isActive, digit }: SessionRowProps): ReactElement | null {
  const reef = useReef();
  const { data: session } = useQuery({ ...sessionsQuery(reef.reads), select: ({ byId }) => byId.get(row.key) });
  const botId = session?.botId;
  const { data: botName = "" } = useQuery({
    ...botsQuery(reef.reads),
    select: (bots) => (botId ? bots.get(botId)?.name : undefined),
  });
  const { data: runtime } = useQuery({
    ...botsQuery(reef.reads),
    select: (bots) => (botId ? bots.get(botId)?.runtime : undefined),
  });
  const question = useWaitingQuestion(session ?? null);
  const liveWords = useLiveWords(row.key);
  const isSelected = useSyncExternalStore(reef.listView.subscribe, () => reef.listView.get().selected.has(row.key));
  const isRenaming = useSyncExternalStore(reef.renamingRow.subscribe, () => reef.renamingRow.get() === row.key);
  useFocusAfterRenaming(row.key, isRenaming);
  if (!session) return null;
  if (isRenaming) return <RenamedRow session={session} depth={row.depth} />;
  const isUnread = session.unread > 0 && session.status !== "running";
  // Reads ahead while the pointer rests on the row, so that the click finds the transcript here.
  const readAhead = (): void => void reef.queryClient.prefetchQuery(entriesQuery(reef.reads, row.key));
  return (
    <div className={styles.row} data-depth={row.depth || undefined} data-selected={isSelected || undefined}>
      {isSelected && (
        <span className={styles.check} role="img" aria-label="Selected">
          ✓
        </span>
      )}
      <SessionLink
        sessionId={row.key}
        className={styles.link}
        aria-current={isActive ? "page" : undefined}
        data-session={row.key}
        onPointerEnter={readAhead}
        draggable
        onDragStart={(event) => startSessionDrag(reef, event, row.key)}
      >
        <span className={styles.first}>
          <Sign status={shownStatus(session)} />
          <span className={`${shapes.cut} ${styles.title}`} data-unread={isUnread || undefined}>
            {session.title}
          </span>
          {session.memory === "off" && <RowSign words="Incognito: uses and keeps no memories" icon={HatGlasses} />}
          {session.muted && <RowSign words="Muted: no notifications" icon={BellOff} />}
          {digit !== null && <kbd className={styles.digit}>{digit}</kbd>}
          {isUnread && (
            <span className={styles.unread} role="img" aria-label={`${session.unread} unread`}>
              {session.unread > 99 ? "99+" : session.unread}
            </span>
          )}
          {digit === null && !isUnread && (
            <time className={styles.time} dateTime={session.lastAt} title={absoluteTime(session.lastAt)}>
              {shortTime(session.lastAt, nowMs())}
            </time>
          )}
        </span>
        <span className={styles.second}>
          <Avatar name={botName || "?"} seed={session.botId} size="small" />
          {/* A question has the whole line: its text counts more than its bot, which the avatar shows. */}
          {question === null && (
            <span className={`${shapes.cut} ${styles.botName}`} dir="auto">
              {botName}
            </span>
          )}
          {question === null && runtime && runtime !== "loop" && <RuntimeMark runtime={runtime} />}
          <span
            className={`${shapes.cut} ${styles.last}`}
            data-tone={question ? "needs" : session.status === "failed" ? "failed" : undefined}
          >
            <span dir="auto">{question === null ? (liveWords ?? lastWords(session)) : plainWords(question)}</span>
          </span>
        </span>
      </SessionLink>
      {row.childCount > 0 && (
        <button
          type="button"
          className={styles.children}
          aria-expanded={row.isOpen}
          aria-label={`${row.childCount} sessions spawned by ${session.title}`}
          onClick={() => toggleChildren(reef.listView, row.key)}
        >
          <span aria-hidden="true">{row.isOpen ? "▾" : "▸"}</span> {row.childCount}
        </button>
      )}
    </div>
  );
}

/** The field is gone and with it the focus, which goes back to the row unless a person moved it elsewhere. */
function useFocusAfterRenaming(id: SessionId, isRenaming: boolean): void {
  const wasRenaming = useRef(false);
  useEffect(() => {
    const isLost = wasRenaming.current && !isRenaming && document.activeElement === document.body;
    if (isLost) document.querySelector<HTMLElement>(`nav [data-session="${id}"]`)?.focus();
    wasRenaming.current = isRenaming;
  }, [id, isRenaming]);
}

/** Replaces the row while its title is edited, because a link may not contain a field. */
function RenamedRow({ session, depth }: { readonly session: Session; readonly depth: number }): ReactElement {
  const { renamingRow } = useReef();
  return (
    <div className={`${styles.row} ${styles.renamed}`} data-depth={depth || undefined}>
      <RenameField session={session} onEnd={() => renamingRow.set(null)} />
    </div>
  );
}

function RowSign({ words, icon }: { readonly words: string; readonly icon: IconNode }): ReactElement {
  return (
    <span className={styles.muted} role="img" aria-label={words.split(":")[0]} title={words}>
      <Icon of={icon} size={12} />
    </span>
  );
}

/** Returns words of the answer that is being written, so that working sessions are seen to work. */
function useLiveWords(sessionId: SessionId): string | null {
  const { glimpses } = useReef().live;
  return useSyncExternalStore(glimpses.subscribe, () => {
    for (const { sessionId: writing, text } of glimpses.get().values()) {
      if (writing === sessionId && text !== "") return tickerWords(text, shownLiveLength);
    }
    return null;
  });
}

/** Characters that fit into the row beside a bot's name. */
const shownLiveLength = 34;

function useWaitingQuestion(session: Session | null): string | null {
  const { reads } = useReef();
  const sessionId: SessionId | null = session && session.openAsks > 0 ? session.id : null;
  const { data = null } = useQuery({
    ...asksQuery(reads),
    select: (asks) => {
      if (!sessionId) return null;
      for (const ask of asks.values()) if (ask.sessionId === sessionId && ask.state === "open") return ask.question;
      return null;
    },
  });
  return data;
}
