/** Draws one session: its header, its transcript, what waits for the person, and the composer. */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useCallback, useEffect, useRef, useState } from "react";
import { botsQuery, entriesQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { HeldKeys } from "../../ui/HeldKeys.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import { AskStack } from "../ask/AskStack.tsx";
import { useFileDrop } from "../attachment/use-file-drop.ts";
import { Composer, type Given } from "../composer/Composer.tsx";
import { useWaiting } from "../composer/use-waiting.ts";
import { useEntryTarget } from "./entry-address.ts";
import { SessionHeader } from "./SessionHeader.tsx";
import styles from "./SessionScreen.module.css";
import { Transcript } from "./Transcript.tsx";
import { useTakenSession } from "./use-taken-session.ts";

const OutsideStrip = lazyPart("OutsideStrip", () => import("../gateways/OutsideStrip.tsx"));
const BotModelNotice = lazyPart("BotModelNotice", () => import("../model/BotModelNotice.tsx"));
const MailboxTray = lazyPart("MailboxTray", () => import("../composer/MailboxTray.tsx"));
const TurnStrip = lazyPart("TurnStrip", () => import("./TurnStrip.tsx"));
const EmptyTranscript = lazyPart("EmptyTranscript", () => import("./EmptyTranscript.tsx"));
const FindBar = lazyPart("FindBar", () => import("../find/FindBar.tsx"));
const MissingSession = lazyPart("MissingSession", () => import("./MissingSession.tsx"));
const WaitsFor = lazyPart("WaitsFor", () => import("./WaitsFor.tsx"));

/** Loads it ahead, so that the first waiting message shows immediately. */
export async function readTrayAhead(): Promise<void> {
  await Promise.all([MailboxTray.readAhead(), TurnStrip.readAhead()]);
}

/** Remounted for each session. */
export function SessionScreen({
  sessionId,
  isBeside = false,
}: {
  readonly sessionId: SessionId;
  /** True for one of several on screen: the page has one main part only. */
  readonly isBeside?: boolean;
}): ReactElement {
  const Frame = isBeside ? "section" : "main";
  const { reads, finding, takenBack } = useReef();
  const isFinding = useCell(finding) === sessionId;
  const { data: session, isPending } = useQuery({
    ...sessionsQuery(reads),
    select: ({ byId }) => byId.get(sessionId) ?? null,
  });
  // An archived session, or one beyond the pages read so far, is not in the list.
  const fetched = useTakenSession({ sessionId, isMissing: !isPending && session === null });
  const { data: bot } = useQuery({
    ...botsQuery(reads),
    select: (bots) => (session ? bots.get(session.botId) : undefined),
  });
  const entries = useQuery(entriesQuery(reads, sessionId));
  const waiting = useWaiting(sessionId);
  const addressed = useEntryTarget(sessionId);
  const [target, setTarget] = useState(addressed);
  useEffect(() => {
    if (addressed) setTarget(addressed);
  }, [addressed]);
  const [given, setGiven] = useState<Given | null>(null);
  const taken = useCell(takenBack);
  useEffect(() => {
    if (taken?.sessionId !== sessionId) return;
    takenBack.set(null);
    setGiven({ text: taken.text, attachments: taken.files ?? [] });
  }, [taken, takenBack, sessionId]);
  const drop = useFileDrop((files) => setGiven({ files }));
  const [isAtEnd, setAtEnd] = useState(addressed === null);
  const readSeq = useReadSeqAtOpening(session ?? null);
  useMarkRead({ session: session ?? null, isAtEnd, loadedSeq: entries.data?.items.at(-1)?.seq ?? 0 });

  if (!session) {
    return (
      <Frame className={`${shapes.column} ${styles.screen}`} aria-busy={!fetched.error}>
        {fetched.error && (
          <Part what="The session">
            <MissingSession error={fetched.error} onAgain={fetched.refetch} />
          </Part>
        )}
      </Frame>
    );
  }
  const isTurnOpen = session.turnId !== null;
  return (
    <Frame className={`${shapes.column} ${styles.screen}`} aria-label={session.title} {...drop.on}>
      {drop.isOver && (
        <div className={styles.drop}>
          <span>Drop files to attach them</span>
        </div>
      )}
      <SessionHeader session={session} bot={bot} />
      {bot?.runtime === "openclaw" && (
        <Part what="The state at the gateway" look="line">
          <OutsideStrip session={session} bot={bot} />
        </Part>
      )}
      {bot?.runtime === "demo" && (
        <Part what="The notice" look="line">
          <BotModelNotice bot={bot} place="line" />
        </Part>
      )}
      {isFinding && (
        <Part
          what="The search"
          look="line"
          onClose={() => finding.set(null)}
          fallback={<HeldKeys into="search" onCancel={() => finding.set(null)} />}
        >
          {entries.data ? (
            <FindBar sessionId={sessionId} window={entries.data} onShow={setTarget} />
          ) : (
            <HeldKeys into="search" onCancel={() => finding.set(null)} />
          )}
        </Part>
      )}
      {entries.data?.items.length === 0 && (
        <Part what="This hint" look="line">
          <EmptyTranscript session={session} bot={bot} />
        </Part>
      )}
      {entries.data ? (
        <Transcript
          sessionId={sessionId}
          bot={bot}
          window={entries.data}
          turn={isTurnOpen ? (session.status === "running" ? "running" : "waiting") : null}
          target={target}
          readSeq={readSeq}
          waiting={waiting}
          onShow={setTarget}
          onAtEnd={setAtEnd}
        />
      ) : (
        <div className={styles.loading} aria-busy="true">
          {entries.error && <LoadFailure what="the transcript" error={entries.error} onAgain={entries.refetch} />}
        </div>
      )}
      <div className={styles.foot}>
        <AskStack sessionId={sessionId} />
        {session.waitsFor && (
          <Part what="What it waits for" look="line">
            <WaitsFor to={session.waitsFor} />
          </Part>
        )}
        <Part what="The state of the turn" look="line">
          <TurnStrip session={session} />
        </Part>
        {waiting.length > 0 && (
          <Part what="The list of waiting messages" look="line">
            <MailboxTray waiting={waiting} onEdit={({ text, attachments }) => setGiven({ text, attachments })} />
          </Part>
        )}
        <Composer
          sessionId={sessionId}
          botName={bot?.name ?? "the bot"}
          runtime={bot?.runtime ?? null}
          isBusy={isTurnOpen}
          given={given}
        />
      </div>
    </Frame>
  );
}

/** Returns where a person had stopped reading when the session was opened; null when nothing was new. */
function useReadSeqAtOpening(session: Session | null): number | null {
  const opened = useRef<{ readonly readSeq: number | null } | null>(null);
  if (session && !opened.current) opened.current = { readSeq: session.unread > 0 ? session.readSeq : null };
  return opened.current?.readSeq ?? null;
}

/** Tells the server what a person has seen: the end of the transcript, on a visible page. */
function useMarkRead({
  session,
  isAtEnd,
  loadedSeq,
}: {
  readonly session: Session | null;
  readonly isAtEnd: boolean;
  readonly loadedSeq: number;
}): void {
  const { client } = useReef();
  const [isVisible, setVisible] = useState(document.visibilityState === "visible");
  const sentSeq = useRef(0);
  useEffect(() => {
    const onChange = (): void => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", onChange);
    return () => document.removeEventListener("visibilitychange", onChange);
  }, []);
  const sessionId = session?.id;
  const isUnread = session !== null && session.unread > 0;
  const seq = Math.min(loadedSeq, session?.lastSeq ?? 0);
  const mark = useCallback(() => {
    if (!sessionId || seq <= sentSeq.current) return;
    sentSeq.current = seq;
    client.readSession(sessionId, { seq }).catch(() => {
      sentSeq.current = 0; // the next change tries again
    });
  }, [client, sessionId, seq]);
  useEffect(() => {
    // It was read, and then marked as unread by hand while on screen: that mark stays.
    if (!isUnread) sentSeq.current = Math.max(sentSeq.current, seq);
    if (!isUnread || !isAtEnd || !isVisible || seq === 0) return;
    const timer = setTimeout(mark, 250);
    return () => clearTimeout(timer);
  }, [isUnread, isAtEnd, isVisible, seq, mark]);
}
