/**
 * Shows one session in two lines: state, bot, title and time; below them what it asks, does or says. A child in a tree is one line.
 * It watches its own session only.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import { BellOff, Check, GitFork, HatGlasses, type IconNode } from "lucide";
import { type CSSProperties, type ReactElement, useEffect, useRef, useSyncExternalStore } from "react";
import type { SessionListRow } from "../../data/list/list-row.ts";
import { toggleChildren } from "../../data/list/list-view.ts";
import { botsQuery, entriesQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { RuntimeMark } from "../../ui/RuntimeMark.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign, statusWords } from "../../ui/Sign.tsx";
import { type ShownStatus, shownStatus } from "../../ui/shown-status.ts";
import { RenameField } from "../session/RenameField.tsx";
import { startSessionDrag } from "./list-drag.ts";
import { RowTime } from "./RowTime.tsx";
import { RowWords } from "./RowWords.tsx";
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
  const isSelected = useSyncExternalStore(reef.listView.subscribe, () => reef.listView.get().selected.has(row.key));
  const isRenaming = useSyncExternalStore(reef.renamingRow.subscribe, () => reef.renamingRow.get() === row.key);
  useFocusAfterRenaming(row.key, isRenaming);
  if (!session) return null;
  if (isRenaming) return <RenamedRow session={session} depth={row.depth} />;
  const isUnread = session.unread > 0 && session.status !== "running";
  const status = shownStatus(session);
  const tone = toneOf(session, status);
  // A question or a failure says by its own sign that there is something new.
  const isMarkedNew = isUnread && tone === undefined;
  const isChild = row.depth > 0;
  // Reads ahead while the pointer rests on the row, so that the click finds the transcript here.
  const readAhead = (): void => void reef.queryClient.prefetchQuery(entriesQuery(reef.reads, row.key));
  return (
    <div
      className={styles.row}
      data-depth={row.depth || undefined}
      data-open={row.isOpen || undefined}
      data-selected={isSelected || undefined}
      style={isChild ? ({ "--depth": row.depth } as CSSProperties) : undefined}
    >
      <TreeLines row={row} />
      {isSelected && (
        <span className={styles.check} role="img" aria-label="Selected">
          <Icon icon={Check} size={12} weight={3} />
        </span>
      )}
      <SessionLink
        sessionId={row.key}
        className={styles.link}
        aria-current={isActive ? "page" : undefined}
        data-tone={tone}
        data-session={row.key}
        onPointerEnter={readAhead}
        draggable
        onDragStart={(event) => startSessionDrag(reef, event, row.key)}
      >
        <Sign
          status={status}
          words={isUnread ? `${statusWords[status].split(",")[0]}, ${session.unread} unread` : undefined}
        />
        {!isChild && <Avatar name={botName || "?"} seed={session.botId} />}
        <span className={styles.title} data-unread={isMarkedNew || undefined}>
          <span className={shapes.cut} dir="auto">
            {session.title}
          </span>
          {isMarkedNew && session.unread > 1 && (
            <span className={styles.unread} aria-hidden="true">
              {session.unread > 99 ? "99+" : session.unread}
            </span>
          )}
          {runtime === "openclaw" && <RuntimeMark runtime={runtime} />}
          {session.memory === "off" && <RowSign words="Incognito: uses and keeps no memories" icon={HatGlasses} />}
          {session.muted && <RowSign words="Muted: no notifications" icon={BellOff} />}
        </span>
        <RowTime session={session} isWord={isChild} className={styles.time} />
        {!isChild && <RowWords session={session} className={styles.words} />}
        {digit !== null && <kbd className={styles.digit}>{digit}</kbd>}
        <span className={shapes.hidden}>{botName}</span>
      </SessionLink>
      {row.childCount > 0 && (
        <button
          type="button"
          className={styles.children}
          aria-expanded={row.isOpen}
          aria-label={`${row.childCount} sessions spawned by ${session.title}`}
          onClick={() => toggleChildren(reef.listView, row.key)}
        >
          <Icon icon={GitFork} size={12} /> {row.childCount}
        </button>
      )}
    </div>
  );
}

/** Says what of the row stands out. */
function toneOf({ openAsks }: Session, status: ShownStatus): "ask" | "live" | "failed" | undefined {
  if (status === "needs_you" || openAsks > 0) return "ask";
  if (status === "running") return "live";
  return status === "failed" || status === "unknown" ? "failed" : undefined;
}

/** The lines of ancestors, and its own, that go on to a later sibling. */
function TreeLines({ row: { depth, lines } }: { readonly row: SessionListRow }): ReactElement[] {
  return Array.from({ length: depth }, (_, at) => at + 1)
    .filter((level) => (lines >> level) & 1)
    .map((level) => <i key={level} className={styles.below} style={{ "--depth": level } as CSSProperties} />);
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
    <span className={styles.icon} role="img" aria-label={words.split(":")[0]} title={words}>
      <Icon icon={icon} size={12} />
    </span>
  );
}
