/** Shows the session's name as a dropdown over all sessions, its bot, and what can be done with it. */
import type { Bot } from "@reef/protocol/bot";
import type { SessionId, TopicId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronLeft, Ellipsis, GitFork, PanelRight, Search } from "lucide";
import { type ReactElement, useCallback, useRef, useState } from "react";
import { actionLabel } from "../../data/keys/press-label.ts";
import { sessionsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { showTab, toggleRightPanel } from "../../data/right-panel.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { countOf } from "../../ui/count.ts";
import { HeldKeys } from "../../ui/HeldKeys.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { LoadedMenu } from "../../ui/Menu.tsx";
import { Part } from "../../ui/Part.tsx";
import { runtimeLabel } from "../../ui/RuntimeMark.tsx";
import { Link } from "../../ui/router.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { Swatch } from "../../ui/Swatch.tsx";
import { shownStatus } from "../../ui/shown-status.ts";
import { RenameField } from "./RenameField.tsx";
import styles from "./SessionHeader.module.css";

const ContextMeter = lazyPart("ContextMeter", () => import("../turn/ContextMeter.tsx"));

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
      <Link to="/sessions" className={styles.back} aria-label="Back to the session list">
        <Icon icon={ChevronLeft} />
      </Link>
      {session.parentId && <ParentLink parentId={session.parentId} />}
      {isRenaming ? (
        <RenameField session={session} onEnd={endRenaming} />
      ) : (
        <SessionDropdown session={session} bot={bot} />
      )}
      {session.memory === "off" && (
        <span className={styles.incognito} title="Uses and keeps no memories, and no other bot can read it">
          Incognito
        </span>
      )}
      <span className={styles.bot}>
        <Avatar name={bot?.name ?? "?"} seed={session.botId} size="small" />
        <span className={shapes.cut} dir="auto">
          {bot?.name}
        </span>
        {bot && bot.runtime !== "loop" && <span className={shapes.cut}>{runtimeLabel(bot)}</span>}
        {session.topicId && <TopicName topicId={session.topicId} />}
      </span>
      <span className={styles.push} />
      <Children sessionId={session.id} />
      <Part what="The context meter" instead={null}>
        <ContextMeter sessionId={session.id} />
      </Part>
      <FindButton sessionId={session.id} />
      <PanelButton />
      <SessionMenu session={session} />
    </header>
  );
}

function TopicName({ topicId }: { readonly topicId: TopicId }): ReactElement | null {
  const { reads } = useReef();
  const { data: topic } = useQuery({
    ...topicsQuery(reads),
    select: (topics) => topics.find(({ id }) => id === topicId),
  });
  return topic ? (
    <span className={styles.about}>
      <Swatch color={topic.color} />
      <span className={shapes.cut} dir="auto">
        {topic.name}
      </span>
    </span>
  ) : null;
}

/** How many sessions were started from this one; leads to the tree of them. */
function Children({ sessionId }: { readonly sessionId: SessionId }): ReactElement | null {
  const { reads, rightPanel } = useReef();
  const { data: count = 0 } = useQuery({
    ...sessionsQuery(reads),
    select: ({ byId }) => [...byId.values()].filter(({ parentId }) => parentId === sessionId).length,
  });
  if (count === 0) return null;
  const showTree = (): void => {
    showTab(rightPanel, "tree");
    if (!rightPanel.isShown.get()) toggleRightPanel(rightPanel);
  };
  return (
    <Button look="quiet" isSmall className={styles.children} title="Show the tree" onClick={showTree}>
      <Icon icon={GitFork} size={14} /> {countOf(count, "sub-session")}
    </Button>
  );
}

function FindButton({ sessionId }: { readonly sessionId: SessionId }): ReactElement {
  const { finding, keys } = useReef();
  return (
    <Button
      look="quiet"
      isSquare
      className={styles.find}
      aria-label="Find in this session"
      title={`Find in this session (${actionLabel(keys.get(), "find-in-transcript") ?? "no keys"})`}
      onClick={() => finding.set(sessionId)}
    >
      <Icon icon={Search} />
    </Button>
  );
}

/** Links back from a spawned session to its parent. */
function ParentLink({ parentId }: { readonly parentId: SessionId }): ReactElement {
  const { reads } = useReef();
  const { data: title } = useQuery({ ...sessionsQuery(reads), select: ({ byId }) => byId.get(parentId)?.title });
  return (
    <nav className={styles.crumb} aria-label="Spawned by">
      <SessionLink
        sessionId={parentId}
        className={`${shapes.cut} ${styles.parent}`}
        title={title && `Spawned by ${title}`}
      >
        {title ?? "Parent session"}
      </SessionLink>
      <span aria-hidden="true">›</span>
    </nav>
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
      <Icon icon={PanelRight} />
    </Button>
  );
}

const SessionPicker = lazyPart("SessionPicker", () => import("./SessionPicker.tsx"));

function SessionDropdown({ session, bot }: { readonly session: Session; readonly bot: Bot | undefined }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => {
    setOpen(false);
    button.current?.focus();
  }, []);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.dropdown}
        data-state={isOpen ? "open" : undefined}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-label={`Session: ${session.title}. Switch session`}
        onPointerEnter={() => void SessionPicker.readAhead().catch(() => undefined)}
        onClick={() => setOpen(!isOpen)}
      >
        <Sign status={shownStatus(session)} />
        {/* On a phone the bot is below the title; the label of the button says what it does. */}
        <span className={styles.titles} data-under={[bot?.name, shortModel(bot)].filter(Boolean).join(" · ")}>
          <span className={`${shapes.cut} ${styles.title}`} dir="auto">
            {session.title}
          </span>
        </span>
        <Icon icon={ChevronDown} size={12} className={styles.down} />
      </button>
      {isOpen && (
        <Part
          what="The list of sessions"
          look="line"
          onClose={close}
          fallback={<HeldKeys into="[data-session-picker]" onCancel={close} />}
        >
          <SessionPicker current={session.id} onClose={close} />
        </Part>
      )}
    </>
  );
}

function shortModel(bot: Bot | undefined): string | undefined {
  return bot?.model?.slice(bot.model.lastIndexOf("/") + 1);
}

const loadActions = () => import("./session-entries.ts");

function SessionMenu({ session }: { readonly session: Session }): ReactElement {
  const reef = useReef();
  const { data: topics = [] } = useQuery(topicsQuery(reef.reads));
  return (
    <LoadedMenu
      align="end"
      code={loadActions}
      entries={({ actionEntries }) => actionEntries(reef, { session, topics })}
      trigger={
        <Button look="quiet" isSquare aria-label="Session actions">
          <Icon icon={Ellipsis} />
        </Button>
      }
    />
  );
}
