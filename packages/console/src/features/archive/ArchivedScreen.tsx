/** Shows archived sessions, which can be found by title, opened, and restored; they are read page by page. */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Archive } from "lucide";
import { type ReactElement, useDeferredValue, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { nowMs } from "../../ui/clock.ts";
import { Empty, NoResults } from "../../ui/Empty.tsx";
import { lastWords } from "../../ui/last-words.ts";
import { Link } from "../../ui/router.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, shortTime } from "../../ui/time.ts";
import { takeSession } from "../session/session-actions.ts";
import styles from "./ArchivedScreen.module.css";
import { DeleteSession } from "./DeleteSession.tsx";

const pageSize = 50;

export function ArchivedScreen(): ReactElement {
  const reef = useReef();
  const [query, setQuery] = useState("");
  const q = useDeferredValue(query.trim());
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ["archived", q],
    queryFn: ({ pageParam }) =>
      reef.client.sessions({ archived: true, limit: pageSize, cursor: pageParam, ...(q && { q }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
  const [restored, setRestored] = useState<ReadonlySet<SessionId>>(new Set());
  const sessions = (data?.pages ?? []).flatMap(({ items }) => items);
  const restore = async (session: Session): Promise<void> =>
    attempt(reef, "Couldn't restore it", async () => {
      takeSession(reef, await reef.client.restoreSession(session.id));
      setRestored((before) => new Set([...before, session.id]));
    });
  return (
    <Screen
      title="Archived sessions"
      body="edge"
      read={{ what: "the archived sessions", error, isReading: isPending, again: refetch }}
      empty={
        sessions.length === 0 &&
        !error &&
        (q ? (
          <NoResults words={q} clear="Clear search" onClear={() => setQuery("")} />
        ) : (
          <Empty icon={Archive} title="No archived sessions">
            A session you archive keeps its transcript here until you restore or delete it.
          </Empty>
        ))
      }
      tools={
        <SearchField label="Find an archived session" placeholder="Find by title" value={query} onSeek={setQuery} />
      }
    >
      <ul className={shapes.bare}>
        {sessions.map((session) => (
          <ArchivedRow
            key={session.id}
            session={session}
            isRestored={restored.has(session.id)}
            onRestore={() => void restore(session)}
            onDeleted={() => void refetch()}
          />
        ))}
      </ul>
      {hasNextPage && (
        <p className={styles.more}>
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </p>
      )}
    </Screen>
  );
}

function ArchivedRow({
  session,
  isRestored,
  onRestore,
  onDeleted,
}: {
  readonly session: Session;
  readonly isRestored: boolean;
  readonly onRestore: () => void;
  readonly onDeleted: () => void;
}): ReactElement {
  const { reads } = useReef();
  const [isDeleting, setDeleting] = useState(false);
  const { data: botName = "" } = useQuery({ ...botsQuery(reads), select: (bots) => bots.get(session.botId)?.name });
  return (
    <li className={styles.row} data-archived={session.id}>
      <Avatar name={botName} seed={session.botId} />
      <Link to="/s/$sessionId" params={{ sessionId: session.id }} className={styles.link}>
        <span className={shapes.cut} dir="auto">
          {session.title}
        </span>
        <span className={`${shapes.cut} ${shapes.meta}`}>{lastWords(session)}</span>
      </Link>
      <span className={`${shapes.cut} ${shapes.meta} ${styles.bot}`} dir="auto">
        {botName}
      </span>
      {session.archivedAt && (
        <time className={styles.time} dateTime={session.archivedAt} title={absoluteTime(session.archivedAt)}>
          {shortTime(session.archivedAt, nowMs())}
        </time>
      )}
      {isRestored ? (
        <span className={styles.done}>Restored</span>
      ) : (
        <>
          <Button isSmall onClick={onRestore} aria-label={`Restore ${session.title}`}>
            Restore
          </Button>
          <Button look="quiet" isSmall onClick={() => setDeleting(true)} aria-label={`Delete ${session.title}…`}>
            Delete…
          </Button>
        </>
      )}
      {isDeleting && (
        <DeleteSession session={session} botName={botName} onDeleted={onDeleted} onClose={() => setDeleting(false)} />
      )}
    </li>
  );
}
