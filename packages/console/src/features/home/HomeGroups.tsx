/**
 * Shows the groups of Home, the most urgent first. A row changes while its session works; the groups follow the server.
 */
import type { Home } from "@reef/protocol/home";
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { StateFilter } from "../../data/list/list-view.ts";
import { sessionsQuery } from "../../data/queries.ts";
import { type Reef, useReef } from "../../data/reef.ts";
import { useLiveWords } from "../../data/use-live-words.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { clockLabel } from "../../ui/clock-label.ts";
import { countOf } from "../../ui/count.ts";
import { lastWords } from "../../ui/last-words.ts";
import { Link, useRouter } from "../../ui/router.tsx";
import { shownStatus } from "../../ui/shown-status.ts";
import { absoluteTime } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import { takeBack } from "../list/many-sessions.ts";
import { HomeGroup } from "./HomeGroup.tsx";
import { HomeItem } from "./HomeItem.tsx";
import styles from "./HomeScreen.module.css";
import { NeedsYouItem } from "./NeedsYouItem.tsx";
import { roughly } from "./waited-label.ts";

export function HomeGroups({ home, onMore }: { readonly home: Home; readonly onMore: () => void }): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const now = useNow(30_000);
  const { needsYou, failed, working, finished, waiting, queued } = home;
  const showInList = (state: StateFilter | null) => () => {
    reef.listView.set({ ...reef.listView.get(), filter: "", states: new Set(state ? [state] : []) });
    reef.isSidebarShown.set(true);
    router.navigate({ to: "/sessions" });
  };
  const besideWorking = [
    waiting > 0 ? `${waiting} waiting for other sessions` : null,
    queued > 0 ? `${queued} queued` : null,
  ].filter((part) => part !== null);
  return (
    <>
      <HomeGroup
        title="Needs you"
        count={needsYou.count}
        shown={needsYou.items.length}
        tone="needs"
        onMore={onMore}
        onList={showInList(null)}
      >
        {needsYou.items.map(({ session, ask }) => (
          <NeedsYouItem key={ask.id} session={session} ask={ask} nowMs={now} />
        ))}
      </HomeGroup>
      <HomeGroup
        title="Failed"
        count={failed.count}
        shown={failed.items.reduce((sum, { alike }) => sum + alike, 0)}
        onMore={onMore}
        onList={showInList("failed")}
      >
        {failed.items.map(({ session, alike }) => (
          <FailedItem key={session.id} session={session} alike={alike} onList={showInList("failed")} />
        ))}
      </HomeGroup>
      <HomeGroup
        title="Working now"
        count={working.count}
        shown={working.items.length}
        beside={besideWorking.length > 0 ? besideWorking.join(", ") : null}
        onMore={onMore}
        onList={showInList("running")}
      >
        {working.items.map((session) => (
          <WorkingItem key={session.id} session={session} />
        ))}
      </HomeGroup>
      <HomeGroup
        title="Finished since you looked"
        count={finished.count}
        shown={finished.items.length}
        action={
          <Button look="quiet" isSmall data-home-item onClick={() => void markAllSeen(reef)}>
            Mark all seen
          </Button>
        }
        onMore={onMore}
        onList={showInList("unread")}
      >
        {finished.items.map((session) => (
          <HomeItem
            key={session.id}
            sessionId={session.id}
            botId={session.botId}
            status={shownStatus(session)}
            title={session.title}
            words={lastWords(session)}
            end={
              <time dateTime={session.lastAt} title={absoluteTime(session.lastAt)}>
                {roughly(now - Date.parse(session.lastAt))}
              </time>
            }
          />
        ))}
      </HomeGroup>
    </>
  );
}

function WorkingItem({ session }: { readonly session: Session }): ReactElement {
  const { seconds } = useReef();
  const live = useListed(session);
  const words = useLiveWords((id) => id === session.id);
  const now = useCell(seconds);
  const startedAt = live.turnStartedAt ?? session.turnStartedAt;
  return (
    <HomeItem
      sessionId={session.id}
      botId={session.botId}
      status={live.status === "unknown" ? "unknown" : "running"}
      title={live.title}
      words={words ?? lastWords(live)}
      end={startedAt && <span className={styles.clock}>{clockLabel(now - Date.parse(startedAt))}</span>}
    />
  );
}

/** One reason is one row, however many sessions it stopped. */
function FailedItem({
  session,
  alike,
  onList,
}: {
  readonly session: Session;
  readonly alike: number;
  readonly onList: () => void;
}): ReactElement {
  const reef = useReef();
  return (
    <HomeItem
      sessionId={session.id}
      botId={session.botId}
      status="failed"
      title={alike === 1 ? session.title : `${session.title} and ${countOf(alike - 1, "other session")}`}
      words={session.lastError ?? "Its last turn failed"}
      hasActions
      end={
        alike === 1 ? (
          <Button isSmall onClick={() => void retry(reef, session.id)} aria-label={`Retry ${session.title}`}>
            Retry
          </Button>
        ) : (
          <>
            <Button look="quiet" isSmall onClick={onList}>
              Show all {alike}
            </Button>
            <Link to="/messages" search={{ view: "dead" }} className={styles.go}>
              Retry…
            </Link>
          </>
        )
      }
    />
  );
}

/** Reads the session from the list: its latest message and its title change with every event. */
function useListed(session: Session): Session {
  const { reads } = useReef();
  const { data } = useQuery({ ...sessionsQuery(reads), select: ({ byId }) => byId.get(session.id) });
  return data ?? session;
}

async function retry(reef: Reef, sessionId: SessionId): Promise<void> {
  await attempt(reef, "Couldn't retry", async () => {
    const { changed } = await reef.client.bulkMessages({ filter: { sessionId, state: "dead" }, action: "retry" });
    if (changed === 0) reef.toasts.show({ text: "There is no message to retry. Open the session to send one." });
  });
}

async function markAllSeen(reef: Reef): Promise<void> {
  await attempt(reef, "Couldn't mark them", async () => {
    const { changed, undo } = await reef.client.bulkSessions({
      filter: { status: "idle", unread: true },
      action: "read",
    });
    reef.toasts.show({
      text: `Marked as seen: ${countOf(changed, "session")}`,
      ...(undo !== null && { action: { label: "Undo", run: () => void takeBack(reef, undo) } }),
    });
  });
}
