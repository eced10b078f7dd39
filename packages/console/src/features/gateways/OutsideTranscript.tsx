/** Shows a session of a gateway: its transcript with older pages, kept up to date, and the button that adopts it. */
import type { Gateway, GatewayEntry, GatewaySession } from "@reef/protocol/gateway";
import { useQuery } from "@tanstack/react-query";
import { MessageSquare, X } from "lucide";
import { type ReactElement, useLayoutEffect, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { Bones } from "../../ui/Bones.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import { Link } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { entriesToRows, type TranscriptRow } from "../session/transcript-rows.ts";
import { AdoptSession } from "./AdoptSession.tsx";
import { entriesKey, gatewaySessionQuery } from "./gateway-queries.ts";
import { OutsideRow } from "./OutsideRow.tsx";
import styles from "./OutsideTranscript.module.css";
import { type OutsideWindow, windowToEntries, withNewest, withOlder } from "./outside-window.ts";

const pageLimit = 100;
const readAheadPx = 800;
/** Nearer to the end than this, the view follows new text. */
const atEndPx = 80;

export function OutsideTranscript({
  gateway,
  sessionKey,
}: {
  readonly gateway: Gateway;
  readonly sessionKey: string;
}): ReactElement {
  const { reads } = useReef();
  const { data: session = null } = useQuery(gatewaySessionQuery(reads, gateway.id, sessionKey));
  const { window, error, refetch, readOlder } = useOutsideWindow(gateway, sessionKey);
  return (
    <section className={styles.place} aria-label={session?.title ?? "Session"}>
      <Head gateway={gateway} sessionKey={sessionKey} session={session} />
      {window ? (
        <Rows gateway={gateway} session={session} window={window} onReachStart={readOlder} />
      ) : (
        <div className={styles.loading} aria-busy={!error}>
          {error ? <LoadFailure what="the transcript" error={error} onAgain={refetch} /> : <Bones />}
        </div>
      )}
      <AdoptSession gateway={gateway} sessionKey={sessionKey} session={session} />
    </section>
  );
}

function Head({
  gateway,
  sessionKey,
  session,
}: {
  readonly gateway: Gateway;
  readonly sessionKey: string;
  readonly session: GatewaySession | null;
}): ReactElement {
  return (
    <header className={styles.head}>
      <Link to="/gateways/$gatewayId" params={{ gatewayId: gateway.id }} className={styles.close} aria-label="Close">
        <Icon icon={X} />
      </Link>
      <div className={styles.names}>
        <h2 className={`${shapes.cut} ${styles.title}`} dir="auto">
          {session?.title ?? sessionKey}
        </h2>
        <p className={styles.key}>
          <code>{sessionKey}</code>
          {session?.model && <span>{session.model}</span>}
        </p>
      </div>
    </header>
  );
}

function Rows({
  gateway,
  session,
  window,
  onReachStart,
}: {
  readonly gateway: Gateway;
  readonly session: GatewaySession | null;
  readonly window: OutsideWindow;
  readonly onReachStart: () => Promise<void>;
}): ReactElement {
  const list = useRef<VListHandle>(null);
  const isAtEnd = useRef(true);
  const [isPrepending, setPrepending] = useState(false);
  const rows = useMemo(() => entriesToRows(windowToEntries(window)), [window]);
  const keyById = useMemo(() => senderKeys(window.items), [window]);
  useLayoutEffect(() => {
    if (isAtEnd.current) list.current?.scrollToIndex(rows.length - 1, { align: "end" });
    setPrepending(false);
  }, [rows]);
  const onScroll = (): void => {
    const handle = list.current;
    if (!handle) return;
    isAtEnd.current = handle.scrollSize - handle.scrollOffset - handle.viewportSize < atEndPx;
    if (handle.scrollOffset < readAheadPx && window.older !== null && !isPrepending) {
      setPrepending(true);
      void onReachStart();
    }
  };
  if (rows.length === 0) {
    return (
      <div className={shapes.fill}>
        <Empty icon={MessageSquare} title="No messages in this session yet">
          What is written in OpenClaw appears here.
        </Empty>
      </div>
    );
  }
  return (
    <VList
      ref={list}
      className={styles.rows}
      role="log"
      aria-label="Transcript in OpenClaw"
      tabIndex={0}
      data={rows as TranscriptRow[]}
      shift={isPrepending}
      bufferSize={600}
      onScroll={onScroll}
    >
      {(row) => (
        <OutsideRow
          key={row.key}
          row={row}
          gateway={gateway}
          agentId={session?.agentId ?? ""}
          isRunning={session?.status === "running"}
          keyById={keyById}
        />
      )}
    </VList>
  );
}

function senderKeys(items: readonly GatewayEntry[]): ReadonlyMap<string, string> {
  return new Map(items.flatMap(({ id, fromKey }) => (fromKey === null ? [] : [[id, fromKey] as const])));
}

function useOutsideWindow(gateway: Gateway, sessionKey: string) {
  const reef = useReef();
  const { client, queryClient, reads } = reef;
  const queryKey = entriesKey(gateway.id, sessionKey);
  const read = async (before: string | null) => {
    const { items, next } = await wholeClient(client).gatewayEntries(gateway.id, sessionKey, {
      limit: pageLimit,
      before,
    });
    return { items, older: next };
  };
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async (): Promise<OutsideWindow> => {
      await reads.whenSubscribed();
      return withNewest(queryClient.getQueryData<OutsideWindow>(queryKey), await read(null));
    },
    staleTime: 0,
    gcTime: 0,
    structuralSharing: false,
  });
  const readOlder = async (): Promise<void> => {
    const older = queryClient.getQueryData<OutsideWindow>(queryKey)?.older;
    if (!older) return;
    await attempt(reef, "Couldn't load older entries", async () => {
      const page = await read(older);
      queryClient.setQueryData<OutsideWindow>(queryKey, (now) => now && withOlder(now, page));
    });
  };
  return { window: data, error, refetch: () => void refetch(), readOlder };
}
